"""Connections through SOCKS proxies (RFC 1928, RFC 1929, and SOCKS4, 4a), over sockets that are ours to wake.

urllib3 has classes for them which make their sockets where nobody can wake a reader; the protocol is PySocks' alone.
"""

import socket
from typing import Any, Final

import socks

from headrace.proxies import Proxy

_KINDS: Final = {"socks4": socks.SOCKS4, "socks4a": socks.SOCKS4, "socks5": socks.SOCKS5, "socks5h": socks.SOCKS5}


def socks_socket(kind: tuple[int, int, int], proxy: Proxy, address: tuple[Any, ...]) -> socket.socket:
    """Return a socket whose `connect` goes through the proxy at the resolved `address`."""
    family, type_, protocol = kind
    sock = socks.socksocket(socket.AddressFamily(family), socket.SocketKind(type_), protocol)
    way = _KINDS[proxy.scheme], address[0], address[1]
    sock.set_proxy(*way, rdns=proxy.looks_names_up, username=proxy.user, password=proxy.password)
    return sock


def plain(sock: socket.socket) -> socket.socket:
    """Return the connection as an ordinary socket: once it is made, the proxy is no concern of who reads it."""
    timeout = sock.gettimeout()
    made = socket.socket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    made.settimeout(timeout)
    return made
