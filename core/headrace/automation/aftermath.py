"""What happens to each file when it is there: it is moved, extracted, opened, and a sound is played, as was wished."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final, Protocol

from headrace.after import After
from headrace.automation.underway import Underway
from headrace.disk.origin import Origin
from headrace.errands import Errands
from headrace.errors import StoppedError
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind, ChangeOutcome
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace.story import StoryEntry, StoryKind
from headrace.unpacking.kinds import Fault, Unpacked, UnpackError, looks_like_one

_LOG: Final = logging.getLogger(__name__)
_TOLD_EVERY: Final = 0.2
"""Seconds between two fractions."""
_OPENED: Final = 5
_OPENED_WITHIN: Final = 10.0
"""So many files are opened in so many seconds: a hundred windows help nobody."""
_SOUND_EVERY: Final = 2.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """How far an archive is, or what became of it."""

    id: str
    name: str
    fraction: float | None = None
    done: Unpacked | None = None
    fault: Fault | None = None
    detail: str = ""


class Face(Protocol):
    """What of it needs a desktop. In the manager's thread."""

    def open(self, one: DownloadSnapshot, folder: Path | None) -> None:
        """Open a file, or the folder it was extracted to, as the desktop does; never run a program."""

    def play(self, sound: str) -> None:
        """Play a file, "" for the system's sound."""

    def tell(self, extraction: Extraction) -> None:
        """Be told of an archive."""


@dataclass(slots=True)
class _Work:
    """One download whose file is being taken care of."""

    id: str
    after: After
    is_own: bool
    """Whether it was wished for this one, so that what cannot be done is worth a word."""
    is_moving: bool = False
    is_over: bool = False
    """Whether the archive has come to its end, whatever that was."""
    stop: Event = field(default_factory=Event)
    extracted: Path | None = None
    told_at: float = float("-inf")


