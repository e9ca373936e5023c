"""A switch as people know it from their phones: on or off, painted, for keyboard and screen readers a check box."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from headrace_gui.theme import Theme, Tokens

_TRACK: Final = QSize(40, 22)
_RING: Final = 3
"""Room around the track for the focus ring."""
_SLIDE_MS: Final = 150


class Switch(QAbstractButton):
    """Slides from off to on; changes at once where motion is reduced."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._place = 0.0
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self._move_to)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._follow)
        theme.changed.connect(self.update)

    @property
    def place(self) -> float:
        """Where the knob is: 0 off, 1 on."""
        return self._place

    def sizeHint(self) -> QSize:
        """Return the size of the track with its ring."""
        return _TRACK + QSize(2 * _RING, 2 * _RING)

    def minimumSizeHint(self) -> QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def _follow(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._slide.stop()
        if self._theme.reduced_motion or not self.isVisible():
            self._move_to(float(checked))
            return
        self._slide.setStartValue(self._place)
        self._slide.setEndValue(float(checked))
        self._slide.start()

    def _move_to(self, place: float) -> None:
        self._place = place
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track, knob and focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        track = QRectF(_RING, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(track.adjusted(-2.25, -2.25, 2.25, 2.25), 13, 13)
        edge, ground, knob = self._colours(tokens)
        painter.setPen(QPen(edge, 1.5))
        painter.setBrush(ground)
        painter.drawRoundedRect(track.adjusted(0.75, 0.75, -0.75, -0.75), 10.25, 10.25)
        self._paint_knob(painter, track, knob)
        painter.end()

    def _paint_knob(self, painter: QPainter, track: QRectF, colour: QColor) -> None:
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        radius = 6 + self._place + (1 if lit else 0)
        way = track.width() - track.height()
        place = 1 - self._place if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else self._place
        middle = QRectF(track.left() + place * way, track.top(), track.height(), track.height()).center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(middle, radius, radius)

    def _colours(self, tokens: Tokens) -> tuple[QColor, QColor, QColor]:
        """Return edge, ground and knob."""
        if not self.isEnabled():
            ground = tokens.track
            return QColor(ground), QColor(ground), QColor(tokens.faint)
        if self.isChecked():
            accent = QColor(tokens.accent_hover if self.underMouse() else tokens.accent)
            return accent, accent, QColor(tokens.on_accent)
        return QColor(tokens.secondary), QColor(tokens.hover), QColor(tokens.secondary)
