"""What the window remembers: every kind of value, columns and keys, and nothing of what cannot be read."""

from pathlib import Path
from typing import Any

import pytest
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.filter_sidebar import FilterSidebar
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}


def test_values_of_every_kind_come_back(qapp: QApplication, tmp_path: Path) -> None:
    values: dict[str, tuple[Any, Any]] = {
        "flag": (True, False),
        "whole": (7, 0),
        "part": (2.5, 0.0),
        "word": ("Größe, und so", ""),
        "none": (list[str](), ["usual"]),
        "one": (["a b"], ["usual"]),
        "many": (["a, b", "c;d", ""], list[str]()),
        "bytes": (QByteArray(b"\0\xff x"), QByteArray()),
    }
    memory = Memory(tmp_path / "window.ini")
    for key, (value, _) in values.items():
        memory.part("details").set_value(key, value)
    assert memory.part("details").value("many", list[str]()) == ["a, b", "c;d", ""]
    assert not (tmp_path / "window.ini").exists()
    memory.write()
    later = Memory(tmp_path / "window.ini").part("details")
    assert {key: later.value(key, usual) for key, (_, usual) in values.items()} == {
        key: value for key, (value, _) in values.items()
    }
    assert Memory(tmp_path / "window.ini").value("details/whole", 0) == 7


def test_what_makes_no_sense_is_the_usual(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[x]\nflag=perhaps\nwhole=wide\npart=\nbytes=plain\n")
    memory = Memory(tmp_path / "window.ini").part("x")
    assert memory.value("flag", True) is True
    assert memory.value("whole", 3) == 3
    assert memory.value("part", 1.5) == 1.5
    assert memory.value("bytes", QByteArray(b"u")) == QByteArray(b"u")
    assert memory.value("missing", ["u"]) == ["u"]


class Window(QWidget):
    """A list and a sidebar over one file of habits."""

    def __init__(self, qtbot: QtBot, theme: Theme, file: Path) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.resize(900, 500)
        self.memory = WindowMemory(file)
        model = DownloadTableModel(parent=self)
        self.table = DownloadTableView(model, theme, IconSet(), self)
        self.sidebar = FilterSidebar(model, theme, IconSet(), self)
        self.memory.restore_table(self.table)
        self.memory.restore_sidebar(self.sidebar)

    def save(self) -> None:
        self.memory.save(self, 222, self.table, self.sidebar)


def test_columns_keys_and_folds_are_remembered(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    window = Window(qtbot, theme, tmp_path / "window.ini")
    assert window.table.columns_header.sort_keys() == (SortBy(NUMBER["added"], falling=True),)
    keys = (SortBy(NUMBER["size"], falling=True), SortBy(NUMBER["host"]))
    window.table.sort_by_keys(keys)
    window.table.columns_header.all_wanted.emit()
    window.sidebar.fold(["categories", "queues"])
    window.save()
    later = Window(qtbot, theme, tmp_path / "window.ini")
    assert later.table.columns_header.sort_keys() == keys
    assert later.table.hidden_columns() == set()
    assert later.sidebar.folded() == ["categories", "queues"]


@pytest.mark.parametrize("keys", [(), (SortBy(NUMBER["name"]),)])
def test_the_queues_order_is_remembered_too(
    qtbot: QtBot, theme: Theme, tmp_path: Path, keys: tuple[SortBy, ...]
) -> None:
    window = Window(qtbot, theme, tmp_path / "window.ini")
    window.table.sort_by_keys(keys)
    window.save()
    assert Window(qtbot, theme, tmp_path / "window.ini").table.columns_header.sort_keys() == keys


def test_a_column_that_is_new_stays_hidden_if_that_is_usual(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[columns]\norder=name, size, host\nhidden=size\n")
    hidden = Window(qtbot, theme, tmp_path / "window.ini").table.hidden_columns()
    assert NUMBER["size"] in hidden
    assert NUMBER["host"] not in hidden
    assert NUMBER["checksum"] in hidden
    assert NUMBER["progress"] not in hidden
