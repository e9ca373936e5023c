"""Ctrl+C, SIGTERM, SIGHUP and Ctrl+Break, on every platform: remembered at once, dealt with by the event loop."""

import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import Any, Final, Self

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Interrupts:
    """While entered, the first interruption makes `descriptor` readable; a second one ends the process.

    Nothing is raised, so no import and no clean-up is torn apart. The signals go back to the system with the first one:
    the second works even when this process hangs. Signals that the parent process set to be ignored (nohup) stay so.
    Main thread only.
    """

    def __init__(self) -> None:
        self._caught = False
        self._before: dict[int, Any] = {}
        self._wakeup_before = -1
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.settimeout(0)

    def __enter__(self) -> Self:
        self._wakeup_before = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if self._caught or handler is None else handler)
        self._receiver.close()
        self._sender.close()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._caught = True
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)

    @property
    def descriptor(self) -> int:
        """The socket that Python writes to at the instant of a signal, to be watched by the event loop."""
        return self._receiver.fileno()

    def take(self) -> bool:
        """Empty the socket, and say whether an interruption has come."""
        with suppress(BlockingIOError):
            self._receiver.recv(4096)
        return self._caught
