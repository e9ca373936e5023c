"""Where what is in an archive goes: names that harm no system, below one folder, each taken once. Pure."""

import re
import unicodedata
from typing import Final

from headrace.disk.file_names import numbered, safe_name
from headrace.unpacking.kinds import Fault, UnpackError

Parts = tuple[str, ...]
_DEEPEST: Final = 64
"""Folders in each other, at most."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def parts_of(raw: str) -> Parts:
    """Return the components of a name in an archive, cleaned; none for the folder itself.

    Raises UnpackError UNSAFE for one that leads out of the folder, or is too deep in it.
    """
    text = raw.replace("\\", "/")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    leads_out = text.startswith("/") or _DRIVE.match(text) or any(part.strip() == ".." for part in parts)
    if leads_out or len(parts) > _DEEPEST:
        raise UnpackError(Fault.UNSAFE, raw[:200])
    return tuple(map(_cleaned, parts))


def _cleaned(part: str) -> str:
    """Clean a component as names of downloads are, but leave the dot of a hidden file: many archives need them."""
    dot = "." if part.startswith(".") and part[1:2] not in ("", ".", " ") else ""
    return dot + safe_name(part[len(dot) :])


def _folded(name: str) -> str:
    """Return what is the same for names that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class Places:
    """Hands out places. Two names that some system takes for one never get the same: the later file gets a number."""

    def __init__(self) -> None:
        self._folders: dict[tuple[Parts, str], str] = {}
        self._taken: set[tuple[Parts, str]] = set()
        self._next: dict[tuple[Parts, str], int] = {}

    def folder(self, parts: Parts) -> tuple[Parts, list[Parts]]:
        """Return where a folder is, and which folders on the way there must be made first, in order."""
        place: Parts = ()
        fresh: list[Parts] = []
        for name in parts:
            key = place, _folded(name)
            if key not in self._folders:
                self._folders[key] = self._free(place, name)
                fresh.append((*place, self._folders[key]))
            place = (*place, self._folders[key])
        return place, fresh

    def file(self, parts: Parts) -> tuple[Parts, list[Parts]]:
        """Return a free place for a file, and the folders to be made first."""
        place, fresh = self.folder(parts[:-1])
        return (*place, self._free(place, parts[-1])), fresh

    def _free(self, place: Parts, name: str) -> str:
        key = place, _folded(name)
        candidate = name
        while (place, _folded(candidate)) in self._taken:
            number = self._next.get(key, 2)
            self._next[key] = number + 1
            candidate = numbered(name, number)
        self._taken.add((place, _folded(candidate)))
        return candidate
