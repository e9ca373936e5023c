"""The book of watches: kept in memory and in the database, and shown in the snapshots of their downloads."""

from collections.abc import Iterable
from dataclasses import replace

from headrace.desk import Desk
from headrace.watches import Watch


class WatchBook:
    """Lives in the manager's thread. A watch whose download was taken off the list waits for it to be put back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._watches: dict[str, Watch] = {}
        self._coming: dict[str, str] = {}
        """Watches by the downloads that fetch their next versions."""
        self._current: dict[str, str] = {}
        """The newest versions by the earlier ones."""

    def __bool__(self) -> bool:
        """Say whether anything is watched."""
        return bool(self._watches)

    def all(self) -> list[Watch]:
        """Return all watches, in no order."""
        return list(self._watches.values())

    def get(self, download_id: str) -> Watch | None:
        """Return the watch of a newest version."""
        return self._watches.get(download_id)

    def of(self, download_id: str) -> Watch | None:
        """Return the watch that a version belongs to, be it the newest, an earlier one or one that is coming."""
        found = self._coming.get(download_id) or self._current.get(download_id) or download_id
        return self._watches.get(found)

    def brings(self, download_id: str) -> Watch | None:
        """Return the watch whose next version a download fetches."""
        return self._watches.get(self._coming.get(download_id, ""))

    def take_up(self, watch: Watch) -> None:
        """Take in a watch as it is stored."""
        self._watches[watch.id] = watch
        self._note(watch)

    def put(self, watch: Watch, instead_of: Watch | None = None) -> Watch:
        """Keep a watch in the place of the one of its id, or of another whose newest version it has; return it."""
        before = instead_of or self._watches.get(watch.id)
        rows: dict[str, Watch | None] = {watch.id: watch}
        if before is not None:
            self._forget(before)
            if before.id != watch.id:
                rows[before.id] = None
        self._watches[watch.id] = watch
        self._desk.store.save_watches(rows)
        self._note(watch)
        return watch

    def hold(self, watch: Watch) -> None:
        """Keep a watch in memory alone: its download is not on the list at present."""
        self._watches[watch.id] = watch

    def drop(self, watch: Watch) -> None:
        """Watch no more; what is there stays, and what is being fetched becomes a download like any other."""
        self._forget(watch)
        self._desk.store.save_watches({watch.id: None})

    def keep_together(self, watch: Watch) -> Watch:
        """Return a watch with those of its earlier versions that are still on the list."""
        return replace(watch, versions=tuple(self._there(watch.versions)))

    def _there(self, ids: Iterable[str]) -> Iterable[str]:
        return (key for key in ids if key in self._desk.roster)

    def _note(self, watch: Watch) -> None:
        self._current.update(dict.fromkeys(watch.versions, watch.id))
        if watch.coming is not None:
            self._coming[watch.coming] = watch.id
        self._mark(watch.id, watch)
        if watch.coming is not None:
            self._mark_coming(watch.coming, watch.id)

    def _forget(self, watch: Watch) -> None:
        self._watches.pop(watch.id, None)
        for key in watch.versions:
            self._current.pop(key, None)
        self._mark(watch.id, None)
        if watch.coming is not None:
            self._coming.pop(watch.coming, None)
            self._mark_coming(watch.coming, None)

    def _mark(self, download_id: str, watch: Watch | None) -> None:
        if (item := self._desk.roster.get(download_id)) is not None and item.watch != watch:
            item.watch = watch
            self._desk.show(item)

    def _mark_coming(self, download_id: str, of: str | None) -> None:
        if (item := self._desk.roster.get(download_id)) is not None and item.version_of != of:
            item.version_of = of
            self._desk.show(item)
