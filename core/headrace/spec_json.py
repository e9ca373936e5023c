"""Wanted downloads as JSON objects: for commands, exports and other programs. Pure but for the names of folders."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from headrace.categories import category_called
from headrace.checksums import Checksum
from headrace.own_cookies import cookies_from_json, cookies_to_json
from headrace.permissions import Permission
from headrace.pieces import PieceHashes
from headrace.recordings import Recording
from headrace.spec import DownloadSpec, IfExists, parse_header

_PLAIN: Final = {"name": str, "limit": int, "connections": int, "paused": bool, "size": int} | {
    "queue": str,
    "proxy": str,
    "private": bool,
}
_KEYS: Final = frozenset(_PLAIN) | frozenset(
    "address folder headers cookies checksum if_exists mirrors pieces allow".split()
    + "category priority recording partial after".split()
)


def spec_to_json(spec: DownloadSpec) -> dict[str, Any]:
    """Return all that a wanted download says, its secrets too; what is as by default is left out."""
    found: dict[str, Any] = {"address": spec.address, "folder": str(spec.folder)}
    found |= {key: value for key in (*_PLAIN, "priority") if (value := getattr(spec, key)) not in (None, "", False, 0)}
    if spec.size == 0:
        found["size"] = 0
    if spec.if_exists is not IfExists.RENAME:
        found["if_exists"] = spec.if_exists.value
    if spec.checksum is not None:
        found["checksum"] = str(spec.checksum)
    if spec.category is not None:
        found["category"] = spec.category.value
    if spec.pieces is not None:
        found["pieces"] = json.loads(spec.pieces.to_text())
    if spec.after is not None:
        found["after"] = list(spec.after)
    if spec.cookies is not None:
        found["cookies"] = cookies_to_json(spec.cookies)
    if spec.partial is not None:
        found["partial"] = str(spec.partial)
    if spec.recording is not None:
        found["recording"] = json.loads(spec.recording.as_text())
    lists = {
        "headers": [f"{name}: {value}" for name, value in spec.headers],
        "mirrors": list(spec.mirrors),
        "allow": sorted(permission.value for permission in spec.allow),
    }
    return found | {key: value for key, value in lists.items() if value}


def spec_from_json(values: object, folder: Path | None = None) -> DownloadSpec:
    """Read what `spec_to_json` wrote, or somebody by hand; `folder` is for those that name none, and rules may differ.

    Raises ValueError with a sentence: unknown keys too, for a slip must not pass for something else.
    """
    if not isinstance(values, dict):
        raise ValueError("a download must be an object with an address")  # noqa: TRY004 - one error type for all
    if strange := [key for key in values if key not in _KEYS]:
        raise ValueError(f"a download has no {strange[0][:40]!r}")
    facts: dict[str, Any] = {key: _plain(values, key, kind) for key, kind in _PLAIN.items() if key in values}
    facts |= {key: read(values[key]) for key, read in _READERS.items() if values.get(key) is not None}
    given = _plain(values, "folder", str)
    place = folder if given is None else Path(given)
    if place is None or not place.is_absolute():
        raise ValueError("the folder of a download must be given in full")
    address = _plain(values, "address", str)
    if address is None:
        raise ValueError("a download needs an address")
    facts = {key: value for key, value in facts.items() if value is not None}
    return DownloadSpec(address, place, by_rules=given is None, **facts)


def _plain(values: Mapping[str, Any], key: str, kind: type) -> Any:
    value = values.get(key)
    if value is not None and type(value) is not kind:
        raise ValueError(f"{key} of a download must be {_WORDS[kind]}")
    return value


_WORDS: Final = {str: "a text", int: "a whole number", bool: "true or false", list: "a list of texts"}


def _texts(value: object, key: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{key} of a download must be a list of texts")
    return value


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key} of a download must be a text")  # noqa: TRY004 - one error type for all
    return value


def _priority(value: object) -> int:
    if type(value) is not int:
        raise ValueError("priority of a download must be -1, 0 or 1")
    return value


def _one_of(kind: Callable[[str], Any], choices: Any, key: str) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        text = _text(value, key)
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"{key} must be one of {', '.join(each.value for each in choices)}") from None

    return read


_allowed: Final = _one_of(Permission, Permission, "allow")
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "headers": lambda value: tuple(map(parse_header, _texts(value, "headers"))),
    "mirrors": lambda value: tuple(_texts(value, "mirrors")),
    "allow": lambda value: frozenset(map(_allowed, _texts(value, "allow"))),
    "checksum": lambda value: Checksum.parse(_text(value, "checksum")),
    "if_exists": _one_of(IfExists, IfExists, "if_exists"),
    "category": lambda value: category_called(_text(value, "category")),
    "priority": _priority,
    "pieces": lambda value: PieceHashes.from_text(json.dumps(value)),  # as stored
    "recording": lambda value: Recording.parse(json.dumps(value)),
    "partial": lambda value: Path(_text(value, "partial")),
    "after": lambda value: tuple(_texts(value, "after")),
    "cookies": cookies_from_json,
}
