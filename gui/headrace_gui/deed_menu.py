"""The menu in which a person chooses what happens when all is done."""

from collections.abc import Collection
from typing import Final

from headrace.finale import Deed
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from headrace_gui.deed_words import DEEDS, deed_name
from headrace_gui.texts import on_language

_ALWAYS: Final[frozenset[Deed]] = frozenset({Deed.NOTHING, Deed.QUIT})


class DeedMenu(QMenu):
    """One row for each deed; of those of the machine only what it can do now."""

    chosen = Signal(object)
    """The Deed a person wants."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        group = QActionGroup(self)
        self.rows: dict[Deed, QAction] = {}
        for deed in DEEDS:
            row = self.rows[deed] = self.addAction("")
            row.setCheckable(True)
            row.triggered.connect(lambda _on, deed=deed: self.chosen.emit(deed))
            group.addAction(row)
            if deed is Deed.NOTHING:
                self.addSeparator()
        self.offer(_ALWAYS)
        on_language(self, self._retext)

    def offer(self, able: Collection[Deed]) -> None:
        """Offer what can be done."""
        for deed, row in self.rows.items():
            row.setVisible(deed in able or row.isChecked())

    def show_deed(self, deed: Deed) -> None:
        """Tick what is planned."""
        self.rows[deed].setChecked(True)
        self.rows[deed].setVisible(True)

    def _retext(self) -> None:
        for deed, row in self.rows.items():
            row.setText(deed_name(deed))
