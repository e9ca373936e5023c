"""Several addresses of one server: the first to answer is taken, and nothing of the others is left."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt
from headrace.net.racing import HEAD_START, Race

from tests.support import dead_ends, leaks
from tests.support.dead_ends import refusing_port

SILENT = pytest.mark.skipif(sys.platform != "linux", reason="a full queue answers differently elsewhere")


def at(port: int) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))


def make(address: tuple[Any, ...]) -> socket.socket:
    return socket.socket(*address[:3])


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def silent() -> Iterator[int]:
    with dead_ends.silent_port() as port:
        yield port


def run(*ports: int, seconds: float | None = 5.0, interrupt: Interrupt | None = None) -> int:
    """Race, and return the port that was connected to."""
    sock, handle = Race(make, interrupt or Interrupt(), seconds).run([at(port) for port in ports])
    with sock:
        handle.close()
        return int(sock.getpeername()[1])


@SILENT
def test_a_silent_one_costs_its_head_start_and_no_more(listening: int, silent: int) -> None:
    began = time.monotonic()
    assert run(silent, silent, listening) == listening
    assert 2 * HEAD_START <= time.monotonic() - began < 2 * HEAD_START + 0.5


def test_one_that_refuses_costs_nothing(listening: int) -> None:
    began = time.monotonic()
    assert run(refusing_port(), refusing_port(), listening) == listening
    assert time.monotonic() - began < HEAD_START


def test_the_first_is_taken_where_it_answers(listening: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert run(listening, other.getsockname()[1]) == listening


@SILENT
def test_the_last_failure_is_told(silent: int) -> None:
    with pytest.raises(TimeoutError):
        run(refusing_port(), silent, seconds=0.3)
    with pytest.raises(ConnectionRefusedError):
        run(refusing_port(), refusing_port())


@SILENT
def test_a_stop_ends_it_at_once_and_leaves_nothing(silent: int) -> None:
    before, interrupt = leaks.held(), Interrupt()
    threading.Timer(0.4, interrupt.stop).start()
    began = time.monotonic()
    with pytest.raises(StoppedError):
        run(silent, silent, silent, seconds=None, interrupt=interrupt)
    assert time.monotonic() - began < 0.4 + HEAD_START
    assert interrupt._wakers == []
    assert leaks.left_behind(before) == []


def test_sockets_that_cannot_be_made_are_passed_over(listening: int) -> None:
    calls: list[int] = []

    def fussy(address: tuple[Any, ...]) -> socket.socket:
        calls.append(address[4][1])
        if len(calls) == 1:
            raise OSError(24, "Too many open files")
        return make(address)

    with ExitStack() as stack:
        sock, handle = Race(fussy, Interrupt(), 5.0).run([at(1), at(listening)])
        stack.callback(handle.close)
        stack.enter_context(sock)
    assert calls == [1, listening]
    with pytest.raises(OSError, match="no address"):
        Race(make, Interrupt(), 1.0).run([])
