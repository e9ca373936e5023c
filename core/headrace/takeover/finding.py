"""Finds out what another program left of a download: from the file, what lies beside it, and the browsers' lists.

Reads files and changes none; slow disks make it slow. Raises ValueError with a sentence for what cannot be meant.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from headrace.takeover import aria2, firefox, persepolis
from headrace.takeover.partial import Partial, Program, joined

_CHROMIUM_SUFFIX: Final = ".crdownload"
_OWN: Final = re.compile(r"(.+)\.[0-9a-f]{16}(?:\.[0-9]+)?\.part")
"""A part file of this program, whose list may be lost; what it misses are holes."""
_UNNAMED: Final = re.compile(r"(?i)unconfirmed [0-9]+")
_FIREFOX_LIKE: Final = (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", ".var/app/*/.mozilla/firefox")


def partial_at(path: Path, home: Path | None = None) -> Partial:
    """Return what is known of the unfinished file at `path`, which may be the notes beside it as well.

    `home` is the folder of the person whose browsers are asked, None for this one's.
    """
    path = path.absolute()
    for suffix, read in ((aria2.SUFFIX, _of_aria2), (persepolis.SUFFIX, _of_persepolis)):
        data = path.with_name(path.name.removesuffix(suffix)) if path.name.endswith(suffix) else path
        notes = data.with_name(data.name + suffix)
        if notes.is_file():
            return read(data, notes, _size(data))
    size = _size(path)
    if path.suffix == _CHROMIUM_SUFFIX:
        return _of_chromium(path, size)
    if own := _OWN.fullmatch(path.name):
        return Partial(path, Program.OTHER, joined([(0, size)], size), own[1])
    if path.suffix == firefox.SUFFIX:
        return _of_firefox(path, size, Path.home() if home is None else home)
    return Partial(path, Program.OTHER, joined([(0, size)], size), path.name)


def has_notes(path: Path) -> bool:
    """Say whether a program has left notes beside the file at `path`, and so not finished it."""
    return path.is_file() and any(
        path.with_name(path.name + one).is_file() for one in (aria2.SUFFIX, persepolis.SUFFIX)
    )


def _size(path: Path) -> int:
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"there is no unfinished file at {path}")
        return path.stat().st_size
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(data) > most:
        raise ValueError(f"{path} is too large to be what it is called")
    return data


def _of_aria2(data: Path, notes: Path, size: int) -> Partial:
    control = aria2.read_control(_read(notes, aria2.MOST_BYTES), size)
    return Partial(data, Program.ARIA2, control.stretches, data.name, control.total, beside=notes)


def _of_persepolis(data: Path, notes: Path, size: int) -> Partial:
    found = persepolis.read_notes(_read(notes, persepolis.MOST_BYTES), size)
    return Partial(
        data, Program.PERSEPOLIS, found.stretches, data.name, found.total, etag=_strong(found.etag), beside=notes
    )


def _strong(etag: str | None) -> str | None:
    return etag if etag and etag.startswith('"') else None


def _of_chromium(path: Path, size: int) -> Partial:
    """Return the beginning of a file: what the browser knows of it besides is in a database that it alone reads."""
    name = "" if _UNNAMED.fullmatch(path.stem) else path.stem
    return Partial(path, Program.CHROMIUM, joined([(0, size)], size), name)


def _of_firefox(path: Path, size: int, home: Path) -> Partial:
    for listed in _firefox_lists(home):
        try:
            entry = firefox.read_list(_read(listed, firefox.MOST_BYTES), path)
        except ValueError:
            continue
        if entry is not None:
            received = size if entry.received is None else min(size, entry.received)
            return Partial(
                path,
                Program.FIREFOX,
                joined([(0, received)], size),
                Path(entry.target).name,
                entry.total,
                (entry.address,),
                entry.etag,
                entry.last_modified,
                _placeholder(Path(entry.target)),
            )
    return Partial(path, Program.OTHER, joined([(0, size)], size), path.stem)


def _placeholder(target: Path) -> Path | None:
    """Return the empty file by which Firefox keeps the final name for itself, where it is there."""
    is_there = not target.is_symlink() and target.is_file() and not target.stat().st_size
    return target if is_there else None


def _firefox_lists(home: Path) -> Iterator[Path]:
    yield from filter(Path.is_file, (folder / firefox.LIST for folder in firefox_profiles(home)))


def firefox_profiles(home: Path) -> Iterator[Path]:
    """Yield the folders in which profiles of Firefox may be, in the home of a person."""
    if sys.platform == "win32":
        patterns: tuple[str, ...] = ("AppData/Roaming/Mozilla/Firefox/Profiles",)
    elif sys.platform == "darwin":
        patterns = ("Library/Application Support/Firefox/Profiles",)
    else:
        patterns = _FIREFOX_LIKE
    for pattern in patterns:
        yield from home.glob(f"{pattern}/*")
