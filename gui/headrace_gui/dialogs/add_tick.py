"""Ticks, painted alike in the list and beside a line of text; and a line that is cut to its room."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QStyle, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, text_direction

BOX: Final = 16
_MARK: Final = 12
_GAP: Final = 8


def paint_tick(painter: QPainter, place: QRectF, theme: Theme, icons: IconSet, *, ticked: bool, focused: bool) -> None:
    """Paint a box of BOX pixels at `place`."""
    tokens, box = theme.tokens, place.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if focused:
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
    painter.setPen(QPen(QColor(tokens.accent if ticked else tokens.faint), 1.2))
    painter.setBrush(QColor(tokens.accent if ticked else tokens.surface))
    painter.drawRoundedRect(box, 4, 4)
    if ticked:
        mark = icons.pixmap("check", tokens.on_accent, _MARK, painter.device().devicePixelRatioF())
        inset = (BOX - _MARK) // 2
        painter.drawPixmap(QPoint(round(place.left()) + inset, round(place.top()) + inset), mark)


class TickBox(QCheckBox):
    """A check box that looks like the ticks of the list."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setObjectName("tickBox")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the room for box and text."""
        metrics = QFontMetrics(self.font())
        return QSize(
            BOX + _GAP + metrics.horizontalAdvance(self.text().replace("&", "")) + 6, max(metrics.height(), BOX) + 6
        )

    def minimumSizeHint(self) -> QSize:
        """Return the same: a text cut off says nothing."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press on the text as well."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box and text."""
        painter = QPainter(self)
        whole = self.rect()
        box = QRect(0, (whole.height() - BOX) // 2, BOX, BOX)
        place = QRectF(QStyle.visualRect(self.layoutDirection(), whole, box))
        paint_tick(painter, place, self._theme, self._icons, ticked=self.isChecked(), focused=False)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(whole).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        text = QStyle.visualRect(self.layoutDirection(), whole, whole.adjusted(BOX + _GAP, 0, 0, 0))
        painter.setPen(QColor(self._theme.tokens.text))
        align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.drawText(text, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        painter.end()


class ShortLabel(QLabel):
    """A line of text that is cut at its end where there is no room, and says all of it as a tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much as there is room for."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setLayoutDirection(text_direction(self.text()))
        align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.drawText(self.rect(), align | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
