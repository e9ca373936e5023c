"""Histories for tests: entries made with few words, and a book with its answers waited for."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from headrace.history import HistoryEntry, Outcome, entry_text
from headrace.store.history_file import HistoryFile

DAY = date(2026, 5, 4)


def make_entry(number: int = 1, **facts: Any) -> HistoryEntry:
    """Return a finished download of 1000 bytes, `number` making its name and address; `facts` override."""
    usual: dict[str, Any] = {
        "number": number,
        "download_id": f"{number:016x}",
        "outcome": Outcome.FINISHED,
        "ended_at": 1_777_900_000.0 + number,
        "day": DAY,
        "name": f"{number}.bin",
        "folder": Path("/downloads"),
        "address": f"https://example.org/{number}.bin",
        "host": "example.org",
        "final_host": None,
        "size": 1000,
        "received": 1000,
        "seconds": 2.0,
        "added_at": 1_777_899_000.0,
    }
    return HistoryEntry(**(usual | facts))


class Answers:
    """The manager's thread in the place of which a test stands: what is posted is done when it looks."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.found: list[Any] = []

    def post(self, task: Callable[[], None]) -> None:
        """Have `task` done at the next look. Any thread."""
        self._tasks.put(task)

    def take(self, *answer: Any) -> None:
        """Remember an answer."""
        self.found.append(answer[0] if len(answer) == 1 else answer)

    def next(self, timeout: float = 20.0) -> Any:
        """Return the next answer. Raises TimeoutError."""
        while not self.found:
            try:
                self._tasks.get(timeout=timeout)()
            except Empty:
                raise TimeoutError("nothing was answered") from None
        return self.found.pop(0)


def note(database: Path, entries: Iterable[HistoryEntry]) -> None:
    """Write entries where the list writes what has ended; their numbers are given there."""
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = [(entry_text(entry),) for entry in entries]
        connection.executemany("INSERT INTO endings (entry) VALUES (?)", rows)


def fill(history: HistoryFile, database: Path, entries: Iterable[HistoryEntry]) -> None:
    """Have entries noted and taken over."""
    note(database, entries)
    history.take_over()
