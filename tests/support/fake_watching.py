"""The engine's `watching` without an engine: what was asked for is noted, and shown at once."""

from collections.abc import Iterable
from typing import Any, Protocol

from headrace.snapshots import DownloadSnapshot
from headrace.watches import Watch


class Watchable(Protocol):
    """The manager whose downloads are watched."""

    calls: list[tuple[str, Any]]

    def snapshot(self, download_id: str) -> DownloadSnapshot | None: ...

    def change_many(self, changes: dict[str, dict[str, Any]]) -> None: ...


class FakeWatching:
    """The methods of Watching over a FakeManager, which keeps the calls in its own `calls`."""

    def __init__(self, manager: Watchable) -> None:
        self._manager = manager

    def watch(self, ids: Iterable[str], every: int, keep: int | None) -> list[str]:
        ids = list(ids)
        self._manager.calls.append(("watch", (ids, every, keep)))
        self._manager.change_many({key: {"watch": Watch(key, every, keep)} for key in ids})
        return ids

    def stop(self, ids: Iterable[str]) -> list[str]:
        ids = list(ids)
        self._manager.calls.append(("stop_watching", ids))
        self._manager.change_many({key: {"watch": None} for key in ids})
        return ids

    def look(self, ids: Iterable[str]) -> list[str]:
        ids = list(ids)
        self._manager.calls.append(("look", ids))
        return ids

    def of(self, download_id: str) -> Watch | None:
        found = self._manager.snapshot(download_id)
        return None if found is None else found.watch