class Aftermath:
    """Lives in the manager's thread. Archives are extracted one after the other in a thread of their own."""

    def __init__(
        self,
        manager: DownloadManager,
        face: Face,
        trash: Callable[[Path], bool],
        idle: Callable[[], object] = lambda: None,
        noted: Path | None = None,
    ) -> None:
        """Begin; what an earlier process was extracting when it died is extracted, as the file `noted` names it.

        `trash` moves a file to the trash and says whether it did, in a thread; `idle` hears when all is done.
        """
        self._manager, self._face, self._trash, self._idle = manager, face, trash, idle
        self._errands = Errands("unpacking")
        self._at_work: dict[str, _Work] = {}
        self._opened_at: list[float] = []
        self._played_at = float("-inf")
        self._underway = None if noted is None else Underway(noted)
        manager.loaded.connect(self._look_back)
        if manager.is_loaded:
            self._look_back()
        manager.stories_grew.connect(self._hear)
        manager.change_told.connect(self._moved)
        manager.downloads_removed.connect(self.stop)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be done."""
        return bool(self._at_work)

    def extract(self, ids: Iterable[str]) -> list[str]:
        """Extract finished archives now; return those that are begun. How it ends is told, whatever it is."""
        begun = []
        for one in filter(None, map(self._manager.snapshot, ids)):
            if one.state is DownloadState.COMPLETED and one.id not in self._at_work:
                self._at_work[one.id] = _Work(one.id, After(extract=True), is_own=True)
                self._begin(self._at_work[one.id])
                begun.append(one.id)
        return begun

    def stop(self, ids: Iterable[str]) -> None:
        """Have archives not extracted after all; nothing of them is left."""
        for download_id in ids:
            if download_id in self._at_work:
                self._at_work[download_id].stop.set()

    def close(self, timeout: float = 1.0) -> bool:
        """Stop it all, to be taken up by the next process; say whether that came to its end in time."""
        ended = self._errands.close(timeout)
        for work in self._at_work.values():
            if self._underway is not None and work.after.extract and not (work.is_over or work.stop.is_set()):
                self._underway.begin(work.id)  # it may not have had its turn yet
        return ended

    # -- one after the other -----------------------------------------------------------------------------------

    def _hear(self, told: Sequence[tuple[str, StoryEntry]]) -> None:
        for download_id, entry in told:
            if entry.kind is StoryKind.FINISHED and download_id not in self._at_work:
                self._finished(download_id)

    def _look_back(self) -> None:
        if self._underway is not None:
            self._errands.run(partial(self._find_left, self._underway))

    def _find_left(self, underway: Underway) -> None:
        """Have extracted, in the manager's thread, what was left; the archive is kept, whatever was wished."""
        if ids := underway.left():
            self._manager.post(lambda: self._take_up(underway, ids))

    def _take_up(self, underway: Underway, ids: list[str]) -> None:
        begun = self.extract(ids)
        for download_id in ids:
            if download_id not in begun and download_id not in self._at_work:
                self._errands.run(partial(underway.end, download_id))

    def _finished(self, download_id: str) -> None:
        one = self._manager.snapshot(download_id)
        if one is None:
            return
        after = After.of(self._manager.settings.after_each if one.after is None else one.after)
        if after != After():
            work = self._at_work[one.id] = _Work(one.id, after, is_own=one.after is not None)
            self._manager.post(partial(self._begin, work))  # the manager is just telling what happened

    def _begin(self, work: _Work) -> None:
        folder = work.after.move
        work.is_moving = folder is not None
        if folder is None or not self._manager.changes.relocate([work.id], folder):
            work.is_moving = False
            self._extract(work)

    def _moved(self, outcome: ChangeOutcome) -> None:
        work = self._at_work.get(outcome.id)
        if work is not None and outcome.kind is ChangeKind.RELOCATED and work.is_moving:
            work.is_moving = False
            self._extract(work)

    def _extract(self, work: _Work) -> None:
        one = self._manager.snapshot(work.id)
        if one is None or not work.after.extract or not (work.is_own or looks_like_one(one.name)):
            self._end(work)
            return
        self._face.tell(Extraction(one.id, one.name, 0.0))
        origin = Origin(one.address) if self._manager.settings.mark_origin else None
        self._errands.run(partial(self._unpack, work, one.path, origin))

    def _end(self, work: _Work) -> None:
        self._at_work.pop(work.id, None)
        one = self._manager.snapshot(work.id)
        if one is not None and not work.stop.is_set():
            if work.after.open and self._may_open():
                self._face.open(one, work.extracted)
            if work.after.sound is not None and monotonic() - self._played_at >= _SOUND_EVERY:
                self._played_at = monotonic()
                self._face.play(work.after.sound)
        if not self._at_work:
            self._idle()

    def _may_open(self) -> bool:
        now = monotonic()
        self._opened_at = [at for at in self._opened_at if now - at < _OPENED_WITHIN][-_OPENED:]
        self._opened_at.append(now)
        return len(self._opened_at) <= _OPENED

    def _extracted(self, work: _Work, extraction: Extraction) -> None:
        self._face.tell(extraction)
        if extraction.done is not None:
            work.extracted = extraction.done.folder
        self._end(work)

    # -- in the thread -----------------------------------------------------------------------------------------

    def _unpack(self, work: _Work, path: Path, origin: Origin | None) -> None:
        from headrace.unpacking.unpack import unpack  # noqa: PLC0415 - loads what reads archives, for who has some

        if self._underway is not None:
            self._underway.begin(work.id)
        try:
            done = unpack(path, work.id, partial(self._check, work), partial(self._tell, work, path.name), origin)
            extraction = Extraction(work.id, path.name, done=done)
            if work.after.trash and not self._trash(path):
                _LOG.warning("%s was extracted, and could not be moved to the trash", path.name)
        except UnpackError as error:
            _LOG.info("%s was not extracted: %s %s", path.name, error.fault.value, error.detail)
            extraction = Extraction(work.id, path.name, fault=error.fault, detail=error.detail)
        except Exception:  # noqa: BLE001 - whatever an archive makes a library raise, what comes next is done
            _LOG.exception("%s was not extracted", path.name)
            extraction = Extraction(work.id, path.name, fault=Fault.DAMAGED)
        work.is_over = extraction.fault is not Fault.STOPPED or work.stop.is_set()
        if self._underway is not None and work.is_over:  # else the program ends, and the next one takes it up
            self._underway.end(work.id)
        self._manager.post(partial(self._extracted, work, extraction))

    def _check(self, work: _Work) -> None:
        self._errands.check()
        if work.stop.is_set():
            raise StoppedError

    def _tell(self, work: _Work, name: str, fraction: float) -> None:
        if monotonic() - work.told_at >= _TOLD_EVERY:
            work.told_at = monotonic()
            self._manager.post(partial(self._face.tell, Extraction(work.id, name, fraction)))
