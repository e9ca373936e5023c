"""Lists out of the window and in, downloads copied for other programs, and what those left unfinished."""

import json
from pathlib import Path

import pytest
from headrace.lists import read_list
from headrace.states import DownloadState
from headrace.takeover.finding import partial_at
from headrace_gui.action_table import CONTEXT_MENU, Act
from headrace_gui.copying import FORMS
from headrace_gui.dialogs.take_over_dialog import TakeOverDialog
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QMimeData, QMimeDatabase, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

ADDRESS = "https://example.org/a.iso"
NAMES = ["a b.iso", "c.zip"]
_S = DownloadState


@pytest.fixture(scope="module", autouse=True)
def mime_types(qapp: QApplication) -> None:
    """Have Qt open its database of file types, which it keeps open for as long as the process lives."""
    QMimeDatabase().mimeTypeForFile("a.txt")


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def fill(manager: FakeManager, folder: Path) -> list[str]:
    for number, name in enumerate(NAMES):
        address = f"https://example.org/{number}.iso"
        manager.put(make_snapshot(name, id=f"id{number}", folder=folder, state=_S.PAUSED, address=address))
    return ["id0", "id1"]


@pytest.mark.parametrize("form", FORMS)
def test_chosen_ones_are_copied_in_every_form(
    form: str, qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    window.table.choose(fill(manager, tmp_path))
    window.copying.copy(form)
    qtbot.waitUntil(lambda: window.toasts.texts() == ["Copied 2 downloads"])
    copied = QGuiApplication.clipboard().text()
    if form in ("curl", "wget"):
        assert [line.split()[0] for line in copied.splitlines()] == [form, form]
        assert "'a b.iso'" in copied
    else:
        back = read_list(copied.encode(), tmp_path)
        assert [spec.address for spec in back] == ["https://example.org/0.iso", "https://example.org/1.iso"]
        assert form == "text" or [spec.name for spec in back] == NAMES


def test_nothing_chosen_copies_nothing(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("before")
    window.copying.copy("json")
    assert QGuiApplication.clipboard().text() == "before"
    assert not window.copying.menu().isEnabled()


def test_the_menu_stands_behind_copy_address(window: MainWindow, manager: FakeManager, tmp_path: Path) -> None:
    window.table.choose(fill(manager, tmp_path))
    menu = QMenu(window)
    window.copying.fill(menu, CONTEXT_MENU)
    actions = menu.actions()
    behind = actions[actions.index(window.actions_of[Act.COPY]) + 1]
    assert (behind.text().replace("&", ""), behind.isEnabled()) == ("Copy as", True)
    menu.deleteLater()


def test_the_list_is_exported_and_opened_again(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    fill(manager, tmp_path)
    path = tmp_path / "list.json"
    window.files.export(path, "json")
    qtbot.waitUntil(lambda: window.toasts.texts() == ["2 downloads exported to list.json"])
    assert [row["name"] for row in json.loads(path.read_text())["downloads"]] == ["a b.iso", "c.zip"]
    window.files.export(tmp_path / "no" / "list.json", "json")
    qtbot.waitUntil(lambda: any("could not be written" in text for text in window.toasts.texts()))


def test_the_dialogs_for_files_open_and_bring_what_was_chosen(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{ADDRESS}\n  out=b.iso\n")
    for act in (Act.IMPORT, Act.EXPORT, Act.TAKE_OVER):
        window.actions_of[act].trigger()
        (dialog,) = [each for each in window.findChildren(QFileDialog) if each.isVisible()]
        assert len(dialog.nameFilters()) > 1
        if act is Act.IMPORT:
            dialog.filesSelected.emit([str(listed)])
        dialog.reject()
    qtbot.waitUntil(lambda: bool(manager.calls))
    (_, (spec,)) = manager.calls[0]
    assert (spec.address, spec.name) == (ADDRESS, "b.iso")


def test_a_dropped_input_file_of_aria2_keeps_what_it_says(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    path = tmp_path / "input.txt"
    path.write_text(
        f"{ADDRESS}\thttps://mirror.example/a.iso\n  out=b.iso\n  header=X-A: 1\n  header=X-B: 2\n"
        f"  checksum=md5={'ab' * 16}\n  dir=/etc\n"
    )
    assert window.adding.drop(files(path))
    qtbot.waitUntil(lambda: bool(manager.calls))
    (_, (spec,)) = manager.calls[0]
    assert (spec.address, spec.name, spec.mirrors) == (ADDRESS, "b.iso", ("https://mirror.example/a.iso",))
    assert spec.headers == (("X-A", "1"), ("X-B", "2"))
    assert str(spec.checksum) == f"md5:{'ab' * 16}"
    assert spec.folder == manager.settings.download_folder, "a list does not choose where files go"


def test_a_dropped_text_is_still_only_a_text(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "links.txt"
    path.write_text(f"see {ADDRESS} here")
    assert window.adding.drop(files(path))
    qtbot.waitUntil(lambda: window.adding.dialog is not None)


def test_a_dropped_file_that_others_left_asks_where_it_came_from(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    QGuiApplication.clipboard().setText("")
    part = tmp_path / "a.iso.crdownload"
    part.write_bytes(bytes(2_000_000))
    assert window.adding.drop(files(part))
    qtbot.waitUntil(lambda: bool(window.findChildren(TakeOverDialog)))
    (dialog,) = window.findChildren(TakeOverDialog)
    assert not dialog.confirm()
    assert "not an address" in dialog.problem()
    dialog.address.setText(ADDRESS)
    assert dialog.confirm()
    (_, (spec,)) = manager.calls[0]
    assert (spec.address, spec.folder, spec.name, spec.partial) == (ADDRESS, tmp_path, "a.iso", part)
    dialog.reject()


def test_what_is_no_such_file_is_said(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "x.aria2").write_bytes(b"nothing")
    window.files.take_over(tmp_path / "x.aria2")
    qtbot.waitUntil(lambda: any("no unfinished file" in text for text in window.toasts.texts()))


def test_the_dialog_says_what_is_there(qtbot: QtBot, manager: FakeManager, tmp_path: Path) -> None:
    part = tmp_path / "a.iso"
    part.write_bytes(bytes(2_000_000))
    QGuiApplication.clipboard().setText(f"copied {ADDRESS}")
    dialog = TakeOverDialog(manager, partial_at(part))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.address.text() == ADDRESS
