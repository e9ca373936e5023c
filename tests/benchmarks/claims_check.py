"""Reads what a killed process left in its database, and holds every claim against the bytes on the disk."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from headrace.claims import Claims
from headrace.profile import Profile
from headrace.states import DownloadState
from headrace.store.migrations import migrate
from headrace.store.records import CLAIM_COLUMNS, claims_from

from tests.support import seeded

_GET_CLAIMS: Final = f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claims"  # noqa: S608 - names from the program's own list


@dataclass(frozen=True)
class Memory:
    """What the database says of its one download."""

    state: DownloadState | None
    """None where nothing was stored yet."""
    claims: tuple[Claims, ...]

    @property
    def claimed(self) -> int:
        """Bytes claimed."""
        return sum(claims.received for claims in self.claims)


def remembered(profile: Profile, scratch: Path) -> Memory:
    """Read a copy of the database and its log, so that the next process recovers them itself. Makes `scratch`."""
    scratch.mkdir()
    try:
        for path in profile.folder.glob(f"{profile.database.name}*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, scratch)
        return _read(scratch / profile.database.name)
    finally:
        shutil.rmtree(scratch)


def _read(database: Path) -> Memory:
    with closing(sqlite3.connect(database)) as connection:
        migrate(connection)  # the copy: a process may have been stopped before it did that
        states = [DownloadState(state) for (state,) in connection.execute("SELECT state FROM downloads")]
        claims = tuple(claims_from(row)[1] for row in connection.execute(_GET_CLAIMS))
    return Memory(states[0] if states else None, claims)


def false_claims(memory: Memory, folder: Path, seed: int) -> list[str]:
    """Compare every claimed byte in `folder` with the body of `seed`; say in words what is claimed and not so."""
    if memory.state is DownloadState.COMPLETED:
        return []  # the finished file is compared as a whole, and claims mean nothing any more
    return [f"{claims}: {wrong}" for claims in memory.claims for wrong in _wrong(claims, folder, seed)]


def _wrong(claims: Claims, folder: Path, seed: int) -> Iterator[str]:
    if not claims.received:
        return
    path = _claimed_file(claims, folder)
    if path is None:
        yield "neither part file nor final file is that one"
        return
    with path.open("rb") as stream:
        for start, end in claimed_spans(claims):
            yield from (f"{path.name} is wrong {where}" for where in _differences(stream, seed, start, end))


def claimed_spans(claims: Claims) -> Iterator[tuple[int, int]]:
    """Yield every stretch [start, end) of bytes that `claims` says are on disk."""
    yield from ((segment.start, segment.position) for segment in claims.segments)


def _differences(stream: BinaryIO, seed: int, start: int, end: int) -> Iterator[str]:
    """Compare [start, end) byte by byte with the body of `seed`: what was served, whatever else is stored of it."""
    stream.seek(start)
    for piece in seeded.pieces(seed, start, end):
        if stream.read(len(piece)) != piece:
            yield f"between {start} and {start + len(piece)}"
        start += len(piece)


def _claimed_file(claims: Claims, folder: Path) -> Path | None:
    """Return the file that is claimed: under its part name, or under the final one if it was just being published."""
    for name in filter(None, (claims.part_name, claims.publishing_as)):
        try:
            found = (folder / name).stat()
        except FileNotFoundError:
            continue
        if (found.st_dev, found.st_ino) == (claims.device, claims.inode):
            return folder / name
    return None
