"""The engine's `changes` without an engine: what was asked for is noted, and what can be seen at once is done."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, Unpack

from headrace.changes import PRIORITIES
from headrace.disk.file_names import chosen_name
from headrace.filters import Category
from headrace.option_wishes import Wishes, checked_wishes
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState


class Changeable(Protocol):
    """The manager whose downloads are changed."""

    calls: list[tuple[str, Any]]
    change_told: Any

    @property
    def settings(self) -> Settings: ...

    def snapshots(self) -> list[DownloadSnapshot]: ...

    def apply_settings(self, settings: Settings) -> None: ...

    def ids_in_queue(self, name: str) -> list[str]: ...

    def snapshot(self, download_id: str) -> DownloadSnapshot | None: ...

    def change_many(self, changes: dict[str, dict[str, Any]]) -> None: ...

    def set_order(self, order: list[str]) -> None: ...

    def remove(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None: ...


class FakeChanges:
    """The methods of Changes over a FakeManager, which keeps the calls in its own `calls`.

    It refuses what the engine refuses. Renamed and moved files are told of at once, as having gone well; a verification
    is only noted, and `tell` says how it went.
    """

    def __init__(self, manager: Changeable) -> None:
        self._manager = manager

    def tell(self, download_id: str, kind: ChangeKind, **facts: Any) -> None:
        """Have an outcome told, as the engine would."""
        self._manager.change_told.emit(ChangeOutcome(download_id, kind, **facts))

    # The engine's face

    def rename(self, download_id: str, name: str) -> bool:
        name, snapshot = chosen_name(name), self._manager.snapshot(download_id)
        self._note("rename", (download_id, name))
        if snapshot is None or snapshot.name == name:
            return False
        self._set([download_id], name=name)
        self.tell(download_id, ChangeKind.RENAMED, detail=name)
        return True

    def relocate(self, ids: Iterable[str], folder: Path) -> list[str]:
        ids = list(ids)
        if not folder.is_absolute():
            raise ValueError(f"the folder must be given in full, not as {str(folder)!r}")
        self._note("relocate", (ids, folder))
        moved = [each.id for each in self._known(ids) if each.folder != folder]
        self._set(moved, folder=folder)
        for each in moved:
            self.tell(each, ChangeKind.RELOCATED, detail=str(folder))
        return moved

    def set_options(self, ids: Iterable[str], **given: Unpack[Wishes]) -> None:
        ids, wishes = list(ids), checked_wishes(given)
        self._note("set_options", (ids, wishes))
        shown: dict[str, tuple[str, Callable[[Any], Any]]] = {
            "limit": ("limit", lambda value: value),
            "connections": ("max_connections", lambda value: value),
            "checksum": ("checksum", lambda value: None if value is None else str(value)),
        }
        unfinished = [each.id for each in self._known(ids) if each.state is not DownloadState.COMPLETED]
        self._set(
            unfinished, **{shown[name][0]: shown[name][1](value) for name, value in wishes.items() if name in shown}
        )

    def set_category(self, ids: Iterable[str], category: str | None) -> None:
        ids = list(ids)
        value = None if category is None else Category(category).value
        self._note("set_category", (ids, value))
        self._set(ids, category=value)

    def set_queue(self, ids: Iterable[str], name: str) -> None:
        if name not in ("", *self._manager.settings.queues):
            raise ValueError(f"there is no queue called {name!r}")
        ids = list(ids)
        self._note("set_queue", (ids, name))
        self._set(ids, queue=name)

    def rename_queue(self, old: str, new: str) -> None:
        self._put(lambda names: tuple(new if name == old else name for name in names), old, new)
        self._note("rename_queue", (old, new))

    def remove_queue(self, name: str) -> list[str]:
        members = self._put(lambda names: tuple(each for each in names if each != name), name, "")
        self._note("remove_queue", name)
        return members

    def _put(self, changed: Callable[[tuple[str, ...]], tuple[str, ...]], old: str, new: str) -> list[str]:
        now, members = self._manager.settings, self._manager.ids_in_queue(old)
        if old not in now.queues:
            raise ValueError(f"there is no queue called {old!r}")
        settings = replace(now, queues=changed(now.queues), held_queues=changed(now.held_queues))
        self._manager.apply_settings(settings)
        self._set(members, queue=new)
        return members

    def set_priority(self, ids: Iterable[str], priority: int) -> None:
        ids = list(ids)
        if priority not in PRIORITIES:
            raise ValueError(f"a priority is -1, 0 or 1, not {priority}")
        self._note("set_priority", (ids, priority))
        self._set(ids, priority=priority)

    def move_to(self, ids: Iterable[str], place: int) -> None:
        ids = list(ids)
        self._note("move_to", (ids, place))
        self._move_to(ids, place)

    def to_top(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        self._note("to_top", ids)
        self._move_to(ids, 0)

    def to_bottom(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        self._note("to_bottom", ids)
        self._move_to(ids, len(self._manager.snapshots()))

    def verify(self, ids: Iterable[str]) -> list[str]:
        asked = self._finished(ids)
        self._note("verify", asked)
        return asked

    def stop_verifying(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        self._note("stop_verifying", ids)
        for each in ids:
            self.tell(each, ChangeKind.VERIFIED, verdict=FileVerdict.STOPPED)

    def look_for(self, ids: Iterable[str]) -> None:
        self._note("look_for", list(ids))

    def fetch_again(self, ids: Iterable[str]) -> list[str]:
        asked = self._finished(ids)
        self._note("fetch_again", asked)
        self._set(asked, state=DownloadState.QUEUED, received=0, is_missing=False, finished_at=None)
        return asked

    def clear_finished(self) -> list[str]:
        gone = self._finished(each.id for each in self._manager.snapshots())
        self._note("clear_finished", gone)
        self._manager.remove(gone)
        return gone

    def _note(self, call: str, facts: Any) -> None:
        self._manager.calls.append((call, facts))

    def _set(self, ids: Iterable[str], **changes: Any) -> None:
        known = [each.id for each in self._known(ids)]
        if known and changes:
            self._manager.change_many(dict.fromkeys(known, changes))

    def _known(self, ids: Iterable[str]) -> list[DownloadSnapshot]:
        found = (self._manager.snapshot(each) for each in ids)
        return [each for each in found if each is not None]

    def _finished(self, ids: Iterable[str]) -> list[str]:
        return [each.id for each in self._known(ids) if each.state is DownloadState.COMPLETED]

    def _move_to(self, ids: list[str], place: int) -> None:
        order = [each.id for each in self._manager.snapshots()]
        chosen = [each for each in order if each in set(ids)]
        before = [each for each in order[:place] if each not in set(ids)]
        behind = [each for each in order[place:] if each not in set(ids)]
        self._manager.set_order([*before, *chosen, *behind])
