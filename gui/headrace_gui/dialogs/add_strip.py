"""The strip that asks once what is to be done with all that is there already."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from headrace_gui.dialogs.add_clashes import WAYS, ClashKind, Way
from headrace_gui.dialogs.add_tick import ShortLabel
from headrace_gui.dialogs.add_words import way_hint, way_name
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_SIGN: Final = 16


class ClashStrip(QFrame):
    """Says how many are there already, and offers what can be done with them; hidden while there are none."""

    chosen = Signal(object)
    """Way: what a person wants done with all of them."""

    def __init__(self, theme: Theme, icons: IconSet, before: QWidget, parent: QWidget) -> None:
        """Take what the Tab key reaches just before it."""
        super().__init__(parent)
        self.setObjectName("addStrip")
        self._theme, self._icons, self._before = theme, icons, before
        self._count = 0
        self.buttons: dict[Way, QToolButton] = {}
        self.hide()

    def _make(self) -> None:
        self._sign, self._text = QLabel(self), ShortLabel(self)
        self._group = QButtonGroup(self)
        self.buttons = {way: QToolButton(self) for way in Way}
        self._lay_out()
        for one, following in pairwise((self._before, *self.buttons.values())):
            QWidget.setTabOrder(one, following)
        self._theme.changed.connect(self._tint)
        self._tint()
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(5, 5, 5, 5)
        row.setSpacing(4)
        row.addSpacing(3)  # not a margin: those are not mirrored
        row.addWidget(self._sign)
        row.addSpacing(4)
        row.addWidget(self._text, 1)
        for way, button in self.buttons.items():
            button.setObjectName("segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _checked, way=way: self.chosen.emit(way))
            self._group.addButton(button)
            row.addWidget(button)

    def _tint(self) -> None:
        warning, ratio = self._theme.tokens.warning, self.devicePixelRatioF()
        self._sign.setPixmap(self._icons.pixmap("copy", warning, _SIGN, ratio))

    def _retext(self) -> None:
        for way, button in self.buttons.items():
            button.setText(way_name(way))
            button.setToolTip(way_hint(way))
            button.setAccessibleDescription(way_hint(way))
        self._text.setText(translate("Add", "Already there: %Ln", "", self._count))

    def tell(self, clashes: Mapping[ClashKind, int], way: Way | None) -> None:
        """Show how many there are of each kind, and what is done with all of them; None where it differs."""
        if clashes and not self.buttons:  # made when it is first wanted: most never see it
            self._make()
        if self.buttons:
            self._show(clashes, way)
        self.setVisible(bool(clashes))

    def _show(self, clashes: Mapping[ClashKind, int], way: Way | None) -> None:
        self._count = sum(clashes.values())
        possible = {each for kind in clashes for each in WAYS[kind]}
        for each, button in self.buttons.items():
            button.setVisible(each in possible)
        self._group.setExclusive(way is not None)
        for each, button in self.buttons.items():
            button.setChecked(each is way)
        self._retext()
