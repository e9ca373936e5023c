"""The buttons of the command bar: icon, words and ground painted with even spacing."""

# ruff: noqa: N802 - Qt names its virtual methods so

from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QToolButton, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, Tokens, medium, semibold

_ICON: Final = 18
_CHEVRON: Final = 14
_GAP: Final = 8
_RADIUS: Final = 8
_HEIGHT: Final = 36
_PADDING, _WORDED_PADDING = 9, 12


class Weight(Enum):
    """How much a button draws the eye."""

    PRIMARY = "primary"
    FRAMED = "framed"
    QUIET = "quiet"


class BarButton(QToolButton):
    """A tool button that paints itself; with a menu it shows a small chevron behind its words."""

    def __init__(
        self, icon: str, theme: Theme, icons: IconSet, parent: QWidget, *, weight: Weight = Weight.QUIET
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._theme, self._icons, self._weight = icon, theme, icons, weight
        self._worded = True
        self.setFont(semibold(self.font()) if weight is Weight.PRIMARY else medium(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.update)

    def set_action(self, action: QAction) -> None:
        """Take words, tooltip and ability from `action`, and trigger it."""
        self.setDefaultAction(action)
        self.take_name()

    def take_name(self) -> None:
        """Be called what the action says, as it may in another language."""
        self.setAccessibleName(self.defaultAction().iconText())
        self.updateGeometry()

    def take_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon_name = name
        self.update()

    def set_worded(self, worded: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """Show words beside the icon, or the icon alone."""
        if worded is not self._worded:
            self._worded = worded
            self.updateGeometry()

    def width_when(self, *, worded: bool) -> int:
        """Return the width with words, or without."""
        if not worded or not self.text():
            return _ICON + 2 * _PADDING
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return _ICON + 2 * _WORDED_PADDING + _GAP + words + (_CHEVRON + 4 if self.menu() else 0)

    def _words(self) -> str:
        return self.text() if self._worded else ""

    def sizeHint(self) -> QSize:
        """Return the room for icon, words and chevron."""
        height = max(_HEIGHT, QFontMetrics(self.font()).height() + 16)
        return QSize(self.width_when(worded=self._worded), height)

    def minimumSizeHint(self) -> QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def _padding(self) -> int:
        return _WORDED_PADDING if self._words() else _PADDING

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon, words and chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, self._theme.tokens)
        colour = self._colour(self._theme.tokens)
        left, middle = self._padding(), self.height() // 2
        self._paint_icon(painter, self._icon_name, QRect(left, middle - _ICON // 2, _ICON, _ICON), colour)
        if self._words():
            self._paint_words(painter, QRect(left + _ICON + _GAP, 0, self.width(), self.height()), colour)
        painter.end()

    def _paint_words(self, painter: QPainter, room: QRect, colour: str) -> None:
        width = QFontMetrics(self.font()).horizontalAdvance(self._words()) + 1
        painter.setFont(self.font())
        painter.setPen(QColor(colour))
        place = QStyle.visualRect(
            self.layoutDirection(), self.rect(), QRect(room.topLeft(), QSize(width, room.height()))
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._words())
        if self.menu():
            square = QRect(room.left() + width + 4, self.height() // 2 - _CHEVRON // 2, _CHEVRON, _CHEVRON)
            self._paint_icon(painter, "chevron-down", square, self._theme.tokens.secondary)

    def _paint_icon(self, painter: QPainter, name: str, square: QRect, colour: str) -> None:
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), square)
        pixmap = self._icons.pixmap(name, colour, square.width(), self.devicePixelRatioF())
        painter.drawPixmap(place.topLeft(), pixmap)

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        lit, edge = self._ground(tokens)
        if self.hasFocus():
            edge = tokens.text if self._weight is Weight.PRIMARY else tokens.accent
        painter.setBrush(QColor(lit) if lit else Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(edge) if edge else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1).toRectF().translated(0.5, 0.5), _RADIUS, _RADIUS)

    def _ground(self, tokens: Tokens) -> tuple[str, str]:
        over, down = self.underMouse() and self.isEnabled(), self.isDown()
        if self._weight is Weight.PRIMARY:
            fill = tokens.accent_hover if over or down else tokens.accent
            return fill, fill
        fill = tokens.track if down else tokens.hover if over else ""
        return fill, tokens.line if self._weight is Weight.FRAMED else ""

    def _colour(self, tokens: Tokens) -> str:
        if self._weight is Weight.PRIMARY:
            return tokens.on_accent
        return tokens.text if self.isEnabled() else tokens.faint

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark."""
        super().leaveEvent(event)
        self.update()
