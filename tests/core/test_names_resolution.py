"""Look-ups that can be left."""

import socket
import threading
import time
from typing import Any

import pytest
from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt
from headrace.net.names import resolve

ANSWER = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]


@pytest.fixture
def slow_names(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Make look-ups hang until the event is set."""
    answer_now = threading.Event()

    def getaddrinfo(*_args: Any, **_kwargs: Any) -> Any:
        answer_now.wait(10)
        return ANSWER

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answer_now


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def getaddrinfo(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    ("host", "family"),
    [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6), ("192.0.2.7", socket.AF_INET)],
)
def test_a_literal_needs_no_look_up(host: str, family: int) -> None:
    interrupt = Interrupt()
    interrupt.stop()
    found = resolve(host, 8080, interrupt, 1.0)
    assert found[0][0] == family
    assert found[0][4][:2] == (host, 8080)


def test_a_name_is_looked_up() -> None:
    addresses = {entry[4][0] for entry in resolve("localhost", 80, Interrupt(), 10.0)}
    assert addresses & {"127.0.0.1", "::1"}


def test_an_answer_comes_through(slow_names: threading.Event) -> None:
    slow_names.set()
    assert resolve("example.test", 80, Interrupt(), 5.0) == ANSWER


def test_a_slow_look_up_times_out(slow_names: threading.Event) -> None:
    with pytest.raises(TimeoutError, match=r"example\.test"):
        resolve("example.test", 80, Interrupt(), 0.05)
    slow_names.set()


def test_a_stop_leaves_the_look_up(slow_names: threading.Event) -> None:
    interrupt = Interrupt()
    threading.Timer(0.05, interrupt.stop).start()
    began = time.monotonic()
    with pytest.raises(StoppedError):
        resolve("example.test", 80, interrupt, 10.0)
    assert time.monotonic() - began < 0.2
    slow_names.set()


def test_a_stop_from_before_leaves_it_too(slow_names: threading.Event) -> None:
    interrupt = Interrupt()
    interrupt.stop()
    with pytest.raises(StoppedError):
        resolve("example.test", 80, interrupt, 10.0)
    slow_names.set()


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        OSError("no more files"),
    ],
)
def test_a_failed_look_up_raises_what_it_raised(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    fail_with(monkeypatch, error)
    with pytest.raises(OSError, match=str(error.args[-1])):
        resolve("example.test", 80, Interrupt(), 5.0)


@pytest.mark.parametrize("host", ["a" * 64 + ".test", ".", "a..b", "\N{CIRCLED DIGIT ONE}" * 70])
def test_a_name_that_cannot_be_encoded_is_an_unknown_name(host: str) -> None:
    with pytest.raises(socket.gaierror):
        resolve(host, 80, Interrupt(), 10.0)
