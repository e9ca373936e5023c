"""What few downloads need: headers, referer, user agent, login, proxy, limits, checksum, mirrors, privacy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from headrace.addresses import addresses_in, checked_address
from headrace.checksums import HASH_LENGTHS, Checksum
from headrace.cookie_choices import CookieChoice
from headrace.host_rules import USER_AGENTS
from headrace.logins import Login, basic_field
from headrace.proxies import checked_choice
from headrace.settings import BOUNDS
from headrace.spec import MIRROR_LIMIT, parse_header
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from headrace_gui.after_choice import AFTER_CHOICES, after_name
from headrace_gui.dialogs.cookie_field import CookieField
from headrace_gui.dialogs.cookie_means import choice_words
from headrace_gui.fields import Choice, NumberField, WholeField
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate, without_key
from headrace_gui.units import number

_MEGA: Final = 1_000_000
_AGENTS: Final = (
    (QT_TRANSLATE_NOOP("Add", "Headrace"), ""),
    (QT_TRANSLATE_NOOP("Add", "Firefox on Windows"), USER_AGENTS["firefox"]),
    (QT_TRANSLATE_NOOP("Add", "Chrome on Windows"), USER_AGENTS["chrome"]),
    (QT_TRANSLATE_NOOP("Add", "Edge on Windows"), USER_AGENTS["edge"]),
    (QT_TRANSLATE_NOOP("Add", "Safari on a Mac"), USER_AGENTS["safari"]),
    (QT_TRANSLATE_NOOP("Add", "curl"), USER_AGENTS["curl"]),
)
"""What a server may be told; programs' names are not translated but the words around them."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What the fields say. Secrets stay in memory."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    connections: int | None = None
    limit: int | None = None
    """Bytes per second."""
    checksum: Checksum | None = None
    mirrors: tuple[str, ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    private: bool = False
    after: tuple[str, ...] | None = None
    """What happens to the file when it is there; None goes by the settings."""
    cookies: CookieChoice | None = None


class MoreOptions(QWidget):
    """The fields. What is wrong is said under them, and nothing can be added meanwhile."""

    changed = Signal()
    headers_changed = Signal()
    """Servers would be asked with other headers now."""

    def __init__(self, private: QCheckBox, parent: QWidget | None = None) -> None:
        """Take the box that is ticked for a private download."""
        super().__init__(parent)
        self.private, self._kept = private, QLabel(self)
        self._kept.setObjectName("hint")
        self._kept.setWordWrap(True)
        self.headers, self.mirrors = _lines(self), _lines(self)
        self.referer, self.user, self.password, self.proxy, self.checksum = (QLineEdit(self) for _ in range(5))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.agent, self.after = Choice(self), Choice(self)
        self.after.addItems([""] * len(AFTER_CHOICES))
        self.cookies = CookieField(lambda: choice_words(None), self)
        self.agent.setEditable(True)
        self.agent.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.connections, self.limit = WholeField(self), NumberField(self)
        self.connections.setRange(0, int(BOUNDS["max_connections"][1]))
        self.limit.setRange(0.0, 100_000.0)
        self.limit.setDecimals(2)
        self._labels: dict[QWidget, QLabel] = {}
        self._order: list[QWidget] = []
        self._problem = QLabel(self)
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._lay_out()
        on_language(self, self._retext)
        self._connect()
        self._check()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        pairs: Sequence[tuple[QWidget, QWidget | None]] = (
            (self.headers, None),
            (self.referer, self.agent),
            (self.user, self.password),
            (self.cookies, None),
            (self.connections, self.limit),
            (self.proxy, self.after),
            (self.checksum, None),
            (self.mirrors, None),
        )
        for row, pair in enumerate(pairs):
            for column, each in enumerate(pair):
                if each is not None:
                    span = 2 if pair[1] is None else 1
                    label = self._labels[each] = QLabel(self)
                    label.setObjectName("hint")
                    label.setBuddy(each)
                    grid.addWidget(label, 3 * row + 1, column, 1, span)
                    grid.addWidget(each, 3 * row + 2, column, 1, span)
            grid.setRowMinimumHeight(3 * row + 3, 4)
        last = 3 * len(pairs) + 1
        grid.addWidget(self.private, last, 0, 1, 2)
        grid.addWidget(self._kept, last + 1, 0, 1, 2)
        grid.addWidget(self._problem, 0, 0, 1, 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self._order = [
            *(each.focusProxy() or each for pair in pairs for each in pair if each is not None),
            self.private,
        ]

    def _retext(self) -> None:
        for each, text in (
            (self.headers, translate("Add", "&Headers, one a line")),
            (self.referer, translate("Add", "&Referer")),
            (self.agent, translate("Add", "User &agent")),
            (self.user, translate("Add", "&User name")),
            (self.password, translate("Add", "&Password")),
            (self.cookies, translate("Add", "Cookies")),
            (self.connections, translate("Add", "C&onnections at most")),
            (self.limit, translate("Add", "Speed &limit")),
            (self.proxy, translate("Add", "Pro&xy")),
            (self.after, translate("Properties", "When it is &there")),
            (self.checksum, translate("Add", "Chec&ksum")),
            (self.mirrors, translate("Add", "&Mirrors, one a line")),
        ):
            self._labels[each].setText(text)
            each.setAccessibleName(without_key(text))
        self.headers.setPlaceholderText(translate("Add", "Name: value"))
        self.referer.setPlaceholderText("https://…")
        self.proxy.setPlaceholderText(translate("Add", "As in the settings"))
        self.checksum.setPlaceholderText(translate("Add", "sha256:… or the bare digest"))
        self.mirrors.setPlaceholderText(translate("Add", "Other addresses of the same file"))
        self.connections.setSpecialValueText(translate("Add", "As in the settings"))
        self.limit.setSpecialValueText(translate("Add", "No limit of its own"))
        self.limit.setSuffix(translate("Add", " MB/s"))
        self.private.setText(translate("Add", "Pri&vate"))
        kept = translate(
            "Add",
            "Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is"
            " deleted.",
        )
        self._kept.setText(kept)
        self.private.setAccessibleDescription(kept)
        for row, (steps, _) in enumerate(AFTER_CHOICES):
            self.after.setItemText(row, after_name(steps))
        self._name_agents()
        self._check()

    def _name_agents(self) -> None:
        text = self.agent.currentText() if self.agent.count() else ""
        self.agent.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.agent.clear()
        for name, value in _AGENTS:
            self.agent.addItem(translate("Add", name), value)
        self.agent.setEditText(text)
        if (line := self.agent.lineEdit()) is not None:
            line.setPlaceholderText(translate("Add", "Headrace"))
            line.setAccessibleName(self.agent.accessibleName())
        self.agent.blockSignals(False)  # noqa: FBT003 - Qt's own signature

    def _connect(self) -> None:
        self.agent.activated.connect(lambda row: self.agent.setEditText(self.agent.itemData(row)))
        for asked in (
            self.headers.textChanged,
            self.referer.textChanged,
            self.user.textChanged,
            self.password.textChanged,
            self.agent.editTextChanged,
            self.proxy.textChanged,
            self.cookies.changed,
        ):
            asked.connect(self._check)
            asked.connect(self.headers_changed)
        for plain in (
            self.checksum.textChanged,
            self.mirrors.textChanged,
            self.connections.valueChanged,
            self.limit.valueChanged,
            self.after.currentIndexChanged,
        ):
            plain.connect(self._check)

    def follow(self, before: QWidget) -> None:
        """Take the place behind `before` in the order of the Tab key."""
        for one, following in pairwise((before, *self._order)):
            QWidget.setTabOrder(one, following)

    def show_for(self, *, single: bool) -> None:
        """Show the fields that belong to one file only where there is one."""
        for each in (self.checksum, self.mirrors):
            each.setVisible(single)
            self._labels[each].setVisible(single)

    def extras(self) -> Extras | None:
        """Return what the fields say; None while something in them is wrong."""
        try:
            return self._read()
        except ValueError:
            return None

    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers as far as they are right."""
        try:
            return self._headers()
        except ValueError:
            return ()

    def chosen_proxy(self) -> str | None:
        """Return the proxy, as far as it is right."""
        try:
            return self._proxy()
        except ValueError:
            return None

    def _read(self) -> Extras:
        single = not self.checksum.isHidden()
        return Extras(
            headers=self._headers(),
            connections=self.connections.value() or None,
            limit=round(self.limit.value() * _MEGA) or None,
            checksum=self._checksum() if single else None,
            mirrors=self._mirrors() if single else (),
            proxy=self._proxy(),
            private=self.private.isChecked(),
            after=AFTER_CHOICES[max(0, self.after.currentIndex())][0],
            cookies=self.cookies.choice,
        )

    def _headers(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, tuple[str, str]] = {}
        for name, text in (("Referer", self.referer.text()), ("User-Agent", self.agent.currentText())):
            if text.strip():
                found[name.lower()] = self._header(f"{name}: {text}")
        if self.user.text() or self.password.text():
            found["authorization"] = basic_field(Login(self.user.text(), self.password.text()))
        for line in filter(str.strip, self.headers.toPlainText().splitlines()):
            name, value = self._header(line)
            found[name.lower()] = name, value
        return tuple(found.values())

    def _header(self, line: str) -> tuple[str, str]:
        try:
            return parse_header(line)
        except ValueError as error:
            name = line.partition(":")[0].strip()
            text = translate("Add", "The header “{name}” cannot be sent: write Name: value").format(name=name[:40])
            if "by the program itself" in str(error):
                text = translate("Add", "Headrace sets the header “{name}” itself").format(name=name[:40])
            raise ValueError(text) from error

    def _proxy(self) -> str | None:
        text = self.proxy.text().strip()
        try:
            return checked_choice(text) if text else None
        except ValueError as error:
            raise ValueError(
                translate("Add", "Write the proxy as http://proxy.example:3128, or “direct” for none")
            ) from error

    def _checksum(self) -> Checksum | None:
        text = self.checksum.text().strip()
        if not text:
            return None
        try:
            found = Checksum.parse(text)
        except ValueError as error:
            raise ValueError(translate("Add", "This is no checksum: digits are missing, or too many")) from error
        if found.algorithm not in HASH_LENGTHS:
            raise ValueError(translate("Add", "This checksum proves nothing; SHA-256 would"))
        return found

    def _mirrors(self) -> tuple[str, ...]:
        found = []
        for line in filter(str.strip, self.mirrors.toPlainText().splitlines()):
            try:
                found += [checked_address(each) for each in addresses_in(line) or [line]]
            except ValueError as error:
                raise ValueError(translate("Add", "A mirror is an address with http, https, ftp or sftp")) from error
        if len(found) > MIRROR_LIMIT:
            text = translate("Add", "{most} mirrors are the most").format(most=number(MIRROR_LIMIT))
            raise ValueError(text)
        return tuple(found)

    def _check(self) -> None:
        try:
            self._read()
            text = ""
        except ValueError as error:
            text = str(error)
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self.changed.emit()


def _lines(parent: QWidget) -> QPlainTextEdit:
    edit = QPlainTextEdit(parent)
    edit.setTabChangesFocus(True)
    edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    edit.setFixedHeight(edit.fontMetrics().lineSpacing() * 3 + 20)
    return edit
