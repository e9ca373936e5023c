"""The dialogs that change downloads: what they ask for, what they refuse, what reaches the engine, what is told."""

from pathlib import Path
from typing import TypeVar

import pytest
from headrace.outcomes import ChangeKind, FileVerdict
from headrace.settings import Settings
from headrace.spec import Checksum
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.dialogs.limit_dialog import LimitDialog
from headrace_gui.dialogs.properties_dialog import PropertiesDialog
from headrace_gui.dialogs.readdress_dialog import ReaddressDialog, page_of
from headrace_gui.dialogs.relocate_dialog import RelocateDialog
from headrace_gui.dialogs.rename_dialog import RenameDialog, stem_of
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
Kind = TypeVar("Kind", bound=SmallDialog)


def opened(window: MainWindow, act: Act, kind: type[Kind]) -> Kind:
    window.actions_of[act].trigger()
    found = window.findChildren(kind)
    assert found, f"no {kind.__name__} was opened"
    return found[-1]


def press(dialog: SmallDialog) -> None:
    dialog.findChild(QPushButton, "primary").click()  # type: ignore[union-attr]  # every small dialog has one


@pytest.fixture
def one(window: MainWindow, manager: FakeManager) -> str:
    """Return the id of a paused download that is chosen."""
    manager.put(make_snapshot("linux-6.18.tar.xz", id="one", state=_S.PAUSED, received=5_000_000, total=9_000_000))
    window.table.choose(["one"])
    return "one"


def test_renaming(window: MainWindow, manager: FakeManager, one: str) -> None:
    dialog = opened(window, Act.RENAME, RenameDialog)
    assert dialog.name.selectedText() == "linux-6.18"
    dialog.name.setText("a/b")
    assert "slashes" in dialog.problem()
    dialog.name.setText("kernel.tar.xz")
    assert dialog.problem() == ""
    press(dialog)
    assert manager.calls == [("rename", (one, "kernel.tar.xz"))]
    assert window.toasts.texts() == ["Renamed to kernel.tar.xz"]


@pytest.mark.parametrize(
    ("name", "stem"), [("a.txt", "a"), ("a.tar.gz", "a"), ("a", "a"), (".bashrc", ".bashrc"), ("a.b.zip", "a.b")]
)
def test_the_stem_is_what_is_mostly_changed(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_moving(window: MainWindow, manager: FakeManager, one: str, tmp_path: Path) -> None:
    dialog = opened(window, Act.RELOCATE, RelocateDialog)
    dialog.folder.edit.setText("nowhere")
    assert dialog.problem()
    dialog.folder.edit.setText(str(tmp_path / "other"))
    press(dialog)
    assert manager.calls == [("relocate", ([one], tmp_path / "other"))]
    assert window.toasts.texts() == ["linux-6.18.tar.xz is in other now"]


def test_a_fresh_link_is_taken_off_the_clipboard(window: MainWindow, manager: FakeManager, one: str) -> None:
    QGuiApplication.clipboard().setText("https://example.org/fresh?token=1")
    dialog = opened(window, Act.READDRESS, ReaddressDialog)
    assert dialog.address.text() == "https://example.org/fresh?token=1"
    dialog.address.setText("nonsense")
    press(dialog)
    assert dialog.problem().startswith("This is not an address")
    dialog.address.setText("https://example.org/linux-6.18.tar.xz")
    press(dialog)
    assert "another one has this address" in dialog.problem()
    manager.calls.clear()
    dialog.address.setText("https://example.org/fresh?token=2")
    press(dialog)
    assert manager.calls == [("change_address", (one, "https://example.org/fresh?token=2")), ("resume", [one])]


def test_the_page_of_an_address_holds_nothing_of_it() -> None:
    assert page_of("https://a.org:8443/secret/file?token=1#x").toString() == "https://a.org:8443/"


def test_properties_change_only_what_was_touched(window: MainWindow, manager: FakeManager) -> None:
    manager.put(
        make_snapshot("a.zip", id="a", state=_S.PAUSED, limit=2_000_000, priority=1),
        make_snapshot("b.zip", id="b", state=_S.PAUSED, limit=3_000_000, priority=1),
    )
    window.table.choose(["a", "b"])
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    assert dialog.limit.text() == "Various: left as they are"
    assert dialog.priority.currentText() == "High"
    assert dialog.queue.isHidden()
    dialog.connections.setValue(3)
    press(dialog)
    assert manager.calls == [("set_options", (["a", "b"], {"connections": 3}))]


def test_properties_say_what_cannot_be(window: MainWindow, manager: FakeManager, one: str) -> None:
    manager.apply_settings(Settings(queues=("Night",)))
    manager.calls.clear()
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    assert not dialog.queue.isHidden()
    dialog.checksum.setText("sha256:12")
    dialog.checksum.textEdited.emit("sha256:12")
    press(dialog)
    assert dialog.problem().startswith("This is not a checksum")
    dialog.checksum.setText("sha256:" + "0f" * 32)
    dialog.checksum.textEdited.emit("")
    dialog.headers.setPlainText("Range: bytes=0-")
    press(dialog)
    assert dialog.problem().startswith("Write each header")
    dialog.headers.setPlainText("X-Wish: yes")
    press(dialog)
    checksum = Checksum("sha256", "0f" * 32)
    assert manager.calls == [("set_options", ([one], {"checksum": checksum, "headers": (("X-Wish", "yes"),)}))]


def test_the_proxy_of_downloads_is_changed(window: MainWindow, manager: FakeManager) -> None:
    manager.put(
        make_snapshot("a.zip", id="a", state=_S.PAUSED, proxy="http://h:1"),
        make_snapshot("b.zip", id="b", state=_S.PAUSED, proxy="direct"),
    )
    window.table.choose(["a", "b"])
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    assert (dialog.proxy.text(), dialog.proxy.placeholderText()) == ("", "Various: left as they are")
    QTest.keyClicks(dialog.proxy, "proxy.example")
    press(dialog)
    assert dialog.problem().startswith("Write the proxy as")
    QTest.keyClicks(dialog.proxy, ":3128")
    press(dialog)
    window.table.choose(["a"])
    again = opened(window, Act.PROPERTIES, PropertiesDialog)
    assert again.proxy.text() == "http://h:1"
    again.proxy.selectAll()
    QTest.keyClick(again.proxy, Qt.Key.Key_Delete)
    press(again)
    assert manager.calls == [
        ("set_options", (["a", "b"], {"proxy": "http://proxy.example:3128"})),
        ("set_options", (["a"], {"proxy": None})),
    ]


def test_headers_that_are_empty_again_stay_as_they_are(window: MainWindow, manager: FakeManager, one: str) -> None:
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    QTest.keyClicks(dialog.headers, "x")
    QTest.keyClick(dialog.headers, Qt.Key.Key_Backspace)
    press(dialog)
    assert manager.calls == []


def test_what_shows_its_first_value_again_stays_as_it_is(window: MainWindow, manager: FakeManager) -> None:
    manager.put(
        make_snapshot("a.zip", id="a", state=_S.PAUSED, limit=2_000_000, max_connections=2, category="music"),
        make_snapshot("b.zip", id="b", state=_S.PAUSED, limit=3_000_000, max_connections=3),
    )
    window.table.choose(["a", "b"])
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    for field in (dialog.limit, dialog.connections):
        QTest.keyClick(field, Qt.Key.Key_Up)
        assert field.text() != "Various: left as they are"
        QTest.keyClick(field, Qt.Key.Key_Down)
        assert field.text() == "Various: left as they are"
    dialog.category.setCurrentIndex(0)
    dialog.category.activated.emit(0)
    press(dialog)
    assert manager.calls == [("set_category", (["a", "b"], None))]


@pytest.mark.parametrize(("limit", "text"), [(3_000, "0.003"), (1, "0.000001"), (2_500_001, "2.500001"), (10**7, "10")])
def test_no_limit_is_rounded(window: MainWindow, manager: FakeManager, limit: int, text: str) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.PAUSED, limit=limit))
    window.table.choose(["a"])
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    assert dialog.limit.text() == f"{text} MB/s"
    assert dialog.limit.rate() == limit


