"""Which file each unfinished download makes: heard from the start on, so that nobody has to walk a long list later."""

from collections.abc import Generator, Iterable
from pathlib import Path

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QObject


class Targets(QObject):
    """Knows which file each unfinished download of the manager makes. Learns in steps, when somebody asks."""

    def __init__(self, manager: DownloadManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._news: dict[str, DownloadSnapshot | None] = {}
        self._ids: dict[tuple[Path, str], set[str]] = {}
        self._target: dict[str, tuple[Path, str]] = {}
        manager.downloads_added.connect(self._note)
        manager.downloads_updated.connect(self._note)
        manager.downloads_removed.connect(self._forget)
        self._note(manager.awake())

    def catch_up(self) -> Generator[None, None, None]:
        """Take in what was heard, in steps."""
        while self._news:
            download_id, snapshot = self._news.popitem()
            self._drop(download_id)
            if snapshot is not None and snapshot.state is not DownloadState.COMPLETED:
                target = (snapshot.folder, snapshot.name.casefold())
                self._target[download_id] = target
                self._ids.setdefault(target, set()).add(download_id)
            yield

    def rival(self, folder: Path, name: str) -> str | None:
        """Return the id of an unfinished download that makes this file."""
        return next(iter(self._ids.get((folder, name.casefold()), ())), None)

    def _note(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        self._news.update((each.id, each) for each in snapshots)

    def _forget(self, ids: Iterable[str]) -> None:
        self._news.update(dict.fromkeys(ids))

    def _drop(self, download_id: str) -> None:
        target = self._target.pop(download_id, None)
        if target is not None:
            self._ids[target].discard(download_id)
            if not self._ids[target]:
                del self._ids[target]
