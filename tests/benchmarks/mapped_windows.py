"""Watches an X display for windows that appear, by the server's own events."""

import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from tests.support.desktop import Desktop

RESOLUTION: Final = (
    "a window counts as mapped when the X server tells xev of it (MapNotify of its frame), not by polling: "
    "the way through xev's pipe takes under 1 ms"
)
_READY_SECONDS: Final = 0.3
"""Ample for xev, which does not say when it is ready."""


class MappedWindows:
    """Notes the time at which each top-level window is mapped."""

    def __init__(self, stream: IO[str]) -> None:
        self._seen: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(stream,), name="xev", daemon=True)
        self._thread.start()

    def wait(self, timeout: float) -> float:
        """Return when (perf_counter) the next window was mapped. Raises TimeoutError."""
        try:
            return self._seen.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no window within {timeout} s") from None

    def forget(self) -> None:
        """Forget what was mapped so far."""
        while not self._seen.empty():
            self._seen.get()

    def join(self) -> None:
        """Wait for the reading thread, once the stream has ended."""
        self._thread.join()

    def _read(self, stream: IO[str]) -> None:
        mapped = False
        for line in stream:
            now = time.perf_counter()
            if not line.startswith(" "):
                mapped = line.startswith("MapNotify")
            elif mapped and "override NO" in line:
                self._seen.put(now)


@contextmanager
def watching(desktop: Desktop) -> Iterator[MappedWindows]:
    """Watch `desktop` until the end of the block."""
    command = ["xev", "-root", "-event", "substructure"]
    with subprocess.Popen(command, env=desktop.env, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        stream = process.stdout
        if stream is None:
            raise RuntimeError("no pipe")
        windows = MappedWindows(stream)
        try:
            time.sleep(_READY_SECONDS)
            yield windows
        finally:
            process.terminate()
            windows.join()
