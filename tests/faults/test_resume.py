"""Resuming: what may be joined to what is there, and what must begin anew (catalogue group R, one connection)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.states import DownloadState, FailureReason, Notice
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource

SIZE = 3_000_000
HALF = SIZE // 2


def is_seeded(path: Path, seed: int = 1, size: int = SIZE) -> bool:
    """Say whether the file is the seeded body of that size, byte for byte."""
    return path.read_bytes() == seeded.body(seed, 0, size)


def interrupted(engine: Engine, server: FaultyServer, **facts: object) -> str:
    """Begin a download, pause it half way, and return its id."""
    address = server.add(Resource("/file", size=SIZE, **facts))  # type: ignore[arg-type]
    stall = server.inject(faults.stall(HALF))
    download_id = engine.add(address)
    engine.until_received(download_id, HALF)
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    server.heal()
    return download_id


JOINED: list[tuple[str, dict[str, object], Callable[[], Fault] | None]] = [
    ("R01 strong ETag", {}, None),
    (
        "R01 strong date",
        {"etag": None, "last_modified": "Mon, 02 Mar 2026 10:00:00 GMT", "date": "Tue, 03 Mar 2026 10:00:00 GMT"},
        None,
    ),
    ("R09 validator missing in the 206", {}, lambda: faults.header("ETag", None)),
    ("R11 total unknown in the 206", {}, lambda: faults.content_range("bytes {first}-{last}/*")),
    ("R13 shorter range than asked", {}, lambda: faults.shorter(100_000)),
    ("R14 body cut in the 206", {}, lambda: faults.cut(10_000)),
    ("R12 Content-Length of the 206 too large", {}, lambda: faults.header("Content-Length", str(SIZE), times=1)),
]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(("case", "facts", "wrong"), rows(*JOINED))
def test_bytes_are_kept(
    engine: Engine,
    faulty_server: ServerFactory,
    case: str,
    facts: dict[str, object],
    wrong: Callable[[], Fault] | None,
    tls: bool,
) -> None:
    server = faulty_server(tls=tls)
    download_id = interrupted(engine, server, **facts)
    if wrong is not None:
        server.inject(wrong())
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    second = server.requests[1]
    assert second.range_start == HALF - GLANCE
    assert second.headers["if-range"]
    assert Notice.RESTARTED_CHANGED not in engine.snapshot(download_id).notices
    assert sum(request.body_sent for request in server.requests[1:]) < SIZE


RESTARTED: list[tuple[str, dict[str, object], Callable[[], Fault], Notice]] = [
    ("R04 206 from byte 0", {}, lambda: faults.wrong_offset(-HALF), Notice.RESTARTED_NO_RESUME),
    ("R05 206 too far on", {}, lambda: faults.wrong_offset(1000), Notice.RESTARTED_NO_RESUME),
    ("R05 206 one byte early", {}, lambda: faults.wrong_offset(-1), Notice.RESTARTED_NO_RESUME),
    ("R06 no Content-Range", {}, lambda: faults.content_range(None), Notice.RESTARTED_NO_RESUME),
    ("R07 last before first", {}, lambda: faults.content_range("bytes 9-3/{total}"), Notice.RESTARTED_NO_RESUME),
    ("R07 total too small", {}, lambda: faults.content_range("bytes {first}-99/50"), Notice.RESTARTED_NO_RESUME),
    ("R07 other unit", {}, lambda: faults.content_range("items {first}-{last}/{total}"), Notice.RESTARTED_NO_RESUME),
    ("R07 no sense", {}, lambda: faults.content_range("ooga-booga"), Notice.RESTARTED_NO_RESUME),
    (
        "R07 two of them",
        {},
        lambda: faults.content_range("bytes {first}-{last}/{total}", "bytes 0-1/2"),
        Notice.RESTARTED_NO_RESUME,
    ),
    ("R10 206 of another validator", {}, lambda: faults.header("ETag", '"v2"'), Notice.RESTARTED_CHANGED),
    ("R15 multipart", {}, faults.multipart, Notice.RESTARTED_NO_RESUME),
    ("R16 gzip slice", {}, lambda: faults.gzipped(when=faults.resuming, times=None), Notice.RESTARTED_NO_RESUME),
]


@pytest.mark.parametrize(("case", "facts", "wrong", "notice"), rows(*RESTARTED))
def test_what_cannot_be_joined_begins_anew_and_says_so(
    engine: Engine,
    plain_server: FaultyServer,
    case: str,
    facts: dict[str, object],
    wrong: Callable[[], Fault],
    notice: Notice,
) -> None:
    download_id = interrupted(engine, plain_server, **facts)
    plain_server.inject(wrong())
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert notice in engine.snapshot(download_id).notices
    assert engine.parts() == []


@pytest.mark.case("R03", "R08", "R20")
@pytest.mark.parametrize("size", [SIZE, SIZE + 20_000, HALF - 1000], ids=["same size", "R08 longer", "R20 shorter"])
@pytest.mark.parametrize("honours", [True, False], ids=["If-Range honoured", "If-Range ignored"])
def test_r03_a_changed_file_is_fetched_anew(
    engine: Engine, plain_server: FaultyServer, size: int, honours: bool
) -> None:
    download_id = interrupted(engine, plain_server, honours_if_range=honours)
    plain_server.inject(faults.replaced(size=size))
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id), seed=999, size=size)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices


@pytest.mark.case("R02")
def test_r02_a_200_of_the_same_file_is_compared_and_goes_on(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = interrupted(engine, plain_server)
    plain_server.inject(faults.ignore_range())
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert engine.snapshot(download_id).notices == ()
    assert len(plain_server.requests) == 2


WITHOUT_VALIDATOR: list[tuple[str, dict[str, object]]] = [
    ("R23 weak ETag", {"etag": 'W/"v1"'}),
    (
        "R24 date too fresh",
        {"etag": None, "last_modified": "Sat, 21 Nov 2026 10:00:00 GMT", "date": "Sat, 21 Nov 2026 10:00:10 GMT"},
    ),
    ("R25 no validator", {"etag": None}),
]


@pytest.mark.parametrize(("case", "facts"), rows(*WITHOUT_VALIDATOR))
def test_without_a_strong_validator_the_join_is_proven_by_overlap(
    engine: Engine, plain_server: FaultyServer, case: str, facts: dict[str, object]
) -> None:
    download_id = interrupted(engine, plain_server, **facts)
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    asked = plain_server.requests[1]
    assert asked.range_start is not None
    assert asked.range_start > 0
    assert "if-range" not in asked.headers
    assert engine.snapshot(download_id).notices == (Notice.JOINED_BY_OVERLAP,)
    assert len(plain_server.requests) == 2


@pytest.mark.parametrize(("case", "facts"), rows(*WITHOUT_VALIDATOR))
@pytest.mark.case("R30")
def test_r30_an_overlap_that_differs_begins_anew(
    engine: Engine, plain_server: FaultyServer, case: str, facts: dict[str, object]
) -> None:
    download_id = interrupted(engine, plain_server, **facts)
    plain_server.inject(faults.swap(lambda old: replace(old, seed=2)))
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == seeded.body(2, 0, SIZE)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices


@pytest.mark.case("R28")
def test_r28_where_ranges_are_refused_it_begins_anew(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = interrupted(
        engine, plain_server, accepts_ranges=False, headers=(("Accept-Ranges", "none"),), etag=None
    )
    assert engine.snapshot(download_id).resumable is False
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert plain_server.requests[1].range_start is None
    assert Notice.RESTARTED_NO_RESUME in engine.snapshot(download_id).notices


@pytest.mark.case("R38")
def test_r38_all_bytes_there_needs_no_request(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = plain_server.file(SIZE)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("headrace.disk.part_file.publish_new", refuse)
        download_id = engine.add(address)
        assert engine.failed(download_id) is FailureReason.DISK_FULL
    engine.restart()
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert len(plain_server.requests) == 1


def test_unknown_total_with_a_validator_is_continued(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = interrupted(engine, plain_server, framing=Framing.CHUNKED)
    assert engine.snapshot(download_id).total is None
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert plain_server.requests[1].range_start == HALF - GLANCE


DAMAGE: list[tuple[str, Callable[[Path], object]]] = [
    ("R40 missing", lambda part: part.unlink()),
    ("R40 shorter", lambda part: part.write_bytes(part.read_bytes()[:1000])),
    ("R40 another inode", lambda part: (part.rename(part.with_suffix(".old")), part.write_bytes(bytes(SIZE)))),
    ("D16 linked elsewhere", lambda part: part.with_suffix(".link").hardlink_to(part)),
]


@pytest.mark.parametrize(("case", "damage"), rows(*DAMAGE))
def test_a_part_file_that_is_not_ours_any_more_is_not_built_on(
    engine: Engine, plain_server: FaultyServer, case: str, damage: Callable[[Path], object]
) -> None:
    download_id = interrupted(engine, plain_server)
    damage(engine.parts()[0])
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))
    assert Notice.RESTARTED_PART_LOST in engine.snapshot(download_id).notices


@pytest.mark.case("R39")
def test_r39_surplus_behind_the_part_is_cut(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = interrupted(engine, plain_server)
    with engine.parts()[0].open("ab") as part:
        part.write(b"appended by someone")
    engine.manager.resume([download_id])
    assert is_seeded(engine.fetched(download_id))


@pytest.mark.case("R41")
def test_r41_resumed_at_many_places_the_file_is_the_same(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server(tls=True)
    address = server.file(SIZE)
    for place in range(17, SIZE, SIZE // 20):
        server.inject(faults.reset(SIZE // 20 + place % 7, times=1, when=faults.starting_at(0, SIZE)))
    download_id = engine.add(address)
    assert is_seeded(engine.fetched(download_id))
    assert server.body_sent < SIZE * 1.1


def test_resume_after_a_restart_of_the_program(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.stall(HALF))
    download_id = engine.add(address)
    engine.until_received(download_id, HALF)
    engine.restart()  # it ran: so it runs again
    assert is_seeded(engine.fetched(download_id))
    assert plain_server.requests[1].range_start == HALF - GLANCE


def test_paused_stays_paused_over_a_restart(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = interrupted(engine, plain_server)
    engine.restart()
    snapshot = engine.snapshot(download_id)
    assert (snapshot.state, snapshot.received, snapshot.total) == (DownloadState.PAUSED, HALF, SIZE)
    assert len(plain_server.requests) == 1


def test_one_address_twice_is_one_download_unless_each_has_an_id(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    first = engine.add(address, paused=True)
    assert engine.add(address, paused=True) == first
    second = engine.add(address, id="00000000000000aa", paused=True)
    assert (second, first != second) == ("00000000000000aa", True)
    engine.manager.resume([first, second])
    paths = {engine.fetched(first), engine.fetched(second)}
    assert len(paths) == 2
    assert all(is_seeded(path) for path in paths)
