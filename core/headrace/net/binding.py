"""How connections leave this computer: through a proxy or not, by one of its networks, to which addresses."""

import errno
import socket
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from headrace.errors import DownloadError
from headrace.net_options import Met, no_met
from headrace.proxies import Proxy
from headrace.states import Failure, FailureReason

_IP_BOUND_IF: Final = 25
_IPV6_BOUND_IF: Final = 125
"""Of macOS's netinet/in.h, which Python does not name."""


@dataclass(frozen=True, slots=True)
class Way:
    """What the connections of a pool have in common."""

    via: Proxy | None = None
    binding: str = ""
    """An address or an interface of this computer; "" for any."""
    ip_version: str = "any"
    told: Met = no_met
    """Is told whom a connection was made to."""

    def met(self, sock: socket.socket) -> socket.socket:
        """Tell whom a new connection was made to; return it."""
        self.told(sock, self.bind)
        return sock

    def usable(self, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return those of resolved addresses that may be connected to."""
        family = {"4": socket.AF_INET, "6": socket.AF_INET6}.get(self.ip_version)
        return [address for address in found if family in (None, address[0])]

    def bind(self, sock: socket.socket) -> None:
        """Bind a socket. Raises DownloadError where the network is gone, OSError where it is of another version."""
        if not self.binding:
            return
        try:
            fits = _bind(sock, self.binding)
        except OSError as error:
            raise DownloadError(Failure(FailureReason.NETWORK_GONE, self.binding)) from error
        if not fits:
            raise OSError(errno.EADDRNOTAVAIL, f"{self.binding} is of another version of IP")


def _bind(sock: socket.socket, where: str) -> bool:
    """Bind a socket to an address or an interface; say whether it is one of that family. Raises OSError."""
    try:
        address = ip_address(where.partition("%")[0])
    except ValueError:
        _bind_to_interface(sock, where)
        return True
    if (address.version == 6) != (sock.family == socket.AF_INET6):
        return False
    sock.bind((where, 0))
    return True


def _bind_to_interface(sock: socket.socket, name: str) -> None:
    if sys.platform == "linux":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode() + b"\0")
    elif sys.platform == "darwin":
        index = socket.if_nametoindex(name)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_BOUND_IF, index)
        else:
            sock.setsockopt(socket.IPPROTO_IP, _IP_BOUND_IF, index)
    else:
        raise OSError(f"interfaces are named by their addresses here, not as {name!r}")
