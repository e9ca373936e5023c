"""Connections to a proxy that speaks HTTP: tunnels, and asking again with the login that it wants."""

from typing import Any, Final

from urllib3.response import HTTPResponse

from headrace.net.proxy_identity import ProxyIdentity

_LONGEST: Final = 1 << 16
"""Bytes of a refusal that are read so that its connection can be used again."""


class AskAgain(Exception):  # noqa: N818 - no error: the proxy wants a login, and ended its connection
    """The same is to be asked over another connection, by the same identity."""


def open_tunnel(line: Any, who: ProxyIdentity | None) -> int:
    """Have the proxy that a connection leads to connect to its server; return the status (RFC 9110 section 9.3.6).

    `line` is a connection of urllib3 with its tunnel set. Raises AskAgain, and what the identity and sockets raise.
    """
    host = line._tunnel_host.strip("[]")  # noqa: SLF001 - urllib3 reads it so, too
    target = f"[{host}]:{line._tunnel_port}" if ":" in host else f"{host}:{line._tunnel_port}"  # noqa: SLF001 - as above
    while True:
        value = None if who is None else who.value("CONNECT", target, line)
        line.send(_head(target, value))
        status, goes_on, stays = _answer(line, who)
        if not goes_on:
            return status
        if not stays:
            raise AskAgain


def _head(target: str, value: str | None) -> bytes:
    told = "" if value is None else f"Proxy-Authorization: {value}\r\n"
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{told}\r\n".encode("latin-1")


def _answer(line: Any, who: ProxyIdentity | None) -> tuple[int, bool, bool]:
    """Return the status, whether to ask again, and whether over the same connection."""
    response = line.response_class(line.sock, method="CONNECT")
    try:
        response.begin()
        stays = response.status == 200 or _is_read_away(response)
        goes_on = who is not None and who.goes_on(response.status, response.headers, line if stays else None)
        return response.status, goes_on, stays
    finally:
        response.close()


def _is_read_away(response: Any) -> bool:
    """Read a refusal; say whether its connection can be used again."""
    if response.will_close:
        return False
    response.read(_LONGEST)
    return bool(response.isclosed())


def is_to_be_asked_again(line: Any, response: HTTPResponse, who: ProxyIdentity) -> bool:
    """Take in the answer to a request that went to a proxy; say whether to send it again over this connection.

    Raises AskAgain where it takes another one, and what the identity raises.
    """
    if not who.goes_on(response.status, response.headers, line):
        return False
    response.read(_LONGEST, decode_content=False)
    if line.is_closed or not response._original_response.isclosed():  # type: ignore[union-attr]  # noqa: SLF001 - of http.client
        raise AskAgain
    return True
