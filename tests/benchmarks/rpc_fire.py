"""How late the engine's event loop is while its server for clients is under fire."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from time import monotonic, perf_counter, sleep
from typing import Final

from headrace.control.channel import Channel
from headrace.control.lines import request_line
from headrace.profile import Profile

from tests.benchmarks.report import GIB, MIB, Table
from tests.support.rpc_clients import Rpc

_EVERY: Final = 0.005
_CONNECTIONS: Final = 10_000
_HELD: Final = 400
_SLOW: Final = 150
_SLOW_SECONDS: Final = 3.0
_CALLS: Final = 1000


@contextmanager
def _asking(profile: Profile) -> Iterator[list[float]]:
    """Ask the program by its other door all the while; give the seconds of each answer."""
    over, waits = Event(), [0.0]

    def ask() -> None:
        with Channel(profile) as channel:
            while not over.wait(_EVERY):
                began = perf_counter()
                list(channel.ask(request_line("hello"), 60.0))
                waits.append(perf_counter() - began)

    thread = Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def fire(profile: Profile, rpc: Rpc, part: float) -> tuple[Table, float]:
    """Attack the server in several ways, with a part of all; give the table and the longest wait in seconds."""
    connections, calls = round(_CONNECTIONS * part), round(_CALLS * part)
    ways: dict[str, Callable[[], None]] = {
        "left alone": lambda: sleep(1.0),
        "a body of 1 GiB, five times": lambda: _bodies(rpc),
        f"{connections:,} connections": lambda: _connections(rpc, connections),
        f"{_SLOW} requests a byte at a time": lambda: _slowly(rpc),
        f"{calls:,} calls": lambda: _calls(rpc, calls),
    }
    table = Table("an answer of the event loop meanwhile, in ms", ("", "median", "99 %", "longest", "answers"))
    longest = 0.0
    with _asking(profile) as waits:
        for name, act in ways.items():
            waits[:] = [0.0]
            act()
            found = sorted(each * 1000 for each in waits)
            table.rows.append((name, found[len(found) // 2], found[int(len(found) * 0.99)], found[-1], len(found)))
            longest = max(longest, found[-1] / 1000)
    return table, longest


def _connected(rpc: Rpc) -> socket.socket:
    return socket.create_connection(("127.0.0.1", rpc.port), timeout=30)


def _calls(rpc: Rpc, count: int) -> None:
    for _ in range(count):
        rpc("getVersion")


def _bodies(rpc: Rpc) -> None:
    for _ in range(5):
        _body(rpc)


def _body(rpc: Rpc) -> None:
    head = f"POST /jsonrpc HTTP/1.1\r\nHost: 127.0.0.1:{rpc.port}\r\nContent-Length: {GIB}\r\n\r\n"
    with _connected(rpc) as one, suppress(OSError):
        one.sendall(head.encode())
        for _ in range(GIB // MIB):
            one.sendall(b"[" * MIB)


def _connections(rpc: Rpc, count: int) -> None:
    with ExitStack() as stack:
        for number in range(count):
            one = _connected(rpc)
            if number < _HELD:
                stack.enter_context(one)
            else:
                one.close()


def _slowly(rpc: Rpc) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(_connected(rpc)) for _ in range(_SLOW)]
        end = monotonic() + _SLOW_SECONDS
        while monotonic() < end:
            for one in held:
                with suppress(OSError):
                    one.send(b"P")
            sleep(0.1)
