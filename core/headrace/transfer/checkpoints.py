"""Checkpoints off the path of the bytes: one thread flushes running part files and then has their claims written."""

import logging
from threading import Condition, Thread
from time import monotonic
from typing import Protocol

_log = logging.getLogger(__name__)
PACE = 0.25
"""Seconds between checkpoints, at least."""
_SHARE = 4.0
"""A disk whose flush takes long is left alone for this many times as long."""


class Checkpointed(Protocol):
    """Something with data to flush and claims to write."""

    def checkpoint(self) -> None:
        """Flush, then claim. Must not raise."""


class Checkpointer:
    """Calls `checkpoint` of every registered job again and again, in one thread that sleeps while there is none."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._jobs: dict[int, Checkpointed] = {}
        self._closing = False
        self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
        self._thread.start()

    def register(self, job: Checkpointed) -> None:
        """Begin to checkpoint `job`, from any thread."""
        with self._changed:
            self._jobs[id(job)] = job
            self._changed.notify_all()

    def forget(self, job: Checkpointed) -> None:
        """Stop checkpointing `job`; one under way may still end."""
        with self._changed:
            self._jobs.pop(id(job), None)

    def close(self, timeout: float) -> bool:
        """End the thread, at most in `timeout` seconds; say whether it ended."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = PACE
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._jobs) or self._closing)
                self._changed.wait_for(lambda: self._closing, pause)
                if self._closing:
                    return
                jobs = list(self._jobs.values())
            began = monotonic()
            for job in jobs:
                job.checkpoint()
            pause = max(PACE, _SHARE * (monotonic() - began))
