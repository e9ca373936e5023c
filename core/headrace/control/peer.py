"""Who is at the other end of a local socket. The folder and the socket's mode keep others out; this looks again."""

import os
import socket
import struct
import sys
from typing import Final

_LOCAL_PEERCRED: Final = 1
"""Of macOS and the BSDs, at level 0: struct xucred, with the version and then the user's number."""
_XUCRED_BYTES: Final = 76


def is_own(descriptor: int) -> bool:
    """Say whether the process at the other end of a connected local socket runs for the same user.

    On Windows the pipe itself admits nobody else (QLocalServer.UserAccessOption), and there is nothing to ask.
    """
    if sys.platform == "win32":
        return True
    copy = os.dup(descriptor)
    with socket.socket(fileno=copy) as channel:
        try:
            return _peer_of(channel) == os.getuid()
        except OSError:
            return False


def _peer_of(channel: socket.socket) -> int:
    """Return the number of the user at the other end. Raises OSError."""
    if hasattr(socket, "SO_PEERCRED"):  # Linux: struct ucred has process, user and group
        found = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iII"))
        return int(struct.unpack("iII", found)[1])
    return int(struct.unpack_from("II", channel.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_BYTES))[1])
