"""Addresses that nobody answers: a port that refuses, and one whose connections never come about."""

import contextlib
import socket
from collections.abc import Iterator


def refusing_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """Give a port whose queue of waiting connections is full, so that a further one hangs (Linux drops its packets)."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
