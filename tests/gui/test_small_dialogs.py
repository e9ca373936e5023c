"""What all small dialogs have in common: they follow the language, and go with the downloads they are about."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from headrace.states import DownloadState
from headrace.watches import DAY
from headrace_gui.action_table import Act
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.dialogs.properties_dialog import PropertiesDialog
from headrace_gui.dialogs.questions import ask_delete, show_about
from headrace_gui.language import Language
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tests.support.fake_manager import FakeManager, make_snapshot

_ABOUT_DOWNLOADS = {act.value: act for act in (Act.RENAME, Act.RELOCATE, Act.READDRESS, Act.WATCH, Act.PROPERTIES)}


def _trigger(act: Act, window: MainWindow) -> None:
    window.actions_of[act].trigger()


_OPENERS: dict[str, Callable[[MainWindow], object]] = {
    **{name: partial(_trigger, act) for name, act in _ABOUT_DOWNLOADS.items()},
    "limit": lambda window: window.ask_limit(),
    "add_queue": lambda window: window.sidebar.queue_add_wanted.emit(),
    "rename_queue": lambda window: window.sidebar.queue_rename_wanted.emit("Night"),
    "delete": lambda window: ask_delete(window, "a.zip", 1, lambda: None),
    "delete_many": lambda window: ask_delete(window, "a.zip", 2, lambda: None),
    "about": show_about,
}


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Language]:
    """Return what changes the language; English is spoken again afterwards."""
    before, language = QLocale(), Language(qapp)
    yield language
    language.use("en")
    QLocale.setDefault(before)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture(autouse=True)
def chosen(window: MainWindow, manager: FakeManager) -> None:
    """Have a small limit, and choose a download that every dialog is for."""
    window.set_limit(1_234_567)
    manager.put(make_snapshot("a.zip", id="a", state=DownloadState.PAUSED, received=5_000, limit=2_500_000))
    window.table.choose(["a"])
    manager.calls.clear()


def opened(window: MainWindow, name: str) -> QDialog:
    _OPENERS[name](window)
    return window.findChildren(QDialog)[-1]


def speak(language: Language, code: str) -> None:
    language.use(code)
    QApplication.processEvents()


def texts(dialog: QDialog) -> list[str]:
    """Return all that is written in a dialog, for the eye and for screen readers."""
    found = [dialog.windowTitle()]
    for part in dialog.findChildren(QWidget):
        found.append(part.accessibleName())
        if isinstance(part, QLabel) and isinstance(part.parent(), FolderField):
            continue  # the room of the disk comes when the disk has answered
        if isinstance(part, QLabel | QAbstractButton | QLineEdit):
            found.append(part.text())
        if isinstance(part, QLineEdit | QPlainTextEdit | QComboBox):
            found.append(part.placeholderText())
        if isinstance(part, QComboBox):
            found += [part.itemText(row) for row in range(part.count())]
    return sorted(found)


@pytest.mark.parametrize("code", ["de", "ar"])
@pytest.mark.parametrize("name", _OPENERS)
def test_an_open_dialog_follows_the_language(window: MainWindow, language: Language, name: str, code: str) -> None:
    dialog = opened(window, name)
    english = texts(dialog)
    speak(language, code)
    followed = texts(dialog)
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert followed == texts(opened(window, name)) != english


def _write(dialog: QDialog, text: str) -> QLineEdit:
    parent = dialog.limit if isinstance(dialog, PropertiesDialog) else dialog
    edit = parent.findChild(QLineEdit)
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, text)
    return edit


_FRESH: Final = "https://example.org/fresh"
_WRITING: Final[dict[Act, Callable[[QDialog], tuple[QLineEdit, str, list[object]]]]] = {
    Act.RENAME: lambda dialog: (_write(dialog, "b.zip"), "b.zip", [("rename", ("a", "b.zip"))]),
    Act.RELOCATE: lambda dialog: (_write(dialog, "/new"), "/new", [("relocate", (["a"], Path("/new")))]),
    Act.READDRESS: lambda dialog: (
        _write(dialog, _FRESH),
        _FRESH,
        [("change_address", ("a", _FRESH)), ("resume", ["a"])],
    ),
    Act.WATCH: lambda dialog: (_write(dialog, "3"), "3", [("watch", (["a"], 3 * DAY, 5))]),
    Act.PROPERTIES: lambda dialog: (
        _write(dialog, "1.25"),
        "1,25 MB/s",
        [("set_options", (["a"], {"limit": 1_250_000}))],
    ),
}
"""How to write something new, how German shows it, and what the engine is asked for then."""


@pytest.mark.parametrize("act", _ABOUT_DOWNLOADS.values(), ids=_ABOUT_DOWNLOADS)
def test_what_was_written_outlives_a_change_of_language(
    window: MainWindow, manager: FakeManager, language: Language, act: Act
) -> None:
    dialog = opened(window, act.value)
    confirm = dialog.findChild(QPushButton, "primary")
    assert confirm is not None
    (edit, written, calls) = _WRITING[act](dialog)
    speak(language, "de")
    assert edit.text() == written
    confirm.click()
    assert not dialog.isVisible()
    assert manager.calls == calls


@pytest.mark.parametrize("act", _ABOUT_DOWNLOADS.values(), ids=_ABOUT_DOWNLOADS)
def test_a_dialog_goes_with_its_download(window: MainWindow, manager: FakeManager, act: Act) -> None:
    manager.put(make_snapshot("b.zip", id="b"))
    dialog = opened(window, act.value)
    manager.remove(["b"])
    assert dialog.isVisible()
    manager.remove(["a"])
    assert not dialog.isVisible()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    manager.restore(["a", "b"])
    manager.remove(["a", "b"])


def test_a_dialog_stays_while_one_of_its_downloads_does(window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("b.zip", id="b"))
    window.table.choose(["a", "b"])
    dialog = opened(window, Act.PROPERTIES.value)
    manager.remove(["a"])
    assert dialog.isVisible()
    manager.remove(["b"])
    assert not dialog.isVisible()


def test_what_was_refused_may_be_tried_again(window: MainWindow, manager: FakeManager) -> None:
    dialog = opened(window, Act.READDRESS.value)
    edit, confirm = dialog.findChild(QLineEdit), dialog.findChild(QPushButton, "primary")
    assert edit is not None
    assert confirm is not None
    edit.setText("https://example.org/fresh")
    manager.change("a", state=DownloadState.DOWNLOADING)
    confirm.click()
    assert dialog.isVisible()
    assert confirm.isEnabled()
    manager.pause(["a"])
    confirm.click()
    assert not dialog.isVisible()
    assert manager.snapshots()[0].address == "https://example.org/fresh"


def test_a_name_the_download_has_meanwhile_is_taken(window: MainWindow, manager: FakeManager) -> None:
    dialog = opened(window, Act.RENAME.value)
    edit, confirm = dialog.findChild(QLineEdit), dialog.findChild(QPushButton, "primary")
    assert edit is not None
    assert confirm is not None
    edit.setText("b.zip")
    manager.change("a", name="b.zip")
    confirm.click()
    assert not dialog.isVisible()
    assert manager.calls == []
