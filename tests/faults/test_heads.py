"""Heads that are slow, too large, none at all, or in the wrong protocol: S04, S06 to S10, S18, S35, S36, S38."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from time import perf_counter
from typing import Final

import pytest
from headrace.net.sessions import get
from headrace.states import DownloadState, FailureReason, Notice

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.replies import Framing
from tests.support.scene import SMALL, Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
STOP_BAR: Final = 0.1
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def ended(scene: Scene, download_id: str) -> FailureReason:
    """Wait for the failure of a fetch that leaves no file behind, and return its reason."""
    reason = scene.engine.failed(download_id)
    assert not (scene.engine.folder / "file").exists()
    return reason


# -- slow ones -------------------------------------------------------------------------------------------------


@pytest.mark.case("S04")
@four_ways
def test_s04_a_trickle_is_left(
    engine: Engine, faulty_server: ServerFactory, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.crew._LOW_SPEED_TIME", 0.5)
    scene = Scene(way, engine, faulty_server, low_speed=50)
    fault = scene.server.inject(faults.slow(1, after=400_000, times=1, when=scene.only(1)))
    scene.arrives()
    assert fault.applied == 1


@pytest.mark.case("S04")
@both
def test_s04_a_trickle_for_ever_is_named_and_cancelled_at_once(
    engine: Engine, faulty_server: ServerFactory, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.crew._LOW_SPEED_TIME", 0.5)
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=2)
    scene.server.inject(faults.slow(1, times=None))
    download_id = scene.add()
    assert ended(scene, download_id) is _R.TOO_SLOW
    engine.manager.resume([download_id])
    engine.until_state(download_id, DownloadState.DOWNLOADING)
    began = perf_counter()
    engine.manager.pause([download_id])
    engine.until_still()
    assert perf_counter() - began < STOP_BAR


@pytest.mark.case("S06")
@four_ways
def test_s06_a_head_without_end_is_left(
    engine: Engine, faulty_server: ServerFactory, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.net.visits.get", partial(get, head_seconds=0.5))
    scene = Scene(way, engine, faulty_server)
    fault = scene.server.inject(faults.endless_head(0.05, when=scene.only(1)))
    scene.arrives()
    assert fault.applied == 1


@pytest.mark.case("S06")
@both
def test_s06_a_head_without_end_is_named(
    engine: Engine, faulty_server: ServerFactory, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.net.visits.get", partial(get, head_seconds=0.3))
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=1)
    scene.server.inject(faults.endless_head(0.05, times=None))
    began = perf_counter()
    assert ended(scene, scene.add()) is _R.SLOW_HEADERS
    assert perf_counter() - began < 1.5


@pytest.mark.case("S38")
@both
def test_s38_a_second_of_round_trip_is_no_fault(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server, idle_timeout=3.0)
    scene.server.inject(faults.slow_head(0.12, times=None))  # nine lines
    scene.arrives()
    assert len(scene.server.requests) <= 16
    assert not any(seen.failure for seen in engine.seen)


# -- wrong ones ------------------------------------------------------------------------------------------------


def _many_headers() -> Fault:
    return faults.header("X-Many", *(str(number) for number in range(150)), times=1)


HEADS: list[tuple[str, Callable[[], Fault], FailureReason]] = [
    ("S07 150 headers", _many_headers, _R.BAD_RESPONSE),
    ("S07 a header of 100 KiB", lambda: faults.header("X-Long", "y" * 102_400, times=1), _R.BAD_RESPONSE),
    ("S09 noise", lambda: faults.raw(b"\x00\xff\x17\x80noise\r\n\r\n"), _R.NOT_HTTP),
    ("S09 SSH", lambda: faults.raw(b"SSH-2.0-OpenSSH_9.2\r\n"), _R.NOT_HTTP),
    ("S09 HTTP/0.9", lambda: faults.raw(b"<html><body>file</body></html>\n"), _R.NOT_HTTP),
    ("S18 no number", lambda: faults.header("Content-Length", "12x", times=1), _R.BAD_RESPONSE),
    ("S18 two lengths", lambda: faults.header("Content-Length", "100", "200", times=1), _R.BAD_RESPONSE),
    ("S18 2^63", lambda: faults.header("Content-Length", str(1 << 63), times=1), _R.BAD_RESPONSE),
]


@both
@pytest.mark.parametrize(("case", "wrong", "reason"), rows(*HEADS))
def test_a_wrong_head_is_named_and_the_next_may_be_right(
    engine: Engine, faulty_server: ServerFactory, tls: bool, case: str, wrong: Callable[[], Fault], reason: _R
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=1)
    scene.server.inject(wrong())
    download_id = scene.add()
    assert ended(scene, download_id) is reason
    assert engine.files() == []
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).name == "file"


@both
@pytest.mark.parametrize(("case", "wrong", "reason"), rows(HEADS[0], HEADS[3], HEADS[6]))
def test_a_wrong_head_on_one_of_eight_is_made_good_by_the_others(
    engine: Engine, faulty_server: ServerFactory, tls: bool, case: str, wrong: Callable[[], Fault], reason: _R
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server, tries=1)
    fault = wrong()
    fault.when = scene.only(2)
    scene.server.inject(fault)
    scene.arrives()
    assert fault.applied == 1
    assert f"a further connection ended: {reason.name}" in engine.profile.log.read_text(encoding="utf-8")
    assert not any(seen.failure for seen in engine.seen)


@pytest.mark.case("S08")
@four_ways
@pytest.mark.parametrize(("count", "code"), [(20, 103), (1, 100)])
def test_s08_interim_answers_are_passed_over(
    engine: Engine, faulty_server: ServerFactory, way: Way, count: int, code: int
) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.server.inject(faults.interim(count, code))
    scene.arrives()


@pytest.mark.case("S10")
def test_s10_plain_http_where_tls_is_due_is_named(engine: Engine, faulty_server: ServerFactory) -> None:
    scene = Scene(Way(tls=False, connections=1), engine, faulty_server, tries=1)
    download_id = engine.add(scene.address.replace("http:", "https:"))
    assert ended(scene, download_id) is _R.TLS_ERROR
    assert scene.server.requests == []


@pytest.mark.case("S10")
def test_s10_tls_where_plain_http_is_due_is_named(engine: Engine, faulty_server: ServerFactory) -> None:
    scene = Scene(Way(tls=True, connections=1), engine, faulty_server, tries=1)
    download_id = engine.add(scene.address.replace("https:", "http:"))
    assert ended(scene, download_id) in (_R.NOT_HTTP, _R.CONNECTION_LOST)
    assert scene.server.requests == []


@pytest.mark.case("S18")
@both
def test_s18_a_negative_length_is_none(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=1)
    scene.serve(framing=Framing.CLOSE)
    scene.server.inject(faults.header("Content-Length", "-5"))
    download_id = scene.add()
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert Notice.LENGTH_UNKNOWN in engine.snapshot(download_id).notices


@pytest.mark.case("S18")
@both
def test_s18_two_equal_lengths_are_one(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, tries=1)
    scene.server.inject(faults.header("Content-Length", str(SMALL), str(SMALL)))
    scene.arrives()
    assert Notice.LENGTH_UNKNOWN not in engine.manager.snapshots()[0].notices


# -- odd ones --------------------------------------------------------------------------------------------------


@pytest.mark.case("S35")
@both
@pytest.mark.parametrize("years", [-10, 10])
def test_s35_a_date_of_a_wrong_clock_proves_nothing(
    engine: Engine, faulty_server: ServerFactory, tls: bool, years: int
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    there = datetime.now(UTC) + timedelta(days=365 * years)
    changed = format_datetime(there - timedelta(days=2), usegmt=True)
    scene.serve(etag=None, last_modified=changed, date=format_datetime(there, usegmt=True))
    scene.server.inject(faults.cut(400_000))
    scene.arrives()
    rest = scene.server.requests[1]
    assert "if-range" not in rest.headers
    assert rest.range_start == 400_000 - (64 << 10)  # joined by comparing bytes instead
    assert Notice.JOINED_BY_OVERLAP in engine.manager.snapshots()[0].notices


@pytest.mark.case("S36")
@four_ways
def test_s36_nothing_but_get_is_asked(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server)
    refused = scene.server.inject(
        faults.status(405, content=b"x" * 100_000, times=None, when=lambda request: request.method != "GET")
    )
    scene.arrives()
    assert refused.applied == 0
    assert {request.method for request in scene.server.requests} == {"GET"}
