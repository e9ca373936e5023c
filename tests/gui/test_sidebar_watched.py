"""The line of what is watched: its count, and the list that it narrows."""

from dataclasses import replace

import pytest
from headrace.filters import DownloadFilter, Mark, StatusFilter
from headrace.states import DownloadState
from headrace.watches import Watch
from headrace_gui.downloads.sidebar_model import FilterListModel
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.list_pane import ListPane
from headrace_gui.theme import Theme
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

WATCH = Watch("w", 3600)
A = make_snapshot("a.epub", id="a", state=DownloadState.PAUSED)
C = make_snapshot("c.zip", id="c")


@pytest.fixture
def downloads(qapp: QApplication) -> DownloadTableModel:
    model = DownloadTableModel()
    model.add([A, make_snapshot("b.pdf", id="b"), C])
    return model


def shown(model: DownloadTableModel) -> list[str]:
    return [model.snapshot_at(row).id for row in range(model.rowCount())]


def test_what_is_watched_has_a_line(downloads: DownloadTableModel) -> None:
    assert downloads.count(Mark.WATCHED) == 0
    downloads.update([replace(C, watch=WATCH)])
    assert downloads.count(Mark.WATCHED) == 1
    lines = FilterListModel(downloads)
    line = lines.line(lines.row_of(Mark.WATCHED) or 0)
    assert (line.title, line.icon) == ("Watched", "retry")


def test_the_list_follows_what_is_watched(downloads: DownloadTableModel) -> None:
    downloads.update([replace(C, watch=WATCH)])
    downloads.set_filter(DownloadFilter(watched=True))
    assert shown(downloads) == ["c"]
    downloads.update([replace(A, watch=WATCH)])
    assert shown(downloads) == ["a", "c"]
    downloads.set_filter(DownloadFilter(watched=True, text="zip"))
    assert shown(downloads) == ["c"]
    downloads.update([C])
    assert (shown(downloads), downloads.count(Mark.WATCHED)) == ([], 1)
    downloads.remove(["a"])
    assert downloads.count(Mark.WATCHED) == 0


def test_the_line_narrows_the_list(qtbot: QtBot, theme: Theme) -> None:
    pane = ListPane(theme, IconSet())
    qtbot.addWidget(pane)
    pane.model.add([make_snapshot("a.zip", id="a"), make_snapshot("b.zip", id="b", watch=WATCH)])
    pane.choose_group(Mark.WATCHED)
    assert shown(pane.model) == ["b"]
    pane.choose_group(StatusFilter.ALL)
    assert shown(pane.model) == ["a", "b"]
    assert not DownloadFilter(watched=True).accepts_all
    assert not DownloadFilter(watched=True).accepts(make_snapshot("a.zip"))
    assert DownloadFilter(watched=True).accepts(make_snapshot("a.zip", watch=WATCH))
