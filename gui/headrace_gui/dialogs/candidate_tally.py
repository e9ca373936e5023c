"""Running totals over the rows of the add dialog of which something is known; each change costs what it changes."""

from collections import Counter
from dataclasses import dataclass

from headrace_gui.dialogs.add_clashes import ClashKind


@dataclass(frozen=True, slots=True)
class Sums:
    """What the ticked rows come to."""

    ticked: int = 0
    problems: int = 0
    """Rows that are no addresses."""
    size: int = 0
    """Bytes of those whose size is known."""
    all_known: bool = False
    """Whether the size of each is known."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one row adds to the totals."""

    ticked: bool
    size: int | None
    """Bytes, where they are known."""
    clash: ClashKind | None = None
    apart: bool = False
    """Whether something else is done with it than with others that clash."""


class Tally:
    """Sums of shares, each under its row's key."""

    def __init__(self) -> None:
        self._shares: dict[str, Share] = {}
        self._clashes: Counter[ClashKind] = Counter()
        self.ticked = self.sized = self.size = self.apart = 0
        """Ticked rows, those of them whose size is known, their bytes, and rows treated apart."""

    def __len__(self) -> int:
        """Return how many rows have a share."""
        return len(self._shares)

    @property
    def clashes(self) -> Counter[ClashKind]:
        """How many rows clash, by what they clash with."""
        return +self._clashes

    def put(self, key: str, share: Share | None) -> None:
        """Let a row have this share and no other; None takes it out."""
        before = self._shares.pop(key, None)
        if before is not None:
            self._add(before, -1)
        if share is not None:
            self._shares[key] = share
            self._add(share, 1)

    def _add(self, share: Share, times: int) -> None:
        if share.ticked:
            self.ticked += times
            if share.size is not None:
                self.sized += times
                self.size += times * share.size
        if share.clash is not None:
            self._clashes[share.clash] += times
        self.apart += times * share.apart
