"""The table in the list of hosts."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from headrace.host_notes import HostEntry
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from headrace_gui.dialogs.host_model import HostColumn, HostModel
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_C = HostColumn
_SHARES: Final = {_C.HOST: 0.22, _C.RULE: 0.30, _C.LEARNT: 0.36}
"""Of the width; the last column has what is left."""


class HostTable(QTableView):
    """One row at a time is chosen."""

    chosen = Signal()
    remove_wanted = Signal()

    def __init__(self, model: HostModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._hosts, self._theme = model, theme
        self.setObjectName("hostTable")
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(self.font()).height() + 14)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        theme.changed.connect(self.viewport().update)
        on_language(self, lambda: self.setAccessibleName(translate("Hosts", "Hosts")))

    def entry(self) -> HostEntry | None:
        """Return what is chosen."""
        rows = self.selectionModel().selectedRows()
        return self._hosts.entry(rows[0].row()) if rows else None

    def choose(self, row: int) -> None:
        """Choose a row, if there is such a one."""
        if 0 <= row < self._hosts.rowCount():
            index = self._hosts.index(row, 0)
            whole = QItemSelectionModel.SelectionFlag.Rows | QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, whole)  # selectRow takes a mirrored table's choice back
            self.scrollTo(index)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell it."""
        super().selectionChanged(selected, deselected)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens the row, Delete wants it removed; everything else is the table's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        super().resizeEvent(event)
        for column, share in _SHARES.items():
            self.setColumnWidth(column, round(self.viewport().width() * share))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or a quiet line in their place."""
        super().paintEvent(event)
        if self._hosts.rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._theme.tokens.secondary))
        nothing = translate("Hosts", "No host has a rule, and nothing was learnt of any yet")
        text = nothing if self._hosts.is_empty() else translate("Hosts", "No host is found")
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        painter.end()
