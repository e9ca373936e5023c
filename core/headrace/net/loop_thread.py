"""An event loop in a thread of its own, for libraries that want one; other threads wait for what is done in it."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from threading import Lock, Thread
from typing import Any, TypeVar

from headrace.net.interrupt import Interrupt

_T = TypeVar("_T")


class LoopThread:
    """Runs from the first `enter` until all that entered have left, and anew with the next. Thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._inside = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the loop, which runs at least until `leave`."""
        with self._lock:
            self._inside += 1
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=_run, args=(self._loop,), name=self._name, daemon=True).start()
            return self._loop

    def leave(self) -> None:
        """Need the loop no more; where nobody does it ends, and what is still done there with it."""
        with self._lock:
            self._inside -= 1
            if not self._inside and self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def wait_for(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, _T], seconds: float, interrupt: Interrupt
) -> _T:
    """Have something done in a loop, and wait for it, in another thread.

    Raises what it raises, TimeoutError after so many seconds, StoppedError.
    """
    future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), loop)
    interrupt.add(future.cancel)
    try:
        return future.result()
    except CancelledError:
        interrupt.check()
        raise ConnectionAbortedError("it was ended") from None
    finally:
        interrupt.remove(future.cancel)
