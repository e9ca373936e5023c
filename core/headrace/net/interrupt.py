"""One switch that ends every wait of one attempt: sockets, name look-ups, pauses for a limit."""

from collections.abc import Callable
from threading import Event, Lock

from headrace.errors import StoppedError


class Interrupt:
    """Stops an attempt from any thread in microseconds. Once stopped, always stopped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._event = Event()
        self._wakers: list[Callable[[], object]] = []

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._event.is_set()

    def stop(self) -> None:
        """Set the flag first, then wake whoever waits; wakers must neither block nor raise."""
        with self._lock:
            self._event.set()
            for waker in self._wakers:
                waker()

    def check(self) -> None:
        """Raise StoppedError once stopped."""
        if self._event.is_set():
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Wait; raise StoppedError as soon as stopped."""
        if self._event.wait(seconds):
            raise StoppedError

    def add(self, waker: Callable[[], object]) -> None:
        """Have `waker` called by `stop`, or now if that has happened."""
        with self._lock:
            if waker not in self._wakers:
                self._wakers.append(waker)
            if self._event.is_set():
                waker()

    def remove(self, waker: Callable[[], object]) -> None:
        """Forget `waker`: after this returns it is not called any more."""
        with self._lock:
            if waker in self._wakers:
                self._wakers.remove(waker)
