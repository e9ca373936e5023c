"""The columns of the list: one entry each, with everything that makes the column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isnan
from operator import attrgetter
from typing import Final

from headrace.filters import category_in
from headrace.lots import Lot
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui import words
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

SortKey = str | float | None


class Look(Enum):
    """How a column's cells are painted."""

    NAME = "name"
    PROGRESS = "progress"
    TEXT = "text"
    NUMBER = "number"
    QUIET_NUMBER = "quiet number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `sort_key` None sorts last in both directions, `now` is in Unix seconds."""

    key: str
    """The name it is remembered by: never change one."""
    source: str
    """The title in English."""
    text: Callable[[DownloadSnapshot, float], str]
    sort_key: Callable[[DownloadSnapshot], SortKey]
    width: int
    look: Look = Look.TEXT
    shown: bool = True
    """Whether it is shown until a person chooses."""
    falls_first: bool = False
    """Whether numbers and times begin with the largest at the first click on the header."""
    sacrifice: int = 1
    """Order in which columns give way in a narrow window; 0 stays."""

    of_lot: Callable[[Lot], Sequence[SortKey]] | None = None
    """The sort keys of a lot of dormant downloads; None where they are the same for all that share a pattern."""
    by_value: bool = False
    """Whether the text is the sort key put into words: the same for as long as that is the same."""
    lively: bool = False
    """Whether it shows what changes at every tick of a running download."""

    def keys_of(self, lot: Lot) -> Sequence[SortKey]:
        """Return the sort keys of downloads that lie dormant, in their order."""
        return lot.shared(self.sort_key) if self.of_lot is None else self.of_lot(lot)

    @property
    def title(self) -> str:
        """What the column is called."""
        return translate("List", self.source)

    @property
    def is_number(self) -> bool:
        """Whether figures stand at the far side, one under the other."""
        return self.look in (Look.NUMBER, Look.QUIET_NUMBER)


_PROGRESS_GROUPS: Final = {
    DownloadState.FAILED: 0.0,
    DownloadState.QUEUED: 1.0,
    DownloadState.COMPLETED: 3.5,
}
_PRIORITIES: Final = {
    1: QT_TRANSLATE_NOOP("List", "High"),
    0: QT_TRANSLATE_NOOP("List", "Normal"),
    -1: QT_TRANSLATE_NOOP("List", "Low"),
}
_NOTHING: Final = "\N{EN DASH}"


def _progress_key(snapshot: DownloadSnapshot) -> SortKey:
    group = _PROGRESS_GROUPS.get(snapshot.state, 2.0)
    return group if snapshot.state is DownloadState.COMPLETED else group + min(snapshot.fraction or 0.0, 1.0) / 2


def _known(numbers: Sequence[float]) -> list[SortKey]:
    return [None if isnan(number) else number for number in numbers]


def queue_name(name: str) -> str:
    """Return what a queue is called: by its name, the main one in the person's language."""
    return name or translate("List", "Main queue")


def _priority(snapshot: DownloadSnapshot) -> str:
    return translate("List", _PRIORITIES[snapshot.priority])


def _checksum(snapshot: DownloadSnapshot) -> str:
    if snapshot.checksum_verified:
        name = words.checksum_name(snapshot.checksum_verified)
        return translate("List", "{checksum} verified").format(checksum=name)
    if snapshot.checksum:
        name = words.checksum_name(snapshot.checksum.partition(":")[0])
        return translate("List", "{checksum} expected").format(checksum=name)
    return _NOTHING


def _checksum_key(snapshot: DownloadSnapshot) -> SortKey:
    return None if _checksum(snapshot) == _NOTHING else float(not snapshot.checksum_verified)


