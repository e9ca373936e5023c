"""A process of its own for `limits`: the real `headrace get`, with a note of every write to a part file.

`python -m tests.benchmarks.written RESULT SECONDS ARGUMENT...` runs `headrace get ARGUMENT...`, interrupts it SECONDS
after the first byte was written, and writes the moments (seconds since that byte) and sizes of all writes to RESULT.
"""

import faulthandler
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

from headrace.disk.part_file import PartFile
from headrace_gui.main import main as headrace

_HANGS: Final = 40.0
"""Seconds beyond what was asked for after which it is told where every thread stands."""


class Notes:
    """Notes what is written, in any thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._write_at = PartFile.write_at
        self._lock = threading.Lock()
        self._writes: list[tuple[float, int]] = []
        self._timer: threading.Timer | None = None

    def write_at(self, part: PartFile, data: memoryview, offset: int) -> None:
        """Write as PartFile does, then note it."""
        self._write_at(part, data, offset)
        with self._lock:
            self._writes.append((time.monotonic(), data.nbytes))
            if self._timer is None:
                self._timer = threading.Timer(self._seconds, os.kill, (os.getpid(), signal.SIGINT))
                self._timer.start()

    def finish(self) -> list[tuple[float, int]]:
        """End the noting; return seconds since the first write and bytes of every write in time."""
        began = self._writes[0][0] if self._writes else 0.0
        if self._timer is not None:
            self._timer.cancel()
        return [(at - began, size) for at, size in self._writes if at - began <= self._seconds]


def main(argv: Sequence[str]) -> int:
    """Run the command; return its exit status."""
    result, seconds, *arguments = argv
    faulthandler.dump_traceback_later(float(seconds) + _HANGS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs in the background has it ignored
    notes = Notes(float(seconds))

    def write_at(part: PartFile, data: memoryview, offset: int) -> None:  # a function, to be bound to the part file
        notes.write_at(part, data, offset)

    with patch.object(PartFile, "write_at", write_at):
        status = headrace(["get", *arguments])
    Path(result).write_text(json.dumps(notes.finish()), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
