"""A history and a count of traffic without files: all in memory, answered at once or when a test says so."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from headrace.history import Figure, HistoryEntry, HistoryQuery, Period
from headrace.history_book import HistoryBook


class FakeTraffic:
    """Days and their bytes."""

    def __init__(self) -> None:
        self.today = date(2026, 5, 4)
        self.days: dict[date, int] = {}
        self.network = ""
        self.keys: list[str] = []

    def networks(self) -> list[str]:
        return self.keys

    def since(self, first: date, counts: Callable[[str], bool] | None = None) -> Mapping[date, int]:  # noqa: ARG002 - the real face
        return {day: size for day, size in self.days.items() if day >= first}


class FakeHistory(HistoryBook):
    """The face of the book over a list, the latest first."""

    def __init__(self) -> None:
        self.entries: list[HistoryEntry] = []
        self.sums: dict[Period, list[Figure]] = {}
        self.calls: list[tuple[str, Any]] = []
        self.page_size = 200
        self.waiting: list[Callable[[], None]] | None = None
        """Answers that are held back, where a test wants to give them itself."""
        self._listeners: list[Callable[[], None]] = []

    def put(self, *entries: HistoryEntry) -> None:
        """Remember these as well, and tell it."""
        self.entries = sorted((*self.entries, *entries), key=lambda entry: -entry.number)
        self.tell()

    def tell(self) -> None:
        for listener in list(self._listeners):
            listener()

    def _found(self, query: HistoryQuery) -> list[HistoryEntry]:
        def is_meant(entry: HistoryEntry) -> bool:
            text = f"{entry.name} {entry.address}".casefold()
            return (
                all(word in text for word in query.words.casefold().split())
                and query.host in (None, entry.host)
                and query.outcome in (None, entry.outcome)
                and (query.last is None or entry.day <= query.last)
            )

        return [entry for entry in self.entries if is_meant(entry)]

    def _answer(self, call: Callable[[], None]) -> None:
        if self.waiting is None:
            call()
        else:
            self.waiting.append(call)

    def page(
        self,
        query: HistoryQuery,
        answer: Callable[[list[HistoryEntry]], None],
        before: int | None = None,
        most: int = 0,
    ) -> None:
        self.calls.append(("page", (query, before)))
        found = [one for one in self._found(query) if before is None or one.number < before][: most or self.page_size]
        self._answer(lambda: answer(found))

    def figures(
        self,
        query: HistoryQuery,  # noqa: ARG002 - the real face
        period: Period,
        answer: Callable[[list[Figure]], None],
        most: int = -1,  # noqa: ARG002 - the real face
    ) -> None:
        self._answer(lambda: answer(self.sums.get(period, [])))

    def total(self, query: HistoryQuery, answer: Callable[[Figure], None]) -> None:
        found = self._found(query)
        whole = Figure("", len(found), sum(one.received for one in found), sum(one.seconds for one in found))
        self._answer(lambda: answer(whole))

    def delete(self, numbers: Iterable[int], then: Callable[[str], None] = lambda _: None) -> None:
        gone = set(numbers)
        self.calls.append(("delete", gone))
        self.entries = [entry for entry in self.entries if entry.number not in gone]
        then("")
        self.tell()

    def clear(self, query: HistoryQuery, then: Callable[[int, str], None] = lambda *_: None) -> None:
        self.calls.append(("clear", query))
        gone = self._found(query)
        self.entries = [entry for entry in self.entries if entry not in gone]
        then(len(gone), "")
        self.tell()

    def export(self, query: HistoryQuery, path: Path, then: Callable[[str], None]) -> None:
        self.calls.append(("export", (query, path)))
        then("")
