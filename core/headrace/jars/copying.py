"""A browser's database, read from a copy: the browser's own is neither locked nor changed."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_TRIES: Final = 3
_MOST_BYTES: Final = 1 << 30


@contextmanager
def opened_copy(store: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a copy, which only this person can read and which is gone afterwards.

    Raises OSError, sqlite3.Error.
    """
    with TemporaryDirectory(prefix="headrace-") as folder:  # of this person alone, as tempfile makes them
        copy = Path(folder) / "copy.sqlite"
        _copy(store, copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            yield connection


def _copy(store: Path, copy: Path) -> None:
    """Copy the database and what is to be added to it, once more where the browser wrote meanwhile."""
    for _ in range(_TRIES):
        before = _state(store)
        for path, aim in zip(_parts(store), _parts(copy), strict=True):
            aim.unlink(missing_ok=True)
            if path.is_file():
                shutil.copyfile(path, aim)
        if _state(store) == before:
            return


def _parts(store: Path) -> tuple[Path, Path]:
    return store, store.with_name(f"{store.name}-wal")


def _state(store: Path) -> list[tuple[int, int]]:
    there = [path.stat() for path in _parts(store) if path == store or path.is_file()]
    if sum(one.st_size for one in there) > _MOST_BYTES:
        raise OSError("it is too large to be a browser's list of cookies")
    return [(one.st_size, one.st_mtime_ns) for one in there]
