"""The list's model: Qt's own checks, order, filter, counts, and speed with many rows."""

import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.filters import Category, DownloadFilter, StatusFilter
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.downloads.columns import COLUMNS, Look
from headrace_gui.downloads.sidebar_model import FilterListModel
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
NOW = 1_700_000_100.0
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}


def many(amount: int, seed: int = 1) -> list[DownloadSnapshot]:
    chance = random.Random(seed)
    return [
        make_snapshot(
            f"file-{chance.randrange(10**6)}.{chance.choice(['mp4', 'zip', 'pdf', 'bin'])}",
            id=f"{number:016x}",
            state=chance.choice(list(DownloadState)),
            total=chance.choice([None, chance.randrange(1, 10**9)]),
            added_at=NOW - chance.random() * 10**6,
            queue_place=number,
        )
        for number in range(amount)
    ]


@pytest.fixture
def model(qtbot: QtBot) -> DownloadTableModel:
    return DownloadTableModel(clock=lambda: NOW)


def names(model: DownloadTableModel) -> list[str]:
    return [model.snapshot_at(row).name for row in range(model.rowCount())]


def test_passes_qts_checks_through_every_kind_of_change(model: DownloadTableModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model, force_py=True)  # type: ignore[no-untyped-call]
    items = many(40)
    model.add(items[:30])
    model.sort_by([SortBy(NUMBER["size"], falling=True)])
    model.add(items[30:])
    model.update([replace(items[3], total=5), replace(items[4], state=_S.FAILED, failure=Failure(FailureReason.GONE))])
    model.set_filter(DownloadFilter(status=StatusFilter.FAILED))
    model.set_filter(DownloadFilter(text="file-1"))
    model.set_filter(DownloadFilter())
    model.remove([each.id for each in items[5:20]])
    model.reorder([each.id for each in reversed(items)])
    model.sort_by([SortBy(NUMBER["category"]), SortBy(NUMBER["name"], falling=True)])
    model.sort_by([])
    qtmodeltester.check(model, force_py=True)  # type: ignore[no-untyped-call]
    assert model.rowCount() == 25


def test_native_checks_accept_it_while_it_changes(model: DownloadTableModel) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode, model)
    sidebar = FilterListModel(model)
    second = QAbstractItemModelTester(sidebar, mode, sidebar)
    chance, items = random.Random(7), many(60)
    model.add(items[:40])
    for column in range(0, len(COLUMNS), 3):
        model.sort_by([SortBy(column, chance.random() < 0.5), SortBy(chance.randrange(len(COLUMNS)))])
        model.update([replace(each, state=chance.choice(list(_S))) for each in chance.sample(items[:40], 6)])
        model.set_filter(DownloadFilter(status=chance.choice(list(StatusFilter))))
        model.set_held(True)
        model.update([replace(each, queue="Night", total=column) for each in chance.sample(items[:40], 3)])
        model.set_held(False)
        sidebar.set_queues([["Night"], [], ["Night", "Later"]][column % 3])
    model.tell_words_changed()
    model.set_filter(DownloadFilter(queue="Night"))
    model.set_filter(DownloadFilter())
    model.add(items[40:])
    model.remove([each.id for each in items[::2]])
    assert model.rowCount() == 30
    assert tester.model() is model
    assert second.model() is sidebar


SORTED: dict[str, tuple[str, list[Any]]] = {
    "name": ("name", ["A", "b", "c"]),
    "progress": ("received", [1, 5, 9]),
    "size": ("total", [10, 70, 1_000]),
    "speed": ("speed", [5.0, 7.0, 1_000.0]),
    "time_left": ("time_left", [5.0, 7.0, 1_000.0]),
    "added": ("added_at", [5.0, 7.0, 1_000.0]),
    "finished": ("finished_at", [5.0, 7.0, 1_000.0]),
    "host": ("host", ["a", "b", "c"]),
    "folder": ("folder", [Path("/a"), Path("/a/b"), Path("/c")]),
    "category": ("category", ["archives", "music", "video"]),
    "queue": ("queue", ["", "idle", "Night"]),
    "priority": ("priority", [-1, 0, 1]),
    "average_speed": ("average_speed", [5.0, 7.0, 1_000.0]),
    "connections": ("connections", [1, 8, 16]),
    "checksum": ("checksum_verified", ["sha256", None]),
    "limit": ("limit", [5, 7, 1_000]),
}
"""By a column's key a field of downloads, and values of it as the column sorts them."""


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("column", [column.key for column in COLUMNS])
def test_sorts_by_each_column(model: DownloadTableModel, column: str, falling: bool) -> None:
    field, values = SORTED[column]
    plain = make_snapshot(state=_S.PAUSED, total=10, checksum="sha256:00")
    mixed = [values[-1], *values[:-1]]
    model.add([replace(plain, id=str(number), **{field: value}) for number, value in enumerate(mixed)])
    model.sort_by([SortBy(NUMBER[column], falling)])
    found = [getattr(model.snapshot_at(row), field) for row in range(len(values))]
    assert found == (values[::-1] if falling else values)


