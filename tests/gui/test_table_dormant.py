"""The list's model with downloads that lie dormant: it shows, sorts, finds and counts as if they were awake."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from headrace.filters import Category, DownloadFilter, StatusFilter
from headrace.lots import Dormant
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore
from headrace_gui.actions import possible
from headrace_gui.details.summary import Summary
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from pytestqt.qtbot import QtBot

from tests.support.engine_parts import make_record
from tests.support.fake_manager import make_snapshot
from tests.support.opened_store import Opened
from tests.support.processes import wait_until

COUNT = 700
FILTERS = [
    DownloadFilter(),
    DownloadFilter(text="1"),
    DownloadFilter(text="1 ISO"),
    DownloadFilter(text="Straße"),
    DownloadFilter(text="nothing"),
    DownloadFilter(status=StatusFilter.FINISHED),
    DownloadFilter(status=StatusFilter.PAUSED),
    DownloadFilter(status=StatusFilter.FINISHED, text="example.org/2"),
    DownloadFilter(category=Category.VIDEO),
    DownloadFilter(category=Category.MUSIC, text="7"),
    DownloadFilter(queue="Night"),
    DownloadFilter(queue="", text="zip"),
]


def record(number: int, chance: Random) -> DownloadRecord:
    name = (
        f"{chance.choice(['Film', 'film', 'STRASSE', 'straße', 'Ä'])}-{number}.{chance.choice(['iso', 'MP4', 'zip'])}"
    )
    total = chance.choice([None, 0, 7, 10**12])
    return make_record(
        number,
        name=name,
        state=DownloadState.COMPLETED,
        folder=Path(chance.choice(["/a", "/b"])),
        address=f"https://{chance.choice(['a', 'b', 'c'])}.example.org/{number}",
        added_at=chance.random() * 1e9,
        finished_at=chance.choice([None, chance.random() * 1e9]),
        total=total,
        received=total or 3,
        queue=chance.choice(["", "Night"]),
        category=chance.choice([None, None, "music"]),
        checksum_verified=chance.choice([None, "sha256"]),
        limit=chance.choice([None, 5000]),
        priority=chance.choice([-1, 0, 1]),
        active_seconds=chance.choice([0.0, 0.5]),
        active_bytes=chance.randint(0, 10**6),
    )


@pytest.fixture(scope="module")
def dormant(tmp_path_factory: pytest.TempPathFactory) -> Dormant:
    path, chance = tmp_path_factory.mktemp("store") / "list", Random(3)
    opened = Opened(path)
    for number in range(COUNT):
        opened.store.save(record(number, chance))
    assert opened.store.close(30)
    told: list[Dormant] = []
    store = SqliteStore(path, lambda _: None, lambda _: None, told.append)
    wait_until(lambda: bool(told), "the list is read")
    assert store.close(30)
    assert len(told[0].lots) > 1
    return told[0]


def awake(dormant: Dormant) -> list[DownloadSnapshot]:
    """Return the same downloads, awake."""
    places = {download_id: place for place, download_id in enumerate(dormant.ids)}
    shots = [lot.snapshot(each, places[each]) for lot in dormant.lots for each in lot.ids]
    return sorted(shots, key=lambda each: each.queue_place)


OTHERS = [
    make_snapshot("straße-1.iso", id="other", state=DownloadState.PAUSED, total=8, queue_place=COUNT),
    make_snapshot(
        "b-1.mp4", id="another", state=DownloadState.COMPLETED, total=9, queue="Night", queue_place=COUNT + 1
    ),
]


class Pair:
    """Two models of the same downloads: in one they lie dormant as far as they can."""

    def __init__(self, dormant: Dormant) -> None:
        self.plain, self.sleepy = DownloadTableModel(), DownloadTableModel()
        self.shots = awake(dormant)
        for model in self.both:
            model.gather()
        self.plain.add(self.shots)
        self.sleepy.add_dormant(dormant)
        for model in self.both:
            model.add(OTHERS)
            model.show_gathered()

    @property
    def both(self) -> tuple[DownloadTableModel, DownloadTableModel]:
        return self.plain, self.sleepy

    def check(self) -> None:
        assert list(self.sleepy.ids()) == list(self.plain.ids())
        groups = [*StatusFilter, *Category, "", "Night"]
        assert [self.sleepy.count(each) for each in groups] == [self.plain.count(each) for each in groups]
        places = [{each: model.place_of(each) for each in model.ids()} for model in self.both]
        assert places[0] == places[1]

    def change(self, ids: Sequence[str]) -> None:
        """Wake some in both, remove others, and have one behave like new."""
        new = [replace(each, name=f"Neu{each.name}", queue="", limit=7) for each in self.shots if each.id in ids]
        queued = replace(new[0], state=DownloadState.QUEUED, finished_at=None, category=None)
        for model in self.both:
            model.update(new)
            model.update([queued])
            model.remove([each.id for each in self.shots[5:400:7]])


@pytest.fixture
def pair(dormant: Dormant, qtbot: QtBot) -> Pair:
    return Pair(dormant)


def some(pair: Pair) -> list[str]:
    return [each.id for each in pair.shots[::11]]


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=[column.key for column in COLUMNS])
def test_they_are_sorted_alike(pair: Pair, column: int, *, falling: bool, changed: bool) -> None:
    if changed:
        pair.change(some(pair))
    for model in pair.both:
        model.sort_by([SortBy(column, falling), SortBy(0)])
    pair.check()


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_they_are_found_alike(pair: Pair, wanted: DownloadFilter, *, changed: bool) -> None:
    if changed:
        pair.change(some(pair))
    for model in pair.both:
        model.set_filter(wanted)
    pair.check()
    gone = list(pair.plain.ids())[::2]
    for model in pair.both:
        model.remove(gone)
    pair.check()
    for model in pair.both:
        model.set_filter(DownloadFilter())
    pair.check()


def test_one_that_is_woken_finds_its_place(pair: Pair) -> None:
    for model in pair.both:
        model.sort_by([SortBy(0)])
        model.set_filter(DownloadFilter(text="film"))
        model.update([replace(pair.shots[3], name="Film-0000.zip"), replace(pair.shots[4], name="gone.zip")])
    pair.check()
    assert pair.sleepy.snapshot(pair.shots[3].id) == pair.plain.snapshot(pair.shots[3].id)


def test_a_new_order_and_a_return(pair: Pair) -> None:
    ids = [each.id for each in pair.shots]
    for model in pair.both:
        model.reorder([*reversed(ids), "other", "another"])
        model.remove(ids[10:20])
        model.add([replace(each, queue_place=COUNT - 1 - each.queue_place) for each in pair.shots[10:20]])
    pair.check()


@pytest.mark.parametrize("changed", [False, True])
def test_what_is_chosen_is_summed_up_alike(pair: Pair, *, changed: bool) -> None:
    if changed:
        pair.change(some(pair))
    for ids in (pair.plain.ids(), pair.plain.ids()[3:300], pair.plain.ids()[:2], pair.plain.ids()[:1]):
        plain, sleepy = (model.choice(ids) for model in pair.both)
        assert len(sleepy) == len(plain) == len(ids)
        assert possible(sleepy.samples()) == possible(plain)
        assert min(len(sleepy.samples()), 2) == min(len(ids), 2)
        sums = [Summary(sleepy), Summary(plain), Summary(list(plain))]
        for each in sums:
            each.update([replace(pair.shots[6], total=99)])
        assert len({(len(one), one.received, one.total, one.unknown, str(one.states())) for one in sums}) == 1
        assert len(sums[0].remove(ids[:1])) == len(ids) - 1


def test_only_what_is_looked_at_is_made(pair: Pair) -> None:
    rows = [pair.sleepy.snapshot_at(row) for row in range(20)]
    assert [replace(each, queue_place=0) for each in rows] == [replace(each, queue_place=0) for each in pair.shots[:20]]
    assert pair.sleepy.snapshot_at(0) is rows[0]


def test_those_who_wait_stand_in_line_alike_whatever_changes(pair: Pair) -> None:
    queued = [
        make_snapshot(f"w{number}", id=f"w{number}", state=DownloadState.QUEUED, queue_place=COUNT + 2 + number)
        for number in range(600)
    ]
    woken = replace(pair.shots[50], state=DownloadState.QUEUED, finished_at=None)
    order = [each.id for each in (*queued[300:], *pair.shots, *queued[:300], *OTHERS)]
    for model in pair.both:
        model.add(queued)
    pair.check()
    assert pair.sleepy.place_of("w599") == 600
    changes: list[Callable[[DownloadTableModel], None]] = [
        lambda model: model.update([woken]),
        lambda model: model.remove([each.id for each in queued[3:6]]),
        lambda model: model.reorder(order),
        lambda model: model.update([replace(queued[310], state=DownloadState.PAUSED)]),
        lambda model: model.add([replace(queued[4], queue_place=0)]),
    ]
    for change in changes:
        for model in pair.both:
            change(model)
        pair.check()
    assert pair.sleepy.place_of("w300") == 2, "behind what came back to the front"


@pytest.mark.parametrize("falling", [False, True])
def test_new_ones_are_put_where_they_belong_among_dormant_ones(pair: Pair, *, falling: bool) -> None:
    for model in pair.both:
        model.sort_by([SortBy(0, falling)])
        for part in range(3):
            names = [f"film-{number * 7 % 40:04d}.zip" for number in range(part * 30, part * 30 + 30)]
            model.add(
                make_snapshot(name, id=f"n{part}-{place}", state=DownloadState.PAUSED, queue_place=COUNT + 2 + place)
                for place, name in enumerate(names, part * 30)
            )
    pair.check()
    names = [pair.sleepy.snapshot_at(row).name.casefold() for row in range(pair.sleepy.rowCount())]
    assert names == sorted(names, reverse=falling)
