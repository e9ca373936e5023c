"""Doing something at once, and then no more often than it is worth."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Pace(QObject):
    """Calls something when asked, at least `milliseconds` after the time before. Sleeps while nobody asks."""

    def __init__(self, milliseconds: int, call: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._call = call
        self._is_asked = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(milliseconds)
        self._rest.timeout.connect(self._go_on)

    def ask(self) -> None:
        """Call it now, or as soon as the time has passed; several wishes meanwhile make one call."""
        self._is_asked = True
        if not self._rest.isActive():
            self._go_on()

    def forget(self) -> None:
        """Do not call it for what was asked so far."""
        self._is_asked = False

    def _go_on(self) -> None:
        if self._is_asked:
            self._is_asked = False
            self._rest.start()
            self._call()
