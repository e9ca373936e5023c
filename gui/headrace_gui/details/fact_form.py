"""The two columns of the Overview: names, and values to read, copy and open."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from headrace_gui.details.fact_label import FactLabel
from headrace_gui.details.facts import Fact, FactKind, Tone
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular

_ICONS: Final = {Tone.PROVEN: "shield", Tone.EXPECTED: "shield-open", Tone.WRONG: "alert"}
ROW: Final = 21
"""Pixels of the height of one line at least."""
_ICON: Final = 16
_WRAPPING: Final = frozenset({FactKind.FAILURE, FactKind.NOTICES})
_LINKS: Final = frozenset({FactKind.FOLDER})
_MIDDLE: Final = frozenset({FactKind.ADDRESS, FactKind.FINAL_ADDRESS, FactKind.FOLDER})
"""What is shortened in its middle."""
_COPYING: Final = frozenset({FactKind.ADDRESS, FactKind.FINAL_ADDRESS})


class FactForm(QWidget):
    """Shows facts, a row for each kind; rows that have nothing to say are not there."""

    folder_wanted = Signal()

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(FactKind), 1)
        self._rows: dict[FactKind, _Row] = {}
        self._in_line = 0
        theme.changed.connect(self._tint)

    def _row(self, kind: FactKind) -> "_Row":
        """Return a row, made when there is something for it to say: most never have."""
        if kind not in self._rows:
            row = self._rows[kind] = _Row(kind, self._theme, self._icons, self)
            side = Qt.AlignmentFlag.AlignTop if kind in _WRAPPING else Qt.AlignmentFlag.AlignVCenter
            number = list(FactKind).index(kind)
            self._grid.addWidget(row.name, number, 0, side)
            self._grid.addWidget(row.value, number, 1)
            if kind is FactKind.FOLDER:
                row.label.opened.connect(self.folder_wanted)
        return self._rows[kind]

    def _put_in_line(self) -> None:
        """Have Tab go from row to row as the eye does."""
        rows = [self._rows[kind] for kind in FactKind if kind in self._rows]
        for before, after in pairwise(stop for row in rows for stop in (row.label, row.button) if stop is not None):
            QWidget.setTabOrder(before, after)
        self._in_line = len(self._rows)

    def making(self, kinds: Iterable[FactKind]) -> Iterator[None]:
        """Make the rows that facts of these kinds will stand in, one step for each."""
        for kind in kinds:
            self._row(kind)
            yield

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show facts in place of those before."""
        found = {fact.kind: fact for fact in facts}
        self._grid.setEnabled(False)  # laid out once for all rows, not anew for each that comes or goes
        for kind in FactKind:
            if kind in found or kind in self._rows:
                self._row(kind).show_fact(found.get(kind))
        if len(self._rows) > self._in_line:
            self._put_in_line()
        self._grid.setEnabled(True)
        if self.isVisible():
            self._grid.activate()

    def text_of(self, kind: FactKind) -> str:
        """Return the words of a row, "" where it is not there."""
        row = self._rows.get(kind)
        return "" if row is None or row.value.isHidden() else row.label.whole_text()

    def label_of(self, kind: FactKind) -> FactLabel:
        """Return the label of a row that was shown; raises KeyError for any other."""
        return self._rows[kind].label

    def copy_button_of(self, kind: FactKind) -> QToolButton | None:
        """Return the button that copies a row that was shown, None where it has none."""
        return self._rows[kind].button

    def changeEvent(self, event: QEvent) -> None:
        """Have every value stand at the side where its name is."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._tint()

    def _tint(self) -> None:
        for row in self._rows.values():
            row.tint()


class _Row:
    """Name, icon, value and the button to copy it."""

    def __init__(self, kind: FactKind, theme: Theme, icons: IconSet, form: QWidget) -> None:
        self.kind, self._theme, self._icons = kind, theme, icons
        self._fact: Fact | None = None
        self.name, self.value = QLabel(form), QWidget(form)
        self.name.setObjectName("quiet")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setFont(small(form.font()))
        self.label = FactLabel(self.value, wraps=kind in _WRAPPING, link=kind in _LINKS, middle=kind in _MIDDLE)
        self.label.setFont(tabular(small(form.font())))
        self.name.setBuddy(self.label)
        self._icon = QLabel(self.value)
        self._icon.setFixedSize(_ICON, _ICON)
        self.button = self._copy_button() if kind in _COPYING else None
        top = Qt.AlignmentFlag.AlignTop
        line = QHBoxLayout(self.value)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._icon, 0, top if kind in _WRAPPING else Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.label, 1)
        if self.button is not None:
            line.addWidget(self.button)
        height = max(ROW, QFontMetrics(self.label.font()).height() + 6)
        self.value.setMinimumHeight(height)
        self.name.setMinimumHeight(height)
        self.show_fact(None)
        self.tint()

    def _copy_button(self) -> QToolButton:
        button = QToolButton(self.value)
        button.setObjectName("tiny")
        button.setIconSize(QSize(14, 14))
        button.setMaximumHeight(ROW)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.label.copy)
        on_language(button, lambda: self._name_button(button))
        return button

    def _name_button(self, button: QToolButton) -> None:
        button.setToolTip(translate("Details", "Copy address"))
        button.setAccessibleName(translate("Details", "Copy address"))

    def show_fact(self, fact: Fact | None) -> None:
        if fact == self._fact and fact is not None:
            return
        before, self._fact = self._fact, fact
        self.name.setVisible(fact is not None)
        self.value.setVisible(fact is not None)
        if fact is None:
            self.label.show_text("")
            return
        self.name.setText(fact.name)
        self.label.setAccessibleName(fact.name)
        self.label.show_text(fact.text, fact.copied, fact.hint)
        if before is None or before.tone is not fact.tone:
            self.tint()

    def tint(self) -> None:
        tokens, tone = self._theme.tokens, self._fact.tone if self._fact else Tone.PLAIN
        if self.button is not None:
            self.button.setIcon(self._icons.icon("copy", tokens.secondary, tokens.faint, 14))
        self.label.set_tone("address" if self.button is not None else tone.value)
        self._icon.setVisible(tone in _ICONS)
        if tone in _ICONS:
            colour = {Tone.PROVEN: tokens.done, Tone.WRONG: tokens.failed}.get(tone, tokens.secondary)
            self._icon.setPixmap(self._icons.pixmap(_ICONS[tone], colour, _ICON, self._icon.devicePixelRatioF()))
