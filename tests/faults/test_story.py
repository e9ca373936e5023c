"""The story of a download: what went wrong with it, told in order, whole after a restart of the program."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import pytest
from headrace.addresses import host_of
from headrace.recordings import Recording
from headrace.spec import Checksum, IfExists
from headrace.states import DownloadState, FailureReason, Notice
from headrace.story import StoryEntry, StoryKind

from tests.conftest import ServerFactory
from tests.support import canaries, faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.overheard import with_login
from tests.support.replies import Framing, Resource

K = StoryKind
R = FailureReason
N = Notice
SIZE: Final = 3_000_000
HALF: Final = SIZE // 2
MIB: Final = 1 << 20
LOST: Final = {R.CONNECTION_LOST, R.SHORT_BODY}
"""How the end of a connection in the middle of a body is called."""

plain_and_tls = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def story(engine: Engine, download_id: str) -> list[StoryEntry]:
    """Ask for a story and wait for it."""
    told: list[tuple[str, tuple[StoryEntry, ...]]] = []
    listen: Callable[..., None] = lambda key, entries: told.append((key, entries))  # noqa: E731 - to be disconnected
    engine.manager.story_told.connect(listen)
    engine.manager.ask_story(download_id)
    engine.until(lambda: bool(told), 5.0)
    engine.manager.story_told.disconnect(listen)
    assert told[0][0] == download_id
    return list(told[0][1])


def rows(entries: list[StoryEntry]) -> list[tuple[Any, ...]]:
    """Return kind and data of each entry; the times must not go back."""
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    return [(entry.kind, *entry.data) for entry in entries]


def pause(engine: Engine, download_id: str) -> None:
    """Pause, and wait for the end of the job."""
    engine.manager.pause([download_id])
    engine.until_still()


def kinds(engine: Engine, download_id: str) -> list[StoryKind]:
    return [entry.kind for entry in story(engine, download_id)]


def held(engine: Engine, server: FaultyServer, download_id: str, number: int = 1) -> None:
    """Wait until half of the file is written and the server stands still."""
    server.wait_for_request(number)
    engine.until_received(download_id, HALF)


# In order.


@plain_and_tls
@pytest.mark.parametrize("restarted", [False, True], ids=["one process", "two processes"])
def test_the_log_of_a_download_tells_its_story_in_order(
    engine: Engine, faulty_server: ServerFactory, tls: bool, restarted: bool
) -> None:
    server = faulty_server(tls=tls)
    address, host = server.file(SIZE), host_of(server.url())
    server.inject(faults.cut(1_000_000, when=faults.nth(1)))
    server.inject(faults.replaced(when=faults.from_nth(2)))
    server.inject(faults.stall(HALF, when=faults.nth(3)))
    download_id = engine.add(address, checksum=Checksum.parse(f"sha256:{seeded.digest(999, SIZE)}"))
    held(engine, server, download_id, 3)
    pause(engine, download_id)
    if restarted:
        engine.restart()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == seeded.body(999, 0, SIZE)
    engine.restart()
    told = rows(story(engine, download_id))
    assert told == [
        (K.ADDED, host, 0),
        (K.STARTED, 1),
        (K.CONNECTED, host, 200, SIZE, 1, 0),
        (K.LOST, host, told[3][2], None),
        (K.RESTARTED, N.RESTARTED_CHANGED),
        (K.CONNECTED, host, 200, SIZE, 1, 0),
        (K.PAUSED, HALF),
        (K.RESUMED, HALF),
        (K.STARTED, 1),
        (K.CONNECTED, host, 206, SIZE, 1, HALF),
        (K.VERIFIED, "sha256", "given"),
        (K.FINISHED, SIZE, told[-1][2]),
    ]
    assert told[3][2] in LOST
    assert 0.0 < told[-1][2] < 30.0
    assert_invariant(engine, server)


def test_the_end_of_the_program_and_the_next_one_are_told(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(HALF))
    download_id = engine.add(plain_server.file(SIZE))
    held(engine, plain_server, download_id)
    engine.restart()
    engine.fetched(download_id)
    told, host = rows(story(engine, download_id)), host_of(plain_server.url())
    assert told == [
        (K.ADDED, host, 0),
        (K.STARTED, 1),
        (K.CONNECTED, host, 200, SIZE, 1, 0),
        (K.STOPPED, HALF),
        (K.TAKEN_UP, HALF),
        (K.STARTED, 1),
        (K.CONNECTED, host, 206, SIZE, 1, HALF),
        (K.FINISHED, SIZE, told[-1][2]),
    ]


def test_each_attempt_and_why_the_last_one_failed(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=3)
    plain_server.inject(faults.status(503, times=2))
    download_id = engine.add(plain_server.url("/missing"))
    assert engine.failed(download_id) is R.NOT_FOUND
    told, host = rows(story(engine, download_id)), host_of(plain_server.url())
    assert told == [
        (K.ADDED, host, 0),
        (K.STARTED, 1),
        (K.RETRY, R.SERVER_BUSY, 503, told[2][3]),
        (K.STARTED, 2),
        (K.RETRY, R.SERVER_BUSY, 503, told[4][3]),
        (K.STARTED, 3),
        (K.FAILED, R.NOT_FOUND, 404, ""),
    ]


def test_what_a_person_does_is_told(engine: Engine, faulty_server: ServerFactory) -> None:
    first, second = faulty_server(), faulty_server()
    other = second.file(SIZE, "/other")
    first.inject(faults.stall(HALF))
    download_id = engine.add(first.file(SIZE))
    held(engine, first, download_id)
    engine.manager.remove([download_id])
    engine.until_still()
    engine.manager.restore([download_id])
    held(engine, first, download_id, 2)
    pause(engine, download_id)
    assert engine.manager.change_address(download_id, other)
    engine.manager.resume([download_id])
    engine.fetched(download_id)
    told = rows(story(engine, download_id))
    found = [row[0] for row in told]
    assert found[:5] == [K.ADDED, K.STARTED, K.CONNECTED, K.REMOVED, K.RESTORED]
    tail = found[found.index(K.READDRESSED) :]
    assert tail == [K.READDRESSED, K.RESUMED, K.STARTED, K.CONNECTED, K.FINISHED]
    assert told[found.index(K.READDRESSED)][1] == host_of(other)
    assert told[-2][1:3] == (host_of(other), 206)


# What went wrong.


def test_a_mirror_with_another_file_is_left_and_named(engine: Engine, faulty_server: ServerFactory) -> None:
    engine.restart(max_connections=2)
    first, mirror = faulty_server(), faulty_server()
    size = 6 * MIB
    address = first.add(Resource("/file", size=size, rate=4 * MIB))
    engine.manager._runner.hosts.learn(host_of(address), 2)
    download_id = engine.add(address, mirrors=(mirror.file(size, "/file", seed=5),))
    assert seeded.first_difference(engine.fetched(download_id), 1, size) is None
    told = rows(story(engine, download_id))
    assert told[0] == (K.ADDED, host_of(address), 1)
    assert first.requests[0].time < mirror.requests[0].time, "with nothing there, there is nothing to compare with"
    assert [row for row in told if row[0] in (K.SOURCE_LEFT, K.NOTED, K.LOST)] == [
        (K.SOURCE_LEFT, host_of(mirror.url()), R.SOURCES_DIFFER)
    ]
    assert_invariant(engine, first, mirror)


def test_a_bad_block_is_told_with_its_size(engine: Engine, plain_server: FaultyServer) -> None:
    stall = plain_server.inject(faults.stall(HALF))
    download_id = engine.add(plain_server.file(SIZE))
    held(engine, plain_server, download_id)
    pause(engine, download_id)
    stall.gate.release.set()
    with engine.parts()[0].open("r+b") as part:
        part.seek(1000)
        part.write(b"another program")
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, SIZE)
    told = rows(story(engine, download_id))
    found = [row[0] for row in told]
    assert (K.BLOCKS_BAD, MIB) in told
    assert found.index(K.STARTED, found.index(K.PAUSED)) < found.index(K.BLOCKS_BAD) < found.index(K.FINISHED)
    assert K.NOTED not in found, "the entry says more than the notice"
    assert_invariant(engine, plain_server)


def test_a_connection_lost_again_and_again_is_told_at_a_pace(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.cut_every(100_000))
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    assert len(plain_server.requests) >= SIZE // 100_000
    told = kinds(engine, download_id)
    assert told == [K.ADDED, K.STARTED, K.CONNECTED, K.LOST, K.CONNECTED, K.FINISHED]


def test_how_many_connections_help_is_told_once_it_is_settled(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.story._SETTLED", 0.2)
    size = 8 * MIB
    address = plain_server.add(Resource("/file", size=size, rate=2 * MIB))
    engine.manager._runner.hosts.learn(host_of(address), 4)
    download_id = engine.add(address, connections=4)
    engine.fetched(download_id)
    told = [row for row in rows(story(engine, download_id)) if row[0] is K.CONNECTIONS]
    assert len(told) == 1
    assert 2 <= told[0][1] <= 4


def test_a_feed_tells_its_losses_and_its_end(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/feed", size=SIZE, framing=Framing.CHUNKED))
    host = host_of(address)
    plain_server.inject(faults.cut(500_000, when=faults.nth(1)))
    plain_server.inject(faults.stall(HALF, when=faults.from_nth(2), times=None))
    download_id = engine.add(address, recording=Recording(reconnect=True))
    engine.until_received(download_id, 1_000_000)
    engine.until(lambda: N.FEED_GAPS in engine.snapshot(download_id).notices)
    assert engine.manager.end([download_id]) == [download_id]
    engine.fetched(download_id)
    told = rows(story(engine, download_id))
    assert [row for row in told if row[0] is not K.NOTED] == [
        (K.ADDED, host, 0),
        (K.STARTED, 1),
        (K.CONNECTED, host, 200, None, 1, 0),
        (K.LOST, host, told[3][2], None),
        (K.CONNECTED, host, 200, None, 1, told[4][5]),
        (K.FINISHED, told[-1][1], told[-1][2]),
    ]
    assert {row[1] for row in told if row[0] is K.NOTED} == {N.FEED_GAPS, N.ENDED_BY_USER}


def test_a_file_that_is_there_is_the_end_of_the_story(engine: Engine, plain_server: FaultyServer) -> None:
    engine.folder.mkdir()
    (engine.folder / "file").write_bytes(b"old")
    download_id = engine.add(plain_server.file(SIZE), if_exists=IfExists.SKIP)
    engine.fetched(download_id)
    told = rows(story(engine, download_id))
    assert told[-1] == (K.NOTED, N.SKIPPED_EXISTING)
    assert K.FINISHED not in [row[0] for row in told]


# Secrets.


@pytest.mark.parametrize("status", [404, 403, 503, 302])
def test_a_story_tells_no_secret(engine: Engine, plain_server: FaultyServer, status: int) -> None:
    location = ("Location", f"ftp://canary:canary@127.0.0.1/{canaries.SIGNED}")
    plain_server.inject(faults.status(status, location, content=b"canary magpie", times=None))
    engine.restart(tries=2)
    address = with_login(plain_server.url()) + canaries.SIGNED
    download_id = engine.add(address, headers=canaries.HEADERS[1:])
    engine.failed(download_id)
    engine.manager.change_address(download_id, with_login(plain_server.url("/other")) + canaries.SIGNED)
    engine.restart()
    engine.manager.resume([download_id])
    engine.until(lambda: story(engine, download_id)[-1].kind is K.FAILED)
    told = story(engine, download_id)
    assert {K.ADDED, K.FAILED, K.READDRESSED} <= {entry.kind for entry in told}
    assert canaries.found_in(repr(told)) == []
    with closing(sqlite3.connect(engine.profile.database)) as connection:
        assert canaries.found_in(repr(connection.execute("SELECT * FROM story").fetchall())) == []
    assert told[-1].data[0] == R.HEADERS_NEEDED, "they were not kept, and that is told"


# As it happens.


def test_whoever_asks_whenever_gets_every_entry_once(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.status(503, times=3))
    plain_server.inject(faults.cut(HALF, when=faults.nth(4)))
    grew: list[StoryEntry] = []
    answers: list[tuple[tuple[StoryEntry, ...], int]] = []
    engine.manager.stories_grew.connect(lambda batch: grew.extend(entry for _, entry in batch))
    engine.manager.story_told.connect(lambda _, entries: answers.append((entries, len(grew))))
    download_id = engine.add(plain_server.file(SIZE))
    asked = 0
    while engine.state(download_id) is not DownloadState.COMPLETED:
        engine.manager.ask_story(download_id)
        asked += 1
        engine.until(lambda: len(answers) > asked - 3)  # noqa: B023 - called at once
    engine.until(lambda: len(answers) == asked)
    whole = story(engine, download_id)
    assert grew == whole
    assert [[*entries, *grew[count:]] for entries, count in answers[:asked]] == [whole] * asked
    assert asked > 10


def test_the_story_of_what_is_not_there_is_empty(engine: Engine) -> None:
    assert story(engine, "nobody") == []
