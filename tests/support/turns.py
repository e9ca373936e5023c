"""Tests in several processes at once: most run side by side, and those that measure time apart from them.

Who measures how long something computes runs alone. Who measures how long something waits and hardly computes is calm:
such tests run side by side with one another, but with no others. So do those of a real window, which tell apart what
it did and what the machine held back.
A turnstile keeps newcomers out while somebody waits, so that nobody waits for ever.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, Final

_LOOK_SECONDS: Final = 0.02


class Kind(Enum):
    """Beside whom a test may run."""

    USUAL = "usual"
    WINDOW = "window"
    CALM = "calm"
    ALONE = "alone"


@contextmanager
def turn(folder: Path, kind: Kind) -> Iterator[None]:
    """Wait for a turn among the processes that share `folder`, and hold it to the end of the block.

    Where there is one process, and on Windows, the turn is there at once.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ or sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    with ExitStack() as stack:
        gate = stack.enter_context((folder / "gate").open("w"))
        rooms = {each: stack.enter_context((folder / each.value).open("w")) for each in Kind if each is not Kind.ALONE}
        fcntl.flock(gate, fcntl.LOCK_EX)
        for each, room in rooms.items():
            if kind is Kind.ALONE:
                fcntl.flock(room, fcntl.LOCK_EX)
            elif each is not kind:
                _wait_until_free(room)
        if kind is not Kind.ALONE:
            fcntl.flock(rooms[kind], fcntl.LOCK_SH)
        if kind is Kind.WINDOW:
            stack.enter_context(_seat(folder))
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextmanager
def _seat(folder: Path) -> Iterator[None]:
    """Wait until one of the few seats is free, as many as there are processors, and take it."""
    with ExitStack() as stack:
        seats = [stack.enter_context((folder / f"seat-{each}").open("w")) for each in range(os.cpu_count() or 1)]
        while not any(map(_is_taken, seats)):
            time.sleep(_LOOK_SECONDS)
        yield


def _is_taken(seat: IO[str]) -> bool:
    """Take a seat if it is free."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    try:
        fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_until_free(file: IO[str]) -> None:
    """Wait until nobody holds a lock of `file`; whoever asks keeps newcomers out meanwhile."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_SECONDS)
        else:
            fcntl.flock(file, fcntl.LOCK_UN)
            return