@pytest.mark.parametrize("falling", [False, True])
def test_unknown_sorts_last_in_both_directions(model: DownloadTableModel, falling: bool) -> None:
    model.add([make_snapshot(name, id=name, total=total) for name, total in (("x", None), ("y", 3), ("z", 4))])
    model.sort_by([SortBy(NUMBER["size"], falling)])
    assert names(model)[-1] == "x"


def test_equal_rows_keep_the_order_of_the_queue(model: DownloadTableModel) -> None:
    model.add([make_snapshot(name, id=name, total=1) for name in "dacb"])
    model.sort_by([SortBy(NUMBER["size"], falling=True)])
    assert names(model) == list("dacb")


def test_updates_come_as_spans_and_leave_other_rows_alone(model: DownloadTableModel, qtbot: QtBot) -> None:
    items = [make_snapshot(f"n{n}", id=str(n), state=_S.DOWNLOADING) for n in range(10)]
    model.add(items)
    changed: list[tuple[int, ...]] = []
    model.dataChanged.connect(
        lambda first, last: changed.append((first.row(), last.row(), first.column(), last.column()))
    )
    model.update([replace(items[n], state=_S.FINISHING) for n in (7, 2, 3, 4)])
    last = len(COLUMNS) - 1
    assert changed == [(2, 4, 0, last), (7, 7, 0, last)]


def test_several_keys_sort_one_after_the_other(model: DownloadTableModel) -> None:
    facts = [("a", 2, "x"), ("b", 1, "y"), ("c", 2, "y"), ("d", None, "x"), ("e", 1, "x")]
    model.add([make_snapshot(name, id=name, total=total, host=host) for name, total, host in facts])
    model.sort_by([SortBy(NUMBER["host"], falling=True), SortBy(NUMBER["size"]), SortBy(NUMBER["name"], falling=True)])
    assert names(model) == ["b", "c", "e", "a", "d"]
    model.sort_by([SortBy(NUMBER["size"]), SortBy(99), SortBy(NUMBER["name"], falling=True)])
    assert names(model) == ["e", "b", "c", "a", "d"]
    assert [by.column for by in model.sort_keys] == [NUMBER["size"], NUMBER["name"]]
    assert not model.is_in_queue_order


@pytest.mark.parametrize("seed", range(6))
def test_rows_moved_one_by_one_end_where_sorting_all_puts_them(model: DownloadTableModel, seed: int) -> None:
    chance, items = random.Random(seed), many(60, seed)
    model.add(items[:45])
    model.sort_by([SortBy(chance.randrange(6), falling=seed % 2 == 0), SortBy(NUMBER["size"])])
    model.set_filter(DownloadFilter(text="file-", status=[StatusFilter.ALL, StatusFilter.FAILED][seed % 2]))
    for _ in range(5):
        chosen = chance.sample(items[:45], 9)
        fresh: dict[str, Any] = {
            "state": chance.choice(list(_S)),
            "total": chance.choice([None, 7, 10**9]),
            "name": "file-x.mp4",
        }
        model.update([replace(each, **fresh) for each in chosen])
    for number in range(45, 60, 5):
        model.remove([items[number - 45].id])
        model.add(items[number : number + 3])
        model.add(items[number + 3 : number + 5])
    moved = list(model.ids())
    model.sort_by(model.sort_keys)
    assert moved == list(model.ids())


def test_what_a_person_types_narrows_and_widens_the_list(model: DownloadTableModel) -> None:
    hosts = {"lecture.mp4": "media.example.edu", "notes.pdf": "media.example.edu", "debian.iso": "cdimage.debian.org"}
    model.add([make_snapshot(name, id=name, host=host) for name, host in hosts.items()])
    found = []
    for text in ("m", "me", "media", "media not", "NOTES media", "debian", ""):
        model.set_filter(DownloadFilter(text=text))
        found.append(names(model))
    everything = list(hosts)
    media = everything[:2]
    assert found == [everything, media, media, ["notes.pdf"], ["notes.pdf"], ["debian.iso"], everything]
    assert model.words_wanted == ()


def test_a_new_name_is_found_by_what_is_searched_for(model: DownloadTableModel) -> None:
    model.add([make_snapshot("a", id="a", address="https://x.org/1")])
    model.set_filter(DownloadFilter(text="zebra"))
    assert names(model) == []
    model.update([make_snapshot("zebra.png", id="a", address="https://x.org/1")])
    assert names(model) == ["zebra.png"]


