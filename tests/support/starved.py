"""How long the main thread had no CPU, and how often a heartbeat beats: light enough for a window's start."""

import os
import sys
from typing import Final

INTERVAL_MS: Final = 2
"""Between two beats."""
_THREAD: Final = f"/proc/self/task/{os.getpid()}"
_PROCESSOR: Final = 36
"""Where the CPU that a thread is on stands behind its name in its `stat` (proc_pid_stat(5), field 39)."""
_STOLEN: Final = 8
"""Where the time that a machine's host gave to others stands in a CPU's line of /proc/stat (proc_stat(5))."""
_THREAD_SIZE, _CPUS_SIZE = 1024, 128 * (1 + (os.cpu_count() or 1))


class Starving:
    """Adds up what the thread waited for a CPU, or its CPU for the machine's host: the more of both at each look."""

    def __init__(self) -> None:
        self._files = self._opened()
        self._tick = os.sysconf("SC_CLK_TCK")
        self._waited, self._stolen = self._look()
        self.seconds = self._waited

    def count(self) -> None:
        """Look again. What others were robbed of while the thread waited for them is in its waiting already."""
        waited, stolen = self._look()
        here = self._here()
        robbed = stolen[here] - self._stolen[here] if here < len(stolen) else 0.0
        self.seconds += max(waited - self._waited, robbed)
        self._waited, self._stolen = waited, stolen

    @staticmethod
    def _opened() -> list[int]:
        """Open them once: to look often must not hold up what is measured."""
        paths = (f"{_THREAD}/schedstat", f"{_THREAD}/stat", "/proc/stat")
        return [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in paths]

    def _look(self) -> tuple[float, list[float]]:
        waited = int(os.pread(self._files[0], _THREAD_SIZE, 0).split()[1]) / 1e9
        lines = os.pread(self._files[2], _CPUS_SIZE, 0).splitlines()[1:]
        cpus = [line.split() for line in lines if line.startswith(b"cpu")]
        return waited, [int(fields[_STOLEN]) / self._tick for fields in cpus if len(fields) > _STOLEN]

    def _here(self) -> int:
        return int(os.pread(self._files[1], _THREAD_SIZE, 0).rpartition(b")")[2].split()[_PROCESSOR])


_STARVING: Final = Starving() if sys.platform == "linux" else None


def starved_seconds() -> float:
    """Return for how long the main thread has had no CPU so far; 0.0 where the system does not tell.

    What its host takes from a virtual machine is in no count of the thread's own.
    """
    if _STARVING is None:
        return 0.0
    _STARVING.count()
    return _STARVING.seconds
