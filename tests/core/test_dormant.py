"""Finished downloads that lie dormant: read in lots, the same as if each were read by itself, woken by a change."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from headrace.checksums import Checksum, FoundDigest
from headrace.claims import Claims
from headrace.filters import Category
from headrace.item import DownloadItem
from headrace.lots import Dormant
from headrace.manager import DownloadManager
from headrace.pieces import PieceHashes
from headrace.profile import Profile
from headrace.queue_policy import Room
from headrace.roster import Roster
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import IfExists, Permission
from headrace.states import DownloadState, Notice
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from tests.support.engine_parts import make_record
from tests.support.opened_store import Opened
from tests.support.processes import wait_until

_S = DownloadState
_DIGEST = Checksum.parse("sha256:" + "0f" * 32)
FACTS: list[dict[str, Any]] = [
    {},
    {"total": None},
    {"total": 0, "received": 0},
    {"finished_at": None},
    {"finished_at": 1700000000.1234567, "added_at": 1699999999.7654321, "place": 0.1 + 0.2},
    {"active_seconds": 0.1 + 0.7, "active_bytes": 12345},
    {"checksum": _DIGEST, "checksum_verified": "sha256", "checksum_source": "given"},
    {"told": FoundDigest(_DIGEST, "digest"), "checksum_source": "digest"},
    {"proof": "5:" + "ab" * 16},
    {"final_address": "https://mirror.example/a/b?token=***"},
    {"address": "https://x.example/a", "final_address": "https://x.example/a"},
    {"name": "Grüße\n\x1f, «日本».ISO"},
    {"name": ".zip"},
    {"name": "half\udc80surrogate"},
    {"folder": Path("/srv/Ünter/日本")},
    {"category": "music", "queue": "Night", "priority": -1},
    {"limit": 5000, "connections": 3, "if_exists": IfExists.SKIP, "resumable": True, "attempts": 2},
    {"notices": (Notice.SKIPPED_EXISTING,), "header_names": ("X-One",), "mirrors": ("https://m.example/",)},
    {"cookies": "kept:0123456789abcdef"},
    {"pieces": PieceHashes("sha256", 4, ("01" * 32, "02" * 32)), "size": 5},
    {"allow": frozenset(Permission), "content_type": "text/html", "name_wanted": True},
]


def finished(number: int, **facts: Any) -> DownloadRecord:
    """Return the record of a finished download."""
    usual = {"state": _S.COMPLETED, "total": 5, "received": 5, "finished_at": 1700000000.5, **facts}
    return make_record(number, **usual)


def stored(path: Path, records: list[DownloadRecord]) -> None:
    opened = Opened(path)
    for record in records:
        opened.store.save(record)
    assert opened.store.close(30)


class Read:
    """What a store tells when it is opened."""

    def __init__(self, path: Path) -> None:
        self.dormant: list[Dormant] = []
        self.troubles: list[OSError] = []
        self.records: list[list[DownloadRecord]] = []
        self.store = SqliteStore(path, self.records.append, self.troubles.append, self.dormant.append)
        wait_until(lambda: bool(self.records), "the list is read")
        assert self.store.close(30)

    def record(self, download_id: str) -> DownloadRecord:
        return next(lot.record(download_id) for lot in self.dormant[0].lots if download_id in lot.ids)


def test_a_record_in_a_lot_is_what_was_stored(tmp_path: Path) -> None:
    records = [finished(number, **facts) for number, facts in enumerate(FACTS)]
    stored(tmp_path / "list", records)
    read = Read(tmp_path / "list")
    asleep = set(read.dormant[0].ids)
    for record in records:
        alone = next((one for one in read.records[0] if one.id == record.id), None)
        assert (alone if record.id not in asleep else read.record(record.id)) == record
        assert (alone is None) is (record.id in asleep)
    assert [record.name for record in read.records[0]] == ["half\udc80surrogate"]
    in_order = sorted(asleep, key=lambda key: next(one.place for one in records if one.id == key))
    assert list(read.dormant[0].ids) == in_order


def test_a_snapshot_from_a_lot_is_that_of_an_item(tmp_path: Path) -> None:
    records = [finished(number, **facts) for number, facts in enumerate(FACTS)]
    stored(tmp_path / "list", records)
    for lot in Read(tmp_path / "list").dormant[0].lots:
        shots = [lot.snapshot(key, 7) for key in lot.ids]
        assert shots == [DownloadItem(lot.record(key)).snapshot(7) for key in lot.ids]
        assert lot.names() == [one.name for one in shots]
        assert lot.hosts() == [one.host for one in shots]
        assert lot.queues() == [one.queue for one in shots]
        assert lot.average_speeds() == [one.average_speed for one in shots]
        assert lot.folded_names() == [one.name.casefold() for one in shots]
        assert lot.have_checksums() == [one.checksum is not None for one in shots]
        assert lot.folded() == "\0".join(f"{one.name}\n{one.address}".casefold() for one in shots)


def test_only_what_is_done_with_lies_dormant(tmp_path: Path) -> None:
    claimed = finished(5)
    others = [make_record(1), make_record(2, state=_S.FAILED), finished(3, removed=True), claimed]
    opened = Opened(tmp_path / "list")
    for record in [*others, finished(4)]:
        opened.store.save(record)
    opened.store.save_claims(
        claimed.id, Claims(part_name="a.part", device=1, inode=2, total=5, validator=None, segments=())
    )
    assert opened.store.close(30)
    read = Read(tmp_path / "list")
    assert list(read.dormant[0].ids) == [finished(4).id]
    assert {record.id for record in read.records[0]} == {record.id for record in others}


def test_what_cannot_be_read_in_lots_is_read_one_by_one(tmp_path: Path) -> None:
    records = [finished(1), finished(2, name="a\0b")]
    stored(tmp_path / "list", records)
    read = Read(tmp_path / "list")
    assert read.dormant == []
    assert read.records == [records]


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    """Return a roster of 600 finished downloads in two lots and more, and of one that waits in their middle."""
    records = [finished(number, queue="Night" if number % 2 else "") for number in range(600)]
    Random(1).shuffle(records)
    stored(tmp_path / "list", records)
    roster = Roster()
    roster.add(DownloadItem(make_record(1000, place=299.5)))
    roster.take_in(Read(tmp_path / "list").dormant[0])
    return roster


def key(number: int) -> str:
    return f"{number:016x}"


def test_dormant_ones_stand_in_the_queue(roster: Roster) -> None:
    assert roster.ids() == [*map(key, range(300)), key(1000), *map(key, range(300, 600))]
    assert [roster.place(each) for each in roster.ids()] == list(range(601))
    assert roster.count([_S.COMPLETED]) == 600
    assert roster.next_rank(0.0) == 600.0
    assert [item.id for item in roster.awake()] == [key(1000)]
    assert roster.ids_in_queue("Night") == [key(number) for number in range(1, 600, 2)]
    assert roster.finished_ids() == [key(number) for number in range(600)]
    found = roster.newest(finished(7).address, finished(7).folder)
    assert found is not None
    assert found.state is _S.COMPLETED
    assert len(roster.awake()) == 1


def test_one_that_is_asked_for_is_woken_and_counts_once(roster: Roster) -> None:
    item = roster.get(key(7))
    assert item is not None
    assert roster.get(key(7)) is item
    item.note(queue="")
    assert roster.count([_S.COMPLETED]) == 600
    item.change(_S.QUEUED)
    assert roster.count([_S.COMPLETED]) == 599
    assert [one.id for one in roster.startable(Room(9))] == [key(7), key(1000)]
    assert key(7) not in roster.ids_in_queue("Night")
    assert key(7) not in roster.finished_ids()
    assert len(roster) == 601


@pytest.mark.parametrize("gone", [[3], list(range(0, 600, 3))])
def test_dormant_ones_leave_the_list_and_come_back(roster: Roster, gone: list[int]) -> None:
    before = roster.ids()
    left = roster.drop_all([*map(key, gone), "unknown"])
    assert [one.id for one in left] == [key(number) for number in gone]
    assert roster.ids() == [each for each in before if each not in {one.id for one in left}]
    assert [roster.place(each) for each in roster.ids()] == list(range(601 - len(gone)))
    for one in left:
        roster.add(DownloadItem(one.record))
    assert roster.ids() == before
    assert roster.count([_S.COMPLETED]) == 600


def test_dormant_ones_move_and_only_they_are_woken(roster: Roster) -> None:
    changed = roster.move_to([key(5), key(500)], 0)
    assert roster.ids()[:3] == [key(5), key(500), key(0)]
    assert {item.id for item in changed} == {key(5), key(500)}
    assert roster.move([key(5)], 1)
    assert roster.ids()[:3] == [key(500), key(5), key(0)]
    assert len(roster.awake()) <= 4


@pytest.fixture
def manager(qapp: QCoreApplication, profile: Profile, qtbot: QtBot) -> Iterator[DownloadManager]:
    """Return a manager of a stored list, finished but for one download in its middle."""
    records = [finished(number, queue="Night") for number in range(600)]
    stored(profile.database, [*records, make_record(1000, place=299.5, state=_S.PAUSED)])
    manager = DownloadManager(profile, Settings(queues=("Night",)))
    with qtbot.waitSignals([manager.dormant_added, manager.loaded], timeout=20_000):
        pass
    yield manager
    assert manager.shut_down(10.0)


def test_what_is_done_to_dormant_ones_is_kept(manager: DownloadManager, qtbot: QtBot) -> None:
    told: list[DownloadSnapshot] = []
    manager.downloads_updated.connect(told.extend)
    manager.changes.set_category([key(3)], Category.MUSIC.value)
    manager.pause([key(1), key(2)])
    manager.pause_all()
    manager.resume([key(1)])
    manager.remove([key(4), key(5)])
    manager.restore([key(5)])
    qtbot.waitUntil(lambda: any(each.category == "music" for each in told))
    assert len(manager.awake()) == 3
    assert manager.ids_in_queue("Night") == [key(number) for number in range(600) if number != 4]
    assert manager.changes.remove_queue("Night") == [key(number) for number in range(600) if number != 4]
    assert len(manager.snapshots()) == 600
    places = [each.queue_place for each in manager.snapshots()]
    assert places == list(range(600))
    assert manager.shut_down(10.0)
    opened = Opened(manager._profile.database)
    kept = {record.id: record for record in opened.close()}
    assert kept[key(3)].category == "music"
    assert key(4) not in kept
    assert not kept[key(5)].removed
    expected = replace(finished(6), queue="")
    assert kept[key(6)] == expected


def test_all_that_is_finished_leaves_at_once_and_comes_back(manager: DownloadManager) -> None:
    before = manager.snapshots()
    ids = manager.changes.clear_finished()
    assert len(ids) == 600
    assert [each.id for each in manager.snapshots()] == [key(1000)]
    manager.restore(ids)
    assert manager.snapshots() == before
