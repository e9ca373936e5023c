"""A machine that takes note of what is to be done with it, and does nothing."""

from collections.abc import Iterable

from headrace.finale import Deed


class MadeUpDeeds:
    """Can do `can`, and refuses what it is told to with a reason. Methods may be called from any thread."""

    def __init__(self, can: Iterable[Deed] = (Deed.SLEEP, Deed.SHUT_DOWN), refuses: str = "") -> None:
        self.can, self.refuses = frozenset(can), refuses
        self.done: list[Deed] = []

    def able(self) -> frozenset[Deed]:
        return self.can

    def do(self, deed: Deed) -> None:
        if self.refuses:
            raise OSError(self.refuses)
        self.done.append(deed)
