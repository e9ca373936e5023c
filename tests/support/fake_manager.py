"""A DownloadManager without an engine: the same signals and methods, all in memory, changed by hand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

from headrace.addresses import checked_address, host_of
from headrace.budgets import Standing
from headrace.categories import use
from headrace.day import Circumstances, Hold, in_force
from headrace.details import DownloadDetails
from headrace.host_notes import HostNote
from headrace.leaving_room import Yielding
from headrace.manager_signals import ManagerSignals
from headrace.net_options import NetContext
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot, TotalsSnapshot
from headrace.spec import DownloadSpec
from headrace.states import RUNNING, DownloadState
from PySide6.QtCore import QObject, Qt, Signal

from tests.support.fake_changes import FakeChanges
from tests.support.fake_history import FakeHistory, FakeTraffic
from tests.support.fake_watching import FakeWatching

_S = DownloadState


def make_snapshot(name: str = "file.bin", **changes: Any) -> DownloadSnapshot:
    """Return a waiting download, altered by `changes`."""
    host = changes.get("host", "example.org")
    plain = DownloadSnapshot(
        id=f"{abs(hash(name)):016x}"[:16],
        address=f"https://{host}/{name}",
        host=host,
        name=name,
        folder=Path("/downloads"),
        state=_S.QUEUED,
        total=None,
        received=0,
        speed=None,
        time_left=None,
        connections=0,
        resumable=None,
        added_at=1_700_000_000.0,
        finished_at=None,
        retry_at=None,
        failure=None,
        notices=(),
        checksum_verified=None,
        queue_place=0,
    )
    return replace(plain, **changes)


def make_details(snapshot: DownloadSnapshot, **changes: Any) -> DownloadDetails:
    """Return the least there is to tell of `snapshot`: its bytes as one stretch; altered by `changes`."""
    one = SegmentSnapshot(0, snapshot.received, snapshot.total, connected=False, claimed=snapshot.claimed)
    plain = DownloadDetails(
        id=snapshot.id,
        final_address=None,
        content_type=None,
        validator=None,
        validator_is_strong=None,
        last_modified=None,
        segments=snapshot.segments or (one,),
        connections=(),
        exchanges=(),
        mirrors=(),
        checksum_expected=snapshot.checksum,
        part_path=None,
    )
    return replace(plain, **changes)


class FakeHosts:
    """What was found out about hosts, in memory."""

    def __init__(self) -> None:
        self.known: dict[str, HostNote] = {}

    def notes(self) -> list[HostNote]:
        return list(self.known.values())

    def forget(self, hosts: Iterable[str] | None = None) -> list[str]:
        gone = [host for host in (list(self.known) if hosts is None else hosts) if host in self.known]
        for host in gone:
            del self.known[host]
        return gone


class FakeManager(ManagerSignals):
    """The engine's face over a dictionary. `calls` records what the window asked for."""

    _posted = Signal(object)

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.circumstances = Circumstances()
        self._settings = settings or Settings(download_folder=Path("/downloads"))
        use(self._settings.categories)
        self._items: dict[str, DownloadSnapshot] = {}
        self._removed: dict[str, DownloadSnapshot] = {}
        self._number = 0
        self.calls: list[tuple[str, Any]] = []
        self.details_of: dict[str, DownloadDetails] = {}
        self.is_loaded = True
        self.yields: Yielding | None = None
        self.standings: tuple[Standing, ...] = ()
        self.changes = FakeChanges(self)
        self.watching = FakeWatching(self)
        self.net_context = NetContext()
        self.hosts = FakeHosts()
        self.history, self.traffic = FakeHistory(), FakeTraffic()
        self._posted.connect(lambda task: task(), Qt.ConnectionType.QueuedConnection)

    # Helpers of tests

    def put(self, *snapshots: DownloadSnapshot) -> None:
        """Bring downloads in, as if they had been loaded."""
        placed = [replace(each, queue_place=len(self._items) + n) for n, each in enumerate(snapshots)]
        self._items.update((each.id, each) for each in placed)
        self.downloads_added.emit(placed)
        self._tell_totals()

    def change(self, download_id: str, **changes: Any) -> None:
        """Alter one download and tell it."""
        self.change_many({download_id: changes})

    def change_many(self, changes: dict[str, dict[str, Any]]) -> None:
        """Alter several downloads and tell it once."""
        for download_id, each in changes.items():
            self._items[download_id] = replace(self._items[download_id], **each)
        self.downloads_updated.emit([self._items[download_id] for download_id in changes])
        self._tell_totals()

    def _tell_totals(self) -> None:
        self.totals_changed.emit(self.totals())

    # The engine's face

    @property
    def settings(self) -> Settings:
        return self._settings

    def apply_settings(self, settings: Settings) -> None:
        self._settings = settings
        use(settings.categories)
        self.calls.append(("apply_settings", settings))
        self.settings_changed.emit(settings)
        self._tell_totals()

    def add(self, specs: Sequence[DownloadSpec]) -> list[str]:
        self.calls.append(("add", list(specs)))
        fresh = [self._made(spec) for spec in specs]
        self.put(*fresh)
        return [each.id for each in fresh]

    def _made(self, spec: DownloadSpec) -> DownloadSnapshot:
        self._number += 1
        name = spec.name or spec.address.rpartition("/")[2] or "index.html"
        return make_snapshot(
            name,
            id=f"{self._number:016x}",
            address=spec.address,
            host=host_of(spec.address),
            folder=spec.folder,
            state=_S.PAUSED if spec.paused else _S.QUEUED,
            category=None if spec.category is None else spec.category.value,
            queue=spec.queue if spec.queue in self._settings.queues else "",
            priority=spec.priority,
        )

    def is_private(self, download_id: str) -> bool:
        one = self._items.get(download_id)
        return one is not None and one.is_private

    def pause(self, ids: Iterable[str]) -> None:
        self._set_state("pause", ids, _S.PAUSED, RUNNING | {_S.QUEUED, _S.RETRY_WAIT})

    def resume(self, ids: Iterable[str]) -> None:
        self._set_state("resume", ids, _S.QUEUED, frozenset({_S.PAUSED, _S.FAILED, _S.RETRY_WAIT}))

    def start_now(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        self.resume(ids)
        self.calls[-1] = ("start_now", ids)
        self.change_many({each: {"at_once": True} for each in ids if each in self._items})

    @property
    def yielding(self) -> Yielding | None:
        return self.yields

    @property
    def budgets(self) -> tuple[Standing, ...]:
        return self.standings

    @property
    def holds(self) -> Mapping[str, Hold]:
        return in_force(self._settings, self.circumstances, time()).holds

    def spec(self, download_id: str) -> DownloadSpec | None:
        one = self._items.get(download_id)
        return None if one is None else DownloadSpec(one.address, one.folder, name=one.name)

    def change_address(self, download_id: str, address: str) -> bool:
        address, item = checked_address(address), self._items.get(download_id)
        self.calls.append(("change_address", (download_id, address)))
        if item is None or item.state in RUNNING | {_S.COMPLETED} or self._fetches(address, item.folder):
            return False
        self.change_many({download_id: {"address": address, "host": host_of(address)}})
        return True

    def _fetches(self, address: str, folder: Path) -> bool:
        unfinished = (each for each in self._items.values() if each.state is not _S.COMPLETED)
        return any((each.address, each.folder) == (address, folder) for each in unfinished)

    def allow(self, ids: Iterable[str]) -> None:
        self._set_state("allow", ids, _S.QUEUED, frozenset({_S.FAILED}))

    def end(self, ids: Iterable[str]) -> list[str]:
        ids = list(ids)
        self._set_state("end", ids, _S.COMPLETED, frozenset({_S.DOWNLOADING}))
        return ids

    def _set_state(self, call: str, ids: Iterable[str], state: DownloadState, of: frozenset[DownloadState]) -> None:
        ids = list(ids)
        self.calls.append((call, ids))
        fresh: dict[str, Any] = {"state": state, "speed": None, "time_left": None, "failure": None, "connections": 0}
        self.change_many({each: fresh for each in ids if each in self._items and self._items[each].state in of})

    def remove(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None:
        gone = [each for each in ids if each in self._items]
        self.calls.append((("destroy" if for_good else "delete") if with_files else "remove", gone))
        self._removed.update((each, self._items.pop(each)) for each in gone)
        self.downloads_removed.emit(gone)
        self._tell_totals()

    def restore(self, ids: Iterable[str]) -> None:
        back = [self._removed.pop(each) for each in ids if each in self._removed]
        self.calls.append(("restore", [each.id for each in back]))
        self._items.update((each.id, each) for each in back)
        self.downloads_added.emit(back)
        self._tell_totals()

    def move(self, ids: Iterable[str], places: int) -> None:
        wanted = set(ids)
        self.calls.append(("move", (sorted(wanted), places)))
        order = list(self._items)
        rows = range(len(order)) if places < 0 else range(len(order) - 1, -1, -1)
        for row in rows:
            other = row + places
            if order[row] in wanted and 0 <= other < len(order) and order[other] not in wanted:
                order[row], order[other] = order[other], order[row]
        self.set_order(order)

    def set_order(self, order: list[str]) -> None:
        """Put the downloads in this order, and tell it."""
        self._items = {each: replace(self._items[each], queue_place=place) for place, each in enumerate(order)}
        self.order_changed.emit(order)

    def pause_all(self) -> None:
        self.pause(list(self._items))

    def resume_all(self) -> None:
        self.resume([each.id for each in self._items.values() if each.state is _S.PAUSED])

    def snapshots(self) -> list[DownloadSnapshot]:
        return list(self._items.values())

    def awake(self) -> list[DownloadSnapshot]:
        return self.snapshots()

    def ids(self) -> list[str]:
        return [one.id for one in self.snapshots()]

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        return self._items.get(download_id)

    def ids_in(self, states: Iterable[DownloadState]) -> list[str]:
        wanted = set(states)
        return [one.id for one in self.snapshots() if one.state in wanted]

    def ids_in_queue(self, name: str) -> list[str]:
        return [each.id for each in self._items.values() if each.queue == name]

    def details(self, download_id: str) -> DownloadDetails | None:
        snapshot = self._items.get(download_id)
        if snapshot is None:
            return None
        return self.details_of.get(download_id) or make_details(snapshot)

    def ask_story(self, download_id: str) -> None:
        self.calls.append(("ask_story", download_id))

    def find(self, address: str, folder: Path) -> DownloadSnapshot | None:
        return next((s for s in self._items.values() if (s.address, s.folder) == (address, folder)), None)

    def totals(self) -> TotalsSnapshot:
        states = [each.state for each in self._items.values()]
        return TotalsSnapshot(
            speed=sum(each.speed or 0.0 for each in self._items.values()),
            active=sum(state in RUNNING for state in states),
            waiting=sum(state in (_S.QUEUED, _S.RETRY_WAIT) for state in states),
            paused=states.count(_S.PAUSED),
            finished=states.count(_S.COMPLETED),
            failed=states.count(_S.FAILED),
            limit=in_force(self._settings, self.circumstances, time()).limit,
            is_quiet=self._settings.quiet,
        )

    def post(self, task: Callable[[], None]) -> None:
        self._posted.emit(task)

    def shut_down(self, timeout: float = 2.0) -> bool:
        self.calls.append(("shut_down", timeout))
        return True
