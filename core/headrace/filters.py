"""Which downloads a person wants to see: by state, by type of file, by words. Pure functions, no order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from headrace.categories import Category as Category  # noqa: PLC0414 - exported
from headrace.categories import extension_of as extension_of  # noqa: PLC0414 - exported
from headrace.categories import in_force
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState


class StatusFilter(Enum):
    """The groups of states a person thinks in."""

    ALL = "all"
    ACTIVE = "active"
    WAITING = "waiting"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class Mark(Enum):
    """What downloads of any state may have about them."""

    WATCHED = "watched"
    """Their addresses are looked at now and then for a newer file."""


STATES_OF: Mapping[StatusFilter, frozenset[DownloadState]] = MappingProxyType(
    {
        StatusFilter.ALL: frozenset(DownloadState),
        StatusFilter.ACTIVE: RUNNING,
        StatusFilter.WAITING: frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT}),
        StatusFilter.PAUSED: frozenset({DownloadState.PAUSED}),
        StatusFilter.FINISHED: frozenset({DownloadState.COMPLETED}),
        StatusFilter.FAILED: frozenset({DownloadState.FAILED}),
    }
)
"""Each state is in ALL and in exactly one other group."""

_STATUS_OF = {state: status for status, states in STATES_OF.items() for state in states}


def category_of(name: str) -> Category:
    """Return the category the file's name belongs to."""
    return in_force().of_name(name)


def categories_of(names: Iterable[str]) -> list[Category]:
    """Return the categories of many names, a few times as fast as one by one."""
    return in_force().of_names(names)


def category_named(value: str | None) -> Category | None:
    """Return the category of that value, None where there is none."""
    return in_force().by_key.get(value or "")


def category_in(snapshot: DownloadSnapshot) -> Category:
    """Return the category a download is in: the one a person put it in, else the one of its name."""
    return category_named(snapshot.category) or category_of(snapshot.name)


def status_of(state: DownloadState) -> StatusFilter:
    """Return the one group besides ALL that `state` belongs to."""
    return _STATUS_OF[state]


@dataclass(frozen=True, slots=True)
class DownloadFilter:
    """What is shown: a group of states, one category, one queue, and words that all must be in name or address."""

    status: StatusFilter = StatusFilter.ALL
    category: Category | None = None
    text: str = ""
    queue: str | None = None
    """The name of one queue, "" for the main one; None for all."""
    watched: bool = False
    """Whether those alone are shown whose addresses are watched."""

    @property
    def accepts_all(self) -> bool:
        """Whether nothing is filtered at all."""
        narrowed = self.category is not None or self.queue is not None or self.watched or bool(self.text.strip())
        return self.status is StatusFilter.ALL and not narrowed

    def accepts(self, snapshot: DownloadSnapshot) -> bool:
        """Tell whether `snapshot` is shown."""
        if snapshot.state not in STATES_OF[self.status]:
            return False
        if self.category is not None and category_in(snapshot) is not self.category:
            return False
        if self.queue is not None and snapshot.queue != self.queue:
            return False
        if self.watched and snapshot.watch is None:
            return False
        return self._has_words(snapshot)

    def _has_words(self, snapshot: DownloadSnapshot) -> bool:
        words = self.text.casefold().split()
        if not words:
            return True
        text = f"{snapshot.name}\n{snapshot.address}".casefold()
        return all(word in text for word in words)
