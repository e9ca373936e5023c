"""What must hold after every fault, whatever became of the download (invariant I0 of the catalogue).

The final name has the right bytes or does not exist; every byte the database claims is on disk and right; nothing is
written outside the folder; no secret is told. Threads and files left behind are watched in tests/conftest.py.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from headrace.claims import Claims
from headrace.states import DownloadState
from headrace.store.records import CLAIM_COLUMNS, claims_from

from tests.benchmarks.claims_check import claimed_spans
from tests.support import canaries
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

_CLAIMS: Final = f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claims"  # noqa: S608 - names from the program's own list
_UNPROVEN: Final = {".part", ".bad"}
"""Endings of files that promise nothing: still growing, or kept for inspection."""
_FOLDERS: Final = "SELECT folder FROM downloads WHERE id = ?"


def assert_invariant(
    engine: Engine,
    *servers: FaultyServer,
    also: Iterable[Resource] = (),
    kept: Iterable[str] = (),
    besides: Iterable[str] = (),
) -> None:
    """Fail unless I0 holds.

    A file is right if it is one of what `servers` have, or would have by the faults they know, or one of `also`. Files
    called `kept` were in the folder before; entries of the folder's parent called `besides` are the test's own.
    """
    right = [*also, *(resource for server in servers for resource in bodies(server))]
    found = [*wrong_files(engine, right, set(kept)), *false_claims(engine, right), *strays(engine, set(besides))]
    found += told_secrets(engine)
    if found:  # no assert: only test modules get their values into the message
        raise AssertionError("; ".join(found))


def bodies(server: FaultyServer) -> Iterator[Resource]:
    """Yield every content `server` has, and those that its faults put in their place."""
    with server._changed:
        resources, faults = list(server._resources.values()), list(server._faults)
    yield from resources
    for fault in faults:
        yield from (changed for resource in resources if (changed := fault.swap(resource)) != resource)


def wrong_files(engine: Engine, right: list[Resource], kept: set[str]) -> list[str]:
    """Name the files under a final name that are none of the right ones, and complete downloads without a file."""
    finished = [path for path in _files(engine.folder) if path.suffix not in _UNPROVEN and path.name not in kept]
    complete = [one.path for one in engine.manager.snapshots() if one.state is DownloadState.COMPLETED]
    found = [f"{path.name} is not what was served" for path in finished if not any(_is(path, one) for one in right)]
    return found + [f"{path.name} is complete and not there" for path in complete if not os.path.lexists(path)]


def false_claims(engine: Engine, right: list[Resource]) -> list[str]:
    """Name the claims in the database that no right content bears out."""
    return [
        f"{claims.part_name} is claimed wrongly: {claims.segments}"
        for folder, claims in _claims(engine)
        if claims.received and not _holds(folder, claims, right)
    ]


def strays(engine: Engine, besides: set[str]) -> list[str]:
    """Name what lies beside the target folder and the profile, and was not put there by the test."""
    known = {engine.folder.name, engine.profile.folder.name, *besides}
    return [f"{path.name} is outside the folder" for path in engine.folder.parent.iterdir() if path.name not in known]


def told_secrets(engine: Engine) -> list[str]:
    """Name the places where a canary is: files of the profile, marks on files, failures, names."""
    found = [
        f"{path.name}: {line}"
        for path in _files(engine.profile.folder)
        for line in canaries.found_in(content_of(path), signatures=False)
    ]
    found += [f"mark of {path.name}: {line}" for path in _files(engine.folder) for line in _told_by_marks(path)]
    shown = (f"{snapshot.failure!r} {snapshot.name}" for snapshot in engine.manager.snapshots())
    return found + [f"failure: {line}" for text in shown for line in canaries.found_in(text)]


def content_of(path: Path) -> bytes:
    """Return what is in a file; nothing where it has gone meanwhile, as those beside a database do."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _files(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def _is(path: Path, resource: Resource) -> bool:
    return path.stat().st_size == resource.length and _agrees(path, resource, 0, resource.length)


def _agrees(path: Path, resource: Resource, start: int, end: int) -> bool:
    """Say whether bytes [start, end) of the file are those of the content."""
    if end > resource.length:
        return False
    with path.open("rb") as stream:
        stream.seek(start)
        return all(stream.read(len(piece)) == piece for piece in resource.part(start, end).pieces())


def _claims(engine: Engine) -> list[tuple[Path, Claims]]:
    """Read folders and claims of unfinished downloads out of the database."""
    with closing(sqlite3.connect(engine.profile.database)) as connection:
        connection.execute("BEGIN")  # both of one moment, whatever is written meanwhile
        rows = [claims_from(row) for row in connection.execute(_CLAIMS)]
        folders = {key: connection.execute(_FOLDERS, (key,)).fetchone()[0] for key, _ in rows}
    return [(Path(os.fsdecode(folders[key])), claims) for key, claims in rows if not _is_complete(engine, key)]


def _is_complete(engine: Engine, download_id: str) -> bool:
    snapshot = engine.manager.snapshot(download_id)
    return snapshot is not None and snapshot.state is DownloadState.COMPLETED


def _holds(folder: Path, claims: Claims, right: list[Resource]) -> bool:
    path = _claimed_file(folder, claims)
    if path is None:
        return True  # taken away from outside: the engine notices before it builds on it
    return any(all(_agrees(path, one, *span) for span in claimed_spans(claims)) for one in right)


def _claimed_file(folder: Path, claims: Claims) -> Path | None:
    for name in filter(None, (claims.part_name, claims.publishing_as)):
        with suppress(OSError):
            facts = (folder / name).stat()
            if (facts.st_dev, facts.st_ino) == (claims.device, claims.inode):
                return folder / name
    return None


def _told_by_marks(path: Path) -> list[str]:
    if not hasattr(os, "listxattr"):
        return []
    with suppress(OSError):  # a disk without marks
        return [line for mark in os.listxattr(path) for line in canaries.found_in(os.getxattr(path, mark))]
    return []
