"""What others may do to a part file, and what the tests of it look at."""

import os
from pathlib import Path

import pytest
from headrace.disk.part_file import PartFile

SIZE = 300_000
POSIX = pytest.mark.skipif(os.name == "nt", reason="an open file is safe from this on Windows")


def content(part: PartFile, size: int = SIZE) -> bytes:
    """Read all of it back."""
    return b"".join(bytes(piece) for piece in part.pieces(size))


def shorten(path: Path) -> None:
    """Take the last byte off."""
    os.truncate(path, SIZE - 1)


def lengthen(path: Path) -> None:
    """Append something."""
    with path.open("ab") as stream:
        stream.write(b"surplus")


def swap(path: Path) -> None:
    """Put a copy in its place."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def add_link(path: Path) -> None:
    """Give the file one more name."""
    path.with_name("second").hardlink_to(path)


def make_link(path: Path) -> None:
    """Put a link to the file in its place."""
    real = path.with_name("real")
    path.rename(real)
    path.symlink_to(real)


def make_folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


def make_pipe(path: Path) -> None:
    """Put a pipe in its place."""
    path.unlink()
    os.mkfifo(path)  # type: ignore[attr-defined,unused-ignore]


def take_folder_away(path: Path) -> None:
    """Rename the folder."""
    path.parent.rename(path.parent.with_name("elsewhere"))
