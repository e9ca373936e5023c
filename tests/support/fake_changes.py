"""The engine's `changes` without an engine: what was asked for is noted, and what can be seen at once is done."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from headrace.outcomes import KEEP, ChangeKind, ChangeOutcome, FileVerdict, Keep
from headrace.snapshots import DownloadSnapshot
from headrace.spec import Checksum, IfExists
from headrace.states import DownloadState


class Changeable(Protocol):
    """The manager whose downloads are changed."""

    calls: list[tuple[str, Any]]
    change_told: Any

    def snapshots(self) -> list[DownloadSnapshot]: ...

    def snapshot(self, download_id: str) -> DownloadSnapshot | None: ...

    def change_many(self, changes: dict[str, dict[str, Any]]) -> None: ...

    def set_order(self, order: list[str]) -> None: ...

    def remove(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None: ...


class FakeChanges:
    """The methods of Changes over a FakeManager, which keeps the calls in its own `calls`.

    Renamed and moved files are told of at once, as having gone well; a verification is only noted, and `tell` says how
    it went.
    """

    def __init__(self, manager: Changeable) -> None:
        self._manager = manager

    def tell(self, download_id: str, kind: ChangeKind, **facts: Any) -> None:
        """Have an outcome told, as the engine would."""
        self._manager.change_told.emit(ChangeOutcome(download_id, kind, **facts))

    # The engine's face

    def rename(self, download_id: str, name: str) -> bool:
        self._note("rename", (download_id, name))
        self._set([download_id], name=name)
        self.tell(download_id, ChangeKind.RENAMED, detail=name)
        return True

    def relocate(self, ids: Iterable[str], folder: Path) -> list[str]:
        ids = list(ids)
        self._note("relocate", (ids, folder))
        self._set(ids, folder=folder)
        for each in ids:
            self.tell(each, ChangeKind.RELOCATED, detail=str(folder))
        return ids

    def set_options(
        self,
        ids: Iterable[str],
        *,
        limit: int | Keep | None = KEEP,
        connections: int | Keep | None = KEEP,
        checksum: Checksum | str | Keep | None = KEEP,
        headers: Sequence[tuple[str, str]] | Keep = KEEP,
        if_exists: IfExists | Keep = KEEP,
        mirrors: Sequence[str] | Keep = KEEP,
    ) -> None:
        ids = list(ids)
        wishes = {
            "limit": limit,
            "connections": connections,
            "checksum": Checksum.parse(checksum) if isinstance(checksum, str) else checksum,
            "headers": headers,
            "if_exists": if_exists,
            "mirrors": mirrors,
        }
        given = {name: value for name, value in wishes.items() if value is not KEEP}
        self._note("set_options", (ids, given))
        shown: dict[str, tuple[str, Callable[[Any], Any]]] = {
            "limit": ("limit", lambda value: value),
            "connections": ("max_connections", lambda value: value),
            "checksum": ("checksum", lambda value: None if value is None else str(value)),
        }
        self._set(ids, **{shown[name][0]: shown[name][1](value) for name, value in given.items() if name in shown})

    def set_category(self, ids: Iterable[str], category: str | None) -> None:
        ids = list(ids)
        self._note("set_category", (ids, category))
        self._set(ids, category=category)

    def set_queue(self, ids: Iterable[str], name: str) -> None:
        ids = list(ids)
        self._note("set_queue", (ids, name))
        self._set(ids, queue=name)

    def set_priority(self, ids: Iterable[str], priority: int) -> None:
        ids = list(ids)
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
        known = [each for each in ids if self._manager.snapshot(each) is not None]
        if known and changes:
            self._manager.change_many(dict.fromkeys(known, changes))

    def _finished(self, ids: Iterable[str]) -> list[str]:
        found = [self._manager.snapshot(each) for each in ids]
        return [each.id for each in found if each is not None and each.state is DownloadState.COMPLETED]

    def _move_to(self, ids: list[str], place: int) -> None:
        order = [each.id for each in self._manager.snapshots()]
        chosen = [each for each in order if each in set(ids)]
        before = [each for each in order[:place] if each not in set(ids)]
        behind = [each for each in order[place:] if each not in set(ids)]
        self._manager.set_order([*before, *chosen, *behind])
