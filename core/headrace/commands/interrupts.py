"""Ctrl+C, SIGTERM, SIGHUP and Ctrl+Break while Qt's event loop runs, on every platform."""

import signal
import socket
from types import FrameType
from typing import Any, Final, Self

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Interrupts(QObject):
    """While entered, emits `came` from the event loop at the first interruption; a second one ends the process.

    Python wakes the loop through a socket at the instant of the signal (`signal.set_wakeup_fd`), and hands the signals
    back to the system at the first one. So the second works even when this process hangs. Signals that the parent
    process set to be ignored (nohup) stay so. Main thread only.
    """

    came = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caught = False
        self._told = False
        self._before: dict[int, Any] = {}
        self._wakeup_before = -1
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.settimeout(0)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)

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
        self._notifier.setEnabled(False)
        self._receiver.close()
        self._sender.close()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._caught = True
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)

    def _wake(self) -> None:
        """Read the wake-up bytes. Python runs `_handle` before the first instruction here."""
        try:
            self._receiver.recv(4096)
        except BlockingIOError:
            return
        if self._caught and not self._told:
            self._told = True
            self.came.emit()
