"""Rules of hosts in the window: the list, the dialog for one, and the ways to both."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import time
from typing import Any, cast

import pytest
from headrace.extras import Extra
from headrace.host_notes import HostEntry, HostNote
from headrace.host_rules import USER_AGENTS, HostRule
from headrace.logins import Login
from headrace.manager import DownloadManager
from headrace_gui import units
from headrace_gui.action_table import CONTEXT_MENU, Act
from headrace_gui.background import Background
from headrace_gui.dialogs import host_rule_dialog
from headrace_gui.dialogs.host_model import HostColumn
from headrace_gui.dialogs.host_rule_dialog import HostRuleDialog
from headrace_gui.dialogs.hosts_dialog import HostsDialog
from headrace_gui.dialogs.login_dialog import LoginDialog
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.settings_pages.hosts_field import HostsField
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot
from tests.support.settings_stage import Scene

RULES = (HostRule("a.example", connections=4), HostRule("*.b.example", limit=2_000_000, from_start=True))


@pytest.fixture
def background(qapp: QApplication) -> Background:
    return Background()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def hosts(qtbot: QtBot, manager: FakeManager, background: Background, theme: Theme) -> HostsDialog:
    """Return the list of two rules and two hosts of which something is known."""
    now = time()
    manager.apply_settings(_ruled(manager, *RULES))
    known = HostNote("a.example", 6, seen_at=now), HostNote("x.b.example", rotating=True, seen_at=now)
    manager.hosts.known = {note.host: note for note in known}
    dialog = HostsDialog(cast(DownloadManager, manager), background, theme, IconSet())
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def _ruled(manager: FakeManager, *rules: HostRule) -> Any:
    return replace(manager.settings, host_rules=rules)


Opener = Callable[..., HostRuleDialog]


@pytest.fixture
def opened(qtbot: QtBot, manager: FakeManager, background: Background, told: list[str]) -> Opener:
    """Return what opens the dialog for the rule of a host."""

    def make(host: str, *, place: str = "") -> HostRuleDialog:
        dialog = HostRuleDialog(cast(DownloadManager, manager), host, background, told.append, place=place)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def several(text: str) -> str:
    """Return a text with its plurals, be they translated to English or not."""
    return text.replace("(s)", "s")


def shown(dialog: HostsDialog) -> list[str]:
    return [str(dialog.model.index(row, 0).data()) for row in range(dialog.model.rowCount())]


def _shows_only(dialog: HostsDialog, host: str) -> bool:
    return shown(dialog) == [host]


# The list.


def test_the_list_has_rules_and_what_was_learnt(hosts: HostsDialog) -> None:
    assert shown(hosts) == ["a.example", "*.b.example", "x.b.example"]
    cells = [[several(str(hosts.model.index(row, column).data())) for column in HostColumn][1:3] for row in range(3)]
    assert cells == [
        ["4 connections", "6 connections helped a download"],
        [f"{units.speed(2_000_000)} · no ranges", ""],
        ["as *.b.example", "its tags change although files do not"],
    ]
    assert hosts.table.accessibleName() == "Hosts"
    view = QAccessible.queryAccessibleInterface(hosts.table)
    assert view is not None
    assert view.childCount() >= 3
    index = hosts.model.index(1, HostColumn.LEARNT)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "nothing"


def test_it_is_searched_in_all_columns(qtbot: QtBot, hosts: HostsDialog) -> None:
    for text, expected in (("MB/s ranges", "*.b.example"), ("tags", "x.b.example"), ("a.EX", "a.example")):
        hosts.search.setText(text)
        qtbot.waitUntil(partial(_shows_only, hosts, expected))
    hosts.search.setText("zzz")
    qtbot.waitUntil(lambda: shown(hosts) == [])
    assert not hosts.buttons["edit"].isEnabled()
    QTest.keyClick(hosts.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(shown(hosts)) == 3)
    QTest.keyClick(hosts.search, Qt.Key.Key_Down)
    assert hosts.table.hasFocus()


def test_another_language_leaves_the_choice(hosts: HostsDialog) -> None:
    hosts.table.choose(1)
    changed: list[object] = []
    hosts.model.dataChanged.connect(lambda *_: changed.append(None))
    QApplication.sendEvent(hosts, QEvent(QEvent.Type.LanguageChange))
    retell(hosts)
    entry = hosts.table.entry()
    assert entry is not None
    assert (entry.host, bool(changed), hosts.buttons["edit"].isEnabled()) == ("*.b.example", True, True)


def test_a_row_can_be_chosen_twice_in_a_mirrored_window(hosts: HostsDialog) -> None:
    hosts.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for _ in range(2):
        hosts.table.choose(1)
        entry = hosts.table.entry()
        assert entry is not None
        assert entry.host == "*.b.example"


def test_the_keyboard_removes_a_rule_and_a_word_brings_it_back(hosts: HostsDialog, manager: FakeManager) -> None:
    hosts.table.choose(1)
    QTest.keyClick(hosts.table, Qt.Key.Key_Delete)
    assert [rule.host for rule in manager.settings.host_rules] == ["a.example"]
    assert hosts.note.text() == "The rule for *.b.example is removed."
    assert shown(hosts) == ["a.example", "x.b.example"]
    hosts.undo.click()
    assert manager.settings.host_rules == RULES
    assert hosts.table.entry() == HostEntry("*.b.example", RULES[1], None, "*.b.example")
    assert hosts.undo.isHidden()


def test_what_cannot_be_done_is_off(hosts: HostsDialog) -> None:
    names = ("edit", "remove", "forget", "forget_all")
    for row, expected in ((0, [True] * 4), (1, [True, True, False, True]), (2, [True, False, True, True])):
        hosts.table.choose(row)
        assert [hosts.buttons[name].isEnabled() for name in names] == expected
    QTest.keyClick(hosts.table, Qt.Key.Key_Delete)
    assert len(shown(hosts)) == 3


def test_one_is_forgotten_then_all(hosts: HostsDialog, manager: FakeManager) -> None:
    hosts.table.choose(2)
    hosts.buttons["forget"].click()
    assert shown(hosts) == ["a.example", "*.b.example"]
    assert list(manager.hosts.known) == ["a.example"]
    hosts.buttons["forget_all"].click()
    assert manager.hosts.known == {}
    assert hosts.note.text().startswith("What was learnt of 1 host")
    assert not hosts.buttons["forget_all"].isEnabled()
    assert manager.settings.host_rules == RULES


def test_a_row_has_a_menu(hosts: HostsDialog, manager: FakeManager) -> None:
    hosts.table.choose(1)
    hosts.table.customContextMenuRequested.emit(hosts.table.visualRect(hosts.model.index(1, 0)).center())
    menu = hosts.findChild(QMenu)
    assert menu is not None
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        ("&Edit rule…", True),
        ("&Remove rule", True),
        ("&Forget what was learnt", False),
    ]
    menu.actions()[1].trigger()
    menu.close()
    assert [rule.host for rule in manager.settings.host_rules] == ["a.example"]


def test_return_opens_the_rule_and_what_is_applied_is_chosen(hosts: HostsDialog, manager: FakeManager) -> None:
    hosts.table.choose(0)
    QTest.keyClick(hosts.table, Qt.Key.Key_Return)
    (dialog,) = hosts.findChildren(HostRuleDialog)
    assert dialog.connections.value() == 4
    dialog.host.setText("z.example")
    dialog._confirm.click()
    assert shown(hosts)[0] == "z.example"
    entry = hosts.table.entry()
    assert entry is not None
    assert (entry.host, [rule.host for rule in manager.settings.host_rules]) == (
        "z.example",
        ["z.example", "*.b.example"],
    )


def test_what_is_learnt_meanwhile_is_shown(hosts: HostsDialog, manager: FakeManager, qtbot: QtBot) -> None:
    hosts.table.choose(2)
    manager.hosts.known["new.example"] = HostNote("new.example", 3, seen_at=time())
    hosts._look()
    assert shown(hosts)[2:] == ["new.example", "x.b.example"]
    entry = hosts.table.entry()
    assert entry is not None
    assert entry.host == "x.b.example", "what was chosen stays"


# One rule.


def test_a_new_rule_takes_all_that_is_said(opened: Opener, manager: FakeManager) -> None:
    dialog = opened("")
    dialog.host.setText("*.Shop.example")
    assert dialog.scope.text() == "Holds for shop.example and all hosts below it, together."
    dialog.connections.setValue(3)
    dialog.per_download.setValue(2)
    dialog.limit.set_rate(500_000)
    dialog.pause.setValue(0.5)
    dialog.agent.choice.setCurrentIndex(2)
    dialog.agent.choice.activated.emit(2)
    dialog.referrer.setText("https://shop.example/")
    dialog.headers.setPlainText("Accept-Language: de\n\nX-Who: me\n")
    dialog.proxy.setText("socks5h://ann:s3cret@127.0.0.1:1080")
    dialog.from_start.setChecked(True)
    dialog.login.setCurrentIndex(1)
    dialog.by_http_2.setChecked(True)
    dialog._confirm.click()
    rule = HostRule(
        "*.shop.example",
        connections=3,
        per_download=2,
        limit=500_000,
        pause=0.5,
        user_agent="firefox",
        referrer="https://shop.example/",
        headers=(("Accept-Language", "de"), ("X-Who", "me")),
        proxy="socks5h://ann@127.0.0.1:1080",
        from_start=True,
        login="ticket",
        http_version="2",
    )
    assert manager.settings.host_rules == (rule,)
    assert manager.net_context.logins.of("socks5h://127.0.0.1:1080") == Login("ann", "s3cret")
    opened("*.shop.example").confirm()
    assert manager.settings.host_rules == (rule,), "what is only looked at stays as it is"


def test_a_missing_extra_is_named(opened: Opener, manager: FakeManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_rule_dialog, "HTTP2", Extra("http2", "no_such_library"))
    dialog = opened("a.example")
    dialog.by_http_2.setChecked(True)
    dialog._confirm.click()
    assert "pip install 'headrace[http2]'" in dialog._problem.text()
    assert manager.settings.host_rules == ()


def test_the_rule_that_holds_for_a_host_is_opened(opened: Opener, manager: FakeManager) -> None:
    manager.apply_settings(_ruled(manager, *RULES))
    assert opened("deep.b.example").host.text() == "*.b.example"
    assert opened("c.example:8080").host.text() == "c.example:8080"


def test_a_rule_that_says_nothing_is_none(opened: Opener, manager: FakeManager) -> None:
    dialog = opened("c.example")
    assert dialog.confirm()
    assert not manager.settings.host_rules
    manager.apply_settings(_ruled(manager, *RULES))
    dialog = opened("a.example")
    dialog.connections.setValue(0)
    assert dialog.confirm()
    assert manager.settings.host_rules == RULES[1:]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("host", "no host", "Write a host such as"),
        ("host", "*.b.example", "There is a rule for *.b.example already"),
        ("referrer", "example.org", "Write the referrer as"),
        ("referrer", "https://me:s3cret@example.org/", "without a login"),
        ("proxy", "nonsense", "Write the proxy as"),
        ("headers", "Nonsense", "Write each header as"),
        ("headers", "Range: bytes=0-", "Headrace itself sets"),
        ("headers", "X-Api-Key: s3cret", "X-Api-Key may carry a secret"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    opened: Opener, manager: FakeManager, field: str, text: str, said: str
) -> None:
    manager.apply_settings(_ruled(manager, *RULES))
    dialog = opened("a.example")
    edit = getattr(dialog, field)
    (edit.setPlainText if field == "headers" else edit.setText)(text)
    dialog._confirm.click()
    assert said in dialog.problem()
    assert "s3cret" not in dialog.problem()
    assert manager.settings.host_rules == RULES


def test_a_user_agent_of_ones_own_is_written_below(opened: Opener, manager: FakeManager) -> None:
    dialog = opened("c.example")
    assert dialog.agent.edit.isHidden()
    last = dialog.agent.choice.count() - 1
    dialog.agent.choice.setCurrentIndex(last)
    dialog.agent.choice.activated.emit(last)
    assert dialog.agent.edit.isVisible()
    dialog.agent.edit.setText("Mine/1.0")
    assert dialog.confirm()
    assert manager.settings.host_rules[0].user_agent == "Mine/1.0"
    again = opened("c.example")
    assert (again.agent.agent(), again.agent.edit.isVisible()) == ("Mine/1.0", True)
    again.agent.choice.setCurrentIndex(3)
    again.agent.choice.activated.emit(3)
    assert (again.agent.edit.isHidden(), again.agent.choice.toolTip()) == (True, USER_AGENTS["chrome"])


def test_what_was_learnt_is_shown_and_forgotten_there(opened: Opener, manager: FakeManager) -> None:
    manager.hosts.known = {host: HostNote(host, 2) for host in ("a.example", "a.example:81", "b.example")}
    dialog = opened("a.example")
    assert several(dialog.known.facts.label.text()).splitlines() == [
        "a.example: 2 connections helped a download",
        "a.example:81: 2 connections helped a download",
    ]
    dialog.known.forget_button.click()
    assert list(manager.hosts.known) == ["b.example"]
    assert dialog.known.facts.label.text() == "Nothing was learnt of it yet."
    assert dialog.known.forget_button.isHidden()


def test_a_login_is_shown_given_and_forgotten_there(opened: Opener, manager: FakeManager, qtbot: QtBot) -> None:
    dialog = opened("a.example:81", place="http://a.example:81")
    known = dialog.known
    assert (known.login.label.text(), known.log_out_button.isHidden()) == ("No login for http://a.example:81.", True)
    known.login_button.click()
    asking = known.findChild(LoginDialog)
    assert asking is not None
    asking.user.setText("ann")
    asking.password.setText("x")
    asking._confirm.click()
    assert manager.net_context.logins.of("http://a.example:81") == Login("ann", "x")
    assert known.login.label.text() == "Logged in at http://a.example:81 as ann."
    known.log_out_button.click()
    qtbot.waitUntil(known.log_out_button.isHidden)
    assert manager.net_context.logins.of("http://a.example:81") is None
    dialog.host.setText("*.example")
    assert known.login_button.isHidden()
    assert "single hosts" in known.login.label.text()
    dialog.host.setText("no host")
    assert (known.login.label.text(), known.facts.label.text()) == ("", "Nothing was learnt of it yet.")


# The ways to it.


def test_a_rows_menu_leads_to_the_rule_of_its_host(window: MainWindow, manager: FakeManager) -> None:
    one = make_snapshot("a.zip", host="cdn.example:8443")
    manager.put(one, make_snapshot("b.zip"))
    window.table.choose([one.id])
    action = window.actions_of[Act.HOST_RULES]
    assert (action.text(), action.isEnabled(), Act.HOST_RULES in CONTEXT_MENU) == (
        "Rules for cdn.example:8443…",
        True,
        True,
    )
    action.trigger()
    dialog = window.findChild(HostRuleDialog)
    assert dialog is not None
    assert dialog.host.text() == "cdn.example:8443"
    assert "https://cdn.example:8443" in dialog.known.login.label.text()
    window.table.selectAll()
    assert not action.isEnabled()


def test_the_settings_lead_to_the_list(scene: Scene, manager: FakeManager) -> None:
    manager.apply_settings(_ruled(manager, *RULES))
    control = scene.control("host_rules", HostsField)
    assert several(control._label.text()) == "2 rules"
    assert scene.row("host_rules").reset_button.isHidden()
    control.button.click()
    control.button.click()
    (dialog,) = scene.dialog.findChildren(HostsDialog)
    assert shown(dialog) == ["a.example", "*.b.example"]
    dialog.table.choose(0)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert control._label.text().startswith("1 rule")
