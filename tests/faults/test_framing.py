"""How the end of a body is told, and every way that goes wrong: S11 to S17."""

from collections.abc import Callable
from typing import Final

import pytest
from headrace.states import FailureReason, Notice
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.replies import Framing, Reply, Request
from tests.support.scene import SMALL, Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
_AT: Final = 400_000
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def named(scene: Scene, download_id: str) -> FailureReason:
    """Wait for the failure of a fetch that publishes nothing, and return its reason."""
    reason = scene.engine.failed(download_id)
    assert not (scene.engine.folder / "file").exists()
    return reason


# -- no length -------------------------------------------------------------------------------------------------


@pytest.mark.case("S11")
@four_ways
@pytest.mark.parametrize("framing", [Framing.CLOSE, Framing.CHUNKED], ids=lambda framing: framing.name)
def test_s11_a_body_without_length_is_whole_and_says_so(
    engine: Engine, faulty_server: ServerFactory, way: Way, framing: Framing
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.serve(size=SMALL, framing=framing, accepts_ranges=False, rate=None)
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    snapshot = engine.snapshot(download_id)
    assert Notice.LENGTH_UNKNOWN in snapshot.notices
    assert snapshot.checksum_verified is None
    assert (snapshot.total, len(scene.server.requests)) == (SMALL, 1)


@pytest.mark.case("S12")
@pytest.mark.parametrize("connections", [1, 8])
def test_s12_a_cut_that_cannot_be_told_is_never_called_verified(
    engine: Engine, faulty_server: ServerFactory, connections: int
) -> None:
    scene = Scene(Way(False, connections), engine, faulty_server)  # over TLS it can be told: S13
    scene.serve(framing=Framing.CLOSE, accepts_ranges=False, rate=None)
    scene.server.inject(faults.cut(_AT))
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()[:_AT]
    snapshot = engine.snapshot(download_id)
    assert Notice.LENGTH_UNKNOWN in snapshot.notices
    assert snapshot.checksum_verified is None


@pytest.mark.case("S12")
@pytest.mark.parametrize("connections", [1, 8])
def test_s12_a_part_of_known_place_is_continued_however_it_ends(
    engine: Engine, faulty_server: ServerFactory, connections: int
) -> None:
    scene = Scene(Way(False, connections), engine, faulty_server)
    if not scene.many:
        scene.server.inject(faults.cut(_AT, when=faults.nth(1)))
    scene.server.inject(faults.reframed(Framing.CLOSE, when=faults.resuming))
    cut = scene.server.inject(faults.cut(_AT, times=2, when=faults.resuming))
    scene.arrives()
    assert cut.applied == 2


@pytest.mark.case("S12")
@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "after a restart"])
@pytest.mark.parametrize("etag", [None, '"v1"'], ids=["begun anew", "compared"])
def test_s12_a_length_that_was_known_makes_a_cut_a_failure(
    engine: Engine, faulty_server: ServerFactory, etag: str | None, restarted: bool
) -> None:
    scene = Scene(Way(False, 1), engine, faulty_server, tries=3)
    scene.serve(accepts_ranges=False, etag=etag, headers=() if etag else (("Accept-Ranges", "none"),))
    scene.server.inject(faults.cut(_AT, times=None))
    scene.server.inject(faults.reframed(Framing.CLOSE, when=faults.from_nth(2)))
    held = scene.server.inject(faults.stall(1000, times=int(restarted), when=faults.nth(2)))
    download_id = scene.add()
    if restarted:
        engine.until(held.gate.reached.is_set)
        engine.restart()
    assert named(scene, download_id) is _R.SHORT_BODY
    scene.server.heal()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()


@pytest.mark.case("S13")
@pytest.mark.parametrize("connections", [1, 8])
@pytest.mark.parametrize("at", [0, _AT, SMALL])
def test_s13_without_goodbye_tls_has_not_ended(
    engine: Engine, faulty_server: ServerFactory, connections: int, at: int
) -> None:
    scene = Scene(Way(True, connections), engine, faulty_server, tries=1)
    scene.serve(size=SMALL, framing=Framing.CLOSE, rate=None, etag=None)
    scene.server.inject(faults.cut(at) if at < SMALL else faults.ragged())
    assert named(scene, scene.add()) is _R.CONNECTION_LOST


# -- chunks ----------------------------------------------------------------------------------------------------


