"""Habits in an INI file: read when asked for, changed in memory, written when told. What cannot be read is ignored."""

from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSettings

Kind = TypeVar("Kind", bool, int, float, str, list[str], QByteArray)
Storable = bool | int | float | str | list[str] | QByteArray
_TRUTHS = {"true": True, "false": False}


class MemoryPart:
    """A face of a Memory whose keys all begin with one prefix, such as "details"."""

    def __init__(self, memory: "Memory", prefix: str) -> None:
        self._memory, self._prefix = memory, prefix

    def value(self, key: str, usual: Kind) -> Kind:
        """Return what is remembered under `key`, as the kind that `usual` is; `usual` where that is nothing."""
        return self._memory.value(f"{self._prefix}/{key}", usual)

    def set_value(self, key: str, value: Storable) -> None:
        """Remember a value."""
        self._memory.set_value(f"{self._prefix}/{key}", value)


class Memory:
    """Values by keys such as "columns/order"; nothing touches the disk but reading at first and `write`."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)
        self._fresh: dict[str, Any] = {}

    def value(self, key: str, usual: Kind) -> Kind:
        """Return what is remembered under `key`, as the kind that `usual` is; `usual` where that is nothing."""
        found = self._fresh[key] if key in self._fresh else self._file.value(key)
        return _like(usual, found)

    def set_value(self, key: str, value: Storable) -> None:
        """Remember a value; it is written with all others by `write`."""
        self._fresh[key] = value

    def part(self, prefix: str) -> MemoryPart:
        """Return a face for one part of the window."""
        return MemoryPart(self, prefix)

    def write(self) -> None:
        """Write what was set since the last time."""
        for key, value in self._fresh.items():
            self._file.setValue(key, value or "" if isinstance(value, list) else value)
        self._fresh.clear()
        self._file.sync()


def _like(usual: Kind, found: Any) -> Kind:
    """Return `found` as the kind that `usual` is, else `usual`; INI files hold texts and lists of texts."""
    if isinstance(usual, bool):
        return _TRUTHS.get(str(found).lower(), usual)
    if isinstance(usual, int | float):
        try:
            return type(usual)(found)
        except (TypeError, ValueError):
            return usual
    if isinstance(usual, list):
        return _texts(found, usual)
    return found if isinstance(found, type(usual)) else usual


def _texts(found: Any, usual: list[str]) -> list[str]:
    if isinstance(found, str):
        return [found] if found else []
    return [str(each) for each in found] if isinstance(found, list) else usual
