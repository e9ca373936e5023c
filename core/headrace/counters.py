"""Numbers for names with {counter}: the first that no file in the folder has, and no download that is to be there.

A number is chosen once, when the place of a download is settled, and is part of its name from then on.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Final

from headrace.rule_templates import number_in
from headrace.rules import Counting

Promised = Iterable[tuple[str, Path, str]]
"""Downloads by their ids, and the folders and names that they will have."""
_PART: Final = re.compile(r"\.[0-9a-f]{16}(?:\.[0-9]{1,2})?\.part\Z")
"""What a part file has behind the name of its file."""


class Counters:
    """Gives out numbers, each once. Thread-safe; reads folders, so that it is for threads that may wait for a disk."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._given: dict[str, tuple[Path, str]] = {}
        """Folder and name, by id, of downloads that got a number in this run."""

    def name(self, download_id: str, folder: Path, counting: Counting, promised: Promised = ()) -> str:
        """Return the numbered name for a download in a folder, the same whenever it asks about the same one.

        `promised` are other downloads that are not there yet. A folder that cannot be read holds nothing.
        """
        read = number_in(counting.template)
        with self._lock:
            where, before = self._given.get(download_id, (None, ""))
            if where == folder and (number := read(before)) is not None and counting.named(number) == before:
                return before
            names = {*_names_in(folder), *self._taken(download_id, folder, promised)}
            name = _first_free(counting, read, names)
            self._given[download_id] = (folder, name)
        return name

    def _taken(self, download_id: str, folder: Path, promised: Promised) -> Iterable[str]:
        yield from (name for key, where, name in promised if key != download_id and where == folder)
        yield from (name for key, (where, name) in self._given.items() if key != download_id and where == folder)


def _first_free(counting: Counting, read: Callable[[str], int | None], names: set[str]) -> str:
    used, folded = set(map(read, names)), {name.casefold() for name in names}
    if counting.named(1) == counting.named(2):  # cut off, for the name is too long
        return counting.named(1)
    return next(
        name for number in count(1) if number not in used and (name := counting.named(number)).casefold() not in folded
    )


def _names_in(folder: Path) -> Iterable[str]:
    with suppress(OSError):
        for path in folder.iterdir():
            yield _PART.sub("", path.name)
