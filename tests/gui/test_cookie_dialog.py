"""Cookies in the window: out of a browser when its button is pressed, pasted, out of a file; for new and old ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.cookie_scopes import Cookie
from headrace.cookie_texts import read_line
from headrace.manager import DownloadManager
from headrace.own_cookies import GIVEN, OwnCookies
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.background import Background
from headrace_gui.dialogs import cookie_dialog as module
from headrace_gui.dialogs.cookie_dialog import CookieDialog
from headrace_gui.dialogs.cookie_field import CookieField
from headrace_gui.dialogs.properties_dialog import PropertiesDialog
from headrace_gui.downloads.row_buttons import RowButton, buttons_of
from headrace_gui.main_window import MainWindow
from headrace_gui.theme import Theme
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage
from tests.support.cookie_stores import LATER, chromium_store, firefox_store
from tests.support.fake_manager import FakeManager, make_snapshot
from tests.support.keychains import MemoryKeychain

ADDRESS = "https://files.example.org/a.iso"
LOST = Failure(FailureReason.COOKIES_NEEDED)
BROWSER, PASTED, FILE, NONE = range(4)
LINE = "files.example.org\tFALSE\t/\tTRUE\t0\tid\tcanary\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have this person's home be an empty one."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path


def put_lost(manager: FakeManager, *names: str) -> None:
    failed = {"state": DownloadState.FAILED, "failure": LOST, "cookies": GIVEN}
    manager.put(*(make_snapshot(f"{name}.zip", id=name, address=ADDRESS, **cast(Any, failed)) for name in names))


def shown(parent: QWidget) -> CookieDialog:
    """Return the open dialog, with all it consists of."""
    return next(one for one in parent.findChildren(CookieDialog) if one.isVisible())


def choose(dialog: CookieDialog, source: int) -> None:
    dialog.source.setCurrentIndex(source)
    dialog.source.activated.emit(source)


def press(dialog: CookieDialog) -> None:
    cast(QPushButton, dialog.findChild(QPushButton, "primary")).click()


def given(manager: FakeManager) -> list[Any]:
    """Return which cookies downloads were given."""
    return [facts[1]["cookies"] for name, facts in manager.calls if name == "set_options"]


@pytest.fixture
def dialog(window: MainWindow, manager: FakeManager) -> CookieDialog:
    """Give the dialog that a lost row's button opens."""
    put_lost(manager, "a")
    window.commands.press("a", RowButton.COOKIES)
    return shown(window)


def test_a_row_that_lost_them_offers_to_take_them_again(window: MainWindow, manager: FakeManager) -> None:
    put_lost(manager, "a")
    snapshot = manager.snapshot("a")
    assert snapshot is not None
    assert buttons_of(snapshot)[0] is RowButton.COOKIES
    window.table.choose(["a"])
    window.actions_of[Act.COOKIES].trigger()
    assert shown(window)
    manager.put(make_snapshot("done.zip", id="b", state=DownloadState.COMPLETED))
    window.table.choose(["b"])
    assert not window.actions_of[Act.COOKIES].isVisible()


def test_a_browser_is_read_when_its_button_is_pressed_and_shown_before_it_is_used(
    window: MainWindow, manager: FakeManager, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(".example.org", f"c{number}", "canary", "/", LATER, 1, "") for number in range(3)]
    firefox_store(home, *rows, ("elsewhere.example", "x", "canary", "/", LATER, 0, ""))
    read: list[Any] = []
    real: Callable[..., Any] = vars(module)["take_cookies"]
    monkeypatch.setattr(module, "take_cookies", lambda *facts: read.append(facts) or real(*facts))  # type: ignore[func-returns-value]
    put_lost(manager, "a")
    window.commands.press("a", RowButton.COOKIES)
    dialog = shown(window)
    qtbot.waitUntil(lambda: dialog.profile.currentText() == "Firefox, default")
    press(dialog)
    assert (dialog.isVisible(), dialog.problem()) == (True, "Look for cookies first; nothing is taken unseen.")
    assert read == []
    dialog.look.click()
    qtbot.waitUntil(dialog.found.isVisible)
    assert (dialog.found.text(), len(read)) == ("3 cookies for example.org", 1)
    assert (given(manager), dialog.problem()) == ([], "")
    press(dialog)
    (own,) = given(manager)
    assert [one.name for one in own.cookies] == ["c0", "c1", "c2"]
    assert own.mark == GIVEN
    assert manager.calls[-1] == ("resume", ["a"])


@pytest.mark.parametrize("browser", ["none", "empty", "broken"])
def test_what_a_browser_does_not_give_is_said(
    window: MainWindow, manager: FakeManager, home: Path, qtbot: QtBot, browser: str
) -> None:
    if browser != "none":
        store = chromium_store(home)
        store.write_bytes(b"no database" * 100 if browser == "broken" else store.read_bytes())
    put_lost(manager, "a")
    window.commands.press("a", RowButton.COOKIES)
    dialog = shown(window)
    if browser == "none":
        qtbot.waitUntil(lambda: dialog.profile.placeholderText() == "No browser was found")
        assert not dialog.look.isEnabled()
        return
    qtbot.waitUntil(lambda: dialog.profile.count() == 1)
    dialog.look.click()
    if browser == "empty":
        qtbot.waitUntil(lambda: "has no cookies for files.example.org" in dialog.found.text())
    else:
        qtbot.waitUntil(lambda: dialog.problem() == "The cookies of Chromium, Ann cannot be read.")
    press(dialog)
    assert (dialog.isVisible(), given(manager)) == (True, [])


