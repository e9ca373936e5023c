"""Finished files looked at again: verified one after the other in a thread, or only looked for."""

import stat
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from headrace.checksums import GIVEN, PIECES, Checksum
from headrace.desk import Desk
from headrace.errands import Errands
from headrace.errors import StoppedError
from headrace.item import DownloadItem
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.states import DownloadState, Notice
from headrace.store.records import DownloadRecord
from headrace.story import StoryKind
from headrace.transfer.examining import Finding, Known, examine

_PACE: Final = 0.2
"""Seconds between two words on how far it is, at least."""
_V = FileVerdict


@dataclass(slots=True)
class _Reading:
    """The file that is being read."""

    item: DownloadItem
    told_at: float = 0.0
    stopped: bool = False


class Checkups:
    """Lives in the manager's thread. What is found is told of, kept in the story, and shown where a file is missing."""

    def __init__(self, desk: Desk, holds: Callable[[str], bool]) -> None:
        """Make one that leaves files alone which `holds` says are being moved."""
        self._desk, self._holds = desk, holds
        self._waiting: OrderedDict[str, DownloadItem] = OrderedDict()
        self._aside: dict[str, DownloadItem] = {}
        """Those whose turn came while something was done to their files."""
        self._reading: _Reading | None = None
        self._readings, self._looks = Errands("verifying"), Errands("looking")

    def verify(self, items: Iterable[DownloadItem]) -> None:
        """Have finished files verified behind those that wait."""
        fresh = [item for item in items if item.id not in self._waiting and item.id not in self._aside]
        for item in fresh:
            self._waiting[item.id] = item
            item.is_verifying = True
        self._go_on()
        self._desk.soon(partial(self._announce, item) for item in fresh)

    def stop(self, ids: Iterable[str]) -> None:
        """Have files not verified after all."""
        gone = []
        for key in ids:
            item = self._waiting.pop(key, None) or self._aside.pop(key, None)
            if item is not None:
                gone.append(item)
            elif self.reads(key) and self._reading is not None:
                self._reading.stopped = True
        if gone:
            self._desk.soon(partial(self._conclude, item, Finding(_V.STOPPED)) for item in gone)

    def reads(self, download_id: str) -> bool:
        """Say whether a download's file is being read, and so cannot be deleted everywhere."""
        return self._reading is not None and self._reading.item.id == download_id

    def free(self, download_id: str) -> None:
        """Be told that nothing is done to a file any more."""
        if download_id in self._aside:
            self._waiting[download_id] = self._aside.pop(download_id)
            self._go_on()

    def _go_on(self) -> None:
        """Begin with the next file that may be read, unless one is being read."""
        while self._waiting and self._reading is None:
            key, item = self._waiting.popitem(last=False)
            if not self._is_finished(item):
                self._conclude(item, Finding(_V.STOPPED))
            elif self._holds(key):
                self._aside[key] = item
            else:
                self._reading = _Reading(item)
                self._say_begun(item)
                self._readings.run(partial(self._read, self._reading, _known(item.record)))

    def _announce(self, item: DownloadItem) -> None:
        if item.id in self._waiting or item.id in self._aside:
            self._say_begun(item)

    def _say_begun(self, item: DownloadItem) -> None:
        self._desk.show(item)
        self._tell(ChangeOutcome(item.id, ChangeKind.VERIFYING, fraction=0.0))

    def look_for(self, items: Iterable[DownloadItem]) -> None:
        """Find out which files are there, and show where that is not as it was."""
        paths = [(item, item.record.folder / item.record.name) for item in items]
        self._looks.run(partial(self._look, paths))

    def close(self, timeout: float) -> bool:
        """Stop all of it, and say whether the threads ended in time."""
        until = monotonic() + timeout
        self._waiting.clear()
        ended = [errands.close(max(0.0, until - monotonic())) for errands in (self._readings, self._looks)]
        return all(ended)

    # -- in the threads ----------------------------------------------------------------------------------------

    def _read(self, reading: _Reading, known: Known) -> None:
        def check() -> None:
            self._readings.check()
            if reading.stopped:
                raise StoppedError

        def progress(fraction: float) -> None:
            if monotonic() - reading.told_at >= _PACE:
                reading.told_at = monotonic()
                outcome = ChangeOutcome(reading.item.id, ChangeKind.VERIFYING, fraction=fraction)
                self._desk.post(partial(self._tell, outcome))

        try:
            finding = examine(known, check, progress)
        except StoppedError:
            finding = Finding(_V.STOPPED)
        self._desk.post(partial(self._found, reading.item, finding))

    def _look(self, paths: list[tuple[DownloadItem, Path]]) -> None:
        seen = []
        for item, path in paths:
            missing = is_missing(path)
            if missing is not None:
                seen.append((item, path, missing))
        self._desk.post(partial(self._saw, seen))

    # -- in the manager's thread -------------------------------------------------------------------------------

    def _found(self, item: DownloadItem, finding: Finding) -> None:
        self._reading = None
        self._conclude(item, finding if self._is_finished(item) else Finding(_V.STOPPED))
        self._go_on()

    def _conclude(self, item: DownloadItem, finding: Finding) -> None:
        item.is_verifying = item.id in self._waiting or item.id in self._aside or self.reads(item.id)
        self._desk.show(item)
        self._note(item, finding)
        facts = (finding.failure, finding.source, finding.verdict, finding.algorithm, finding.span)
        self._tell(ChangeOutcome(item.id, ChangeKind.VERIFIED, *facts))

    def _note(self, item: DownloadItem, finding: Finding) -> None:
        if finding.verdict is _V.STOPPED:
            return
        self._desk.story.tell(item, StoryKind.CHECKED, finding.verdict.value, finding.algorithm)
        if finding.verdict is not _V.UNREADABLE:
            self._show(item, missing=finding.verdict is _V.MISSING)
        if finding.verdict is _V.RIGHT and item.record.proof != finding.proof:
            item.note(proof=finding.proof)
            self._desk.save(item)

    def _saw(self, seen: list[tuple[DownloadItem, Path, bool]]) -> None:
        for item, path, missing in seen:
            if self._is_finished(item) and item.record.folder / item.record.name == path:
                self._show(item, missing=missing)

    def _show(self, item: DownloadItem, *, missing: bool) -> None:
        if item.is_missing != missing:
            item.is_missing = missing
            self._desk.show(item)

    def _is_finished(self, item: DownloadItem) -> bool:
        return item.state is DownloadState.COMPLETED and item.id in self._desk.roster

    def _tell(self, outcome: ChangeOutcome) -> None:
        if outcome.id in self._desk.roster:
            self._desk.tell(outcome)


def is_missing(path: Path) -> bool | None:
    """Say whether there is no file at `path`; None where that cannot be told at present."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return None


def _known(record: DownloadRecord) -> Known:
    """Return what is known of a finished file; of one that was there already, only what a person said of it."""
    path = record.folder / record.name
    if Notice.SKIPPED_EXISTING in record.notices:
        return Known(path, record.size, record.checksum, GIVEN)
    checksum, source = _checksum(record)
    pieces = record.pieces if record.checksum_source == PIECES else None
    size = None if record.recording is not None else record.total
    return Known(path, size, checksum, source, pieces, record.proof)


def _checksum(record: DownloadRecord) -> tuple[Checksum | None, str]:
    """Return the checksum that proved the file, or was given for it since, and where it came from."""
    if record.checksum is not None:
        return record.checksum, GIVEN
    if record.told is not None and record.told.source == record.checksum_source:
        return record.told.checksum, record.told.source
    return None, ""