def in_chunks(body: bytes) -> Callable[[], Fault]:
    """Return what makes a fault that answers with `body` as the raw bytes of a chunked body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return lambda: faults.raw(head + body, times=None)


_CHUNK: Final = b"10000\r\n" + seeded.body(1, 0, 65_536) + b"\r\n"
CHUNKS: list[tuple[str, Callable[[], Fault]]] = [
    ("S14 cut between two chunks", in_chunks(_CHUNK)),
    ("S14 cut inside a chunk", in_chunks(_CHUNK + _CHUNK[:1000])),
    ("S14 cut inside a size", in_chunks(_CHUNK + b"100")),
    ("S14 a size that is none", in_chunks(_CHUNK + b"xyz\r\n" + _CHUNK)),
    ("S14 a size below nothing", in_chunks(_CHUNK + b"-5\r\n" + _CHUNK)),
    ("S14 a size of 17 digits", in_chunks(_CHUNK + b"10000000000000000\r\n" + _CHUNK)),
    ("S14 content longer than its size", in_chunks(b"5\r\n123456\r\n0\r\n\r\n")),
    ("S14 an extension of 1 MiB", in_chunks(_CHUNK + b"5;" + b"x" * (1 << 20) + b"\r\n12345\r\n0\r\n\r\n")),
]


@both
@pytest.mark.parametrize(("case", "wrong"), rows(*CHUNKS))
def test_s14_damaged_chunks_are_no_file(
    engine: Engine, faulty_server: ServerFactory, tls: bool, case: str, wrong: Callable[[], Fault]
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=2)
    scene.server.inject(wrong())
    assert named(scene, scene.add()) in (_R.SHORT_BODY, _R.BAD_RESPONSE, _R.CONNECTION_LOST)
    assert all(request.range is None for request in scene.server.requests)  # nothing vouches for what came


@pytest.mark.case("S14")
@four_ways
def test_s14_chunks_of_a_known_length_are_continued(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server)
    if not scene.many:
        scene.server.inject(faults.cut(_AT, when=faults.nth(1)))
    scene.server.inject(faults.reframed(Framing.CHUNKED, when=faults.resuming))
    cut = scene.server.inject(faults.cut(_AT, when=faults.resuming))
    scene.arrives()
    assert cut.applied == 1


def ended_early(at: int) -> Callable[[Reply, Request], None]:
    """Return what makes a reply chunked, beside its Content-Length, and ends it properly after `at` bytes."""

    def edit(reply: Reply, request: Request) -> None:
        reply.framing, reply.close = Framing.CHUNKED, True
        reply.set("Transfer-Encoding", "chunked")
        reply.body = type(reply.body)(reply.body.seed, reply.body.start, reply.body.start + at)

    return edit


@pytest.mark.case("S15")
@both
def test_s15_an_early_end_is_a_cut_where_a_length_is_known(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=1)
    scene.server.inject(Fault(ended_early(_AT), when=faults.nth(1)))
    scene.server.inject(Fault(ended_early(1000), when=faults.nth(2)))
    download_id = scene.add()
    assert named(scene, download_id) is _R.SHORT_BODY
    assert engine.snapshot(download_id).received == _AT + 1000 - GLANCE
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()


@pytest.mark.case("S15")
@both
def test_s15_an_early_end_of_one_of_eight_is_made_good(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    fault = scene.server.inject(Fault(ended_early(_AT), when=scene.only(1)))
    scene.arrives()
    assert fault.applied == 1


@pytest.mark.case("S16")
@four_ways
@pytest.mark.parametrize("ending", [b"0\r\n", b"0\r\n\r"], ids=["no last line", "half a last line"])
def test_s16_a_missing_last_line_costs_nothing(
    engine: Engine, faulty_server: ServerFactory, way: Way, ending: bytes
) -> None:
    scene = Scene(way, engine, faulty_server, tries=1)
    whole = faults.anyone if not scene.many else faults.resuming
    scene.server.inject(
        Fault(lambda reply, _request: ended_early(len(reply.body))(reply, _request), when=whole, times=None)
    )
    scene.server.inject(faults.last_chunk(ending, when=whole))
    scene.arrives()


# -- too much --------------------------------------------------------------------------------------------------


@pytest.mark.case("S17")
@four_ways
@pytest.mark.parametrize("closes", [False, True], ids=["kept alive", "closed"])
def test_s17_surplus_bytes_are_nobodys(engine: Engine, faulty_server: ServerFactory, way: Way, closes: bool) -> None:
    scene = Scene(way, engine, faulty_server)

    def edit(reply: Reply, request: Request) -> None:
        reply.surplus, reply.close = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", closes

    scene.server.inject(Fault(edit, times=None))
    scene.arrives()
    first = scene.server.requests[-1].connection
    other = engine.fetched(engine.add(scene.server.file(1000, "/other")))
    assert other.read_bytes() == seeded.body(1, 0, 1000)
    assert scene.server.requests[-1].connection != first  # what lay behind the body would have been the next answer
