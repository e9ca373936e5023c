"""What comes in parts is shown, and sorted, once; what leaves is in no order any more."""

from dataclasses import replace

import pytest
from headrace.filters import DownloadFilter, StatusFilter
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

NAME = [column.key for column in COLUMNS].index("name")


@pytest.fixture
def model(qtbot: QtBot) -> DownloadTableModel:
    return DownloadTableModel()


def names(model: DownloadTableModel) -> list[str]:
    return [model.snapshot_at(row).name for row in range(model.rowCount())]


def test_a_list_that_comes_in_parts_is_shown_and_sorted_at_its_end(model: DownloadTableModel, qtbot: QtBot) -> None:
    model.sort_by([SortBy(NAME)])
    model.gather()
    items = [make_snapshot(name, id=name, queue_place=place) for place, name in enumerate("dacb")]
    for each in items:
        model.add([each])
    model.update([replace(items[1], total=7)])
    model.remove(["c"])
    assert names(model) == []
    assert model.count(StatusFilter.ALL) == 3
    with qtbot.waitSignal(model.counts_changed):
        model.show_gathered()
    assert names(model) == ["a", "b", "d"]
    assert model.snapshot_at(0).total == 7
    model.add([make_snapshot("c", id="c", queue_place=3)])
    assert names(model) == list("abcd")


@pytest.mark.parametrize("gone", ["c", "ca", "cafe", "cafexyz"])
def test_what_leaves_leaves_the_order_too(model: DownloadTableModel, gone: str) -> None:
    model.sort_by([SortBy(NAME)])
    model.add([make_snapshot(name, id=name, queue_place=place) for place, name in enumerate("fedcba")])
    model.remove(gone)
    left = sorted(set("abcdef") - set(gone))
    assert names(model) == left
    model.sort_by([SortBy(NAME, falling=True)])
    model.set_filter(DownloadFilter(text="b"))
    model.set_filter(DownloadFilter())
    assert names(model) == left[::-1]
