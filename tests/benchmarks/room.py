"""What others get of a slow line with a long queue while Headrace fetches over it, leaving them room or not."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.benchmarks.far_line import Line, laid
from tests.benchmarks.report import MB, Bar, Report, Table, Wishes
from tests.support.control_command import Control
from tests.support.namespaces import served

NEEDS: Final = ("ip", "nsenter")
_CAPACITY: Final = 1_250_000
_LINE: Final = Line(round_trip=0.03, rate=_CAPACITY, queue=0.5)
_SIZE: Final = 300 * MB
_SECONDS: Final = 12.0
_SETTLE: Final = 20.0
_RIVAL: Final = """
import socket, sys, time
from urllib.parse import urlsplit
address, seconds = urlsplit(sys.argv[1]), float(sys.argv[2])
began = time.monotonic()
with socket.create_connection((address.hostname, address.port)) as sock:
    waited = time.monotonic() - began
    sock.sendall(f"GET {address.path} HTTP/1.1\\r\\nHost: {address.netloc}\\r\\nConnection: close\\r\\n\\r\\n".encode())
    count, half, seen = 0, began + seconds / 2, None
    while time.monotonic() < began + seconds:
        count += len(sock.recv(65536))
        if seen is None and time.monotonic() >= half:
            seen = count
print(waited, (count - (seen or 0)) / (seconds / 2))
"""
_NOTES: Final = [
    "two network namespaces and a program between them: 10 Mbit/s, 30 ms there and back, a queue of 500 ms",
    f"alone: bytes/s over {_SECONDS:g} s, {_SETTLE:g} s after the start; besides: while another connection fetches too",
    "rival: what that connection gets in its second half; waits: how long its handshake took",
    f"again: Headrace alone, {_SETTLE:g} s after the rival has gone; all over the capacity of the line",
]


@dataclass(frozen=True)
class _Found:
    """Parts of the line's capacity, and seconds."""

    alone: float
    besides: float
    rival: float
    waits: float
    again: float


def _share(received: Callable[[], int], seconds: float) -> float:
    before, began = received(), monotonic()
    sleep(seconds)
    return (received() - before) / (monotonic() - began) / _CAPACITY


def _found(folder: Path, *, leave_room: bool) -> _Found:
    profile = Profile.at(folder / "profile")
    save_settings(Settings(folder / "downloads", leave_room=leave_room), profile.settings)
    with laid(_LINE) as (near, far), served(far, 50 * MB, _SIZE) as address:
        control = Control(profile, folder / "downloads")
        command = [*near, *control.command("run")]
        with subprocess.Popen(command, env=control.env, stderr=subprocess.DEVNULL) as process:
            try:
                control.until_it_listens()
                control.rows("add", address)
                return _measured(control, [*near, sys.executable, "-c", _RIVAL, address])
            finally:
                control.run("quit")
                process.wait(30)


def _measured(control: Control, rival: list[str]) -> _Found:
    def received() -> int:
        return int(control.rows("list")[0]["received"])

    sleep(_SETTLE)
    alone = _share(received, _SECONDS)
    with subprocess.Popen([*rival, str(2 * _SECONDS)], stdout=subprocess.PIPE, text=True) as other:
        sleep(_SECONDS)
        besides = _share(received, _SECONDS - 1.0)
        told, _ = other.communicate(timeout=60)
    waits, rate = map(float, told.split())
    sleep(_SETTLE)
    return _Found(alone, besides, rate / _CAPACITY, waits, _share(received, _SECONDS))


def measure(folder: Path, _wishes: Wishes) -> Report:
    """Measure both ways of fetching."""
    found = {leave_room: _found(folder / str(leave_room), leave_room=leave_room) for leave_room in (False, True)}
    head = ("leave room", "alone", "besides", "rival", "waits s", "again")
    rows = [
        ("yes" if key else "no", one.alone, one.besides, one.rival, one.waits, one.again) for key, one in found.items()
    ]
    polite = found[True]
    bars = [
        Bar("what the rival gets", polite.rival, 0.7, "of the line", at_least=True),
        Bar("alone", polite.alone, 0.7, "of the line", at_least=True),
        Bar("again", polite.again, 0.7, "of the line", at_least=True),
        Bar("handshake of who comes", polite.waits, 0.2, "s"),
    ]
    return Report("room", _NOTES, [Table("parts of a line of 10 Mbit/s", head, list(rows))], bars)
