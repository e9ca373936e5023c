"""How long the main thread waited for a CPU, and how often a heartbeat beats: light enough for a window's start."""

import os
import sys
from typing import Final

INTERVAL_MS: Final = 2
"""Between two beats."""
_TIMES_FILE: Final = f"/proc/self/task/{os.getpid()}/schedstat"
_TIMES: Final = os.open(_TIMES_FILE, os.O_RDONLY | os.O_CLOEXEC) if sys.platform == "linux" else None
"""Opened once: to look often must not hold up what is measured."""
_TIMES_SIZE: Final = 128


def starved_seconds() -> float:
    """Return for how long the main thread has waited for a CPU so far; 0.0 where the system does not tell."""
    return int(os.pread(_TIMES, _TIMES_SIZE, 0).split()[1]) / 1e9 if _TIMES is not None else 0.0
