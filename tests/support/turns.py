"""Tests in several processes at once: most run side by side, and those that measure time apart from them.

Who measures how long something computes runs alone. Who measures how long something waits and hardly computes is calm:
such tests run side by side with one another, but with no others.
A turnstile keeps newcomers out while somebody waits, so that nobody waits for ever.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, Final

_LOOK_SECONDS: Final = 0.02


class Kind(Enum):
    """Beside whom a test may run."""

    USUAL = "usual"
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

    with (folder / "gate").open("w") as gate, (folder / "room").open("w") as room, (folder / "calm").open("w") as calm:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if kind is Kind.ALONE:
            fcntl.flock(room, fcntl.LOCK_EX)
            fcntl.flock(calm, fcntl.LOCK_EX)
        else:
            own, others = (calm, room) if kind is Kind.CALM else (room, calm)
            _wait_until_free(others)
            fcntl.flock(own, fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


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
