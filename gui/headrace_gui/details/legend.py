"""What the looks of a map's cells mean."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from headrace_gui.details.block_cells import LEVELS, Look
from headrace_gui.details.block_map import CELL
from headrace_gui.details.block_tiles import Looks, Tiles
from headrace_gui.details.flow_layout import FlowLayout
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate
from headrace_gui.theme import Theme, small, text_direction

ENTRIES: Final = (
    (Look(0, 0), QT_TRANSLATE_NOOP("Details", "Missing")),
    (Look(0, LEVELS // 2, arriving=True), QT_TRANSLATE_NOOP("Details", "Arriving")),
    (Look(0, LEVELS), QT_TRANSLATE_NOOP("Details", "On disk")),
    (Look(LEVELS, LEVELS), QT_TRANSLATE_NOOP("Details", "Verified")),
)
_GAP: Final = 6


class Legend(QWidget):
    """Four cells with their words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, across=14, down=2)
        for look, text in ENTRIES:
            flow.addWidget(_Entry(theme, look, text, self))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class _Entry(QWidget):
    def __init__(self, theme: Theme, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._look, self._text = theme, look, text
        self.setFont(small(self.font()))
        theme.changed.connect(self.update)
        on_language(self, self._retext)

    def _retext(self) -> None:
        self.setAccessibleName(translate("Details", self._text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(translate("Details", self._text)) + 2
        return QSize(CELL.width() + _GAP + width, max(metrics.height(), CELL.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, mirrored = QPainter(self), self.isRightToLeft()
        tiles = Tiles(Looks(self._theme.tokens, CELL, self.devicePixelRatioF()))
        left = self.width() - CELL.width() if mirrored else 0
        painter.drawImage(QPoint(left, (self.height() - CELL.height()) // 2), tiles.image(self._look))
        text = translate("Details", self._text)
        start = 0 if mirrored else CELL.width() + _GAP
        room = self.rect().adjusted(start, 0, -(CELL.width() + _GAP) if mirrored else 0, 0)
        painter.setPen(QColor(self._theme.tokens.secondary))
        painter.setLayoutDirection(text_direction(text))
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.end()
