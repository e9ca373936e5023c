"""Where the server for clients listens, and whom it lets in."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and whom it lets in."""

    port: int
    seal: str
    everywhere: bool = False
    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def addresses(self) -> Iterator[tuple[socket.AddressFamily, str]]:
        """Yield what to listen at; the first must be had."""
        yield socket.AF_INET, "0.0.0.0" if self.everywhere else "127.0.0.1"  # noqa: S104 - where a person wants it
        if socket.has_ipv6:
            yield socket.AF_INET6, "::" if self.everywhere else "::1"


def listening(door: Door) -> Iterator[socket.socket]:
    """Yield sockets at all addresses of a door; the second address may be missing on this machine. Raises OSError."""
    port = door.port
    for number, (family, address) in enumerate(door.addresses()):
        one = socket.socket(family, socket.SOCK_STREAM)
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family is socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, port))
            one.listen(128)
            one.setblocking(False)  # noqa: FBT003 - the standard library's signature
        except OSError:
            one.close()
            if not number:
                raise
            continue
        port = one.getsockname()[1]
        yield one