def test_texts_are_read_ahead_so_that_searching_is_quick(model: DownloadTableModel, qtbot: QtBot) -> None:
    model.add(many(50))
    qtbot.waitUntil(lambda: not model._reading.isActive())
    assert len(model._listing.facts.texts) == 50


def test_queues_and_categories_that_a_person_chose_are_shown_and_counted(model: DownloadTableModel) -> None:
    model.add([make_snapshot("a.mp4", id="a"), make_snapshot("b.mp4", id="b", queue="Night", category="music")])
    assert [model.count(group) for group in ("", "Night", Category.VIDEO, Category.MUSIC)] == [1, 1, 1, 1]
    model.set_filter(DownloadFilter(queue="Night"))
    assert names(model) == ["b.mp4"]
    model.set_filter(DownloadFilter(category=Category.MUSIC))
    assert names(model) == ["b.mp4"]
    model.update([make_snapshot("b.mp4", id="b")])
    assert names(model) == []
    assert [model.count(group) for group in ("", "Night", Category.VIDEO, Category.MUSIC)] == [2, 0, 2, 0]


@pytest.mark.parametrize(
    ("dragged", "row", "order"),
    [
        ("a", 3, "bcade"),
        ("d", 0, "dabce"),
        ("bd", 5, "acebd"),
        ("bc", 2, "abcde"),
        ("abcde", 2, "abcde"),
    ],
)
def test_rows_land_in_front_of_the_row_they_are_dropped_on(
    manager: FakeManager, model: DownloadTableModel, dragged: str, row: int, order: str
) -> None:
    manager.put(*(make_snapshot(name, id=name) for name in "abcde"))
    model.add(manager.snapshots())
    manager.order_changed.connect(model.reorder)
    manager.changes.move_to(list(dragged), model.place_for(set(dragged), row))
    assert names(model) == list(order)


def test_a_filtered_list_is_arranged_around_what_is_not_shown(manager: FakeManager, model: DownloadTableModel) -> None:
    manager.put(*(make_snapshot(f"{name}.{'mp4' if name in 'ace' else 'zip'}", id=name) for name in "abcdef"))
    model.add(manager.snapshots())
    model.set_filter(DownloadFilter(category=Category.VIDEO))
    manager.order_changed.connect(model.reorder)
    manager.changes.move_to(["a"], model.place_for({"a"}, 3))
    assert [each.id for each in manager.snapshots()] == list("bcdeaf")
    manager.changes.move_to(["a"], model.place_for({"a"}, 0))
    assert [each.id for each in manager.snapshots()] == list("bacdef")


