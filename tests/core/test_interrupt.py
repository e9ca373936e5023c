"""One switch that ends every wait of one attempt."""

import threading
import time

import pytest
from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt


def test_once_stopped_always_stopped() -> None:
    interrupt = Interrupt()
    interrupt.check()
    stopped = [interrupt.stopped]
    for _ in range(2):
        interrupt.stop()
        stopped.append(interrupt.stopped)
        with pytest.raises(StoppedError):
            interrupt.check()
    assert stopped == [False, True, True]


def test_wakers_are_called_after_the_flag_is_set() -> None:
    interrupt = Interrupt()
    seen: list[bool] = []
    interrupt.add(lambda: seen.append(interrupt.stopped))
    interrupt.add(lambda: seen.append(interrupt.stopped))
    interrupt.stop()
    assert seen == [True, True]


def test_a_waker_that_comes_late_is_called_at_once() -> None:
    interrupt = Interrupt()
    interrupt.stop()
    seen: list[int] = []
    interrupt.add(lambda: seen.append(1))
    assert seen == [1]


def test_a_removed_waker_is_not_called_and_removing_twice_does_no_harm() -> None:
    interrupt = Interrupt()
    seen: list[int] = []
    waker = seen.clear
    seen.append(1)
    interrupt.add(waker)
    interrupt.add(waker)  # known already
    interrupt.remove(waker)
    interrupt.remove(waker)
    interrupt.stop()
    assert seen == [1]


def test_a_wait_ends_with_its_time() -> None:
    Interrupt().wait(0.001)


def test_a_wait_ends_with_the_stop() -> None:
    interrupt, ended = Interrupt(), []

    def wait() -> None:
        with pytest.raises(StoppedError):
            interrupt.wait(60)
        ended.append(time.monotonic())

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.02)
    began = time.monotonic()
    interrupt.stop()
    returned = time.monotonic()
    thread.join(5)
    assert returned - began < 0.02
    assert ended[0] - began < 0.1


def test_after_remove_returns_the_waker_never_runs() -> None:
    """Storm of stops against removes: a waker that is still called would touch a socket of somebody else."""
    for _ in range(300):
        interrupt = Interrupt()
        state = {"live": True, "late": False}

        def waker(state: dict[str, bool] = state) -> None:
            state["late"] |= not state["live"]

        interrupt.add(waker)
        stopper = threading.Thread(target=interrupt.stop)
        stopper.start()
        interrupt.remove(waker)
        state["live"] = False
        stopper.join()
        assert not state["late"]
