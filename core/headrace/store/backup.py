"""The second copy of the database: made when a process ends in order, put in the first one's place where that is bad.

Part files say nothing of themselves, so what a backup does not know of has to be added again. Nothing is ever deleted:
a damaged file is kept beside the good one.
"""

import logging
import os
import sqlite3
import time
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from headrace.store.migrations import check_pages, check_version

_log = logging.getLogger(__name__)
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BESIDE: Final = ("-wal", "-shm")
"""Endings of the files SQLite keeps beside a database: never to be met by another one of its name."""


def backup_of(path: Path) -> Path:
    """Return where the backup of the database at `path` is."""
    return path.with_name(f"{path.name}.backup")


def back_up(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the open database to the backup of `path`, whole or not at all; a failure is logged."""
    fresh = path.with_name(f"{path.name}.backup.new")
    try:
        fresh.unlink(missing_ok=True)
        _make(fresh)  # first, so that nobody else may read it
        connection.execute("VACUUM INTO ?", (str(fresh),))
        _flush(fresh)
        fresh.replace(backup_of(path))
    except (sqlite3.Error, OSError) as error:
        _log.warning("no backup of the database could be made: %s", error)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


class Rescue(NamedTuple):
    """What became of a database that was to be opened."""

    damaged: Path | None = None
    """Where a damaged one is kept, so that its backup is in its place."""
    is_whole: bool = False
    """Whether all of what is in its place was looked through, and is well."""


def rescue(path: Path) -> Rescue:
    """Put the backup in the place of a damaged database; say what was done.

    A damaged one without a good backup is left as it is, and so is one of a newer program. Raises OSError.
    """
    backup = backup_of(path)
    if not (path.is_file() and backup.is_file()):
        return Rescue()
    damaged = _is_damaged(path)
    if not damaged or _is_damaged(backup):
        return Rescue(is_whole=damaged is False)
    fresh = path.with_name(f"{path.name}.rescued")
    fresh.unlink(missing_ok=True)
    _make(fresh)
    fresh.write_bytes(backup.read_bytes())
    _flush(fresh)
    aside = _free_name(path)
    for ending in _BESIDE:  # first: what belongs to the damaged one must not be taken for the other's
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    _keep(path, aside)
    fresh.replace(path)
    _log.error("the database was damaged: its backup is used, and it is kept as %s", aside.name)
    return Rescue(aside)


def _is_damaged(path: Path) -> bool | None:
    """Say whether a file is no whole database, an empty file included; None where that cannot be told."""
    if not path.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(path, timeout=5.0)) as connection:
            check_version(connection)
            check_pages(connection)
    except ValueError:
        return None  # a newer program's
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return True if code in _DAMAGED else None
    return False


def _free_name(path: Path) -> Path:
    name = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(free for free in map(path.with_name, names) if not os.path.lexists(free))


def _keep(path: Path, aside: Path) -> None:
    """Give a file a second name; only where there are none, another one."""
    try:
        aside.hardlink_to(path)
    except (OSError, NotImplementedError):
        path.rename(aside)


def _make(path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))


def _flush(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
