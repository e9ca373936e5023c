"""A folder in which lists are laid down to be added: texts with addresses, Metalinks, lists of this program and aria2.

It is looked at every two seconds by a thread, which works on disks of other machines too. A list that has stood still
for a moment is added, and gets an ending that says so; one that cannot be used gets another. Neither is changed.
"""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Final

from headrace.disk.file_names import numbered
from headrace.disk.folder import Folder
from headrace.disk.renaming import publish_new
from headrace.lists import MOST_BYTES, read_list
from headrace.spec import DownloadSpec

_LOG: Final = logging.getLogger(__name__)
SUFFIXES: Final = frozenset(
    {".txt", ".text", ".list", ".lst", ".urls", ".json", ".meta4", ".metalink", ".session", ".input"}
)
ADDED: Final = ".added"
REFUSED: Final = ".refused"
PACE: Final = 2.0
"""Seconds between two looks."""
_NAMES: Final = 1_000
"""Numbers that are tried for a name that is taken."""

Facts = tuple[int, int, int]
"""Inode, size and time of the last write."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a list had in it, or why it cannot be used."""

    name: str
    specs: tuple[DownloadSpec, ...] = ()
    fault: str = ""


class WatchFolder:
    """Looks into one folder until it is closed."""

    def __init__(self, folder: Path, target: Callable[[], Path], take: Callable[[Found], bool]) -> None:
        """`target` says where downloads go; `take` is given what was found, both in a thread of its own.

        A list is called added once `take` has said that it is.
        """
        self.folder = folder
        self._target, self._take = target, take
        self._seen: dict[str, Facts] = {}
        self._done: set[Facts] = set()
        """Lists that could not be renamed, so that they are not added twice."""
        self._closed = Event()
        self._is_missing = False
        Thread(target=self._work, name="watch folder", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def _work(self) -> None:
        while not self._closed.is_set():
            try:
                self.look()
            except OSError as error:
                self._say_missing(error)
            self._closed.wait(PACE)

    def _say_missing(self, error: OSError) -> None:
        if not self._is_missing:
            self._is_missing = True
            self._take(Found(str(self.folder), fault=error.strerror or str(error)))

    def look(self) -> None:
        """Take the lists that are as they were at the last look. Raises OSError."""
        now = dict(self._lists())
        self._is_missing = False
        still = [name for name, facts in now.items() if self._seen.get(name) == facts and facts not in self._done]
        self._seen = now
        for name in sorted(still):
            if self._closed.is_set():
                return
            self._read(self.folder / name, now[name])

    def _lists(self) -> Iterator[tuple[str, Facts]]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in SUFFIXES:
                    continue
                with suppress(OSError):
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        yield entry.name, (found.st_ino, found.st_size, found.st_mtime_ns)

    def _read(self, path: Path, facts: Facts) -> None:
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            _LOG.warning("%s cannot be read: %s", path.name, error.strerror)
            self._done.add(facts)
            self._take(Found(path.name, fault=error.strerror or str(error)))
            return
        try:
            found = Found(path.name, tuple(replace(one, by_rules=True) for one in read_list(data, self._target())))
        except ValueError as error:
            found = Found(path.name, fault=str(error))
        self._rename(path, facts, ADDED if self._take(found) else REFUSED)

    def _rename(self, path: Path, facts: Facts, ending: str) -> None:
        try:
            with Folder(path.parent) as folder:
                for name in _names(path.name + ending):
                    with suppress(FileExistsError):
                        publish_new(folder, path.name, name)
                        return
        except OSError as error:
            _LOG.warning("%s cannot be renamed: %s", path.name, error.strerror)
        self._done.add(facts)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (numbered(name, number) for number in range(2, _NAMES))
