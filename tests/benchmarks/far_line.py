"""A long line between two network namespaces: every packet takes its time, some are lost, and it has a rate.

It is made of two TUN devices with this program between them, for kernels that have no netem. Linux.
"""

import fcntl
import os
import random
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from tests.support import needs
from tests.support.namespaces import HERE, HOLD, SERVER, held, inside, line_of

_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEADER: Final = 0x1001
_MTU: Final = 1500
_NETWORK: Final = "9.9.9.0/24"


@dataclass(frozen=True)
class Line:
    """What a line is like."""

    round_trip: float = 0.0
    """Seconds."""
    loss: float = 0.0
    """Part of the packets that are lost, in each direction."""
    rate: float = 5_000_000
    """Bytes per second in each direction."""
    queue: float = 0.1
    """Seconds that a packet waits at most for the line to be free before it is dropped."""
    seed: int = 1


class _Direction:
    """Packets on their way from one device to the other."""

    def __init__(self, line: Line, source: int, target: int, seed: int) -> None:
        self._line, self._source, self._target = line, source, target
        self._random = random.Random(seed)
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0

    def take(self) -> None:
        """Take what was sent."""
        while True:
            try:
                packet = os.read(self._source, 1 << 16)
            except BlockingIOError:
                return
            now = time.monotonic()
            begin = max(now, self._free_at)
            if self._random.random() < self._line.loss or begin - now > self._line.queue:
                continue
            self._free_at = begin + len(packet) / self._line.rate
            self._waiting.append((self._free_at + self._line.round_trip / 2, packet))

    def hand_on(self) -> float | None:
        """Deliver what is due; return the seconds until the next is, None where nothing waits."""
        while self._waiting:
            left = self._waiting[0][0] - time.monotonic()
            if left > 0:
                return left
            os.write(self._target, self._waiting.popleft()[1])
        return None


def _device(name: str) -> int:
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEADER))
    return descriptor


def relay(line: Line) -> None:
    """Make both devices, say so, and carry packets between them until standard input ends."""
    here, there = _device("c0"), _device("s0")
    print(flush=True)
    sys.stdin.readline()
    ways = {here: _Direction(line, here, there, line.seed), there: _Direction(line, there, here, line.seed + 1)}
    ended = threading.Event()

    def await_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=await_end, daemon=True).start()
    with selectors.DefaultSelector() as selector:
        for descriptor in ways:
            selector.register(descriptor, selectors.EVENT_READ)
        while not ended.is_set():
            due = [left for way in ways.values() if (left := way.hand_on()) is not None]
            for key, _ in selector.select(min([0.2, *due])):
                ways[key.fd].take()


def _ip(pid: int, *arguments: str) -> None:
    subprocess.run([*inside(pid), needs.require("ip"), *arguments], check=True, capture_output=True)


@contextmanager
def laid(line: Line) -> Iterator[tuple[list[str], list[str]]]:
    """Lay a line; give what has a command run at its near end (HERE) and at its far end (SERVER)."""
    with ExitStack() as stack:
        here = stack.enter_context(held([needs.require("unshare", "util-linux"), "-rn", *HOLD]))
        line_of(here)
        there = stack.enter_context(held([*inside(here.pid), "unshare", "-n", *HOLD]))
        line_of(there)
        arguments = map(str, (line.round_trip, line.loss, line.rate, line.queue, line.seed))
        carrier = stack.enter_context(
            held([*inside(here.pid), "unshare", "-n", sys.executable, "-m", __name__, *arguments])
        )
        line_of(carrier)
        for name, process, address in (("c0", here, HERE), ("s0", there, SERVER)):
            _ip(carrier.pid, "link", "set", name, "netns", str(process.pid))
            _ip(process.pid, "link", "set", "lo", "up")
            _ip(process.pid, "address", "add", f"{address}/24", "dev", name)
            _ip(process.pid, "link", "set", name, "mtu", str(_MTU), "txqueuelen", "10000", "up")
            _ip(process.pid, "route", "change", _NETWORK, "dev", name, "src", address, "congctl", "cubic")
        assert carrier.stdin is not None
        carrier.stdin.write("\n")
        carrier.stdin.flush()
        yield inside(here.pid), inside(there.pid)


@contextmanager
def reached(line: Line | None) -> Iterator[tuple[list[str], list[str], str]]:
    """Give the two ends of a line, and the address of the far one; without a line both are here."""
    if line is None:
        yield [], [], "127.0.0.1"
        return
    with laid(line) as (near, far):
        yield near, far, SERVER


if __name__ == "__main__":
    round_trip, loss, rate, queue = map(float, sys.argv[1:5])
    relay(Line(round_trip, loss, rate, queue, int(sys.argv[5])))
