"""All hosts with rules, and all of which something was found out: to be searched, changed, and forgotten."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from headrace.host_rules import HostRule
from headrace.manager import DownloadManager
from headrace.ruling import all_hosts, drop_rule, put_rule
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.host_model import HostModel
from headrace_gui.dialogs.host_rule_dialog import HostRuleDialog
from headrace_gui.dialogs.host_table import HostTable
from headrace_gui.icons import IconSet
from headrace_gui.search_field import SearchField
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_SIDE: Final = 24
_LOOK_MS: Final = 2000
"""Between two looks at what was found out meanwhile."""


class HostSearch(SearchField):
    """The search field with words of its own."""

    def _retext(self) -> None:
        self.setPlaceholderText(translate("Hosts", "Search hosts"))
        self.setAccessibleName(translate("Hosts", "Search hosts"))


class HostsDialog(QDialog):
    """Not modal. Return changes the chosen host's rule, Delete removes it."""

    def __init__(
        self,
        manager: DownloadManager,
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._manager, self._background = manager, background
        self.model = HostModel(self)
        self.table = HostTable(self.model, theme, self)
        self.search = HostSearch(theme, icons, self)
        self.note = QLabel(self)
        self.buttons = {name: QPushButton(self) for name in ("add", "edit", "remove", "forget", "forget_all", "close")}
        self.undo = QPushButton(self)
        self._gone: HostRule | None = None
        """The rule that was removed last."""
        self._lay_out()
        self._connect()
        on_language(self, self._retext)
        self.refresh()
        self.table.choose(0)
        self.resize(940, 560)

    def _lay_out(self) -> None:
        body, head = QVBoxLayout(), QHBoxLayout()
        self._title, self._hint = QLabel(self), QLabel(self)
        self._title.setObjectName("dialogTitle")
        self._hint.setObjectName("hint")
        self._hint.setWordWrap(True)
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.undo.setObjectName("link")
        self.undo.setAutoDefault(False)
        self.undo.hide()
        told = QHBoxLayout()
        told.addWidget(self.note, 1)
        told.addWidget(self.undo)
        head.addWidget(self._title, 1)
        head.addWidget(self.search)
        body.setContentsMargins(_SIDE, 20, _SIDE, 12)
        body.setSpacing(8)
        body.addLayout(head)
        body.addWidget(self._hint)
        body.addWidget(self.table, 1)
        body.addLayout(told)
        footer = QFrame(self)
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(_SIDE, 14, _SIDE, 14)
        row.setSpacing(10)
        for name, button in self.buttons.items():
            button.setAutoDefault(False)
            if name == "close":
                row.addStretch(1)
            row.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(body, 1)
        whole.addWidget(footer)

    def _connect(self) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "add": self.add,
            "edit": self.edit,
            "remove": self.remove,
            "forget": self.forget,
            "forget_all": self.forget_all,
            "close": self.reject,
        }
        for name, deed in deeds.items():
            self.buttons[name].clicked.connect(lambda _checked=False, deed=deed: deed())
        self.undo.clicked.connect(self.bring_back)
        self.table.activated.connect(lambda _index: self.edit())
        self.table.chosen.connect(self._follow_choice)
        self.table.remove_wanted.connect(self.remove)
        self.table.customContextMenuRequested.connect(self._offer)
        self.search.searched.connect(self._search)
        self.search.left.connect(self.table.setFocus)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.begin)
        self._manager.settings_changed.connect(self.refresh)
        looking = QTimer(self, interval=_LOOK_MS)
        looking.timeout.connect(self._look)
        looking.start()

    def _retext(self) -> None:
        self.setWindowTitle(translate("Hosts", "Hosts"))
        self._title.setText(translate("Hosts", "Hosts"))
        self._hint.setText(
            translate(
                "Hosts", "What you want of single servers, and what was learnt of them. The most specific rule holds."
            )
        )
        texts = {
            "add": translate("Hosts", "&Add rule…"),
            "edit": translate("Hosts", "&Edit rule…"),
            "remove": translate("Hosts", "&Remove rule"),
            "forget": translate("Hosts", "&Forget what was learnt"),
            "forget_all": translate("Hosts", "Forget a&ll of it"),
            "close": translate("Hosts", "Close"),
        }
        for name, text in texts.items():
            self.buttons[name].setText(text)
        self.undo.setText(translate("Hosts", "Undo"))
        self.model.retext()
        self._follow_choice()

    # What is shown

    def refresh(self) -> None:
        """Show what holds and is known now; what was chosen stays."""
        chosen, row = self.table.entry(), self.table.currentIndex().row()
        if self.model.show(all_hosts(self._manager)):
            again = -1 if chosen is None else self.model.row_of(chosen.host)
            self.table.choose(again if again >= 0 else min(max(row, 0), self.model.rowCount() - 1))
        self._follow_choice()

    def _look(self) -> None:
        if self.isVisible():
            self.refresh()

    def _search(self, text: str) -> None:
        self.model.search(text)
        self.table.choose(0)
        self._follow_choice()

    def _follow_choice(self) -> None:
        entry = self.table.entry()
        self.buttons["edit"].setEnabled(entry is not None)
        self.buttons["remove"].setEnabled(entry is not None and entry.rule is not None)
        self.buttons["forget"].setEnabled(entry is not None and entry.note is not None)
        self.buttons["forget_all"].setEnabled(bool(self._manager.hosts.notes()))

    def _offer(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("edit", "remove", "forget"):
            action = QAction(self.buttons[name].text(), menu)
            action.setEnabled(self.buttons[name].isEnabled())
            action.triggered.connect(self.buttons[name].click)
            menu.addAction(action)
        menu.popup(self.table.viewport().mapToGlobal(position))

    # What is done

    def add(self) -> None:
        """Ask for a rule of another host."""
        self._open("")

    def edit(self) -> None:
        """Ask for the rule of the chosen host."""
        entry = self.table.entry()
        if entry is not None:
            self._open(entry.host)

    def _open(self, host: str) -> None:
        for before in self.findChildren(HostRuleDialog):
            before.reject()
        dialog = HostRuleDialog(self._manager, host, self._background, self.tell, self)
        dialog.put.connect(self._show_host)
        dialog.destroyed.connect(self._look)
        dialog.show()

    def _show_host(self, host: str) -> None:
        self.refresh()
        self.table.choose(self.model.row_of(host))

    def remove(self) -> None:
        """Remove the chosen host's rule; a word brings it back."""
        entry = self.table.entry()
        if entry is None or entry.rule is None:
            return
        drop_rule(self._manager, entry.host)
        self.tell(translate("Hosts", "The rule for {host} is removed.").format(host=entry.host))
        self._gone = entry.rule
        self.undo.show()

    def bring_back(self) -> None:
        """Have the rule hold again that was removed last."""
        if self._gone is not None:
            rule, self._gone = self._gone, None
            put_rule(self._manager, rule)
            self.tell("")
            self._show_host(rule.host)

    def forget(self) -> None:
        """Forget what was learnt of the chosen host."""
        entry = self.table.entry()
        if entry is not None and entry.note is not None:
            self._manager.hosts.forget([entry.host])
            self.tell(translate("Hosts", "What was learnt of {host} is forgotten.").format(host=entry.host))
            self.refresh()

    def forget_all(self) -> None:
        """Forget what was learnt of all hosts; rules stay."""
        gone = self._manager.hosts.forget()
        self.tell(translate("Hosts", "What was learnt of %Ln host(s) is forgotten.", "", len(gone)))
        self.refresh()

    def tell(self, text: str) -> None:
        """Say below the table what was done."""
        self.note.setText(text)
        self.undo.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is known now, the keyboard at the table."""
        super().showEvent(event)
        self.refresh()
        self.table.setFocus()
