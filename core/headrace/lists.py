"""Lists of downloads as files: written for people and other programs, and read back. Pure.

Our own form is JSON in UTF-8: `{"headrace": 1, "downloads": [...]}`, each download as `spec_json` has it, with "state",
"total" and "received" besides. Logins and headers are in none of these files; addresses are, with all that is in them.
"""

import json
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from headrace.addresses import addresses_in, checked_address
from headrace.checksums import Checksum
from headrace.metalink import read_metalink
from headrace.metalink_specs import spec_of_file
from headrace.spec import DownloadSpec, parse_header
from headrace.spec_json import spec_from_json

VERSION: Final = 1
"""Raised when files can no longer be read by those that know the old form."""
MOST_BYTES: Final = 64 << 20
"""Of a list that is read."""
MOST_DOWNLOADS: Final = 100_000
"""In one list."""
_FACTS: Final = ("state", "total", "received", "partial", "proxy", "after")
"""What is no wish, or not one that a list may have: files of this computer, and ways out of it, are named by who sits
at it."""
_ARIA2_NAMES: Final = {f"sha{bits}": f"sha-{bits}" for bits in (1, 224, 256, 384, 512)}
_METALINK_NAMES: Final = _ARIA2_NAMES | {"md5": "md5"}

Row = Mapping[str, Any]


class Format(Enum):
    """How a list is written."""

    JSON = "json"
    TEXT = "text"
    """Addresses, one a line."""
    CURL = "curl"
    WGET = "wget"
    ARIA2 = "aria2"
    """An input file or session of aria2."""
    METALINK = "metalink"
    """Version 4 (RFC 5854), with hashes and mirrors."""


def written(rows: Iterable[Row], form: Format) -> Iterator[str]:
    """Yield the lines of a list in that form; `rows` are downloads as `spec_json` has them."""
    return _WRITERS[form](rows)


def _json_lines(rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"headrace": {VERSION}, "downloads": ['
    last = None
    for row in rows:
        if last is not None:
            yield f"{last},"
        last = json.dumps(row, ensure_ascii=False)
    if last is not None:
        yield last
    yield "]}"


def _text_lines(rows: Iterable[Row]) -> Iterator[str]:
    return (str(row["address"]) for row in rows)


def _curl_lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        name = f"--output {shlex.quote(row['name'])}" if row.get("name") else "--remote-name"
        yield f"curl --fail --location --continue-at - {name} {shlex.quote(row['address'])}"


def _wget_lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        name = f"--output-document={shlex.quote(row['name'])} " if row.get("name") else ""
        yield f"wget --continue {name}{shlex.quote(row['address'])}"


def _aria2_lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield "\t".join([row["address"], *row.get("mirrors", ())])
        yield f"  dir={row['folder']}"
        if row.get("name"):
            yield f"  out={row['name']}"
        algorithm, _, digest = str(row.get("checksum", "")).partition(":")
        if algorithm in _ARIA2_NAMES or algorithm == "md5":
            yield f"  checksum={_ARIA2_NAMES.get(algorithm, algorithm)}={digest}"
        if row.get("limit"):
            yield f"  max-download-limit={row['limit']}"
        if row.get("paused") or row.get("state") == "paused":
            yield "  pause=true"


def _metalink_lines(rows: Iterable[Row]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<metalink xmlns="urn:ietf:params:xml:ns:metalink">'
    for row in rows:
        yield f"  <file name={quoteattr(row.get('name') or 'download')}>"
        size = row.get("size", row.get("total"))
        if size is not None:
            yield f"    <size>{size}</size>"
        algorithm, _, digest = str(row.get("checksum", "")).partition(":")
        if algorithm in _METALINK_NAMES:
            yield f'    <hash type="{_METALINK_NAMES[algorithm]}">{digest}</hash>'
        for place, address in enumerate([row["address"], *row.get("mirrors", ())], 1):
            yield f'    <url priority="{place}">{escape(address)}</url>'
        yield "  </file>"
    yield "</metalink>"


_WRITERS: Final[Mapping[Format, Callable[[Iterable[Row]], Iterator[str]]]] = {
    Format.JSON: _json_lines,
    Format.TEXT: _text_lines,
    Format.CURL: _curl_lines,
    Format.WGET: _wget_lines,
    Format.ARIA2: _aria2_lines,
    Format.METALINK: _metalink_lines,
}


def read_list(data: bytes, folder: Path, *, with_folders: bool = False) -> list[DownloadSpec]:
    """Read a list, whichever form it has: ours, a Metalink, aria2's, or a text with addresses in it.

    What is in it goes to `folder`, and to the folders that it names itself only `with_folders`: who made the list need
    not be who reads it. Raises ValueError with a sentence.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"a list may have {MOST_BYTES >> 20} MiB at most")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return [spec_of_file(file, folder) for file in read_metalink(data)]
    specs = _read_json(data, folder) if start == b"{" else _read_lines(_text(data).splitlines(), folder)
    if not specs:
        raise ValueError("there is no address in the list")
    return specs if with_folders else [replace(spec, folder=folder) for spec in specs]


def _read_json(data: bytes, folder: Path) -> list[DownloadSpec]:
    try:
        whole: Any = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("the list is not JSON") from None
    if not isinstance(whole, dict) or type(whole.get("headrace")) is not int:
        raise ValueError("this is not a list that Headrace wrote")
    if whole["headrace"] > VERSION:
        raise ValueError("the list was written by a newer Headrace")
    rows = whole.get("downloads")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("the list holds no downloads")
    _require_few(rows)
    return [spec_from_json({key: row[key] for key in row if key not in _FACTS}, folder) for row in rows]


def _read_lines(lines: Sequence[str], folder: Path) -> list[DownloadSpec]:
    """Read a text: lines with addresses, and below each, indented, what aria2 wants of it."""
    entries: list[tuple[list[str], dict[str, str]]] = []
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if line[:1] in " \t" and entries and "=" in stripped and "://" not in stripped.partition("=")[0]:
            name, _, value = (part.strip() for part in stripped.partition("="))
            known = entries[-1][1]
            known[name] = f"{known[name]}\n{value}" if name == "header" and name in known else value
        elif "\t" in stripped and all("://" in part for part in stripped.split("\t")):
            entries.append((stripped.split("\t"), {}))
        else:
            entries += [([address], {}) for address in addresses_in(line)]
    _require_few(entries)
    return [spec for addresses, options in entries if (spec := _spec(addresses, options, folder)) is not None]


def _spec(addresses: list[str], options: Mapping[str, str], folder: Path) -> DownloadSpec | None:
    usable = [address for address in addresses if _is_usable(address)]
    if not usable:
        return None
    place = Path(options["dir"]) if Path(options.get("dir", "")).is_absolute() else folder
    limit = options.get("max-download-limit", "0")
    return DownloadSpec(
        usable[0],
        place,
        name=options.get("out", "").rpartition("/")[2] or None,
        headers=tuple(parse_header(line) for line in options.get("header", "").splitlines()),
        mirrors=tuple(usable[1:]),
        checksum=Checksum.parse(options["checksum"].replace("=", ":", 1)) if "checksum" in options else None,
        limit=int(limit) if limit.isdecimal() and int(limit[:18]) > 0 else None,
        paused=options.get("pause") == "true",
    )


def _is_usable(address: str) -> bool:
    try:
        checked_address(address)
    except ValueError:
        return False
    return True


def _require_few(entries: Sequence[object]) -> None:
    if len(entries) > MOST_DOWNLOADS:
        raise ValueError(f"a list may name {MOST_DOWNLOADS:,} downloads at most")


def _text(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise ValueError("the list is no text")
