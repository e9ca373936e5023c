"""Servers that ask for patience, or for fewer connections: S24 and S25."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import time
from typing import Final

import pytest
from headrace.states import DownloadState, FailureReason
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.engine import Engine
from tests.support.faults import When
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Request
from tests.support.scene import Scene
from tests.support.ways import Way

_S = DownloadState
both: Final = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
_SIX_HOURS: Final = 6 * 3600.0
_SOON: Final = (0.0, 0.5)
"""Seconds: the engine of these tests waits no longer where the server does not say."""
_LONG_AGO: Final = "Sun, 06 Nov 1994 08:49:37 GMT"

WAITS: list[tuple[str, tuple[float, float]]] = [
    ("2", (1.0, 2.0)),
    ("1000000000", (_SIX_HOURS - 10, _SIX_HOURS)),
    (_LONG_AGO, _SOON),
    ("-30", _SOON),
    ("soon", _SOON),
    ("", _SOON),
]


@pytest.mark.case("S24")
@both
@pytest.mark.parametrize(("said", "bounds"), WAITS, ids=[said or "nothing" for said, _ in WAITS])
def test_s24_the_wait_is_what_the_server_asks_within_reason(
    engine: Engine, faulty_server: ServerFactory, tls: bool, said: str, bounds: tuple[float, float]
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.server.inject(faults.status(503, ("Retry-After", said)))
    download_id = scene.add()
    snapshot = engine.until_state(download_id, _S.RETRY_WAIT, _S.COMPLETED)
    waits = [seen.retry_at for seen in engine.seen if seen.retry_at is not None]
    if snapshot.state is _S.RETRY_WAIT:
        assert snapshot.failure is not None
        assert snapshot.failure.reason is FailureReason.SERVER_BUSY
    for retry_at in waits:
        assert bounds[0] <= retry_at - time() <= bounds[1] or retry_at <= time()
    if bounds == _SOON:
        assert engine.fetched(download_id, timeout=3.0).read_bytes() == scene.content()
    else:
        assert waits
        assert len(scene.server.requests) == 1


@pytest.mark.case("S24")
def test_s24_the_wait_is_kept(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(1000)
    plain_server.inject(faults.status(503, ("Retry-After", "2")))
    download_id = engine.add(plain_server.url())
    engine.fetched(download_id, timeout=10.0)
    first, second = plain_server.requests
    assert 1.9 <= second.time - first.time <= 4.0


@pytest.mark.case("S24")
def test_s24_a_date_to_come_is_waited_for(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(1000)
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    plain_server.inject(faults.status(503, ("Retry-After", moment)))
    snapshot = engine.until_state(engine.add(plain_server.url()), _S.RETRY_WAIT)
    assert snapshot.retry_at is not None
    assert 3590 <= snapshot.retry_at - time() <= 3600


@pytest.mark.case("S24")
def test_s24_a_wait_survives_a_restart_and_can_be_cancelled(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(1000)
    plain_server.inject(faults.status(503, ("Retry-After", "3600")))
    download_id = engine.add(plain_server.url())
    before = engine.until_state(download_id, _S.RETRY_WAIT)
    engine.restart()
    after = engine.snapshot(download_id)
    assert (after.state, after.retry_at) == (_S.RETRY_WAIT, before.retry_at)
    engine.manager.pause([download_id])
    engine.until_state(download_id, _S.PAUSED)
    engine.manager.resume([download_id])
    engine.fetched(download_id, timeout=5.0)


def busier_than(count: int, server: FaultyServer) -> When:
    """Match requests that come while more than `count` are being answered, themselves included."""

    def matches(_request: Request) -> bool:
        return sum(not request.finished for request in server.requests) > count

    return matches


@pytest.mark.case("S25")
@both
def test_s25_two_connections_remain_where_more_are_refused(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    scene.serve(size=16 << 20, rate=5_000_000)
    refused = scene.server.inject(faults.status(429, times=None, when=busier_than(2, scene.server)))
    scene.arrives()
    assert 1 <= refused.applied <= 8
    assert not any(seen.failure for seen in engine.seen)
    times = [request.time for request in scene.server.requests if request.status == 429]
    late = [moment for moment in times if moment - min(times) > 0.5]
    assert len(late) <= 2  # both go on, and to the server an answer that was just read may still be under way


@pytest.mark.case("S25")
@both
def test_s25_one_connection_that_is_refused_waits(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.server.inject(faults.cut(400_000))
    scene.server.inject(faults.status(429, times=3, when=faults.resuming))
    scene.arrives()
    assert [request.range_start for request in scene.server.requests] == [None] + [400_000 - GLANCE] * 4
