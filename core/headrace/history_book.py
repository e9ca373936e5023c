"""The history as the engine keeps it: written behind the list, searched and cleared in threads of its own."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from time import time
from typing import Final, TypeVar

from headrace.days import day_of
from headrace.errands import Errands
from headrace.errors import StoppedError
from headrace.history import Figure, HistoryEntry, HistoryQuery, Period
from headrace.history_export import write_entries
from headrace.store.endings import drop_endings
from headrace.store.history_file import PAGE, HistoryFile
from headrace.store.sqlite_store import SqliteStore

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_Refused: Final = (OSError, ValueError)


class HistoryBook:
    """Lives in the manager's thread: every method returns at once, answers are given in that thread."""

    def __init__(
        self,
        files: tuple[Path, Path],
        store: SqliteStore,
        post: Callable[[Callable[[], None]], None],
        *,
        clock: Callable[[], float] = time,
        day: Callable[[float], date] = day_of,
    ) -> None:
        """Keep the history in the first of `files`, of the list whose database is the second."""
        self._file = HistoryFile(*files, day, held=True)
        self._store, self._post = store, post
        self._clock, self._day = clock, day
        self._writing, self._reading = Errands("history"), Errands("history-reading")
        self._summing = Errands("history-sums")
        """What may take a second for a million entries keeps no page waiting."""
        self._days: int | None = None
        self._kept_on: date | None = None
        """The day on which it was last looked for what is too old."""
        self._lock = Lock()
        self._listeners: list[Callable[[], None]] = []
        store.endings.told = self._take_over

    def keep(self, days: int | None) -> None:
        """Keep entries for so many days: None is for ever, 0 keeps none and notes nothing from now on.

        What is too old by that goes at the next start or on the next day: whoever slipped has until then.
        """
        with self._lock:
            self._days, self._kept_on = days, self._day(self._clock())
        self._store.endings.wanted = days != 0

    def take_over(self) -> None:
        """Take over what an earlier process left, and let go of what is too old: for the time after a start."""
        with self._lock:
            self._kept_on = None
        self._writing.run(self._moved)

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called in the manager's thread whenever there are other entries than before."""
        self._listeners.append(listener)

    def forget_listener(self, listener: Callable[[], None]) -> None:
        """Call it no more."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    # -- reading -----------------------------------------------------------------------------------------------

    def page(
        self,
        query: HistoryQuery,
        answer: Callable[[list[HistoryEntry]], None],
        before: int | None = None,
        most: int = PAGE,
    ) -> None:
        """Have the latest entries of numbers below `before` read, at most so many; none where that fails."""
        self._ask(lambda file: file.page(query, before, most), answer, list[HistoryEntry]())

    def count(self, query: HistoryQuery, answer: Callable[[int], None]) -> None:
        """Have entries counted."""
        self._sum(lambda file: file.count(query), answer, 0)

    def figures(
        self, query: HistoryQuery, period: Period, answer: Callable[[list[Figure]], None], most: int = -1
    ) -> None:
        """Have sums read: of days, weeks and months the latest, of hosts the greatest `most`."""
        self._sum(lambda file: file.figures(query, period, most), answer, list[Figure]())

    def total(self, query: HistoryQuery, answer: Callable[[Figure], None]) -> None:
        """Have the sum over all that is meant read."""
        self._sum(lambda file: file.total(query), answer, Figure("", 0, 0, 0.0))

    def _sum(self, read: Callable[[HistoryFile], _Answer], answer: Callable[[_Answer], None], failing: _Answer) -> None:
        self._summing.run(lambda: self._read(read, answer, failing))

    def _ask(self, read: Callable[[HistoryFile], _Answer], answer: Callable[[_Answer], None], failing: _Answer) -> None:
        self._reading.run(lambda: self._read(read, answer, failing))

    def _read(
        self, read: Callable[[HistoryFile], _Answer], answer: Callable[[_Answer], None], failing: _Answer
    ) -> None:
        self._writing.run(self._trim)  # behind this answer: to let go of many takes its time
        try:
            found = read(self._file)
        except _Refused as error:
            _log.error("the history cannot be read: %s", error)
            found = failing
        self._post(lambda: answer(found))

    # -- changing ----------------------------------------------------------------------------------------------

    def delete(self, numbers: Iterable[int], then: Callable[[str], None] = lambda _: None) -> None:
        """Delete entries for good, then call `then` with "" or with why that did not work."""
        chosen = list(numbers)
        self._writing.run(lambda: self._change(lambda: self._file.delete(chosen), lambda _, fault: then(fault)))

    def clear(self, query: HistoryQuery, then: Callable[[int, str], None] = lambda *_: None) -> None:
        """Delete all that is meant for good, then call `then` with how many were, and "" or why that did not work."""
        clear = partial(self._file.clear, query, self._writing.check)
        self._writing.run(lambda: self._change(clear, lambda gone, fault: then(gone or 0, fault)))

    def _change(self, change: Callable[[], int | None], then: Callable[[int | None, str], None]) -> None:
        gone, fault = None, ""
        try:
            gone = change()
        except StoppedError:
            return
        except _Refused as error:
            fault = str(error)
        self._post(lambda: then(gone, fault))
        self._tell()

    def export(self, query: HistoryQuery, path: Path, then: Callable[[str], None]) -> None:
        """Write entries to a file that is not there yet, as CSV or JSON by its ending.

        `then` is told as in `delete`.
        """
        self._reading.run(lambda: self._export(query, path, then))

    def _export(self, query: HistoryQuery, path: Path, then: Callable[[str], None]) -> None:
        fault = ""
        try:
            with path.open("x", encoding="utf-8", newline="") as stream:
                as_csv = path.suffix.lower() == ".csv"
                write_entries(self._file.entries(query), stream, as_csv=as_csv, check=self._reading.check)
        except StoppedError:
            path.unlink(missing_ok=True)
            return
        except FileExistsError:
            fault = f"{path.name} is there already"
        except OSError as error:
            fault = error.strerror or str(error)
        except ValueError as error:
            fault = str(error)
        self._post(lambda: then(fault))

    # -- inside ------------------------------------------------------------------------------------------------

    def _take_over(self) -> None:
        """Be told that a download has ended. The store's thread."""
        self._writing.run(self._moved)

    def _moved(self) -> None:
        try:
            taken = self._file.take_over()
        except _Refused as error:  # it is kept with the list until then
            _log.error("the history cannot be written: %s", error)
            return
        if taken:
            self._store.put(drop_endings(taken))
        self._trim()
        self._tell()

    def _trim(self) -> None:
        """Let go of what is too old, once a day. The thread that writes."""
        with self._lock:
            today, days = self._day(self._clock()), self._days
            if days is None or today == self._kept_on:
                return
            self._kept_on = today
        try:
            last = today - timedelta(days=days) if days else date.max
            self._file.clear(HistoryQuery(last=last), self._writing.check)
        except (StoppedError, OverflowError):
            return
        except _Refused as error:
            _log.error("old entries of the history stay: %s", error)

    def _tell(self) -> None:
        self._post(self._call_listeners)

    def _call_listeners(self) -> None:
        for listener in list(self._listeners):
            listener()

    def close(self, timeout: float) -> bool:
        """End what is under way, at most `timeout` seconds; say whether that worked. Nothing is lost where not."""
        ended = [errands.close(timeout / 3) for errands in (self._writing, self._reading, self._summing)]
        if all(ended):
            self._file.close()
        return all(ended)
