"""Logins in the window: asked for once, by itself or by hand, and used for all that wait."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from headrace.host_rules import HostRule
from headrace.logging_in import asked_by
from headrace.logins import Login
from headrace.messages import failure_message
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryEntry, StoryKind
from headrace_gui import login_asking
from headrace_gui.action_table import Act
from headrace_gui.dialogs.login_dialog import LoginDialog
from headrace_gui.downloads.row_buttons import RowButton, buttons_of
from headrace_gui.login_asking import LoginAsking
from headrace_gui.main_window import MainWindow
from headrace_gui.words import failure_sentence, failure_words
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_R = FailureReason
PLACE = "https://members.example"
WANTED = Failure(_R.LOGIN_NEEDED, PLACE, status=401)
TICKET = Failure(_R.TICKET_NEEDED, f"{PLACE}: Ticket expired", status=401)
COMMAND = "pip install 'headrace[windows-login]'"
PLUGIN = Failure(_R.LOGIN_PLUGIN_NEEDED, f"{PLACE}: {COMMAND}", status=401)
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


@pytest.mark.parametrize(
    ("scheme", "warned"),
    [
        ("ftp", " Others on the way may read it, unless the server offers TLS."),
        ("sftp", ""),
        ("ftps", ""),
        ("http", " The connection is not encrypted: others on the way may read it."),
    ],
)
def test_who_may_read_it_is_said(
    window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot, scheme: str, warned: str
) -> None:
    place = f"{scheme}://members.example"
    fail(manager, "a", failure=Failure(_R.LOGIN_NEEDED, place, status=401))
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    texts = [label.text() for label in dialogs(window)[0].findChildren(QLabel)]
    assert f"The server {place} asks for a login.{warned}" in texts


# NTLM and Kerberos


def texts_of(dialog: LoginDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


@pytest.fixture
def asked(window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot) -> Callable[..., LoginDialog]:
    """Return what fails a download and returns the dialog that asks."""

    def ask(failure: Failure, *offers: str) -> LoginDialog:
        manager.net_context.logins.note_offer(PLACE, offers)
        fail(manager, "a", failure=failure)
        qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
        return dialogs(window)[0]

    return ask


@pytest.mark.parametrize(
    ("offers", "ticket", "basic"),
    [
        ((), False, False),
        (("basic",), False, False),
        (("digest", "basic"), False, False),
        (("ntlm",), False, False),
        (("ntlm", "basic"), False, True),
        (("negotiate",), True, False),
        (("negotiate", "ntlm", "basic"), True, True),
    ],
)
def test_what_may_be_allowed_is_offered_where_the_server_does(
    asked: Callable[..., LoginDialog], offers: tuple[str, ...], ticket: bool, basic: bool
) -> None:
    ways = asked(WANTED, *offers).ways
    assert (ways.ticket.isVisible(), ways.basic.isVisible()) == (ticket, basic)
    assert not ways.ticket.isChecked()
    assert not ways.basic.isChecked()


def test_a_ticket_is_allowed_and_all_go_on(asked: Callable[..., LoginDialog], manager: FakeManager) -> None:
    dialog = asked(WANTED, "negotiate", "basic")
    dialog.ways.basic.click()
    dialog.ways.ticket.click()
    assert not dialog.ways.basic.isChecked()
    press(dialog)
    assert manager.settings.host_rules == (HostRule("members.example", login="ticket"),)
    assert manager.calls[-1] == ("resume", ["a"])
    assert manager.net_context.logins.of(PLACE) is None


def test_the_password_may_be_told_readably(asked: Callable[..., LoginDialog], manager: FakeManager) -> None:
    manager.apply_settings(replace(manager.settings, host_rules=(HostRule("*.example", connections=2),)))
    dialog = asked(WANTED, "ntlm", "basic")
    dialog.ways.basic.click()
    press(dialog)
    assert dialog.problem() == "Type a name and a password, or a token."
    dialog.user.setText("ann")
    dialog.password.setText("secret")
    press(dialog)
    wanted = HostRule("members.example", connections=2, login="basic")
    assert manager.settings.host_rules == (HostRule("*.example", connections=2), wanted)
    assert manager.net_context.logins.of(PLACE) == Login("ann", "secret")


def test_a_ticket_that_did_not_do_is_told_and_can_be_forbidden(
    asked: Callable[..., LoginDialog], manager: FakeManager
) -> None:
    manager.apply_settings(replace(manager.settings, host_rules=(HostRule("members.example", login="ticket"),)))
    dialog = asked(TICKET)
    assert "Your Kerberos ticket could not be used: Ticket expired." in texts_of(dialog)
    assert dialog.ways.ticket.isChecked()
    dialog.ways.ticket.click()
    dialog.user.setText("ann")
    dialog.password.setText("secret")
    press(dialog)
    assert manager.settings.host_rules == ()
    assert manager.calls[-1] == ("resume", ["a"])


def test_a_proxy_is_shown_a_ticket_as_well(
    window: MainWindow, manager: FakeManager, asking: LoginAsking, qtbot: QtBot
) -> None:
    place = "http://proxy.example:3128"
    manager.net_context.logins.note_offer(place, ["negotiate", "basic"])
    fail(manager, "a", failure=Failure(_R.LOGIN_PLUGIN_NEEDED, f"{place}: {COMMAND}", status=407))
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    dialog = dialogs(window)[0]
    assert f"The proxy {place} asks for a login." in texts_of(dialog)
    assert dialog.ways.basic.isVisible()
    dialog.ways.ticket.click()
    press(dialog)
    assert manager.settings.host_rules == (HostRule("proxy.example:3128", login="ticket"),)
    assert manager.calls[-1] == ("resume", ["a"])


def test_what_is_to_be_installed_can_be_copied(asked: Callable[..., LoginDialog], window: MainWindow) -> None:
    dialog = asked(PLUGIN, "ntlm")
    fields = [field for field in dialog.findChildren(QLineEdit) if field.isReadOnly()]
    assert [field.text() for field in fields] == [COMMAND]
    assert RowButton.LOG_IN in buttons_of(make_snapshot("a.zip", state=DownloadState.FAILED, failure=PLUGIN))
    assert COMMAND in failure_words(PLUGIN).what
    assert COMMAND in failure_sentence(PLUGIN)
    assert COMMAND in failure_message(PLUGIN)
