"""The Connections page: the map of the whole file over the table of those who fetch it."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from headrace_gui.details.block_map import BlockMap
from headrace_gui.details.block_words import summary_words
from headrace_gui.details.connection_model import ConnectionTableModel
from headrace_gui.details.connection_table import ConnectionTable
from headrace_gui.details.legend import Legend
from headrace_gui.texts import on_language
from headrace_gui.theme import Theme, small, tabular

_SHARE: Final = 0.36
"""The most that the map takes of the page's height."""
_LEAST, _LOWEST = 34, 10
_AROUND: Final = 26
"""Pixels over and under the map and its head."""
_NARROW: Final = 620


class ConnectionsPage(QWidget):
    """Shows who fetches which part of one download, and how far the file is."""

    wants_details: bool = True

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: DownloadSnapshot | None = None
        self.map = BlockMap(theme, self)
        self.model = ConnectionTableModel(self)
        self.table = ConnectionTable(self.model, theme, self)
        self._line, self._legend = QLabel(self), Legend(theme, self)
        self._line.setObjectName("quiet")
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setFont(tabular(small(self.font())))
        self._line.setWordWrap(True)
        self._lay_out()
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.setSpacing(16)
        self._head.addWidget(self._line, 1)
        self._head.addWidget(self._legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 0)
        column.setSpacing(8)
        column.addLayout(self._head)
        column.addWidget(self.map)
        column.addWidget(self.table, 1)

    def _retext(self) -> None:
        self._line.setText(summary_words(self.map.counts) if self._snapshot else "")

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Show another download."""
        self._snapshot = snapshot
        self.show_details(None)

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Take in the newest of the same download."""
        self._snapshot = snapshot

    def show_details(self, details: DownloadDetails | None) -> None:
        """Show map and connections."""
        total = self._snapshot.total if self._snapshot else None
        self.map.show_segments(details.segments if details else (), total)
        self.model.show_connections(details.connections if details else ())
        self._retext()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the map its share, and the legend a line of its own where the page is narrow."""
        super().resizeEvent(event)
        direction = QHBoxLayout.Direction.TopToBottom if self.width() < _NARROW else QHBoxLayout.Direction.LeftToRight
        self._head.setDirection(direction)
        self._head.setSpacing(4 if self.width() < _NARROW else 16)
        self._fit()

    def _fit(self) -> None:
        others = self._head.sizeHint().height() + self.table.minimumSizeHint().height() + _AROUND
        high = min(max(round(self.height() * _SHARE), _LEAST), max(self.height() - others, _LOWEST))
        room = QSize(self.width() - 32, high)
        self.map.setFixedHeight(max(self.map.height_for(room), 10))
