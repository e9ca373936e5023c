"""Bytes that are there and the address or the database that does not fit them any more (R36, R37)."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from headrace.states import DownloadState, FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import canaries, faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import _claims, assert_invariant
from tests.support.replies import Framing, Resource, plain_reply
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

MIB = 1 << 20
SIZE = 3 * MIB
HALF = SIZE // 2
R = FailureReason


def half_way(scene: Scene) -> str:
    """Pause the scene's download when about half of it is there."""
    if not scene.many:
        gate = scene.server.inject(faults.stall(scene.size // 2)).gate
    download_id = scene.add()
    scene.engine.until_received(download_id, scene.size // 2)
    scene.engine.manager.pause([download_id])
    scene.engine.until_still()
    if not scene.many:
        gate.release.set()
    return download_id


# -- the database is behind ------------------------------------------------------------------------------------


def database_behind(engine: Engine, server: FaultyServer, resource: Resource) -> str:
    """Have all bytes on the disk, and a database that knows of half of them."""
    stall = server.inject(faults.stall(HALF))
    download_id = engine.add(server.add(resource))
    engine.until(lambda: [claims.received for _, claims in _claims(engine)] == [HALF])
    with closing(sqlite3.connect(engine.profile.database)) as database, closing(sqlite3.connect(":memory:")) as behind:
        database.backup(behind)
        stall.gate.release.set()
        engine.until_received(download_id, SIZE)
        assert engine.close()
        for path in engine.profile.folder.glob(f"{engine.profile.database.name}-*"):
            path.unlink()
        behind.backup(database)
    return download_id


@pytest.mark.case("R36")
@pytest.mark.parametrize("framing", [Framing.LENGTH, Framing.CHUNKED], ids=["known length", "unknown length"])
def test_r36_a_database_that_is_behind_costs_bytes_and_nothing_else(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, framing: Framing
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("headrace.disk.part_file.publish_new", full_disk)
        download_id = database_behind(engine, plain_server, Resource("/file", size=SIZE, framing=framing))
    engine.restart()
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert sum(request.body_sent for request in plain_server.requests[1:]) <= HALF + MIB
    assert engine.parts() == []
    assert_invariant(engine, plain_server)


def full_disk(*_: object) -> None:
    """Fail like a disk that is full."""
    raise OSError(28, "No space left on device")


@pytest.mark.case("R36")
@pytest.mark.parametrize("said", [f"bytes */{SIZE}", None], ids=["with the length", "without a word"])
def test_r36_all_bytes_of_an_unknown_length_end_with_the_range_refused(
    engine: Engine, plain_server: FaultyServer, said: str | None
) -> None:
    """The database has every byte and does not know that there are no more; the server says it well or badly."""
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    stall = plain_server.inject(faults.stall(SIZE))
    download_id = engine.add(address)
    engine.until_received(download_id, SIZE)
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    refusal = plain_reply(416, () if said is None else (("Content-Range", said),))
    plain_server.inject(faults.Fault(lambda _reply, request: refusal if request.range else None, times=None))
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert all(request.status == 416 for request in plain_server.requests if request.range)
    assert (len(plain_server.requests) == 2) is (said is not None)
    assert_invariant(engine, plain_server)


# -- another address -------------------------------------------------------------------------------------------


@four_ways
@pytest.mark.case("R37")
def test_r37_the_same_version_at_a_new_address_is_continued(
    engine: Engine, way: Way, faulty_server: ServerFactory
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    download_id = half_way(scene)
    there, asked = scene.engine.snapshot(download_id).received, len(scene.server.requests)
    scene.serve(rate=None)
    address = other.add(replace(scene.resource, path="/moved"))
    assert scene.engine.manager.change_address(download_id, address)
    scene.engine.manager.resume([download_id])
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, scene.size) is None
    assert scene.engine.snapshot(download_id).address == address
    assert len(scene.server.requests) == asked
    assert sum(request.body_sent for request in other.requests) <= scene.size - there + (1 << 18)
    assert_invariant(scene.engine, other)


OTHER_VERSIONS: list[tuple[str, dict[str, object]]] = [
    ("another tag", {"etag": '"v2"', "seed": 2}),
    ("another length", {"etag": '"v2"', "size": 7 * MIB}),
    ("no ranges and another tag", {"etag": '"v2"', "seed": 2, "accepts_ranges": False}),
    ("the same tag and other bytes", {"seed": 2}),
]


@four_ways
@pytest.mark.case("R37")
@pytest.mark.parametrize(("name", "facts"), OTHER_VERSIONS, ids=[name for name, _ in OTHER_VERSIONS])
def test_r37_another_version_is_for_a_person_to_decide_and_costs_no_byte(
    engine: Engine, way: Way, faulty_server: ServerFactory, name: str, facts: dict[str, object]
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    download_id = half_way(scene)
    there = scene.engine.snapshot(download_id).received
    scene.serve(rate=None)
    address = other.add(replace(scene.resource, **facts))  # type: ignore[arg-type]
    assert scene.engine.manager.change_address(download_id, address)
    scene.engine.manager.resume([download_id])
    assert scene.engine.failed(download_id) is R.SOURCES_DIFFER
    assert scene.engine.snapshot(download_id).received == there
    assert_invariant(scene.engine, scene.server)
    assert scene.engine.manager.change_address(download_id, scene.address)
    scene.engine.manager.resume([download_id])
    assert seeded.first_difference(scene.engine.fetched(download_id), 1, scene.size) is None
    assert Notice.RESTARTED_CHANGED not in scene.engine.snapshot(download_id).notices
    assert_invariant(scene.engine, scene.server)


@pytest.mark.case("R37")
@pytest.mark.parametrize("status", [403, 404, 410])
def test_r37_an_address_without_the_file_leaves_what_is_there(
    engine: Engine, plain_server: FaultyServer, faulty_server: ServerFactory, status: int
) -> None:
    scene = Scene(Way(tls=False, connections=1), engine, faulty_server)
    download_id = half_way(scene)
    plain_server.inject(faults.status(status, times=None))
    assert engine.manager.change_address(download_id, plain_server.url("/gone"))
    engine.restart()  # it is remembered too
    engine.manager.resume([download_id])
    assert engine.failed(download_id) in (R.FORBIDDEN, R.NOT_FOUND, R.GONE)
    assert engine.manager.change_address(download_id, scene.address)
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, scene.size) is None
    assert Notice.RESTARTED_CHANGED not in engine.snapshot(download_id).notices


@pytest.mark.case("R37")
def test_r37_without_a_version_only_equal_bytes_go_on(engine: Engine, faulty_server: ServerFactory) -> None:
    scene, other = Scene(Way(tls=False, connections=1), engine, faulty_server), faulty_server()
    scene.serve(etag=None)
    download_id = half_way(scene)
    wrong, right = other.add(replace(scene.resource, seed=2, path="/a")), other.add(replace(scene.resource, path="/b"))
    assert engine.manager.change_address(download_id, wrong)
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is R.SOURCES_DIFFER
    assert engine.manager.change_address(download_id, right)
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, scene.size) is None
    assert engine.snapshot(download_id).notices == (Notice.JOINED_BY_OVERLAP,)


@pytest.mark.case("R37")
def test_r37_a_checksum_behind_the_new_address_counts(engine: Engine, faulty_server: ServerFactory) -> None:
    scene, other = Scene(Way(tls=False, connections=1), engine, faulty_server), faulty_server()
    download_id, address = half_way(scene), other.add(scene.resource)
    with pytest.raises(ValueError, match="sha256"):
        engine.manager.change_address(download_id, f"{address}#sha256=beef")
    assert engine.manager.change_address(download_id, f"{address}#sha256={'0' * 64}")
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is R.CHECKSUM_MISMATCH


@pytest.mark.case("R37")
def test_r37_headers_of_the_user_stay_with_their_origin(engine: Engine, faulty_server: ServerFactory) -> None:
    scene, other = Scene(Way(tls=False, connections=1), engine, faulty_server), faulty_server()
    gate = scene.server.inject(faults.stall(scene.size // 2)).gate
    download_id = scene.add(headers=canaries.HEADERS)
    engine.until_received(download_id, scene.size // 2)
    engine.manager.pause([download_id])
    engine.until_still()
    gate.release.set()
    assert engine.manager.change_address(download_id, other.add(scene.resource))
    engine.manager.resume([download_id])
    engine.fetched(download_id)
    assert [canaries.found_in(repr(request.raw_headers)) for request in other.requests] == [[]]
    assert canaries.found_in(repr(scene.server.requests[0].raw_headers))


@pytest.mark.case("R37", "U12")
def test_r37_what_runs_is_done_or_would_come_twice_keeps_its_address(
    engine: Engine, plain_server: FaultyServer
) -> None:
    stall = plain_server.inject(faults.stall(1000, when=faults.on_path("/a")))
    running = engine.add(plain_server.file(SIZE, "/a"))
    done = engine.add(plain_server.file(1000, "/b"))
    waiting = engine.add(plain_server.file(1000, "/c"), paused=True)
    engine.fetched(done)
    engine.until_state(running, DownloadState.DOWNLOADING)
    new = plain_server.url("/new")
    assert not engine.manager.change_address(running, new)
    assert not engine.manager.change_address(done, new)
    assert not engine.manager.change_address(waiting, plain_server.url("/a"))
    assert not engine.manager.change_address("unknown", new)
    with pytest.raises(ValueError, match="does not begin with http"):
        engine.manager.change_address(waiting, "file:///etc/passwd")
    stall.gate.release.set()
    engine.fetched(running)
    assert [one.address for one in engine.manager.snapshots()] == [
        plain_server.url(path) for path in ("/a", "/b", "/c")
    ]
