"""What `headrace get` prints: plain lines or JSON lines, on streams whose reader may go away at any time."""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Protocol, TextIO

from headrace.addresses import redacted
from headrace.control.rows import failure_json
from headrace.messages import NOTICES, failure_message, printable, story_sentence
from headrace.snapshots import DownloadSnapshot
from headrace.states import Failure, FailureReason, Notice
from headrace.story import StoryEntry

_PROGRESS_EVERY = 1.0
_UNNAMED = Failure(FailureReason.INTERNAL)


class Lines(Protocol):
    """Where lines go."""

    def write_line(self, text: str) -> None:
        """Write one line at once. Never raises for a reader that is gone."""


class LineStream:
    """A text stream written line by line; once its reader is gone, what follows is dropped without a word."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    def write_line(self, text: str) -> None:
        """Write `text` and a line break in one piece."""
        if self._stream is None:
            return
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            _discard(self._stream)
            self._stream = None


def _discard(stream: TextIO) -> None:
    """Lead `stream` to nowhere, so that the flush at the end of the process does not fail again."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), stream.fileno())


class Reporter(Protocol):
    """Is told what happens to the downloads of this command, in the main thread."""

    def added(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Take the downloads of this command, in its order."""

    def progressed(self, snapshot: DownloadSnapshot) -> None:
        """Take a change of an unfinished download."""

    def finished(self, snapshot: DownloadSnapshot) -> None:
        """Take a download whose file is there."""

    def failed(self, snapshot: DownloadSnapshot) -> None:
        """Take a download that was given up."""

    @property
    def wants_stories(self) -> bool:
        """Whether it is to be told what `happened`."""

    def happened(self, snapshot: DownloadSnapshot, entry: StoryEntry) -> None:
        """Take what happened to a download, in order; after `added`."""

    def problem(self, text: str) -> None:
        """Take an error of the command as a whole: one sentence."""

    def remark(self, text: str) -> None:
        """Take what is no error but worth knowing of the command as a whole."""

    def tick(self) -> None:
        """Show what was held back; called several times a second."""

    def close(self) -> None:
        """Leave the terminal as it was found."""


class StoryLines:
    """Prints what happens to downloads: a line each, with the local time, and the file's name where there are several.

    While `wanted` is false it prints nothing.
    """

    def __init__(self, err: Lines, *, wanted: bool) -> None:
        self._err = err
        self.wanted = wanted
        self._several = False

    def added(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Learn how many downloads there are."""
        self._several = len(snapshots) > 1

    def happened(self, snapshot: DownloadSnapshot, entry: StoryEntry) -> None:
        """Print `HH:MM:SS what happened` or `HH:MM:SS NAME: what happened`."""
        if not self.wanted:
            return
        clock = time.strftime("%H:%M:%S", time.localtime(entry.at))
        name = f"{snapshot.name}: " if self._several else ""
        self._err.write_line(printable(f"{clock} {name}{story_sentence(entry)}"))


class LineReporter:
    """`finished PATH` and `skipped PATH` on `out`; `failed ADDRESS: why`, notes and problems on `err`.

    A `verbose` one prints there, besides, what happens to each download as it happens.
    """

    def __init__(self, out: Lines, err: Lines, *, quiet: bool = False, verbose: bool = False) -> None:
        self._out = out
        self._err = err
        self._quiet = quiet
        self._story = StoryLines(err, wanted=verbose)

    def added(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Print nothing: what was asked for is on the command line."""
        self._story.added(snapshots)

    @property
    def wants_stories(self) -> bool:
        """Whether that was asked for."""
        return self._story.wanted

    def happened(self, snapshot: DownloadSnapshot, entry: StoryEntry) -> None:
        """Print it where that was asked for."""
        self._story.happened(snapshot, entry)

    def progressed(self, snapshot: DownloadSnapshot) -> None:
        """Print nothing: a log of percentages helps nobody."""

    def finished(self, snapshot: DownloadSnapshot) -> None:
        """Print the path, and what a person should know of it."""
        if self._quiet:
            return
        skipped = Notice.SKIPPED_EXISTING in snapshot.notices
        self._out.write_line(printable(f"{'skipped' if skipped else 'finished'} {snapshot.path}"))
        for notice in snapshot.notices:
            self._err.write_line(printable(f"note {snapshot.name}: {NOTICES[notice]}"))

    def failed(self, snapshot: DownloadSnapshot) -> None:
        """Print the address and the reason."""
        why = failure_message(snapshot.failure or _UNNAMED)
        self._err.write_line(printable(f"failed {redacted(snapshot.address)}: {why}"))

    def problem(self, text: str) -> None:
        """Print `headrace: text`."""
        self._err.write_line(problem_line(text))

    def remark(self, text: str) -> None:
        """Print `headrace: text` unless quiet."""
        if not self._quiet:
            self.problem(text)

    def tick(self) -> None:
        """Do nothing: no line is held back."""

    def close(self) -> None:
        """Do nothing: lines leave no trace in a terminal."""


def problem_line(text: str) -> str:
    """Return the line for a sentence about the command as a whole, free of secrets and control characters."""
    return printable(f"headrace: {redacted(text)}")


class JsonReporter:
    """One JSON object a line on `out`, ASCII only; problems of the command as a whole on `err`.

    Every object has "event", "id" and "time" (Unix seconds). Unknown is null; units are bytes, bytes/s and seconds.
    added: "address" (query values masked), "folder", "name". progress, at most one a second for each download:
    "received", "total", "speed", "time_left", "state". finished: "path", "size", "checksum" (the algorithm that proved
    the file), "checksum_source" (see DownloadSnapshot), "skipped", "notices".
    failed: "reason", "code" (see FailureReason), "message", "status" (of HTTP).
    """

    def __init__(
        self, out: Lines, err: Lines, clock: Callable[[], float] = time.time, *, verbose: bool = False
    ) -> None:
        self._out = out
        self._err = err
        self._clock = clock
        self._story = StoryLines(err, wanted=verbose)
        self._held: dict[str, DownloadSnapshot] = {}
        self._told_at: dict[str, float] = {}

    def added(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Print one object for each download."""
        self._story.added(snapshots)
        for one in snapshots:
            self._print("added", one.id, address=redacted(one.address), folder=str(one.folder), name=one.name)

    def progressed(self, snapshot: DownloadSnapshot) -> None:
        """Print the state, now or when a second has passed since the last time."""
        self._held[snapshot.id] = snapshot
        self._print_if_due(snapshot)

    def tick(self) -> None:
        """Print what is due."""
        for snapshot in list(self._held.values()):
            self._print_if_due(snapshot)

    def _print_if_due(self, one: DownloadSnapshot) -> None:
        now = self._clock()
        if 0 <= now - self._told_at.get(one.id, -_PROGRESS_EVERY) < _PROGRESS_EVERY:
            return
        self._told_at[one.id] = now
        del self._held[one.id]
        self._print(
            "progress",
            one.id,
            received=one.received,
            total=one.total,
            speed=one.speed,
            time_left=one.time_left,
            state=one.state.name.lower(),
        )

    def finished(self, snapshot: DownloadSnapshot) -> None:
        """Print where the file is and what is known of it."""
        self._forget(snapshot.id)
        skipped = Notice.SKIPPED_EXISTING in snapshot.notices
        self._print(
            "finished",
            snapshot.id,
            path=str(snapshot.path),
            size=None if skipped else snapshot.received,
            checksum=snapshot.checksum_verified,
            checksum_source=snapshot.checksum_source,
            skipped=skipped,
            notices=[notice.name.lower() for notice in snapshot.notices],
        )

    def failed(self, snapshot: DownloadSnapshot) -> None:
        """Print the reason as name, number and sentence."""
        self._forget(snapshot.id)
        self._print("failed", snapshot.id, **failure_json(snapshot.failure or _UNNAMED))

    @property
    def wants_stories(self) -> bool:
        """Whether that was asked for."""
        return self._story.wanted

    def happened(self, snapshot: DownloadSnapshot, entry: StoryEntry) -> None:
        """Print it as a sentence on `err` where that was asked for."""
        self._story.happened(snapshot, entry)

    def _forget(self, download_id: str) -> None:
        self._held.pop(download_id, None)
        self._told_at.pop(download_id, None)

    def _print(self, event: str, download_id: str, **facts: object) -> None:
        head = {"event": event, "id": download_id, "time": self._clock()}
        self._out.write_line(json.dumps(head | facts, allow_nan=False))

    def problem(self, text: str) -> None:
        """Print `headrace: text` on `err`."""
        self._err.write_line(problem_line(text))

    def remark(self, text: str) -> None:
        """Print `headrace: text` on `err`."""
        self.problem(text)

    def close(self) -> None:
        """Do nothing: every line was flushed."""
