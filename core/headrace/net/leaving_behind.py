"""Helper threads for calls into libraries that know no way to be interrupted: they may be left behind."""

from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt

T = TypeVar("T")


def in_helper(name: str, work: Callable[[], T], interrupt: Interrupt, timeout: float | None) -> T:
    """Return what `work` returns, or raise what it raises, in at most `timeout` seconds.

    Raises TimeoutError, StoppedError when interrupted; the thread of work that was left ends by itself, and what comes
    of it is dropped.
    """
    over: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def wake() -> None:
        over.put(partial(_raise, StoppedError()))

    interrupt.add(wake)
    try:
        Thread(target=lambda: over.put(_outcome(work)), name=name, daemon=True).start()
        outcome = over.get(timeout=timeout)
    except Empty:
        raise TimeoutError(f"no answer to {name}") from None
    finally:
        interrupt.remove(wake)
    interrupt.check()
    return outcome()


def _outcome(work: Callable[[], T]) -> Callable[[], T]:
    try:
        return partial(_same, work())
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        return partial(_raise, error)


def _same(result: T) -> T:
    return result


def _raise(error: Exception) -> Any:
    raise error
