"""The running program's ear: takes requests of commands and of later starts over a local socket."""

import logging
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Final

from headrace.control.channel import server_name
from headrace.control.lines import MOST_BYTES, line_of, object_of, request_of
from headrace.control.operator import Operator, Step
from headrace.control.peer import is_own
from headrace.profile import Profile
from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LOG: Final = logging.getLogger(__name__)
MOST_TALKS: Final = 64
"""Connections at the same time; more than these are closed at once."""
_TURN: Final = 0.004
"""Seconds of work for a request in one turn of the event loop."""
_UNSENT: Final = 1_000_000
"""Bytes that wait to be read by whoever asked, until the next are made."""
_RETRY_MS: Final = 20


class ControlServer(QObject):
    """Listens to processes of the same user. Only the process that has locked the profile may make one."""

    def __init__(self, profile: Profile, operator: Operator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operator = operator
        self._talks = 0
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = server_name(profile)
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            why = self._server.errorString()
            _LOG.warning("commands and later starts cannot reach this program at %s: %s", name, why)
        elif sys.platform != "win32":
            Path(name).chmod(0o600)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _greet(self) -> None:
        while self._server.hasPendingConnections():
            channel = self._server.nextPendingConnection()
            channel.disconnected.connect(channel.deleteLater)
            if self._talks >= MOST_TALKS or not is_own(int(channel.socketDescriptor())):
                channel.abort()
                continue
            self._talks += 1
            channel.disconnected.connect(self._forget)
            _Talk(channel, self._operator)

    def _forget(self) -> None:
        self._talks -= 1


class _Talk(QObject):
    """One connection: requests are done one after the other, each a little in every turn of the event loop."""

    def __init__(self, channel: QLocalSocket, operator: Operator) -> None:
        super().__init__(channel)
        self._channel, self._operator = channel, operator
        self._received = bytearray()
        self._lines: deque[bytes] = deque()
        self._work: Iterator[Step] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        channel.readyRead.connect(self._read)
        channel.disconnected.connect(self._end)
        self._read()

    def _read(self) -> None:
        more = self._channel.readAll().data()
        if b"\n" not in more:
            self._received += more
        else:
            *lines, rest = (bytes(self._received) + more).split(b"\n")
            self._lines += lines
            self._received = bytearray(rest)
        if len(self._received) + sum(map(len, self._lines)) > MOST_BYTES:
            self._channel.abort()
        elif self._work is None and self._lines:
            self._go_on()

    def _end(self) -> None:
        self._timer.stop()
        self._lines.clear()
        if self._work is not None:
            work, self._work = self._work, None
            if hasattr(work, "close"):
                work.close()

    def _go_on(self) -> None:
        end = monotonic() + _TURN
        while self._work is not None or self._lines:
            if self._channel.bytesToWrite() > _UNSENT:
                self._timer.start(_RETRY_MS)
                return
            if self._work is None:
                self._work = self._begin(self._lines.popleft())
            if not self._step() or monotonic() >= end:
                break
        if (self._work is not None or self._lines) and not self._timer.isActive():
            self._timer.start(0)

    def _begin(self, line: bytes) -> Iterator[Step]:
        try:
            return self._operator.carry_out(request_of(object_of(line)))
        except ValueError as error:
            return iter([{"ok": False, "kind": "usage", "error": str(error)}])

    def _step(self) -> bool:
        """Do one step of the work; say whether another may follow in this turn."""
        step = next(self._work, False) if self._work is not None else False
        if step is False:
            self._work = None
            return True
        if isinstance(step, float):
            self._timer.start(round(step * 1000))
            return False
        if step is not None:
            self._channel.write(line_of(step))  # type: ignore[arg-type]
        return True
