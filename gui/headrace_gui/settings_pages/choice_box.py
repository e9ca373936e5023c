"""A box to choose one of several from, painted like the window's other fields."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Any, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStyle, QStyledItemDelegate, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.entry import Choice
from headrace_gui.texts import translate
from headrace_gui.theme import Theme, text_direction

_SIDE: Final = 12
_CHEVRON: Final = 16
_WIDEST: Final = 280


class ChoiceBox(QComboBox):
    """A combo box that paints itself, and leaves the wheel to the page under it."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("choiceBox")
        self._theme, self._icons = theme, icons
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(12)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the room for the longest text."""
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(self.itemText(row)) for row in range(self.count())), default=0)
        return QSize(min(longest + 2 * _SIDE + _CHEVRON + 8, _WIDEST), max(36, metrics.height() + 16))

    def minimumSizeHint(self) -> QSize:
        """Show some of the text at least."""
        return self.sizeHint().boundedTo(QSize(120, self.sizeHint().height()))

    def describe(self, name: str, sentence: str) -> None:
        """Tell screen readers what is chosen here, and why."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(sentence)
        self.view().setAccessibleName(name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: a setting is not to be changed by the way."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, text and chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        painter.setPen(QColor(tokens.accent if self.hasFocus() else tokens.line))
        painter.setBrush(QColor(tokens.hover if self.underMouse() and self.isEnabled() else tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect().adjusted(0, 0, -1, -1)).translated(QPointF(0.5, 0.5)), 8, 8)
        inner = self.rect().adjusted(_SIDE, 0, -_SIDE - _CHEVRON - 6, 0)
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), inner)
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.faint))
        text = QFontMetrics(self.font()).elidedText(self.currentText(), Qt.TextElideMode.ElideRight, inner.width())
        align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.setLayoutDirection(text_direction(text))
        painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_chevron(painter)
        painter.end()

    def _paint_chevron(self, painter: QPainter) -> None:
        square = QRect(self.width() - _SIDE - _CHEVRON + 2, (self.height() - _CHEVRON) // 2, _CHEVRON, _CHEVRON)
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), square)
        colour = self._theme.tokens.secondary if self.isEnabled() else self._theme.tokens.faint
        pixmap = self._icons.pixmap("chevron-down", colour, _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(place.topLeft(), pixmap)


class ChoiceField(Control):
    """One of several values."""

    def __init__(self, choices: tuple[Choice, ...], theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices = choices
        self.box = ChoiceBox(theme, icons, self)
        self.box.addItems([choice.text for choice in choices])
        self.box.activated.connect(lambda row: self.wanted.emit(self._choices[row].value))
        self.setFocusProxy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)

    def describe(self, name: str, sentence: str) -> None:
        """Name the box and write its choices."""
        self.box.describe(name, sentence)
        with QSignalBlocker(self.box):
            for row, choice in enumerate(self._choices):
                self.box.setItemText(row, self.text_of(choice))
        self.box.updateGeometry()

    def text_of(self, choice: Choice) -> str:
        """Return the words of a choice."""
        return translate("Settings", choice.text)

    def show_value(self, value: Any) -> None:
        """Choose the value's row."""
        row = next((row for row, choice in enumerate(self._choices) if choice.value == value), -1)
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(row)
        self.box.update()


class LanguageField(ChoiceField):
    """The languages, each in its own words, which are never translated."""

    def text_of(self, choice: Choice) -> str:
        """Return the language's own name; the system's is told in the language in force."""
        return choice.text if choice.value else translate("Settings", "Like the system")
