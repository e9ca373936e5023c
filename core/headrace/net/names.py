"""Name resolution that can be left: getaddrinfo knows no way to be interrupted, so it runs in a thread of its own."""

import socket
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_address
from typing import Any

from headrace.net.interrupt import Interrupt
from headrace.net.leaving_behind import in_helper

Resolved = Sequence[tuple[Any, ...]]


def resolve(host: str, port: int, interrupt: Interrupt, timeout: float | None) -> Resolved:
    """Return socket addresses for `host`, as getaddrinfo does, in at most `timeout` seconds.

    Raises OSError (socket.gaierror) where the name is unknown, TimeoutError, StoppedError when interrupted; the
    helper thread of a look-up that was left ends by itself and its answer is dropped.
    """
    if _is_literal(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return in_helper(f"resolve {host}", partial(_look_up, host, port), interrupt, timeout)


def _look_up(host: str, port: int) -> Resolved:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that IDNA cannot encode
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
