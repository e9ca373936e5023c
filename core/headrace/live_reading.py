"""What a feed's thread does: it looks at the file, reads a little, makes lines of it, finds what is looked for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from headrace.live_file import LiveFile, LiveSource, Turn
from headrace.live_lines import KEPT_SIZE, Entry, Finder, KeptLines, Line, Note, NoteKind, found_in, is_text
from headrace.transfer.live_text import MATCHED, TextWatch, codec_for

_log = logging.getLogger(__name__)
FIRST_READ: Final = 1 << 20
"""Bytes before the end that are read of a file that is there already."""
_STEP: Final = 1 << 15
"""Bytes read and parted in about a millisecond."""
_WIDEST: Final = 4
"""Bytes of the widest character of the codecs that cannot be entered anywhere."""
_NOTES: Final = {Turn.ANEW: NoteKind.ANEW, Turn.NEXT: NoteKind.NEXT_FILE}


class FeedState(Enum):
    """What there is to be told besides lines."""

    ABSENT = "absent"
    """There is no file to read."""
    NOT_TEXT = "not text"
    READING = "reading"
    """There may be more to come."""
    COMPLETE = "complete"
    """All of a finished file was read."""
    BROKEN = "broken"
    """The file cannot be read."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for."""

    finder: Finder | None = None
    only: bool = False
    """Whether lines without it are left out."""
    encoding: str | None = None
    anyway: bool = False
    """Whether bytes that are no text are shown as such."""
    from_start: bool = False
    opening: int = 0
    """Another number where the file has to be read again."""
    clearing: int = 0
    """Another number where the lines so far have to be forgotten."""


class Reading:
    """Reads one download. One thread; the state is for any."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        """Ask `is_over` with every line, which may rest, and stop where it says so: nothing is wanted any more."""
        self._is_over = is_over
        self.state, self.codec = FeedState.ABSENT, ""
        self._wish = Wish()
        self._file = LiveFile()
        self._seen: LiveSource | None = None
        self._watch: TextWatch | None = None
        self._kept = KeptLines()
        self._judged = b""
        """The first bytes by which it was told that this is text."""
        self._skips = self._ended = self._voids = False

    @property
    def has_more(self) -> bool:
        """Whether `advance` will bring something at once."""
        return self.state is FeedState.READING and self._watch is not None and self._file.remaining > 0

    def heed(self, wish: Wish, is_stale: Callable[[], bool]) -> list[Entry] | None:
        """Take a wish in; return what takes the place of all lines so far, None where they may stay.

        Comes back early, with nothing done, when `is_stale` says that something else is wanted by now.
        """
        old = self._wish
        if wish.opening != old.opening or wish.clearing != old.clearing:
            self._kept.clear()
        if (wish.finder, wish.only, wish.clearing, wish.opening) == (old.finder, old.only, old.clearing, old.opening):
            return None
        found = found_in(self._kept.entries, wish.finder, only=wish.only, is_over=lambda: self._is_over() or is_stale())
        if found is None:
            return None
        self._wish = wish
        if wish.opening != old.opening:
            self._reopen()
        return found

    def advance(self, source: LiveSource | None) -> list[Entry]:
        """Look where the bytes are now and read the next of them; return what there is to show."""
        if source is None:
            return []
        try:
            return self._show(self._read_on(source))
        except FileNotFoundError:
            self.state = FeedState.ABSENT
        except OSError as error:
            _log.info("text cannot be shown: %s", error)
            self.state = FeedState.BROKEN
        return []

    def take_voids(self) -> bool:
        """Say, once, whether what was shown so far turned out to be no text."""
        voids, self._voids = self._voids, False
        return voids

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _show(self, fresh: list[Entry]) -> list[Entry]:
        self._kept.push(fresh)
        return found_in(fresh, self._wish.finder, only=self._wish.only, is_over=self._is_over) or []

    def _reopen(self) -> None:
        self._watch, self._seen, self._ended = None, None, False
        self._file.start(0)

    def _read_on(self, source: LiveSource) -> list[Entry]:
        if self._watch is not None and self._file.leftover(source):
            return self._step(source)
        fresh: list[Entry] = []
        if source != self._seen or source.front is None:
            fresh += self._look(source)
        if self._watch is None and self._file.front:
            fresh += self._begin(source)
        if self._watch is not None:
            fresh += self._step(source)
        elif source.is_complete and not self._file.front:
            self.state = FeedState.COMPLETE
        return fresh

    def _look(self, source: LiveSource) -> list[Entry]:
        """Take in where the bytes are; where they are others now, say so and begin again."""
        turn = self._file.look(source)
        self._seen = source
        if source.path is None:
            return []
        self.state = FeedState.COMPLETE if self._ended else FeedState.READING
        if turn is Turn.SAME:
            self._judge_again(source)
            return []
        last = self._watch.end() if self._watch is not None and not self._ended else []
        self._watch, self._ended = None, False
        return [*_lines(last), Note(_NOTES[turn])]

    def _judge_again(self, source: LiveSource) -> None:
        """Withdraw what was shown where more of the first bytes tell that it is no text."""
        if self._watch is not None and len(self._judged) < len(self._file.head) and not self._is_text(source):
            self._kept.clear()
            self._watch, self._voids = None, True
            self._file.start(0)

    def _is_text(self, source: LiveSource) -> bool:
        self._judged = self._file.head
        self.codec = codec_for(self._judged, self._wish.encoding, source.charset)
        return self._wish.anyway or is_text(self._judged, self.codec)

    def _begin(self, source: LiveSource) -> list[Entry]:
        """Choose how the bytes are read and where to begin, if they are text."""
        wish, file = self._wish, self._file
        if not self._is_text(source):
            self.state = FeedState.NOT_TEXT
            return []
        self.state = FeedState.READING
        window = KEPT_SIZE if wish.from_start else FIRST_READ
        if file.front <= window:
            file.start(0)
            self._watch = TextWatch(source.charset, wish.encoding, longest=MATCHED)
            self._skips = False
            return []
        return self._enter(file.front - window, NoteKind.EARLIER)

    def _enter(self, place: int, kind: NoteKind) -> list[Entry]:
        """Begin to read in the middle, where a line may be under way that is not shown."""
        place -= place % _WIDEST
        passed = place - (self._file.position if kind is NoteKind.PASSED_OVER else 0)
        self._file.start(place)
        self._watch = TextWatch(None, self.codec, longest=MATCHED)
        self._skips = True
        return [Note(kind, passed)]

    def _step(self, source: LiveSource) -> list[Entry]:
        fresh: list[Entry] = []
        if not self._wish.only and self._file.remaining > KEPT_SIZE:
            fresh += self._enter(self._file.front - FIRST_READ, NoteKind.PASSED_OVER)
        if self._watch is None or self._ended:
            return fresh
        found = self._watch.feed(self._file.read(_STEP))
        if source.is_complete and not self._file.remaining:
            found += self._watch.end()
            self._ended, self.state = True, FeedState.COMPLETE
        if self._skips and found:
            self._skips = False
            del found[0]
        return fresh + _lines(found)


def _lines(texts: list[str]) -> list[Entry]:
    nothing: Line = ("", ())
    return [(text, nothing[1]) for text in texts]
