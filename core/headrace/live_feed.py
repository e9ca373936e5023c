"""LiveFeed: the lines of a download while it arrives, read from its file by a thread of their own."""

from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import Any, Final

from headrace.breathing import Breathing
from headrace.live_file import LiveSource
from headrace.live_lines import Entry, Finder, KeptLines
from headrace.live_reading import FeedState, Reading, Wish
from headrace.transfer.live_text import text_codec

_LOOK: Final = 0.25
"""Seconds between two looks at a file that is read as far as it goes."""
_AT_ONCE: Final = 2_000
"""Entries gathered between two breaths."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came since the last one; whoever takes it may change it."""

    kept: KeptLines
    is_fresh: bool
    """Whether these take the place of all that came before."""
    state: FeedState
    codec: str
    """How the bytes are read; empty before the first."""

    @property
    def entries(self) -> list[Entry]:
        """The lines and notes."""
        return self.kept.entries


class LiveFeed:
    """Reads what is new of one download's file in a daemon thread. All methods return at once, from any thread.

    Memory is bounded (`live_lines`); of what comes faster than it can be shown, the middle is passed over, unless only
    some lines are wanted. What a finder does is done in this thread alone.
    """

    def __init__(self) -> None:
        """Begin to wait for `follow`."""
        self._changed = Condition()
        self._source: LiveSource | None = None
        self._wish = Wish()
        self._news = 0
        """Counted up whenever something is asked for."""
        self._heard = 0
        """The last of them that the thread took in."""
        self._closed = self._is_idle = self._is_fresh = False
        self._waiting, self._came = KeptLines(), 0
        self._told: tuple[FeedState, str] | None = None
        self._taken: tuple[FeedState, str] | None = None
        """What was told with the batch before."""
        self._thread = Thread(target=self._run, name="live-feed", daemon=True)
        self._thread.start()

    # -- what a person asks for --------------------------------------------------------------------------------

    def follow(self, source: LiveSource) -> None:
        """Read what has come there."""
        with self._changed:
            if source != self._source:
                self._source = source
                self._news += 1
                self._changed.notify_all()

    def look_for(self, finder: Finder | None, *, only: bool) -> None:
        """Mark what `finder` finds, and with `only` leave other lines out; a fresh batch follows."""
        self._ask(finder=finder, only=only and finder is not None)

    def read_as(self, encoding: str | None) -> None:
        """Read the file again in this encoding, None for what it says of itself. Raises ValueError for an unknown."""
        if encoding is None:
            self._ask(encoding=None, opening=self._wish.opening + 1)
        else:
            self._ask(encoding=text_codec(encoding), anyway=True, opening=self._wish.opening + 1)

    def show_anyway(self) -> None:
        """Show bytes that are no text."""
        self._ask(anyway=True, opening=self._wish.opening + 1)

    def from_the_start(self) -> None:
        """Read again from the beginning, as much as can be kept."""
        self._ask(from_start=True, opening=self._wish.opening + 1)

    def clear(self) -> None:
        """Forget the lines that came so far."""
        self._ask(clearing=self._wish.clearing + 1)

    def close(self) -> None:
        """End the thread, which lets go of the file. Twice does no harm."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait, in seconds, for the end of the thread; say whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _ask(self, **changes: Any) -> None:
        with self._changed:
            self._wish = replace(self._wish, **changes)
            self._news += 1
            self._changed.notify_all()

    # -- what comes --------------------------------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether there is anything to take: lines, or another state."""
        return self._came > 0 or self._is_fresh or self._told != self._taken

    @property
    def is_idle(self) -> bool:
        """Whether there will be no news until something is asked for."""
        with self._changed:
            return self._is_idle and self._news == self._heard and not self.has_news

    @property
    def came(self) -> int:
        """How many entries came since the last batch, those included for which there was no room."""
        return self._came

    @property
    def is_fresh(self) -> bool:
        """Whether what waits takes the place of all before."""
        return self._is_fresh

    def take(self) -> Batch:
        """Hand out what came since the last time."""
        with self._changed:
            batch = Batch(self._waiting, self._is_fresh, *(self._told or (FeedState.ABSENT, "")))
            self._waiting = KeptLines()
            self._came, self._is_fresh, self._taken = 0, False, self._told
        return batch

    # -- the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        breathing = Breathing(lambda: self._closed)
        reading = Reading(breathing)
        try:
            while not self._closed:
                self._round(reading, breathing)
                if reading.has_more:
                    breathing()
                else:
                    self._wait()
                    breathing.begin()
        finally:
            reading.close()

    def _round(self, reading: Reading, breathing: Breathing) -> None:
        with self._changed:
            self._heard, source, wish = self._news, self._source, self._wish
        instead = reading.heed(wish, lambda: self._wish is not wish)
        entries = reading.advance(source)
        if reading.take_voids():
            instead = []
        told = (reading.state, reading.codec)
        if instead is None:
            self._put(entries, told)
        else:
            self._put_anew(_gathered(instead + entries, breathing), len(instead) + len(entries), told)

    def _wait(self) -> None:
        """Wait for something to be asked for, or until a file that nobody tells of may have grown."""
        with self._changed:
            grows = self._source is not None and self._source.front is None and not self._source.is_complete
            self._is_idle = not grows
            self._changed.wait_for(lambda: self._closed or self._news != self._heard, _LOOK if grows else None)
            self._is_idle = False

    def _put(self, entries: list[Entry], told: tuple[FeedState, str]) -> None:
        """Have it taken."""
        with self._changed:
            self._waiting.push(entries)
            self._told = told
            self._came += len(entries)

    def _put_anew(self, fresh: KeptLines, count: int, told: tuple[FeedState, str]) -> None:
        """Have it taken in the place of all before."""
        with self._changed:
            self._waiting, self._came, self._is_fresh, self._told = fresh, count, True, told


def _gathered(entries: list[Entry], breathing: Breathing) -> KeptLines:
    """Gather what is to be kept: a hundred thousand lines take a while, in which the window wants its turns."""
    fresh = KeptLines()
    for place in range(0, len(entries), _AT_ONCE):
        fresh.push(entries[place : place + _AT_ONCE])
        breathing()
    return fresh
