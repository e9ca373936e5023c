"""The list of downloads that Firefox keeps in a profile, as far as it speaks of an unfinished file. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import unquote

LIST: Final = "downloads.json"
SUFFIX: Final = ".part"
MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What it says of one."""

    address: str
    target: str
    """The path of the finished file."""
    received: int | None
    total: int | None
    etag: str | None
    last_modified: str | None


def read_list(data: bytes, part: PurePath) -> Entry | None:
    """Return what a list says of the unfinished file `part`; None where it does not speak of it, or is none."""
    try:
        rows: Any = json.loads(data)["list"]
        return next(_entries(rows, str(part)), None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entries(rows: Any, part: str) -> Iterator[Entry]:
    for row in rows:
        target = row.get("target")
        if not isinstance(target, dict) or target.get("partFilePath") != part:
            continue
        source = row.get("source")
        address = source.get("url") if isinstance(source, dict) else source
        if isinstance(address, str) and isinstance(target.get("path"), str):
            saver = row.get("saver")
            etag, total, modified = _entity(saver.get("entityID") if isinstance(saver, dict) else None)
            received = row.get("currentBytes")
            yield Entry(address, target["path"], received if type(received) is int else None, total, etag, modified)


def _entity(text: object) -> tuple[str | None, int | None, str | None]:
    """Take an entity's name apart: ETag (escaped), length and date, with slashes between; each may be missing."""
    tag, _, rest = text.partition("/") if isinstance(text, str) else ("", "", "")
    length, _, modified = rest.partition("/")
    etag = unquote(tag)
    strong = etag if etag.startswith('"') and etag.endswith('"') and len(etag) > 1 else None
    return strong, int(length) if length.isdecimal() and len(length) < 19 else None, modified or None
