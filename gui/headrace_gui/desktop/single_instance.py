"""The open window's ear: takes addresses from later starts of the program."""

import json
import logging
from typing import Any, Final

from headrace.checksums import address_with_checksum
from headrace.profile import Profile
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from headrace_gui.desktop.hand_over import ACCEPTED, MOST_BYTES, server_name

_LOG: Final = logging.getLogger(__name__)


class InstanceServer(QObject):
    """Listens for messages of the same user. Only the process that has locked the profile may make one."""

    asked = Signal(list, str)
    """Addresses to add, maybe none, and the desktop's token to come to the front with, maybe empty."""

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = server_name(profile)
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            _LOG.warning("later starts cannot hand over at %s: %s", name, self._server.errorString())

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _greet(self) -> None:
        while self._server.hasPendingConnections():
            channel = self._server.nextPendingConnection()
            received = bytearray()
            channel.readyRead.connect(lambda channel=channel, received=received: self._read(channel, received))
            channel.disconnected.connect(channel.deleteLater)

    def _read(self, channel: QLocalSocket, received: bytearray) -> None:
        received += channel.readAll().data()
        if len(received) > MOST_BYTES:
            channel.abort()
        elif b"\n" in received:
            self._answer(channel, bytes(received).partition(b"\n")[0])

    def _answer(self, channel: QLocalSocket, line: bytes) -> None:
        try:
            addresses, token = read_message(line)
        except ValueError:
            channel.abort()
            return
        channel.write(ACCEPTED)
        channel.flush()
        channel.disconnectFromServer()
        self.asked.emit(addresses, token)


def read_message(line: bytes) -> tuple[list[str], str]:
    """Return addresses and token of a message. Raise ValueError for anything that is not one."""
    data: Any = json.loads(line)
    if not isinstance(data, dict) or data.get("raise") is not True:
        raise ValueError("not a message of this program")
    addresses, token = data.get("addresses"), data.get("token", "")
    if not isinstance(addresses, list) or not isinstance(token, str):
        raise ValueError("a message without a list of addresses")  # noqa: TRY004 - one error for all that is wrong
    return [address_with_checksum(str(address)) for address in addresses], token