def test_a_small_limit_of_all_is_kept(window: MainWindow, manager: FakeManager) -> None:
    window.set_limit(3_000)
    window.ask_limit()
    press(window.findChildren(LimitDialog)[-1])
    assert manager.settings.limit == 3_000


def test_a_queue_that_is_gone_is_told_and_nothing_is_changed(
    window: MainWindow, manager: FakeManager, one: str
) -> None:
    manager.apply_settings(Settings(queues=("Night",)))
    dialog = opened(window, Act.PROPERTIES, PropertiesDialog)
    dialog.queue.setCurrentIndex(1)
    dialog.queue.activated.emit(1)
    dialog.connections.setValue(3)
    manager.apply_settings(Settings())
    manager.calls.clear()
    press(dialog)
    assert dialog.problem() == "This value cannot be used."
    assert manager.calls == []


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        (ChangeKind.RENAMED, {"failure": Failure(FailureReason.FILE_EXISTS)}, "x.zip: A file of that name is there"),
        (ChangeKind.VERIFIED, {"verdict": FileVerdict.RIGHT, "proof": "sha256"}, "x.zip is right, proved by SHA-256"),
        (ChangeKind.VERIFIED, {"verdict": FileVerdict.RIGHT, "proof": "xxh3"}, "x.zip is right, proved by the digests"),
        (ChangeKind.VERIFIED, {"verdict": FileVerdict.SIZE_ONLY}, "x.zip has the right size"),
        (
            ChangeKind.VERIFIED,
            {"verdict": FileVerdict.DIFFERS, "span": (2048, 4096)},
            "x.zip is not the file any more that was downloaded: it differs from byte 2,048 on",
        ),
        (ChangeKind.VERIFIED, {"verdict": FileVerdict.MISSING}, "x.zip is no longer in folder"),
        (
            ChangeKind.VERIFIED,
            {"verdict": FileVerdict.UNREADABLE, "failure": Failure(FailureReason.NO_PERMISSION)},
            "x.zip cannot be read",
        ),
    ],
)
def test_outcomes_are_told(
    window: MainWindow, manager: FakeManager, kind: ChangeKind, facts: dict[str, object], text: str
) -> None:
    manager.put(make_snapshot("x.zip", id="x", state=_S.COMPLETED, folder=Path("/some/folder")))
    manager.changes.tell("x", kind, **facts)
    (told,) = window.toasts.texts()
    assert told.startswith(text)


def test_a_verification_under_way_makes_no_noise(window: MainWindow, manager: FakeManager, one: str) -> None:
    manager.changes.tell(one, ChangeKind.VERIFYING, fraction=0.5)
    assert window.toasts.texts() == []


def test_only_one_dialog_of_a_kind_is_open(qtbot: QtBot, window: MainWindow, manager: FakeManager, one: str) -> None:
    first = opened(window, Act.RENAME, RenameDialog)
    with qtbot.waitSignal(first.rejected):
        window.actions_of[Act.RENAME].trigger()
    (second,) = [each for each in window.findChildren(RenameDialog) if each.isVisible()]
    assert second is not first
