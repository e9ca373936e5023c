"""A line of figures, each behind its name, that wraps where there is no room."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from headrace_gui.details.flow_layout import FlowLayout
from headrace_gui.theme import medium, semibold, small, tabular


class Figures(QWidget):
    """Shows pairs of a name and a value; pairs without a value are left out. Large values stand over their names."""

    def __init__(self, count: int, parent: QWidget | None = None, *, large: bool = False) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, across=32 if large else 24, down=8 if large else 4)
        self._pairs = [_Pair(self, large=large) for _ in range(count)]
        for pair in self._pairs:
            flow.addWidget(pair)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show names and values in order."""
        for widget, (name, value) in zip(self._pairs, pairs, strict=True):
            widget.show_pair(name, value)

    def texts(self) -> list[tuple[str, str]]:
        """Return the pairs that are shown."""
        return [pair.texts() for pair in self._pairs if not pair.isHidden()]


class _Pair(QWidget):
    def __init__(self, parent: QWidget, *, large: bool) -> None:
        super().__init__(parent)
        self._name, self._value = QLabel(self), QLabel(self)
        self._name.setObjectName("quiet")
        self._name.setFont(small(self.font()))
        self._value.setFont(tabular(_large(self.font()) if large else medium(small(self.font()))))
        direction = QBoxLayout.Direction.BottomToTop if large else QBoxLayout.Direction.LeftToRight
        row = QBoxLayout(direction, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0 if large else 6)
        for label in (self._name, self._value):
            label.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(label)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_pair(self, name: str, value: str) -> None:
        if (name, value) != self.texts():
            self._name.setText(name)
            self._value.setText(value)
        self.setVisible(bool(value))

    def texts(self) -> tuple[str, str]:
        return self._name.text(), self._value.text()


def _large(font: QFont) -> QFont:
    larger = semibold(font)
    larger.setPixelSize(font.pixelSize() + 7)
    return larger
