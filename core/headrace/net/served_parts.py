"""Which part of a file answers a request, where the server knows nothing but size and time of it. Pure functions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

_RANGE: Final = re.compile(r"bytes=([0-9]{1,19})-([0-9]{0,19})")
_SETTLED: Final = 60.0
"""Seconds since the last change after which a file's time tells its versions apart (as RFC 7232 has it for dates)."""
_EARLIEST: Final = 631_152_000
"""1990-01-01: an earlier time is that of all versions."""


@dataclass(frozen=True, slots=True)
class ServedFile:
    """What a server says of a file."""

    size: int | None
    """In bytes; None where it does not say."""
    modified: int | None
    """When it was changed, in Unix seconds; None where it does not say."""

    def tag(self, now: float) -> str | None:
        """Return what names this version, as an ETag (RFC 9110 section 8.8.3); None where nothing does for sure."""
        if self.size is None or self.modified is None or not _EARLIEST <= self.modified <= now - _SETTLED:
            return None
        return f'"{self.modified:x}-{self.size:x}"'

    @property
    def last_modified(self) -> str | None:
        """The time, as HTTP writes it."""
        return None if self.modified is None else formatdate(self.modified, usegmt=True)


@dataclass(frozen=True, slots=True)
class Part:
    """How a request is answered, and which bytes are the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    first: int = 0
    count: int | None = 0
    """None for all there are."""


def part_wanted(file: ServedFile, wanted: Mapping[str, str], now: float, *, seekable: bool = True) -> Part:
    """Answer a request with these headers (RFC 9110 sections 13 and 14) at Unix time `now`.

    A range is served only where the size is known, and by If-Range only of the version it names; else it is the whole.
    """
    headers = _described(file, now, seekable=seekable)
    if _is_unchanged(file, wanted, now):
        return Part(304, headers)
    span = _RANGE.fullmatch(wanted.get("Range", "").strip())
    if span is None or file.size is None or not seekable or not _is_version(file, wanted.get("If-Range"), now):
        return _whole(file, headers)
    first, last = int(span[1]), min(int(span[2] or file.size), file.size - 1)
    if first >= file.size:
        return Part(416, (*headers, ("Content-Range", f"bytes */{file.size}")))
    if last < first:
        return _whole(file, headers)
    count = last + 1 - first
    range_ = ("Content-Range", f"bytes {first}-{last}/{file.size}")
    return Part(206, (*headers, range_, ("Content-Length", str(count))), first, count)


def _whole(file: ServedFile, headers: tuple[tuple[str, str], ...]) -> Part:
    # without a length the protocol itself tells the end, as chunks do
    framing = ("Transfer-Encoding", "chunked") if file.size is None else ("Content-Length", str(file.size))
    return Part(200, (*headers, framing), 0, file.size)


def _described(file: ServedFile, now: float, *, seekable: bool) -> tuple[tuple[str, str], ...]:
    ranges = "bytes" if seekable and file.size is not None else "none"
    told = {"Accept-Ranges": ranges, "ETag": file.tag(now), "Last-Modified": file.last_modified}
    return tuple((name, value) for name, value in told.items() if value is not None)


def _is_version(file: ServedFile, named: str | None, now: float) -> bool:
    return named is None or named == file.tag(now)


def _is_unchanged(file: ServedFile, wanted: Mapping[str, str], now: float) -> bool:
    if (tags := wanted.get("If-None-Match")) is not None:
        return file.tag(now) in [tag.strip() for tag in tags.split(",")]
    since = wanted.get("If-Modified-Since")
    return since is not None and since == file.last_modified