def test_sorting_all_anew_rests_between_ticks_with_many_rows(
    model: DownloadTableModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace_gui.downloads.table_model._SLOW", 0.0)
    items = [make_snapshot(f"n{n}", id=f"{n:02}", total=n) for n in range(30)]
    model.add(items)
    model.sort_by([SortBy(NUMBER["size"])])
    model.update([replace(items[0], total=90)])
    assert model.row_of("00") == 29
    model._rest.start(50)
    model.update([replace(items[1], total=99)])
    assert model.row_of("01") == 0
    qtbot.waitUntil(lambda: model.row_of("01") == 29)


def test_an_update_outside_the_sorted_column_moves_nothing(model: DownloadTableModel) -> None:
    items = many(50)
    model.add(items)
    model.sort_by([SortBy(NUMBER["name"])])
    moved: list[object] = []
    model.layoutChanged.connect(lambda: moved.append(1))
    model.update([replace(each, received=7) for each in items])
    assert moved == []


def test_persistent_indexes_follow_their_row(model: DownloadTableModel) -> None:
    items = many(20)
    model.add(items)
    index = QPersistentModelIndex(model.index(4, 2))
    followed = model.snapshot_at(4).id
    model.sort_by([SortBy(NUMBER["name"], falling=True)])
    assert model.snapshot_at(index.row()).id == followed
    model.remove([each.id for each in items if each.id != followed])
    assert (index.row(), index.column()) == (0, 2)


def test_rows_hold_still_while_held_and_catch_up_afterwards(model: DownloadTableModel) -> None:
    model.add([make_snapshot(name, id=name, total=total) for name, total in (("a", 1), ("b", 2))])
    model.sort_by([SortBy(NUMBER["size"])])
    model.set_held(True)
    model.update([make_snapshot("a", id="a", total=3)])
    assert names(model) == ["a", "b"]
    model.set_held(False)
    assert names(model) == ["b", "a"]


def test_a_row_leaves_and_enters_the_filter_as_its_state_changes(model: DownloadTableModel) -> None:
    item = make_snapshot("a", id="a", state=_S.PAUSED)
    model.set_filter(DownloadFilter(status=StatusFilter.PAUSED))
    model.add([item])
    model.update([replace(item, state=_S.QUEUED)])
    assert model.rowCount() == 0
    model.update([item])
    assert names(model) == ["a"]


def test_counts(model: DownloadTableModel, qtbot: QtBot) -> None:
    model.add([make_snapshot("a.mp4", id="a"), make_snapshot("b.zip", id="b", state=_S.FAILED)])
    with qtbot.waitSignal(model.counts_changed):
        model.update([make_snapshot("a.mp3", id="a", state=_S.RETRY_WAIT, retry_at=NOW)])
    counted = {group: model.count(group) for group in (*StatusFilter, *Category)}
    assert {group for group, count in counted.items() if count} == {
        StatusFilter.ALL,
        StatusFilter.WAITING,
        StatusFilter.FAILED,
        Category.MUSIC,
        Category.ARCHIVES,
    }
    assert model.waits_for_a_time
    model.remove(["a", "b"])
    assert not any(model.count(group) for group in (*StatusFilter, *Category))
    assert not model.waits_for_a_time


def test_places_in_line_follow_the_queue(model: DownloadTableModel) -> None:
    model.add([make_snapshot(name, id=name) for name in "abc"])
    assert [model.place_of(each) for each in "abc"] == [1, 2, 3]
    model.update([make_snapshot("a", id="a", state=_S.CONNECTING)])
    assert [model.place_of(each) for each in "abc"] == [None, 1, 2]
    model.reorder(["c", "b", "a"])
    assert [model.place_of(each) for each in "abc"] == [None, 2, 1]
    assert names(model) == ["c", "b", "a"]


def test_what_comes_back_comes_back_to_its_place(model: DownloadTableModel) -> None:
    items = [make_snapshot(name, id=name, queue_place=place) for place, name in enumerate("abcdef")]
    model.add(items)
    model.remove(["b", "c", "f"])
    model.add([items[1], items[2], items[5]])
    assert names(model) == list("abcdef")


def test_texts_for_eyes_and_screen_readers(model: DownloadTableModel) -> None:
    model.add([make_snapshot("a.zip", id="a", state=_S.FAILED, failure=Failure(FailureReason.GONE, status=410))])
    cell = model.index(0, NUMBER["name"])
    assert cell.data() == "a.zip"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole).startswith("a.zip, Failed, File is gone")
    assert "The server's status was 410." in cell.data(Qt.ItemDataRole.ToolTipRole)
    numbers = [number for number, column in enumerate(COLUMNS) if column.look is Look.NUMBER]
    assert cell.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Paste a new link, Try again, Show in folder"
    assert model.headerData(0, Qt.Orientation.Vertical) == "a.zip"
    flags = model.index(0, numbers[0]).data(Qt.ItemDataRole.TextAlignmentRole)
    assert flags & Qt.AlignmentFlag.AlignRight


def test_ten_thousand_rows_are_no_burden(model: DownloadTableModel) -> None:
    items = many(10_000)
    began = time.perf_counter()
    model.add(items)
    model.sort_by([SortBy(NUMBER["name"])])
    model.sort_by([SortBy(NUMBER["size"], falling=True)])
    model.set_filter(DownloadFilter(text="file-1 mp4"))
    model.set_filter(DownloadFilter())
    for start in range(0, 1000, 100):
        model.update([replace(each, received=9) for each in items[start : start + 100]])
    model.remove([each.id for each in items[::3]])
    assert time.perf_counter() - began < 2.0
    assert model.rowCount() == 6666


def test_titles_tell_screen_readers_how_rows_are_sorted(model: DownloadTableModel) -> None:
    model.sort_by([SortBy(NUMBER["size"], falling=True), SortBy(NUMBER["name"])])
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [model.headerData(NUMBER[each], Qt.Orientation.Horizontal, role) for each in ("size", "name", "speed")]
    assert said == ["Size, sorted downwards", "Name, sorted upwards", "Speed"]


def test_words_are_kept_only_while_they_are_true(model: DownloadTableModel) -> None:
    model.add([make_snapshot("a", id="a", state=_S.DOWNLOADING, total=1_000, speed=5.0)])
    first = [model.index(0, column).data() for column in range(len(COLUMNS))]
    assert [model.index(0, column).data() for column in range(len(COLUMNS))] == first
    model.update([make_snapshot("a", id="a", state=_S.DOWNLOADING, total=1_000, speed=2_000.0)])
    second = [model.index(0, column).data() for column in range(len(COLUMNS))]
    differ = [COLUMNS[n].key for n in range(len(COLUMNS)) if first[n] != second[n]]
    assert differ == ["speed"]
    model.update([make_snapshot("a", id="a", state=_S.QUEUED)])
    first_in_line = model.snapshot_at(0)
    assert model.status_text(first_in_line) == "Waiting for a free place, next in line"
    model.add([make_snapshot("b", id="b", priority=1)])
    assert model.status_text(first_in_line) == "Waiting for a free place, number 2 in line"
