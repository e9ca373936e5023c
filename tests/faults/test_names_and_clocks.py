"""Names that are not found, move or have a dead address, and servers whose clock is far off: S33 and S35."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any, Final

import pytest
from headrace.net.racing import HEAD_START
from headrace.states import DownloadState, FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.dead_ends import refusing_port, silent_port
from tests.support.engine import Engine
from tests.support.invariant import assert_invariant
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

_R, _S = FailureReason, DownloadState
_AT: Final = 400_000
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


# S33: names.

Answers = list[tuple[Any, ...]]


def at(port: int, host: str = "127.0.0.1") -> tuple[Any, ...]:
    """Return one answer of a name server, as getaddrinfo gives it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (host, port, 0, 0)[: 4 if ":" in host else 2])


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Answers]], None]:
    """Return a function that puts another in the place of the look-up of "localhost"."""

    def install(answer: Callable[[], Answers]) -> None:
        ask = socket.getaddrinfo

        def look_up(host: Any, *args: Any, **facts: Any) -> Any:
            return answer() if host == "localhost" else ask(host, *args, **facts)

        monkeypatch.setattr("headrace.net.names.socket.getaddrinfo", look_up)

    return install


@pytest.mark.case("S33")
@four_ways
def test_s33_a_name_that_is_not_found_for_a_while_costs_no_byte(
    engine: Engine, faulty_server: ServerFactory, way: Way, names: Callable[[Callable[[], Answers]], None]
) -> None:
    scene = Scene(way, engine, faulty_server)
    lost = 3

    def answer() -> Answers:
        nonlocal lost
        if scene.server.requests and lost > 0:
            lost -= 1
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [at(scene.server.port)]

    names(answer)
    scene.serve(rate=scene.resource.rate and 5_000_000)
    scene.server.inject(faults.cut(_AT, when=faults.nth(1)))
    download_id = engine.add(scene.server.url("/file", host="localhost"))
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert lost == 0
    assert scene.server.body_sent < scene.size + (1 << 20)
    assert_invariant(engine, scene.server)


@pytest.mark.case("S33")
def test_s33_a_name_that_nobody_has_is_named(engine: Engine) -> None:
    engine.restart(tries=3)
    download_id = engine.add(f"http://name.invalid:{refusing_port()}/file")
    assert engine.failed(download_id) is _R.NAME_NOT_FOUND
    assert any(seen.state is _S.RETRY_WAIT for seen in engine.seen)


@pytest.mark.case("S33")
@four_ways
def test_s33_a_name_that_moves_is_followed(
    engine: Engine, faulty_server: ServerFactory, way: Way, names: Callable[[Callable[[], Answers]], None]
) -> None:
    scene, other = Scene(way, engine, faulty_server), way.server(faulty_server)
    other.add(replace(scene.resource, rate=None))
    names(lambda: [at(other.port if scene.server.requests else scene.server.port)])
    scene.serve(rate=scene.resource.rate and 5_000_000)
    scene.server.inject(faults.cut(_AT, when=faults.nth(1)))
    download_id = engine.add(scene.server.url("/file", host="localhost"))
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert sum(request.body_sent for request in other.requests) >= scene.size - _AT
    assert len(scene.server.requests) == 1
    assert_invariant(engine, scene.server, other)


@pytest.mark.calm
@pytest.mark.case("S33")
@both
@pytest.mark.parametrize("count_dead", [1, 3])
def test_s33_a_dead_address_of_the_newer_kind_costs_one_head_start(
    engine: Engine,
    faulty_server: ServerFactory,
    tls: bool,
    count_dead: int,
    names: Callable[[Callable[[], Answers]], None],
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, connect_timeout=4.0)
    with silent_port() as port:
        dead = [at(port, "::ffff:127.0.0.1")] * count_dead
        names(lambda: [*dead, at(scene.server.port)])
        began = monotonic()
        download_id = engine.add(scene.server.url("/file", host="localhost"))
        engine.until_state(download_id, _S.DOWNLOADING, _S.FINISHING, _S.COMPLETED)
        assert HEAD_START <= monotonic() - began < HEAD_START + 0.4
        assert engine.fetched(download_id).read_bytes() == scene.content()
    assert not any(seen.failure for seen in engine.seen)


# S35: the server's clock.


@pytest.mark.case("S35")
@pytest.mark.parametrize("years", [-10, 10], ids=["behind", "ahead"])
@four_ways
def test_s35_a_date_by_a_clock_far_off_is_no_version(
    engine: Engine, faulty_server: ServerFactory, way: Way, years: int
) -> None:
    scene = Scene(way, engine, faulty_server)
    moment = datetime.now(UTC) + timedelta(days=365.25 * years)
    said = {"date": moment, "last_modified": moment - timedelta(days=30)}
    scene.serve(etag=None, rate=None, **{name: format_datetime(when, usegmt=True) for name, when in said.items()})
    stall = scene.server.inject(faults.stall(_AT))
    download_id = scene.add()
    engine.until_received(download_id, _AT)
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
    asked = [request for request in scene.server.requests if request.range]
    assert asked
    assert [request.headers.get("if-range") for request in asked] == [None] * len(asked)
    assert engine.snapshot(download_id).notices == (Notice.JOINED_BY_OVERLAP,)
    assert scene.server.connections_peak == 1
    assert_invariant(engine, scene.server)
