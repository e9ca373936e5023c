"""Lines of a download on stdout while it arrives: `headrace get --follow`."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Final

from headrace.commands.report import Lines
from headrace.messages import printable
from headrace.transfer.live_text import LinePattern, TextWatch

ROOM: Final = 4 << 20
"""Characters that may wait for a slow reader until the reader sets the pace of the download."""
_AT_ONCE: Final = 1 << 16
_LOOK: Final = 0.1


class FollowPrinter:
    """Prints the wanted lines of one download, through a thread of its own: a slow reader is waited for there.

    A reader that goes away ends the printing, never the download. Stdout gets lines of the text and nothing else, so
    `finished PATH` belongs on stderr.
    """

    def __init__(
        self,
        out: Lines,
        pattern: LinePattern | None = None,
        encoding: str | None = None,
        *,
        terminal: bool = False,
        room: int = ROOM,
    ) -> None:
        """Print to `out`; for a `terminal` without what could steer it. Raises ValueError for an unknown encoding."""
        self._out = out
        self._pattern = pattern
        self._encoding = encoding
        self._terminal = terminal
        self._room = room
        TextWatch(encoding=encoding)  # refuses what is no encoding now, not in the middle of a download
        self._watch: TextWatch | None = None
        self._changed = Condition()
        self._lines: deque[str] = deque()
        self._waiting = 0
        self._closed = self._ended = False
        self._thread = Thread(target=self._print, name="follow", daemon=True)
        self._thread.start()

    def tap(self, download_id: str, data: memoryview, charset: str | None) -> None:  # noqa: ARG002 - there is but one
        """Take the next bytes, in the thread that received them. Waits while too much is unread, until `close`."""
        if self._closed:
            return
        if self._watch is None:
            self._watch = TextWatch(charset, self._encoding, self._pattern)
        self._put(self._watch.feed(data))

    def drain(self, give_up: Callable[[], bool]) -> bool:
        """Once the download has ended, print the rest; say whether the reader took all of it and the thread ended.

        Asks `give_up` ten times a second whether to leave the reader alone: one that stays blocked holds the thread.
        """
        last = [] if self._watch is None else self._watch.end()
        self._watch = None
        with self._changed:
            self._lines.extend([] if self._closed else last)
            self._ended = True
            self._changed.notify_all()
        while self._thread.is_alive() and not give_up():
            self._thread.join(_LOOK)
        self.close()
        return not self._thread.is_alive()

    def close(self) -> None:
        """Print nothing more and let go of whoever waits, from any thread. Twice does no harm."""
        with self._changed:
            self._closed = True
            self._lines.clear()
            self._changed.notify_all()

    def _put(self, lines: list[str]) -> None:
        with self._changed:
            for line in lines:
                self._changed.wait_for(lambda: self._waiting < self._room or self._closed)
                if self._closed:
                    return
                self._lines.append(line)
                self._waiting += len(line) + 1
                self._changed.notify_all()

    def _print(self) -> None:
        while lines := self._next():
            self._out.write_line("\n".join(map(_harmless, lines) if self._terminal else lines))

    def _next(self) -> list[str]:
        """Wait for lines and take some; none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._closed or self._ended)
            lines: list[str] = []
            size = 0
            while self._lines and size < _AT_ONCE:
                lines.append(self._lines.popleft())
                size += len(lines[-1]) + 1
            self._waiting -= size
            self._changed.notify_all()
            return lines


def _harmless(line: str) -> str:
    """Return a line as a terminal may have it: only tabs are left of what moves its cursor."""
    return line if line.isprintable() else "\t".join(map(printable, line.split("\t")))
