"""The folder an archive is extracted to: makes files and folders in it, and nothing else."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from headrace.disk.origin import Origin, set_marks
from headrace.disk.system_calls import OPEN_FLAGS
from headrace.unpacking.kinds import Fault, UnpackError
from headrace.unpacking.meter import Meter
from headrace.unpacking.places import Parts, Places, parts_of

PIECE: Final = 1 << 20
"""Bytes written at once."""
_PLAIN, _PROGRAM = 0o666, 0o777
_NEW: Final = OPEN_FLAGS | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Target:
    """Never overwrites, never makes a link, a device or a file with rights of others. Raises UnpackError, OSError."""

    def __init__(self, folder: Path, meter: Meter, origin: Origin | None = None) -> None:
        """Take a folder that is there and that nobody else writes to; files are marked with where they came from."""
        self._folder, self.meter, self._origin = folder, meter, origin
        self._places = Places()
        self._written: dict[Parts, Path] = {}
        self.files = 0
        self.left_out = 0
        """Links, devices and whatever else is no file."""

    def folder(self, raw: str) -> None:
        """Make a folder of this name in the archive, unless it is there."""
        self.meter.file()
        _, fresh = self._places.folder(parts_of(raw))
        self._make(fresh)

    def file(self, raw: str, pieces: Iterable[bytes], *, is_program: bool = False) -> None:
        """Write a file of this name in the archive; one that is taken gets a number."""
        descriptor = self.open(raw, is_program=is_program)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            for piece in pieces:
                self.meter.writes(len(piece))
                file.write(piece)

    def open(self, raw: str, *, is_program: bool = False) -> int:
        """Return the descriptor of a new file; whoever writes to it tells the meter before."""
        self.meter.file()
        parts = parts_of(raw)
        if not parts:
            raise UnpackError(Fault.UNSAFE, raw[:200])
        place, fresh = self._places.file(parts)
        self._make(fresh)
        path = self._folder.joinpath(*place)
        descriptor = os.open(path, _NEW, _PROGRAM if is_program else _PLAIN)
        if self._origin is not None:
            set_marks(path, descriptor, self._origin)
        self._written[parts] = path
        self.files += 1
        return descriptor

    def copy(self, raw: str, of: str) -> None:
        """Write once more a file that was written before, which stands for a hard link; else leave it out."""
        source = self._written.get(parts_of(of))
        if source is None:
            self.leave_out()
        else:
            self.file(raw, _pieces(source))

    def leave_out(self) -> None:
        """Be told of something that is no file."""
        self.meter.file()
        self.left_out += 1

    def _make(self, folders: list[Parts]) -> None:
        for place in folders:
            self._folder.joinpath(*place).mkdir()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
