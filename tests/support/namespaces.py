"""Two computers joined by a cable that can be pulled: network namespaces of the kernel's, with nothing else in them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.support import needs
from tests.support.processes import end

SERVER: Final = "9.9.9.1"
"""An address of the wide world, as far as anybody in there knows; no packet ever leaves the machine."""
HERE, ELSEWHERE = "9.9.9.2", "9.9.9.3"
HOLD: Final = [sys.executable, "-c", "print(flush=True); input()"]
_SERVE: Final = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.support.faulty_server import FaultyServer
with FaultyServer(address=sys.argv[2], line_rate=int(sys.argv[3])) as server:
    server.file(int(sys.argv[4]))
    print(server.url(host=sys.argv[2]), flush=True)
    input()
"""


class Cable:
    """What joins a computer to a server; the computer's end can be changed."""

    def __init__(self, here: int, there: int) -> None:
        """Lay it between the namespaces of two processes."""
        self._here, self._there = here, there
        self._ip("link", "add", "c0", "type", "veth", "peer", "name", "s0", "netns", str(there))
        for name, pid in (("lo", here), ("lo", there), ("s0", there)):
            self._ip("link", "set", name, "up", pid=pid)
        self._ip("address", "add", f"{SERVER}/24", "dev", "s0", pid=there)
        self.plug(HERE)

    def plug(self, address: str) -> None:
        """Have the computer be at that address, with the server as its way into the world."""
        self._ip("address", "flush", "dev", "c0")
        self._ip("address", "add", f"{address}/24", "dev", "c0")
        self._ip("link", "set", "c0", "up")
        self._ip("route", "replace", "default", "via", SERVER)

    def pull(self) -> None:
        """Have the computer be at no network."""
        self._ip("link", "set", "c0", "down")

    def _ip(self, *arguments: str, pid: int | None = None) -> None:
        subprocess.run([*inside(pid or self._here), needs.require("ip"), *arguments], check=True, capture_output=True)


def inside(pid: int) -> list[str]:
    """Return what has a command run in the network of a process."""
    return [needs.require("nsenter"), "--preserve-credentials", "--user", "--net", "--target", str(pid)]


@contextmanager
def held(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a process that says a line and waits; it has said it when this returns."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        end(process)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def served(there: list[str], rate: int, size: int) -> Iterator[str]:
    """Give the address of a file at a server; `there` has commands run in its network."""
    root = str(Path(__file__).parents[2])
    with held([*there, sys.executable, "-c", _SERVE, root, SERVER, str(rate), str(size)]) as server:
        yield line_of(server)


@contextmanager
def joined(rate: int, size: int) -> Iterator[tuple[Cable, list[str], str]]:
    """Give the cable, what has a command run on the computer, and the address of a file at the server.

    All of it is sent at `rate` bytes/s together. Skips where the system lets nobody make namespaces.
    """
    unshare = needs.require("unshare", "util-linux")
    if subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("the system lets nobody here make a network namespace")
    with ExitStack() as stack:
        here = stack.enter_context(held([unshare, "-rn", *HOLD]))
        line_of(here)
        there = stack.enter_context(held([*inside(here.pid), unshare, "-n", *HOLD]))
        line_of(there)
        cable = Cable(here.pid, there.pid)
        yield cable, inside(here.pid), stack.enter_context(served(inside(there.pid), rate, size))
