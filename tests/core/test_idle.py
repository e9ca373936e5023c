"""Connections kept for the next request, on real sockets and on a clock turned by hand."""

import threading
import time

import pytest
from headrace.net import sessions
from headrace.net.idle import IdleConnections
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get

from tests.support.faulty_server import FaultyServer


class Connection:
    """Something that can be closed, and knows it."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def test_a_connection_that_nobody_takes_is_closed_and_the_thread_ends() -> None:
    idle, first, second = IdleConnections(0.2), Connection(), Connection()
    idle.put(first)
    time.sleep(0.1)
    idle.put(second)
    assert first.closed.wait(2.0)
    assert not second.closed.is_set()
    assert second.closed.wait(2.0)
    idle.put(third := Connection())
    assert third.closed.wait(2.0)
    assert len(idle) == 0


def test_a_connection_that_is_taken_is_its_users() -> None:
    idle, connection = IdleConnections(0.05), Connection()
    idle.put(connection)
    idle.take(connection)
    idle.take(connection)
    assert not connection.closed.wait(0.2)


def test_one_put_back_waits_anew() -> None:
    idle, connection = IdleConnections(0.3), Connection()
    began = time.monotonic()
    for _ in range(3):
        idle.put(connection)
        time.sleep(0.15)
    assert connection.closed.wait(2.0)
    assert time.monotonic() - began > 0.55


def test_closing_closes_all_at_once_and_for_ever() -> None:
    idle, connection, late = IdleConnections(60.0), Connection(), Connection()
    idle.put(connection)
    idle.close()
    assert connection.closed.is_set()
    idle.put(late)
    assert len(idle) == 0
    idle.close()


@pytest.mark.parametrize("rest", [0.0, 0.6])
def test_a_server_gets_its_connections_back(
    plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, rest: float
) -> None:
    monkeypatch.setattr(sessions, "IdleConnections", lambda: IdleConnections(0.2))
    transport, address = Transport(), plain_server.file(1000)
    try:
        for _ in range(2):
            with transport.session() as session:
                answer = get(session, address, {}, Interrupt(), (2.0, 2.0))
                assert b"".join(bytes(piece) for piece in answer.iter_content(1000))
                answer.close()
            time.sleep(rest)
    finally:
        transport.close()
    assert [request.connection for request in plain_server.requests] == ([1, 2] if rest else [1, 1])
