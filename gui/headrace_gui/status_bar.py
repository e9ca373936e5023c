"""The line at the bottom: total speed, how many run and wait, the limit, the room left on the disk."""

from pathlib import Path
from typing import Final

from headrace.snapshots import TotalsSnapshot
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from headrace_gui import words
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, small, tabular

HEIGHT: Final = 30


class StatusBar(QFrame):
    """Shows what the window tells it; asks nobody."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setObjectName("statusBar")
        self.setFixedHeight(max(HEIGHT, self.fontMetrics().height() + 12))
        self._sign, self._speed, self._counts, self._limit, self._room = (QLabel(self) for _ in range(5))
        self._speed.setObjectName("totalSpeed")
        for label in (self._speed, self._counts, self._limit, self._room):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFont(tabular(small(self.font())))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for label, gap in ((self._sign, 0), (self._speed, 12), (self._counts, 12), (self._limit, 0)):
            row.addWidget(label)
            row.addSpacing(gap)
        row.addStretch(1)
        row.addWidget(self._room)
        theme.changed.connect(self._tint)
        self._tint()

    def show_totals(self, totals: TotalsSnapshot) -> None:
        """Show speed, counts and limit."""
        self._speed.setText(words.speed(totals.speed))
        parts = [f"{words.number(totals.active)} active"] if totals.active else []
        parts += [f"{words.number(totals.waiting)} waiting"] if totals.waiting else []
        self._counts.setText(" · ".join(parts) or "Nothing to do")
        limited = f"Limited to {words.limit(totals.limit)}" if totals.limit else words.limit(None)
        self._limit.setText(limited)

    def show_room(self, folder: Path, room: FolderRoom | None) -> None:
        """Show the free space of the download folder; nothing where it is not known."""
        self._room.setText(f"{words.size(room.free)} free in {folder.name or folder}" if room else "")

    def room_text(self) -> str:
        """Return what is shown of the free space."""
        return self._room.text()

    def _tint(self) -> None:
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(self._icons.pixmap("download", self._theme.tokens.secondary, 16, ratio))