def _checksum_keys(lot: Lot) -> list[SortKey]:
    pairs = zip(lot.shared(_checksum_key), lot.have_checksums(), strict=True)
    return [1.0 if key is None and has else key for key, has in pairs]


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "name",
        QT_TRANSLATE_NOOP("List", "Name"),
        lambda s, _: s.name,
        lambda s: s.name.casefold(),
        360,
        Look.NAME,
        sacrifice=0,
        of_lot=lambda lot: lot.folded_names(),
    ),
    Column(
        "progress",
        QT_TRANSLATE_NOOP("List", "Progress"),
        lambda s, _: words.progress(s),
        _progress_key,
        174,
        Look.PROGRESS,
        falls_first=True,
        sacrifice=0,
        lively=True,
    ),
    Column(
        "size",
        QT_TRANSLATE_NOOP("List", "Size"),
        lambda s, _: words.size(s.total),
        attrgetter("total"),
        92,
        of_lot=lambda lot: _known(lot.totals()),
        look=Look.NUMBER,
        falls_first=True,
        sacrifice=2,
        by_value=True,
    ),
    Column(
        "speed",
        QT_TRANSLATE_NOOP("List", "Speed"),
        lambda s, _: words.speed(s.speed),
        attrgetter("speed"),
        100,
        Look.NUMBER,
        falls_first=True,
        sacrifice=4,
        lively=True,
    ),
    Column(
        "time_left",
        QT_TRANSLATE_NOOP("List", "Time left"),
        lambda s, _: words.time_left(s),
        attrgetter("time_left"),
        104,
        Look.NUMBER,
        sacrifice=3,
        lively=True,
    ),
    Column(
        "added",
        QT_TRANSLATE_NOOP("List", "Added"),
        lambda s, now: words.moment(s.added_at, now),
        attrgetter("added_at"),
        112,
        of_lot=lambda lot: lot.added(),
        look=Look.QUIET_NUMBER,
        falls_first=True,
        by_value=True,
    ),
    Column(
        "finished",
        QT_TRANSLATE_NOOP("List", "Finished"),
        lambda s, now: "" if s.finished_at is None else words.moment(s.finished_at, now),
        attrgetter("finished_at"),
        112,
        of_lot=lambda lot: _known(lot.finished()),
        look=Look.QUIET_NUMBER,
        shown=False,
        falls_first=True,
        by_value=True,
    ),
    Column(
        "host",
        QT_TRANSLATE_NOOP("List", "Host"),
        lambda s, _: s.host,
        attrgetter("host"),
        160,
        of_lot=lambda lot: lot.hosts(),
        shown=False,
        by_value=True,
    ),
    Column(
        "folder",
        QT_TRANSLATE_NOOP("List", "Folder"),
        lambda s, _: str(s.folder),
        lambda s: str(s.folder),
        200,
        shown=False,
        by_value=True,
    ),
    Column(
        "category",
        QT_TRANSLATE_NOOP("List", "Category"),
        lambda s, _: words.category_name(category_in(s)),
        lambda s: category_in(s).value,
        104,
        of_lot=lambda lot: [category.value for category in lot.categories()],
        shown=False,
        by_value=True,
    ),
    Column(
        "queue",
        QT_TRANSLATE_NOOP("List", "Queue"),
        lambda s, _: queue_name(s.queue),
        lambda s: s.queue.casefold(),
        112,
        shown=False,
        by_value=True,
    ),
    Column(
        "priority",
        QT_TRANSLATE_NOOP("List", "Priority"),
        lambda s, _: _priority(s),
        attrgetter("priority"),
        84,
        shown=False,
        falls_first=True,
        by_value=True,
    ),
    Column(
        "average_speed",
        QT_TRANSLATE_NOOP("List", "Average speed"),
        lambda s, _: words.speed(s.average_speed),
        attrgetter("average_speed"),
        124,
        of_lot=lambda lot: lot.average_speeds(),
        look=Look.QUIET_NUMBER,
        shown=False,
        falls_first=True,
        by_value=True,
        lively=True,
    ),
    Column(
        "connections",
        QT_TRANSLATE_NOOP("List", "Connections"),
        lambda s, _: words.number(s.connections) if s.connections else "",
        lambda s: s.connections or None,
        108,
        Look.QUIET_NUMBER,
        shown=False,
        falls_first=True,
        by_value=True,
    ),
    Column(
        "checksum",
        QT_TRANSLATE_NOOP("List", "Checksum"),
        lambda s, _: _checksum(s),
        _checksum_key,
        136,
        of_lot=_checksum_keys,
        shown=False,
        by_value=True,
    ),
    Column(
        "limit",
        QT_TRANSLATE_NOOP("List", "Limit"),
        lambda s, _: "" if s.limit is None else words.limit(s.limit),
        attrgetter("limit"),
        92,
        Look.QUIET_NUMBER,
        shown=False,
        falls_first=True,
        by_value=True,
    ),
)
