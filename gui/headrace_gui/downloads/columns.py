"""The columns of the list: one entry each, with everything that makes the column."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from headrace.filters import category_of
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui import words

SortKey = str | float | tuple[float, float] | None


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
    title: str
    text: Callable[[DownloadSnapshot, float], str]
    sort_key: Callable[[DownloadSnapshot], SortKey]
    width: int
    look: Look = Look.TEXT
    shown: bool = True
    """Whether it is shown until a person chooses."""
    falls_first: bool = False
    """Whether numbers and times begin with the largest at the first click on the header."""
    sacrifice: int = 0
    """Order in which columns give way in a narrow window; 0 stays."""


_PROGRESS_GROUPS: Final = {
    DownloadState.FAILED: 0.0,
    DownloadState.QUEUED: 1.0,
    DownloadState.COMPLETED: 3.0,
}


def _progress_key(snapshot: DownloadSnapshot) -> SortKey:
    return _PROGRESS_GROUPS.get(snapshot.state, 2.0), snapshot.fraction or 0.0


COLUMNS: Final[tuple[Column, ...]] = (
    Column("name", "Name", lambda s, _: s.name, lambda s: s.name.casefold(), 360, Look.NAME),
    Column("progress", "Progress", lambda s, _: words.progress(s), _progress_key, 174, Look.PROGRESS, falls_first=True),
    Column(
        "size",
        "Size",
        lambda s, _: words.size(s.total),
        lambda s: s.total,
        92,
        Look.NUMBER,
        falls_first=True,
        sacrifice=2,
    ),
    Column(
        "speed",
        "Speed",
        lambda s, _: words.speed(s.speed),
        lambda s: s.speed,
        100,
        Look.NUMBER,
        falls_first=True,
        sacrifice=4,
    ),
    Column(
        "time_left",
        "Time left",
        lambda s, _: words.time_left(s),
        lambda s: s.time_left,
        104,
        Look.NUMBER,
        sacrifice=3,
    ),
    Column(
        "added",
        "Added",
        lambda s, now: words.moment(s.added_at, now),
        lambda s: s.added_at,
        112,
        Look.QUIET_NUMBER,
        falls_first=True,
        sacrifice=1,
    ),
    Column(
        "finished",
        "Finished",
        lambda s, now: "" if s.finished_at is None else words.moment(s.finished_at, now),
        lambda s: s.finished_at,
        112,
        Look.QUIET_NUMBER,
        shown=False,
        falls_first=True,
        sacrifice=1,
    ),
    Column("host", "Host", lambda s, _: s.host, lambda s: s.host, 160, shown=False, sacrifice=1),
    Column("folder", "Folder", lambda s, _: str(s.folder), lambda s: str(s.folder), 200, shown=False, sacrifice=1),
    Column(
        "category",
        "Category",
        lambda s, _: words.CATEGORY_NAMES[category_of(s.name)],
        lambda s: category_of(s.name).value,
        104,
        shown=False,
        sacrifice=1,
    ),
)