def test_pasted_ones_may_be_kept_in_the_keyring(window: MainWindow, manager: FakeManager, qtbot: QtBot) -> None:
    manager.net_context.cookies.keychain = MemoryKeychain()
    put_lost(manager, "a")
    window.commands.press("a", RowButton.COOKIES)
    dialog = shown(window)
    qtbot.waitUntil(dialog.keep.isEnabled)
    choose(dialog, PASTED)
    dialog.text.setPlainText("no cookies")
    press(dialog)
    assert "name=value" in dialog.problem()
    dialog.text.setPlainText("Cookie: id=canary")
    assert dialog.problem() == ""
    dialog.keep.setChecked(True)
    press(dialog)
    (own,) = given(manager)
    assert own.cookies == read_line("id=canary", ADDRESS)
    assert own.mark.startswith("kept:")


def test_without_a_keyring_none_is_offered(dialog: CookieDialog, manager: FakeManager) -> None:
    choose(dialog, PASTED)
    dialog.text.setPlainText(LINE)
    dialog.keep.setChecked(True)
    assert not dialog.keep.isEnabled()
    press(dialog)
    assert given(manager) == [OwnCookies((Cookie("files.example.org", False, "/", True, None, "id", "canary"),))]


def test_a_file_is_looked_at_first_and_remembered_by_its_name(
    dialog: CookieDialog, manager: FakeManager, home: Path, qtbot: QtBot
) -> None:
    choose(dialog, FILE)
    dialog.file.setText("cookies.txt")
    press(dialog)
    assert dialog.problem() == "Name the file in full, or choose it."
    path = home / "cookies.txt"
    dialog.file.setText(str(path))
    press(dialog)
    qtbot.waitUntil(lambda: dialog.problem() == "This is not a cookies.txt that can be read.")
    path.write_text(LINE, encoding="utf-8")
    with qtbot.waitSignal(dialog.accepted):
        press(dialog)
    assert given(manager) == [OwnCookies(path=path)]


def test_none_are_taken_away(dialog: CookieDialog, manager: FakeManager) -> None:
    choose(dialog, NONE)
    assert [dialog.look.isVisible(), dialog.text.isVisible(), dialog.file.isVisible()] == [False] * 3
    press(dialog)
    assert given(manager) == [None]


# -- properties and adding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (["given"], "Given, in memory alone"),
        ([None], "None of its own"),
        (["kept:0123456789abcdef"], "Kept in the system's keyring"),
        (["file:/home/ann/cookies.txt"], "Out of /home/ann/cookies.txt"),
        (["given", None], "Various: left as they are"),
    ],
)
def test_properties_say_what_there_is(qtbot: QtBot, manager: FakeManager, marks: list[str | None], said: str) -> None:
    manager.put(*(make_snapshot(id=f"d{place}", cookies=mark) for place, mark in enumerate(marks)))
    dialog = PropertiesDialog(cast(DownloadManager, manager), manager.snapshots(), Background())
    qtbot.addWidget(dialog)
    assert dialog.cookies.shown.text() == said
    assert dialog.confirm()
    assert manager.calls == []


def test_properties_give_each_its_own(qtbot: QtBot, manager: FakeManager) -> None:
    addresses = [f"https://{name}.example/a.iso" for name in ("one", "two")]
    manager.put(*(make_snapshot(id=each[8:11], address=each) for each in addresses))
    dialog = PropertiesDialog(cast(DownloadManager, manager), manager.snapshots(), Background())
    qtbot.addWidget(dialog)
    dialog.show()
    paste(dialog.cookies)
    assert dialog.cookies.shown.text() == "Those of a pasted line"
    assert dialog.confirm()
    assert given(manager) == [OwnCookies(read_line("id=canary", each)) for each in addresses]


def paste(field: CookieField) -> None:
    field.button.click()
    dialog = shown(field)
    choose(dialog, PASTED)
    dialog.text.setPlainText("id=canary")
    press(dialog)


@pytest.fixture
def stage(manager: FakeManager, theme: Theme, tmp_path: Path, qtbot: QtBot) -> AddStage:
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    return stage


def test_what_is_added_has_them_and_servers_are_asked_with_them(stage: AddStage, qtbot: QtBot) -> None:
    dialog = stage.open(ADDRESS, "curl https://two.example/b.iso -b /home/ann/cookies.txt")
    dialog._parts.more_button.setChecked(True)
    from_command = OwnCookies(path=Path("/home/ann/cookies.txt"))
    qtbot.waitUntil(lambda: any(each.cookies == from_command for each in stage.asker.asked))
    assert dialog._summary is not None
    paste(dialog._more.fields.cookies)
    own = [OwnCookies(read_line("id=canary", each)) for each in (ADDRESS, "https://two.example/b.iso")]
    qtbot.waitUntil(lambda: [each.cookies for each in stage.asker.asked[-2:]] == own)
    dialog._now.click()
    qtbot.waitUntil(lambda: any(name == "add" for name, _ in stage.manager.calls))
    added = [spec for name, specs in stage.manager.calls if name == "add" for spec in specs]
    assert [spec.cookies for spec in added] == own
