"""From which of its addresses this machine would send now: they change with its network. Asking sends nothing."""

import socket
from typing import Final

_FAR: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of documents (RFC 5737, RFC 3849): routed like any other, and nobody is there."""
_PORT: Final = 9


def own_addresses() -> frozenset[str]:
    """Return the addresses that packets into the world would leave with, one for each family that has a way out."""
    found = (_towards(family, host) for family, host in _FAR)
    return frozenset(address for address in found if address is not None)


def _towards(family: socket.AddressFamily, host: str) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as unsent:
            unsent.connect((host, _PORT))
            return str(unsent.getsockname()[0])
    except OSError:
        return None
