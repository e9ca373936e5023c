"""The strip that asks once what is to be done with all that is there already."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from headrace_gui.dialogs.add_clashes import WAYS, Clash, Way
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

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("addStrip")
        self._count = 0
        self._sign, self._text = QLabel(self), ShortLabel(self)
        self._group = QButtonGroup(self)
        self.buttons = {way: QToolButton(self) for way in Way}
        self._lay_out(theme, icons)
        on_language(self, self._retext)
        self.hide()

    def _lay_out(self, theme: Theme, icons: IconSet) -> None:
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

        self._theme, self._icons = theme, icons
        self._tint()
        theme.changed.connect(self._tint)

    def _tint(self) -> None:
        warning, ratio = self._theme.tokens.warning, self.devicePixelRatioF()
        self._sign.setPixmap(self._icons.pixmap("copy", warning, _SIGN, ratio))

    def _retext(self) -> None:
        for way, button in self.buttons.items():
            button.setText(way_name(way))
            button.setToolTip(way_hint(way))
            button.setAccessibleDescription(way_hint(way))
        self._text.setText(translate("Add", "Already there: %Ln", "", self._count))

    def tell(self, clashes: Sequence[Clash], way: Way | None) -> None:
        """Show these, and what is done with all of them; None where it differs."""
        self._count = len(clashes)
        possible = {each for clash in clashes for each in WAYS[clash.kind]}
        for each, button in self.buttons.items():
            button.setVisible(each in possible)
        self._group.setExclusive(way is not None)
        for each, button in self.buttons.items():
            button.setChecked(each is way)
        self._retext()
        self.setVisible(bool(clashes))
