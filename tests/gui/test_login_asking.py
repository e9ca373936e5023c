"""Logins in the window: asked for once, by itself or by hand, and used for all that wait."""

import pytest
from headrace.logging_in import asked_by
from headrace.logins import Login
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryEntry, StoryKind
from headrace_gui import login_asking
from headrace_gui.action_table import Act
from headrace_gui.dialogs.login_dialog import LoginDialog
from headrace_gui.downloads.row_buttons import RowButton, buttons_of
from headrace_gui.login_asking import LoginAsking
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_R = FailureReason
PLACE = "https://members.example"
WANTED = Failure(_R.LOGIN_NEEDED, PLACE, status=401)
PROXY = Failure(_R.PROXY_LOGIN_NEEDED, "socks5h://ann@127.0.0.1:1080")


class Chain:
    """A keyring in memory; refuses where `trouble` is set."""

    def __init__(self) -> None:
        self.kept: dict[str, Login] = {}
        self.trouble = False

    def places(self) -> dict[str, str]:
        return {place: login.user for place, login in self.kept.items()}

    def is_there(self) -> bool:
        return True

    def read(self, place: str) -> Login | None:
        return self.kept.get(place)

    def write(self, place: str, login: Login) -> None:
        if self.trouble:
            raise OSError("locked")
        self.kept[place] = login

    def remove(self, place: str) -> None:
        self.kept.pop(place, None)


@pytest.fixture
def chain(manager: FakeManager) -> Chain:
    made = Chain()
    manager.net_context.logins.keychain = made
    return made


@pytest.fixture
def asking(window: MainWindow, manager: FakeManager, monkeypatch: pytest.MonkeyPatch) -> LoginAsking:
    monkeypatch.setattr(login_asking, "_TOGETHER_MS", 1)
    return LoginAsking(window, manager)  # type: ignore[arg-type]  # a fake


def fail(manager: FakeManager, *names: str, failure: Failure = WANTED) -> None:
    """Have downloads fail, and tell it."""
    manager.put(*(make_snapshot(f"{name}.zip", id=name, state=DownloadState.FAILED, failure=failure) for name in names))
    manager.stories_grew.emit(
        [
            (name, StoryEntry(1.0, StoryKind.FAILED, (int(failure.reason), failure.status, failure.detail)))
            for name in names
        ]
    )


def dialogs(window: MainWindow) -> list[LoginDialog]:
    return [one for one in window.findChildren(LoginDialog) if one.isVisible()]


def press(dialog: LoginDialog) -> None:
    dialog.findChild(QPushButton, "primary").click()  # type: ignore[union-attr]  # every small dialog has one


def test_it_is_asked_for_once_and_all_go_on(
    window: MainWindow, manager: FakeManager, chain: Chain, asking: LoginAsking, qtbot: QtBot
) -> None:
    fail(manager, "a", "b")
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    (dialog,) = dialogs(window)
    texts = [label.text() for label in dialog.findChildren(type(dialog._problem)) if label.text()]
    assert f"The server {PLACE} asks for a login. 2 downloads wait for it." in texts
    press(dialog)
    assert dialog.problem() == "Type a name and a password, or a token."
    dialog.user.setText("ann")
    dialog.password.setText("secret")
    qtbot.waitUntil(dialog.keep.isEnabled)
    press(dialog)
    assert manager.net_context.logins.of(PLACE) == Login("ann", "secret")
    assert manager.calls == [("resume", ["a", "b"])]
    assert chain.kept == {}
    fail(manager, "c")
    qtbot.wait(50)
    assert dialogs(window) == [], "it was asked for, and none was refused since"
    manager.net_context.logins.refuse(PLACE, Login("ann", "secret"))
    fail(manager, "c")
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    assert dialogs(window)[0].problem() == "The login before was refused."


@pytest.mark.parametrize("trouble", [False, True])
def test_a_keyring_keeps_it_or_it_is_said(
    window: MainWindow, manager: FakeManager, chain: Chain, asking: LoginAsking, qtbot: QtBot, trouble: bool
) -> None:
    chain.trouble = trouble
    fail(manager, "a", failure=PROXY)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    (dialog,) = dialogs(window)
    assert "The proxy socks5h://127.0.0.1:1080 asks for a login. The connection is not encrypted" in "".join(
        label.text() for label in dialog.findChildren(type(dialog._problem))
    )
    dialog.user.setText("ann")
    dialog.password.setText("secret")
    qtbot.waitUntil(dialog.keep.isEnabled)
    dialog.keep.click()
    press(dialog)
    if trouble:
        qtbot.waitUntil(lambda: any("does not keep" in text for text in window.toasts.texts()))
    else:
        qtbot.waitUntil(lambda: chain.kept == {"socks5h://127.0.0.1:1080": Login("ann", "secret")})
    assert manager.calls == [("resume", ["a"])]


def test_who_closes_it_can_ask_again(
    window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot
) -> None:
    fail(manager, "a")
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    dialogs(window)[0].reject()
    fail(manager, "a")
    qtbot.wait(50)
    assert dialogs(window) == []
    window.table.choose(["a"])
    assert window.actions_of[Act.LOG_IN].isVisible()
    window.actions_of[Act.LOG_IN].trigger()
    assert len(dialogs(window)) == 1
    dialogs(window)[0].reject()
    window.commands.press("a", RowButton.LOG_IN)
    assert len(dialogs(window)) == 1


def test_other_failures_ask_for_none(
    window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot
) -> None:
    page = Failure(_R.LOGIN_NEEDED, "a web page came instead of the file", status=200)
    fail(manager, "a", failure=page)
    fail(manager, "b", failure=Failure(_R.NOT_FOUND, status=404))
    qtbot.wait(50)
    assert dialogs(window) == []
    window.table.choose(["a", "b"])
    assert not window.actions_of[Act.LOG_IN].isVisible()
    snapshot = make_snapshot("a.zip", state=DownloadState.FAILED, failure=page)
    assert RowButton.LOG_IN not in buttons_of(snapshot)
    assert asked_by(page, manager) is None  # type: ignore[arg-type]  # a fake


def test_a_hidden_window_asks_nobody(
    window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot
) -> None:
    window.hide()
    fail(manager, "a")
    qtbot.wait(50)
    assert window.findChildren(LoginDialog) == []


def test_no_keyring_no_choice(window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot) -> None:
    fail(manager, "a")
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    qtbot.wait(50)
    assert not dialogs(window)[0].keep.isEnabled()
