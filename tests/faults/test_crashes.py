"""Processes that die, or begin to fail from within, at one step after the other; what follows is right all the same."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from headrace.net.body import PIECE
from headrace.states import DownloadState, FailureReason

from tests.support import seeded
from tests.support.dying import SURVIVED, Zygote, zygote
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.opened_store import Opened
from tests.support.replies import Resource

if sys.platform == "win32":
    pytest.skip("a system that forks", allow_module_level=True)

R = FailureReason
S = DownloadState
SIZE: Final = 1_500_000
RATE: Final = 3_000_000
"""Bytes/s that make a download last for two checkpoints."""
PUBLISH: Final = "disk.part_file.PartFile.publish"
WRITE: Final = "disk.part_file.PartFile.write_at"
COMMIT: Final = "store.sqlite_store._write"
DELETE: Final = "disk.removal._remove"


@pytest.fixture(scope="module")
def parent() -> Iterator[Zygote]:
    """Return what makes processes."""
    with zygote() as made:
        yield made


@pytest.fixture
def closed(engine: Engine) -> Engine:
    """Return an engine whose profile is free for other processes; `reopened` opens it again."""
    assert engine.close()
    return engine


def reopened(engine: Engine) -> Engine:
    """Open the engine on what the others have left."""
    engine.manager = engine._open()
    return engine


def stored_ids(engine: Engine) -> tuple[str, ...]:
    """Return the downloads in the database of a profile that is free."""
    opened = Opened(engine.profile.database)
    assert opened.store.close(5)
    return tuple(record.id for record in opened.loaded)


def is_swept(engine: Engine) -> bool:
    """Say whether everything that was removed is deleted."""
    recycling = engine.manager._recycling
    return not recycling and not any(thread.is_alive() for thread in recycling._threads)


def all_right(engine: Engine, server: FaultyServer, size: int = SIZE) -> None:
    """Have everything resumed, and see that every file is right, each there once."""
    engine.until(lambda: all(one.state not in {S.QUEUED, S.RETRY_WAIT} for one in engine.manager.snapshots()))
    engine.manager.resume([one.id for one in engine.manager.snapshots()])
    for one in engine.manager.snapshots():
        assert seeded.first_difference(engine.fetched(one.id), 1, size) is None
    assert len(engine.files()) == len(engine.manager.snapshots())
    assert_invariant(engine, server)


# Aborted.


@pytest.mark.case("C13")
@pytest.mark.parametrize(("at", "call"), [(WRITE, 1), (WRITE, 4), (COMMIT, 4), (PUBLISH, 1)])
def test_c13_aborted_inside_a_library_claims_nothing_false(
    closed: Engine, parent: Zygote, plain_server: FaultyServer, at: str, call: int
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=RATE))
    assert parent.live(closed.profile, closed.folder, at=at, call=call, how="SIGABRT", add=(address,)) == -6
    engine = reopened(closed)
    assert_invariant(engine, plain_server)
    all_right(engine, plain_server)


# Killed at the end, and at a deletion.


@pytest.mark.case("C09")
@pytest.mark.parametrize(
    ("at", "after"),
    [
        ("transfer.finish.Finish.run", False),
        ("transfer.hashing.BehindHasher.finish", False),
        ("transfer.hashing.BehindHasher.finish", True),
        ("disk.part_file.PartFile.dress", True),
        ("disk.renaming.publish_new", False),
        ("disk.renaming.publish_new", True),
        (PUBLISH, True),
    ],
)
def test_c09_killed_in_verification_or_move_it_goes_on(
    closed: Engine, parent: Zygote, plain_server: FaultyServer, at: str, after: bool
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=RATE))
    checksum = f"sha256:{seeded.digest(1, SIZE)}"
    facts: dict[str, Any] = {"at": at, "after": after, "add": (address,), "checksum": checksum}
    assert parent.live(closed.profile, closed.folder, **facts) == -9
    sent = plain_server.body_sent
    engine = reopened(closed)
    all_right(engine, plain_server)
    (found,) = engine.manager.snapshots()
    assert found.checksum_verified == "sha256"
    assert plain_server.body_sent - sent < SIZE / 2 + PIECE  # what the last checkpoint before the end had not claimed


DEATHS: Final = [
    (at, call, after) for at, call in ((COMMIT, 1), (COMMIT, 2), (COMMIT, 3), (DELETE, 1)) for after in (False, True)
]


@pytest.mark.case("C08")
@pytest.mark.parametrize("part", [False, True], ids=["finished", "part"])
@pytest.mark.parametrize(("at", "call", "after"), DEATHS)
def test_c08_killed_in_a_deletion_either_both_are_gone_or_none(
    closed: Engine, parent: Zygote, plain_server: FaultyServer, at: str, call: int, after: bool, part: bool
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=RATE if part else None))
    begun = {"at": WRITE, "call": 3} if part else {}
    assert parent.live(closed.profile, closed.folder, add=(address,), **begun) == (-9 if part else SURVIVED)
    assert len(closed.files()) == 1
    facts: dict[str, Any] = {"at": at, "call": call, "after": after, "remove": stored_ids(closed), "continuing": False}
    assert parent.live(closed.profile, closed.folder, **facts) in (-9, SURVIVED)
    closed.settings = replace(closed.settings, continue_at_start=False)
    engine = reopened(closed)
    engine.until(lambda: is_swept(engine))
    listed = [one.state for one in engine.manager.snapshots()]
    assert len(listed) == len(engine.files())
    assert listed in ([], [S.PAUSED if part else S.COMPLETED])
    assert_invariant(engine, plain_server)


# Again and again.


@pytest.mark.case("C15")
def test_c15_after_three_crashes_at_the_start_nothing_starts_by_itself(
    closed: Engine, parent: Zygote, plain_server: FaultyServer
) -> None:
    addresses = tuple(plain_server.add(Resource(f"/{name}", size=SIZE, rate=RATE)) for name in "ab")
    start = "manager_loading.ManagerLoading._take_loaded"
    facts: dict[str, Any] = {"how": "SIGABRT"}
    assert parent.live(closed.profile, closed.folder, add=addresses, at=WRITE, call=2, **facts) == -6
    asked = []
    for _ in range(49):
        assert parent.live(closed.profile, closed.folder, at=start, after=True, **facts) == -6
        asked.append(plain_server.connections_accepted)
    assert asked[2:] == [asked[2]] * 47
    engine = reopened(closed)
    assert {one.state for one in engine.manager.snapshots()} <= {S.PAUSED, S.FAILED}
    assert_invariant(engine, plain_server)
    assert [path.name for path in engine.profile.folder.glob("*.damaged*")] == []
    all_right(engine, plain_server)


@pytest.mark.case("C16")
def test_c16_the_one_that_runs_at_every_crash_waits_for_a_person(
    closed: Engine, parent: Zygote, plain_server: FaultyServer
) -> None:
    names = ("/good", "/bad", "/late")
    good, bad, late = (plain_server.add(Resource(name, size=SIZE, rate=RATE)) for name in names)
    plain_server.add(Resource("/good", size=SIZE))
    fatal: dict[str, Any] = {"at": WRITE, "call": 3, "whose": bad}
    for added in ((good, bad), (), (late,)):
        assert parent.live(closed.profile, closed.folder, add=added, **fatal) == -9
    engine = reopened(closed)
    found = {one.name: one for one in engine.manager.snapshots()}
    assert [found[name[1:]].state for name in names] == [S.COMPLETED, S.FAILED, S.PAUSED]
    assert found["bad"].failure is not None
    assert found["bad"].failure.reason is R.INTERNAL
    engine.manager.resume([found["late"].id])
    engine.fetched(found["late"].id)
    engine.restart()
    assert engine.state(found["bad"].id) is S.FAILED
    all_right(engine, plain_server)
