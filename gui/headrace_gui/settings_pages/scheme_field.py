"""Light, dark, or like the system: three small pictures of the window to choose from."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Any, Final

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from headrace_gui.preferences import Scheme
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.entry import Choice
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate
from headrace_gui.theme import DARK, LIGHT, Theme, Tokens, medium

SCHEMES: Final = (
    Choice(Scheme.SYSTEM, QT_TRANSLATE_NOOP("Settings", "Like the system")),
    Choice(Scheme.LIGHT, QT_TRANSLATE_NOOP("Settings", "Light")),
    Choice(Scheme.DARK, QT_TRANSLATE_NOOP("Settings", "Dark")),
)
_PICTURE: Final = QSize(112, 70)
_EDGE: Final = 3
_CAPTION: Final = 8
_LINES: Final = (0.75, 0.5, 0.65)
"""How much of the width each of the picture's rows takes."""


class SchemeTile(QAbstractButton):
    """A picture of the window in one scheme, or halved in both, with its name below."""

    def __init__(self, halves: tuple[Tokens, ...], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._halves, self._theme = halves, theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the room for picture, ring and caption."""
        caption = QFontMetrics(medium(self.font())).horizontalAdvance(self.text())
        height = _PICTURE.height() + 2 * _EDGE + _CAPTION + QFontMetrics(self.font()).height()
        return QSize(max(_PICTURE.width(), caption) + 2 * _EDGE, height)

    def minimumSizeHint(self) -> QSize:
        """Shrink to two thirds where the window is small."""
        return QSize(_PICTURE.width() * 2 // 3, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, ring and caption."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = QRectF(_EDGE, _EDGE, self.width() - 2 * _EDGE, _PICTURE.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(self._drawn(picture)))
        painter.drawRoundedRect(picture, 8, 8)
        self._paint_ring(painter, picture)
        self._paint_caption(painter, picture)
        painter.end()

    def _drawn(self, picture: QRectF) -> QImage:
        """Return the picture itself; as a brush its corners become round and smooth."""
        ratio = self.devicePixelRatioF()
        image = QImage((self.size() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        width = picture.width() / len(self._halves)
        for number, tokens in enumerate(self._halves):
            painter.setClipRect(QRectF(picture.left() + number * width, 0, width + 1, self.height()))
            self._paint_window(painter, picture, tokens)
        painter.end()
        return image

    def _paint_window(self, painter: QPainter, picture: QRectF, tokens: Tokens) -> None:
        side = picture.width() * 0.26
        painter.fillRect(picture.adjusted(-1, -1, 1, 1), QColor(tokens.window))
        painter.fillRect(picture.adjusted(side, -1, 1, 1), QColor(tokens.surface))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.accent))
        painter.drawRoundedRect(QRectF(picture.left() + 8, picture.top() + 9, side - 14, 8), 3, 3)
        for number in range(3):
            top = picture.top() + 26 + 13 * number
            painter.setBrush(QColor(tokens.track))
            painter.drawRoundedRect(QRectF(picture.left() + 8, top, side - 14, 5), 2, 2)
        for number, share in enumerate(_LINES):
            top = picture.top() + 12 + 18 * number
            room = picture.width() - side - 22
            painter.setBrush(QColor(tokens.secondary))
            painter.drawRoundedRect(QRectF(picture.left() + side + 11, top, room * share, 4), 2, 2)
            painter.setBrush(QColor(tokens.track))
            painter.drawRoundedRect(QRectF(picture.left() + side + 11, top + 7, room, 4), 2, 2)

    def _paint_ring(self, painter: QPainter, picture: QRectF) -> None:
        tokens = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(picture.adjusted(-1, -1, 1, 1), 9, 9)
        else:
            painter.setPen(QPen(QColor(tokens.faint if self.underMouse() else tokens.line), 1))
            painter.drawRoundedRect(picture.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _paint_caption(self, painter: QPainter, picture: QRectF) -> None:
        tokens = self._theme.tokens
        font = medium(self.font()) if self.isChecked() else self.font()
        metrics = QFontMetrics(font)
        room = QRectF(0, picture.bottom() + _EDGE, self.width(), self.height() - picture.bottom() - _EDGE)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent_text if self.isChecked() else tokens.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if self.hasFocus():
            width = metrics.horizontalAdvance(text)
            line = QRectF(room.center().x() - width / 2, room.bottom() - 2, width, 1.5)
            painter.fillRect(line, QColor(tokens.accent))


class SchemeField(Control):
    """The three tiles."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        looks = {Scheme.SYSTEM: (LIGHT, DARK), Scheme.LIGHT: (LIGHT,), Scheme.DARK: (DARK,)}
        self.tiles = {scheme: SchemeTile(halves, theme, self) for scheme, halves in looks.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for scheme, tile in self.tiles.items():
            tile.clicked.connect(lambda _checked, wanted=scheme: self._choose(wanted))
            row.addWidget(tile)
        row.addStretch()

    def describe(self, name: str, sentence: str) -> None:
        """Name every tile."""
        for choice in SCHEMES:
            tile, text = self.tiles[choice.value], translate("Settings", choice.text)
            tile.setText(text)
            tile.setToolTip(text)
            named = translate("Settings", "{setting}: {choice}").format(setting=name, choice=text)
            tile.setAccessibleName(named)
            tile.setAccessibleDescription(sentence)

    def show_value(self, value: Any) -> None:
        """Check the tile of a scheme."""
        with QSignalBlocker(self.tiles[value]):
            self.tiles[value].setChecked(True)
        self.setFocusProxy(self.tiles[value])
        self.update()

    def _choose(self, scheme: Scheme) -> None:
        self.show_value(scheme)
        self.wanted.emit(scheme)
