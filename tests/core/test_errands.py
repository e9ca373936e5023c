"""Tasks done one after the other in a thread that is there only while there is something to do."""

import threading

import pytest
from headrace.errands import Errands
from headrace.errors import StoppedError


def test_tasks_are_done_in_order_by_one_thread_that_ends() -> None:
    errands, done, ended = Errands("test"), list[tuple[int, str]](), threading.Event()
    for number in range(5):
        errands.run(lambda number=number: done.append((number, threading.current_thread().name)))  # type: ignore[misc]
    errands.run(ended.set)
    assert ended.wait(5)
    assert errands.close(5)
    assert done == [(number, "test") for number in range(5)]
    assert "test" not in [thread.name for thread in threading.enumerate()]


def test_closing_waits_for_the_task_under_way_and_drops_the_others() -> None:
    errands, begun, go, done = Errands("test"), threading.Event(), threading.Event(), list[str]()

    def long() -> None:
        begun.set()
        go.wait(5)
        done.append("long")

    errands.run(long)
    errands.run(lambda: done.append("dropped"))
    assert begun.wait(5)
    assert not errands.close(0.02)
    go.set()
    assert errands.close(5)
    errands.run(lambda: done.append("late"))
    assert done == ["long"]


def test_a_long_task_learns_that_all_is_to_end() -> None:
    errands, begun, stopped = Errands("test"), threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        try:
            while True:
                errands.check()
        except StoppedError:
            stopped.set()

    errands.run(long)
    assert begun.wait(5)
    assert errands.close(5)
    assert stopped.is_set()


def test_without_a_task_there_is_nothing_to_wait_for() -> None:
    errands = Errands("test")
    errands.check()
    assert errands.close(0.0)
    with pytest.raises(StoppedError):
        errands.check()
