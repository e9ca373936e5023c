"""Sums over the downloads that are chosen together, kept up with little work. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState


class Summary:
    """Counts and sums of snapshots; a change costs no more than the downloads that changed."""

    def __init__(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        self._by_id = {snapshot.id: snapshot for snapshot in snapshots}
        chosen = list(self._by_id.values())
        self._states = Counter([int(snapshot.state) for snapshot in chosen])
        self.received = sum([snapshot.received for snapshot in chosen])
        self._total = sum([snapshot.total or 0 for snapshot in chosen])
        self._unknown = sum([snapshot.total is None for snapshot in chosen])
        self._speed = sum([snapshot.speed or 0.0 for snapshot in chosen])

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, download_id: str) -> bool:
        return download_id in self._by_id

    @property
    def total(self) -> int:
        """Bytes of all files whose length is known."""
        return self._total

    @property
    def unknown(self) -> int:
        """How many files have a length that is not known."""
        return self._unknown

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
        for snapshot in concerned:
            self._count(self._by_id[snapshot.id], -1)
            self._by_id[snapshot.id] = snapshot
            self._count(snapshot, 1)
        return bool(concerned)

    def remove(self, ids: Iterable[str]) -> list[DownloadSnapshot]:
        """Forget some; return those that are left."""
        gone = set(ids)
        return [snapshot for snapshot in self._by_id.values() if snapshot.id not in gone]

    def _count(self, snapshot: DownloadSnapshot, step: int) -> None:
        self._states[int(snapshot.state)] += step
        self.received += step * snapshot.received
        self._total += step * (snapshot.total or 0)
        self._unknown += step * (snapshot.total is None)
        self._speed += step * (snapshot.speed or 0.0)
