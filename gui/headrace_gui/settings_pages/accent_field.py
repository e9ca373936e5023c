"""The accent colour: the system's, one of eight, or any other."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Any, Final

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QHBoxLayout, QLabel, QWidget

from headrace_gui.accents import with_accent
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.entry import Choice
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate
from headrace_gui.theme import Theme, Tokens

SYSTEM: Final = ""
COLOURS: Final = (
    Choice(SYSTEM, QT_TRANSLATE_NOOP("Settings", "Like the system")),
    Choice("#1570EF", QT_TRANSLATE_NOOP("Settings", "Blue")),
    Choice("#0E7F86", QT_TRANSLATE_NOOP("Settings", "Teal")),
    Choice("#17834F", QT_TRANSLATE_NOOP("Settings", "Green")),
    Choice("#9A6700", QT_TRANSLATE_NOOP("Settings", "Amber")),
    Choice("#C2410C", QT_TRANSLATE_NOOP("Settings", "Orange")),
    Choice("#C4232B", QT_TRANSLATE_NOOP("Settings", "Red")),
    Choice("#B8246F", QT_TRANSLATE_NOOP("Settings", "Pink")),
    Choice("#7345D6", QT_TRANSLATE_NOOP("Settings", "Violet")),
)
_DOT: Final = 32
_RADIUS: Final = 10.0
_NAME: Final = 120


class Swatch(QAbstractButton):
    """A dot of one colour; with an icon where it stands for the system's, or for any other."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget, icon: str = "") -> None:
        super().__init__(parent)
        self._theme, self._icons, self._icon = theme, icons, icon
        self.colour = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the room for the dot and its ring."""
        return QSize(_DOT, _DOT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dot, the ring of the chosen one, the ring of the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, middle = self._tokens(), QPointF(self.width() / 2, self.height() / 2)
        if self.isChecked():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawEllipse(middle, _RADIUS + 3, _RADIUS + 3)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.text), 1))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen if self.colour else QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.accent if self.colour else tokens.track))
        radius = _RADIUS + (1 if self.underMouse() and not self.isChecked() else 0)
        painter.drawEllipse(middle, radius, radius)
        self._paint_icon(painter, middle)
        painter.end()

    def _tokens(self) -> Tokens:
        """Return the tokens as they would be with this colour."""
        return with_accent(self._theme.tokens, self.colour) if self.colour else self._theme.tokens

    def _paint_icon(self, painter: QPainter, middle: QPointF) -> None:
        checked_colour = self.isChecked() and bool(self.colour)
        name = "check" if checked_colour else "" if self.colour else self._icon
        if name:
            size = 14
            tokens = self._tokens()
            colour = tokens.on_accent if checked_colour else tokens.secondary
            pixmap = self._icons.pixmap(name, colour, size, self.devicePixelRatioF())
            painter.drawPixmap(middle - QPointF(size / 2, size / 2), pixmap)


class AccentField(Control):
    """A row of dots; the name of the chosen colour stands beside them."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._dots: dict[str, Swatch] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for choice in COLOURS:
            dot = Swatch(theme, icons, self, "" if choice.value else "contrast")
            dot.colour = choice.value
            dot.clicked.connect(lambda _checked, colour=choice.value: self._choose(colour))
            self._dots[choice.value] = dot
            row.addWidget(dot)
        self.other = Swatch(theme, icons, self, "plus")
        self.other.clicked.connect(self._ask)
        row.addWidget(self.other)
        self._name = QLabel(self)
        self._name.setObjectName("hint")
        self._name.hide()
        row.addSpacing(8)
        row.addWidget(self._name)
        row.addStretch()
        self.setFocusProxy(self._dots[SYSTEM])
        self._value, self._title = SYSTEM, ""

    def describe(self, name: str, sentence: str) -> None:
        """Name every dot."""
        self._title = name
        for choice in COLOURS:
            self._describe_dot(self._dots[choice.value], translate("Settings", choice.text), sentence)
        self._describe_dot(self.other, translate("Settings", "Another colour…"), sentence)
        self._tell_name()

    def _describe_dot(self, dot: Swatch, text: str, sentence: str) -> None:
        dot.setToolTip(text)
        dot.setAccessibleName(translate("Settings", "{setting}: {choice}").format(setting=self._title, choice=text))
        dot.setAccessibleDescription(sentence)

    def show_value(self, value: Any) -> None:
        """Check the dot of a colour."""
        self._value = str(value)
        dot = self._dots.get(self._value.upper(), self.other)
        self.other.colour = self._value if dot is self.other else ""
        with QSignalBlocker(dot):
            dot.setChecked(True)
        self.setFocusProxy(dot)
        self._tell_name()
        self.update()

    def _tell_name(self) -> None:
        known = next((choice.text for choice in COLOURS if choice.value == self._value.upper()), None)
        self._name.setText(self._value.upper() if known is None else translate("Settings", known))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the name out where there is no room for it: the ring and the tooltip tell it too."""
        super().resizeEvent(event)
        self._name.setVisible(self.width() > (len(COLOURS) + 1) * _DOT + _NAME)

    def _choose(self, colour: str) -> None:
        self.show_value(colour)
        self.wanted.emit(colour)

    def _ask(self) -> None:
        before = self._value
        dialog = QColorDialog(QColor(before or COLOURS[1].value), self)
        dialog.setWindowTitle(translate("Settings", "Accent colour"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self._choose(colour.name().upper()))
        dialog.rejected.connect(lambda: self.show_value(before))
        dialog.open()
