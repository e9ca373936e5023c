"""Name resolution that can be left: getaddrinfo knows no way to be interrupted, so it runs in a thread of its own."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from headrace.net.interrupt import Interrupt

Resolved = Sequence[tuple[Any, ...]]
_Answer = SimpleQueue[Resolved | OSError | None]


def resolve(host: str, port: int, interrupt: Interrupt, timeout: float | None) -> Resolved:
    """Return socket addresses for `host`, as getaddrinfo does, in at most `timeout` seconds.

    Raises OSError (socket.gaierror) where the name is unknown, TimeoutError, StoppedError when interrupted; the
    helper thread of a look-up that was left ends by itself and its answer is dropped.
    """
    if _is_literal(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    answer: _Answer = SimpleQueue()
    waker = _waker(answer)
    interrupt.add(waker)
    try:
        Thread(target=_look_up, args=(host, port, answer), name=f"resolve {host}", daemon=True).start()
        found = answer.get(timeout=timeout)
    except Empty:
        raise TimeoutError(f"no answer to the look-up of {host}") from None
    finally:
        interrupt.remove(waker)
    interrupt.check()
    if found is None or isinstance(found, OSError):
        raise found or OSError("look-up was left")
    return found


def _waker(answer: _Answer) -> Any:
    return lambda: answer.put(None)


def _look_up(host: str, port: int, answer: _Answer) -> None:
    try:
        answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except OSError as error:
        answer.put(error)
    except UnicodeError as error:  # a label that IDNA cannot encode
        answer.put(socket.gaierror(socket.EAI_NONAME, str(error)))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
