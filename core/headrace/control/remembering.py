"""What commands ask of the history: entries, sums, and to forget them."""

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import date
from typing import Any, Final, Generic, TypeVar

from headrace.control.lines import Arguments
from headrace.history import Figure, HistoryEntry, HistoryQuery, Outcome, Period, entry_json
from headrace.history_figures import with_traffic
from headrace.manager import DownloadManager
from headrace.messages import failure_message

_SOON: Final = 0.01
"""Seconds until the next look whether the history has answered."""
_PAGE: Final = 1000
_QUERY: Final = ("words", "host", "outcome", "since", "until")
Step = Mapping[str, Any] | float | None
_Kind = TypeVar("_Kind")


class _Answer(Generic[_Kind]):
    """What the history will say; it is called with it."""

    def __init__(self) -> None:
        self._found: list[_Kind] = []

    def __call__(self, found: _Kind) -> None:
        self._found.append(found)

    def awaited(self) -> Generator[Step, None, _Kind]:
        """Wait for it, in later turns of the event loop."""
        while not self._found:
            yield _SOON
        return self._found[0]


def remembered(manager: DownloadManager, given: Arguments) -> Iterator[Step]:
    """Answer with entries, the latest first, at most `most` of them (0: all). Raises ValueError with a sentence."""
    given.only(*_QUERY, "most")
    query, most = _query(given), given.number("most") or 0
    before: int | None = None
    count = 0
    while not most or count < most:
        wanted = min(_PAGE, most - count) if most else _PAGE
        page = _Answer[list[HistoryEntry]]()
        manager.history.page(query, page, before, wanted)
        found = yield from page.awaited()
        for entry in found:
            yield {"entry": _row(entry)}
        if len(found) < wanted:
            return
        count, before = count + len(found), found[-1].number


def figures(manager: DownloadManager, given: Arguments) -> Iterator[Step]:
    """Answer with the sums over a `period`, and over all. Raises ValueError with a sentence."""
    given.only(*_QUERY, "period")
    query, period = _query(given), _one_of(Period, given.text("period") or "day", "period")
    sums = _Answer[list[Figure]]()
    manager.history.figures(query, period, sums)
    found = yield from sums.awaited()
    if period is not Period.HOST and query == HistoryQuery(first=query.first, last=query.last):
        days = manager.traffic.since(query.first or date.min)
        found = with_traffic(
            found, {day: size for day, size in days.items() if day <= (query.last or date.max)}, period
        )
    for one in found:
        yield {"figure": figure_json(one)}
    whole = _Answer[Figure]()
    manager.history.total(query, whole)
    yield {"total": figure_json((yield from whole.awaited()))}


def forget(manager: DownloadManager, given: Arguments) -> Iterator[Step]:
    """Delete entries for good: those that are meant, or `all`. Raises ValueError with a sentence."""
    given.only(*_QUERY, "all")
    query = _query(given)
    if query == HistoryQuery() and not given.flag("all"):
        raise ValueError("say what is to be forgotten: words, --host, --since, --until, --outcome, or --all")
    told = _Answer[tuple[int, str]]()
    manager.history.clear(query, lambda count, why: told((count, why)))
    gone, fault = yield from told.awaited()
    if fault:
        raise ValueError(f"the history stays as it is: {fault}")
    yield {"forgotten": gone}


def figure_json(one: Figure) -> dict[str, Any]:
    """Return a sum: bytes, bytes/s, seconds; `came` is null where only entries are known."""
    return {
        "key": one.key,
        "files": one.files,
        "received": one.received,
        "came": one.came,
        "seconds": one.seconds,
        "average_speed": one.speed,
    }


def _row(entry: HistoryEntry) -> dict[str, Any]:
    message = None if entry.failure is None else failure_message(entry.failure)
    return entry_json(entry) | {"path": str(entry.path), "message": message}


def _query(given: Arguments) -> HistoryQuery:
    outcome = given.text("outcome")
    return HistoryQuery(
        given.text("words") or "",
        given.text("host"),
        None if outcome is None else _one_of(Outcome.__members__.__getitem__, outcome.upper(), "outcome"),
        _day(given, "since"),
        _day(given, "until"),
    )


def _day(given: Arguments, name: str) -> date | None:
    text = given.text(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is a day such as 2026-05-31") from None


def _one_of(read: Callable[[str], Any], text: str, name: str) -> Any:
    try:
        return read(text)
    except (ValueError, KeyError):
        raise ValueError(f"there is no {name} {text[:40].lower()!r}") from None
