"""What is there already: the same address in the list, a file of the same name, another download that will make it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from headrace.manager import DownloadManager
from headrace.states import DownloadState
from PySide6.QtCore import QObject, Signal

from headrace_gui.background import Background
from headrace_gui.dialogs.add_targets import Targets
from headrace_gui.dialogs.candidates import Candidate
from headrace_gui.steps import Steps


class ClashKind(Enum):
    """What is there already."""

    UNFINISHED = "unfinished"
    """The same address is being fetched to the same folder."""
    FINISHED = "finished"
    """The same address was fetched to the same folder."""
    FILE = "file"
    """A file of that name is in the folder."""
    RIVAL = "rival"
    """Another download makes a file of that name in the folder."""


class Way(Enum):
    """What a person wants done then."""

    SKIP = "skip"
    RESUME = "resume"
    AGAIN = "again"
    """Under a new name."""
    REPLACE = "replace"


_AT_ONCE: Final = 500
"""Candidates looked up between two signals."""
WAYS: Final[Mapping[ClashKind, tuple[Way, ...]]] = MappingProxyType(
    {
        ClashKind.UNFINISHED: (Way.SKIP, Way.RESUME, Way.AGAIN, Way.REPLACE),
        ClashKind.FINISHED: (Way.SKIP, Way.AGAIN, Way.REPLACE),
        ClashKind.FILE: (Way.SKIP, Way.AGAIN, Way.REPLACE),
        ClashKind.RIVAL: (Way.SKIP, Way.AGAIN),
    }
)
"""What can be done about each; what a click that only says yes means comes second."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing that is there already."""

    kind: ClashKind
    id: str | None = None
    """The download in the list."""
    name: str = ""
    size: int | None = None
    """Bytes, as far as the list knows."""

    def way(self, wanted: Way) -> Way:
        """Return what is done where a person wants `wanted` for all that clash."""
        return wanted if wanted in WAYS[self.kind] else Way.SKIP

    @property
    def likely(self) -> Way:
        """What somebody wants who ticks it."""
        return WAYS[self.kind][1]


TargetOf = Callable[[Candidate, Path], Path]
"""Says which file a candidate makes, where nothing else says so in this folder."""


class ClashFinder(QObject):
    """Looks for what is there already: in the list in steps, on the disk in the background."""

    found = Signal(object, object)
    """set[str] of the keys looked at, and dict[str, Clash] of those that clash."""

    def __init__(
        self, manager: DownloadManager, targets: Targets, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._manager, self._targets, self._background = manager, targets, background
        self._steps = Steps(self)
        self.has_more = False
        """Whether more is about to be found in the list; said of what `found` tells of."""
        self._round = 0
        self._left: list[Candidate] = []

    def look(self, candidates: Sequence[Candidate], folder: Path | None, target_of: TargetOf) -> None:
        """Look at these, and no more at what an earlier call left."""
        self._round += 1
        self.has_more = False
        self._left = [each for each in candidates if each.address is not None]
        if folder is None:
            self._steps.stop()
        else:
            self._steps.start(self._search(self._left, folder, target_of))

    def look_also(self, candidates: Sequence[Candidate], folder: Path | None, target_of: TargetOf) -> None:
        """Look at these besides what is being looked at."""
        if self._steps.busy:
            self.look([*self._left, *candidates], folder, target_of)
        elif folder is not None:
            self._steps.start(self._search(candidates, folder, target_of))

    def stop(self) -> None:
        """Look no more, and tell nothing more."""
        self._round += 1
        self.has_more = False
        self._steps.stop()

    def _search(
        self, candidates: Sequence[Candidate], folder: Path, target_of: TargetOf
    ) -> Generator[None, None, None]:
        yield from self._targets.catch_up()
        targets: dict[str, Path] = {}
        for start in range(0, len(candidates), _AT_ONCE):
            clashes: dict[str, Clash] = {}
            some = candidates[start : start + _AT_ONCE]
            for candidate in some:
                target = target_of(candidate, folder)
                clash = self._in_list(candidate.key, target.parent) or self._rival(target)
                if clash is None:
                    targets[candidate.key] = target
                else:
                    clashes[candidate.key] = clash
                yield
            self.has_more = start + _AT_ONCE < len(candidates)
            self.found.emit({each.key for each in some}, clashes)
        if targets:
            self._ask_disk(targets)

    def _rival(self, target: Path) -> Clash | None:
        rival = self._targets.rival(target.parent, target.name)
        return None if rival is None else Clash(ClashKind.RIVAL, rival, target.name)

    def _in_list(self, address: str, folder: Path) -> Clash | None:
        known = self._manager.find(address, folder)
        if known is None:
            return None
        finished = known.state is DownloadState.COMPLETED
        kind = ClashKind.FINISHED if finished else ClashKind.UNFINISHED
        return Clash(kind, known.id, known.name, known.total)

    def _ask_disk(self, targets: dict[str, Path]) -> None:
        asked = self._round

        def tell(there: set[str] | None) -> None:
            if asked == self._round and there:
                files = {key: Clash(ClashKind.FILE, name=path.name) for key, path in targets.items() if key in there}
                self.found.emit(set(), files)

        self._background.run(self, lambda: _there(targets), tell)


def _there(targets: Mapping[str, Path]) -> set[str]:
    """Return the keys of those files that are there. Touches the disk."""
    folders = {folder for folder in {path.parent for path in targets.values()} if folder.is_dir()}
    return {key for key, path in targets.items() if path.parent in folders and _exists(path)}


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True
