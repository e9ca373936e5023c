"""Sums over the downloads that are chosen together, kept up with little work. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress, filterfalse
from math import isnan

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui.downloads.choice import Choice, Held, snapshot_of


class Summary:
    """Counts and sums of snapshots; a change costs no more than the downloads that changed."""

    def __init__(self, chosen: Sequence[DownloadSnapshot]) -> None:
        choice = chosen if isinstance(chosen, Choice) else Choice([each.id for each in chosen], chosen)
        awake = choice.awake()
        self._by_id: dict[str, Held] = dict(zip(choice.ids, choice.held, strict=True))
        self._states = Counter([int(snapshot.state) for snapshot in awake])
        self._states[int(DownloadState.COMPLETED)] += len(choice) - len(awake)
        self._received = sum([snapshot.received for snapshot in awake])
        self._total = sum([snapshot.total or 0 for snapshot in awake])
        self._unknown = sum([snapshot.total is None for snapshot in awake])
        self._speed = sum([snapshot.speed or 0.0 for snapshot in awake])
        self._uncounted = choice.lots()
        """What lies dormant: counted when the sums are asked for."""

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, download_id: str) -> bool:
        return download_id in self._by_id

    @property
    def received(self) -> int:
        """Bytes that came of all files."""
        self._count_dormant()
        return self._received

    @property
    def total(self) -> int:
        """Bytes of all files whose length is known."""
        self._count_dormant()
        return self._total

    @property
    def unknown(self) -> int:
        """How many files have a length that is not known."""
        self._count_dormant()
        return self._unknown

    def _count_dormant(self) -> None:
        for lot, some in self._uncounted:
            here = list(map(some.__contains__, lot.ids))
            totals = [total for total in compress(lot.totals(), here) if not isnan(total)]
            self._received += int(sum(compress(lot.received(), here)))
            self._total += int(sum(totals))
            self._unknown += len(some) - len(totals)

    @property
    def speed(self) -> float:
        """Bytes per second of all together."""
        return max(self._speed, 0.0) if self._states[DownloadState.DOWNLOADING] else 0.0

    def states(self) -> list[tuple[DownloadState, int]]:
        """Return how many are in each state there is one in, in the order of a download's life."""
        return [(state, self._states[state]) for state in DownloadState if self._states[state]]

    def update(self, snapshots: Iterable[DownloadSnapshot]) -> bool:
        """Take in newer snapshots of those among them; say whether there were any."""
        concerned = [snapshot for snapshot in snapshots if snapshot.id in self._by_id]
        if concerned:
            self._count_dormant()
        for snapshot in concerned:
            self._count(snapshot_of(snapshot.id, self._by_id[snapshot.id]), -1)
            self._by_id[snapshot.id] = snapshot
            self._count(snapshot, 1)
        return bool(concerned)

    def remove(self, ids: Iterable[str]) -> Choice:
        """Forget some; return those that are left."""
        left = list(filterfalse(set(ids).__contains__, self._by_id))
        return Choice(left, list(map(self._by_id.__getitem__, left)))

    def _count(self, snapshot: DownloadSnapshot, step: int) -> None:
        self._states[int(snapshot.state)] += step
        self._received += step * snapshot.received
        self._total += step * (snapshot.total or 0)
        self._unknown += step * (snapshot.total is None)
        self._speed += step * (snapshot.speed or 0.0)
