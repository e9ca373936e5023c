"""An overall deadline for the head of an answer, and none for what follows it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests
from headrace.errors import DownloadError, StoppedError
from headrace.net.deadlines import HEADER_DEADLINE
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Reply, Request, Resource

SIZE = 300_000
SCHEMES = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
FRAMINGS = pytest.mark.parametrize("framing", list(Framing), ids=lambda framing: framing.name)


@contextlib.contextmanager
def answer(
    transport: Transport,
    address: str,
    head_seconds: float,
    *,
    idle: float = 5.0,
    interrupt: Interrupt | None = None,
) -> Iterator[requests.Response]:
    with transport.session() as session:
        response = get(session, address, {}, interrupt or Interrupt(), (5.0, idle), head_seconds)
        with contextlib.closing(response):
            yield response


def body(response: requests.Response) -> bytes:
    return b"".join(bytes(piece) for piece in response.iter_content(1 << 20))


def slow_interim(pause: float) -> Fault:
    """Send interim heads for ever, one every `pause` seconds."""

    def edit(reply: Reply, request: Request) -> None:
        reply.head_pause = pause
        reply.status = 103
        reply.headers = [("Link", "x\\r\\n\\r\\nHTTP/1.1 103 Early\\r\\nLink: y")] * 1000

    return Fault(edit)


def test_people_wait_a_minute() -> None:
    assert HEADER_DEADLINE == 60.0


@SCHEMES
@pytest.mark.parametrize("slow", [lambda: faults.endless_head(0.02), lambda: slow_interim(0.02)], ids=["lines", "103s"])
def test_s06_a_head_without_end_is_given_up(
    transport: Transport, faulty_server: ServerFactory, tls: bool, slow: Callable[[], Fault]
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    server.inject(slow())
    began = time.monotonic()
    with pytest.raises(DownloadError) as caught, answer(transport, address, 0.3):
        pass
    assert caught.value.failure.reason is FailureReason.SLOW_HEADERS
    assert 0.25 < time.monotonic() - began < 2
    server.wait_until(lambda server: server.connections_open == 0)


@SCHEMES
def test_s06_a_used_connection_has_the_deadline_too_and_no_second_try(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    with answer(transport, address, 0.3) as response:
        body(response)
    server.inject(faults.endless_head(0.02, times=None))
    with pytest.raises(DownloadError) as caught, answer(transport, address, 0.3):
        pass
    assert caught.value.failure.reason is FailureReason.SLOW_HEADERS
    assert (len(server.requests), server.connections_accepted) == (2, 1)


def test_s05_a_mute_server_meets_whichever_patience_ends_first(
    transport: Transport, plain_server: FaultyServer
) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.stall(times=None))
    with pytest.raises(DownloadError) as caught, answer(transport, address, 0.2):
        pass
    assert caught.value.failure.reason is FailureReason.SLOW_HEADERS
    with pytest.raises(requests.ReadTimeout), answer(transport, address, 5.0, idle=0.2):
        pass


@SCHEMES
@FRAMINGS
def test_a_slow_head_that_ends_in_time_is_an_answer(
    transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=framing))
    server.inject(faults.slow_head(0.03))
    with answer(transport, address, 2.0) as response:
        assert body(response) == seeded.body(1, 0, SIZE)


@SCHEMES
@FRAMINGS
@pytest.mark.parametrize("at", [0, 100_000])
def test_the_body_has_no_deadline_and_its_own_patience(
    transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing, at: int
) -> None:
    """The head's deadline passes during a silence in the body that is shorter than the time without a byte."""
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=framing))
    fault = server.inject(faults.stall(at))
    with answer(transport, address, 0.3) as response:
        threading.Timer(0.5, fault.gate.release.set).start()
        began = time.monotonic()
        assert body(response) == seeded.body(1, 0, SIZE)
    assert time.monotonic() - began > 0.4


def test_waiting_under_the_deadline_is_left_at_a_stop(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.endless_head(0.05))
    interrupt = Interrupt()
    threading.Timer(0.2, interrupt.stop).start()
    began = time.monotonic()
    with pytest.raises(StoppedError), answer(transport, address, 5.0, interrupt=interrupt):
        pass
    assert time.monotonic() - began < 2


def test_no_thread_watches_over_it(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    with answer(transport, address, 5.0) as response:
        body(response)
        names = {thread.name for thread in threading.enumerate()}
    assert not any("deadline" in name or "Timer" in name for name in names)


def test_a_connection_keeps_its_descriptor_no_longer_than_its_answer(
    transport: Transport, plain_server: FaultyServer
) -> None:
    address = plain_server.file(SIZE)

    def closing(reply: Reply, _request: Request) -> None:
        reply.headers.append(("Connection", "close"))
        reply.close = True

    plain_server.inject(Fault(closing, times=None))
    for _ in range(3):
        with answer(transport, address, 5.0) as response:
            next(response.iter_content(1000))
    plain_server.wait_until(lambda server: server.connections_open == 0)
