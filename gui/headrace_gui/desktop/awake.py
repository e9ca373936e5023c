"""Keeping the machine awake while something is transferred, by what each desktop has for it and without any rights."""

import ctypes
import logging
import os
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer

from headrace_gui.desktop.message_bus import MessageBus
from headrace_gui.texts import translate

LINGER_MS: Final = 20_000
"""How long it is kept awake after the last transfer: the next one often begins at once."""
_LOG: Final = logging.getLogger(__name__)
_END_MS: Final = 100
_CONTINUOUS, _SYSTEM_REQUIRED = 0x8000_0000, 0x0000_0001


class Holder(Protocol):
    """What keeps a machine awake. Never waits; says nothing to the person where it cannot."""

    def hold(self, reason: str) -> None:
        """Keep it awake from now on."""

    def release(self) -> None:
        """Let it sleep again."""


class Awake(QObject):
    """Keeps the machine awake while it shall be, and a little longer. The screen may go dark all the same."""

    def __init__(self, holder: Holder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._holder = holder
        self.is_held = False
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.setInterval(LINGER_MS)
        self._linger.timeout.connect(self.close)

    def hold(self, wanted: bool) -> None:  # noqa: FBT001 - a setter
        """Keep the machine awake, or let it go soon; saying the same again costs nothing."""
        if not wanted:
            if self.is_held and not self._linger.isActive():
                self._linger.start()
            return
        self._linger.stop()
        if not self.is_held:
            self.is_held = True
            self._holder.hold(translate("Desktop", "Downloads are running"))

    def close(self) -> None:
        """Let it go now."""
        self._linger.stop()
        if self.is_held:
            self.is_held = False
            self._holder.release()


class WindowsHolder:
    """Holds by the state of the GUI thread, in which both methods must be called."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel

    def hold(self, reason: str) -> None:  # noqa: ARG002 - Windows shows none
        """Keep it awake from now on."""
        self._kernel.SetThreadExecutionState(ctypes.c_uint32(_CONTINUOUS | _SYSTEM_REQUIRED))

    def release(self) -> None:
        """Let it sleep again."""
        self._kernel.SetThreadExecutionState(ctypes.c_uint32(_CONTINUOUS))


class MacHolder(QObject):
    """Holds by a process of macOS's own, which ends with ours whatever happens."""

    def __init__(self, program: str = "/usr/bin/caffeinate", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProgram(program)
        self._process.setArguments(["-i", "-w", str(os.getpid())])
        self._process.errorOccurred.connect(lambda error: _LOG.info("cannot keep the machine awake: %s", error))

    def hold(self, reason: str) -> None:  # noqa: ARG002 - macOS shows the program's name
        """Keep it awake from now on."""
        self._process.start()

    def release(self) -> None:
        """Let it sleep again."""
        self._process.kill()
        self._process.waitForFinished(_END_MS)  # Qt complains of a process that outlives its object


class NoHolder:
    """Does nothing, where nothing is known to do."""

    def hold(self, reason: str) -> None:
        """Keep nothing."""

    def release(self) -> None:
        """Keep nothing."""


def holder_for(bus: MessageBus | None, platform: str, parent: QObject) -> Holder:
    """Return the one of this system."""
    if platform == "win32":
        return WindowsHolder(getattr(ctypes, "windll").kernel32)  # noqa: B009 - there on Windows alone
    if platform == "darwin":
        return MacHolder(parent=parent)
    if bus is not None:
        from headrace_gui.desktop.awake_bus import BusHolder  # noqa: PLC0415 - needs the message bus

        return BusHolder(bus, parent)
    return NoHolder()
