"""Starts that no orderly end followed: after three in a row nothing starts by itself any more."""

import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from headrace.states import RUNNING, DownloadState, Failure, FailureReason
from headrace.store.records import DownloadRecord

_log = logging.getLogger(__name__)
CRASHES: Final = 3
"""Starts without an orderly end, from which on the next one is a careful one."""
CALM_SECONDS: Final = 60.0
"""A process that ran for so long did not crash at its start."""
_SUSPECT: Final = "it was running at each of the last crashes"


class CrashCount:
    """Counts starts in one small file. A process that is killed leaves the count as it is, and the system keeps it."""

    def __init__(self, path: Path | None) -> None:
        """Read the count and count this start; without a path nothing is counted. Never raises."""
        self._path = path
        self.crashes, self._running = (0, None) if path is None else _read(path)
        self._write(None)

    @property
    def careful(self) -> bool:
        """Whether nothing may start by itself."""
        return self.crashes >= CRASHES

    def take(self, records: Iterable[DownloadRecord]) -> set[str]:
        """Take note of what ran when the last process ended; return what ran at each of the crashes, if enough."""
        running = {record.id for record in records if record.state in RUNNING and not record.removed}
        if self.crashes > 1 and self._running is not None:
            running &= self._running
        self._write(running if self.crashes else None)
        return running if self.careful else set()

    def end(self) -> None:
        """Forget the count: this process does not crash at its start."""
        with suppress(OSError):
            if self._path is not None:
                self._path.unlink(missing_ok=True)

    @property
    def trouble(self) -> Failure | None:
        """What a person is told where nothing starts by itself."""
        said = f"after {self.crashes} crashes in a row nothing starts by itself"
        return Failure(FailureReason.INTERNAL, said) if self.careful else None

    def _write(self, running: set[str] | None) -> None:
        kept = self._running if running is None else running
        state = {"starts": self.crashes + 1, "running": None if kept is None else sorted(kept)}
        if self._path is None:
            return
        try:
            with open(self._path, "w", encoding="utf-8", opener=_private) as stream:
                json.dump(state, stream)
        except OSError as error:
            _log.warning("starts are not counted: %s", error.strerror)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def quarantined(record: DownloadRecord) -> DownloadRecord:
    """Return the record of a download that waits for a person, since it may be what crashes the program."""
    return replace(record, state=DownloadState.FAILED, failure=Failure(FailureReason.INTERNAL, _SUSPECT), retry_at=None)


def _read(path: Path) -> tuple[int, set[str] | None]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        running = state["running"]
        return int(state["starts"]), None if running is None else {str(key) for key in running}
    except FileNotFoundError:
        return 0, None
    except (OSError, ValueError, TypeError, KeyError):
        return 1, None
