"""A field for a number with its unit, and two buttons that go up and down."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Any, Final

from headrace.settings import BOUNDS
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.checks import read_value, written
from headrace_gui.settings_pages.control import TYPING_MS, Control, FieldFrame
from headrace_gui.settings_pages.entry import Entry, Kind
from headrace_gui.texts import translate
from headrace_gui.theme import Theme, tabular

_EDIT: Final = 52
_WHOLE: Final = 144
_ICON: Final = 16
_STEPS: Final[dict[int, int]] = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class NumberField(Control):
    """Tells a number when the typing has paused or the field is left, and says what is wrong with a bad one."""

    def __init__(self, entry: Entry, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry, self._theme, self._icons = entry, theme, icons
        self._value, self._is_typed = BOUNDS[entry.key][0], False
        frame = FieldFrame(self)
        self.edit = QLineEdit(frame)
        self.edit.setFont(tabular(self.edit.font()))
        self.edit.setMinimumWidth(_EDIT)
        self.edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.installEventFilter(self)
        frame.watch(self.edit)
        self.setFocusProxy(self.edit)
        self._unit = QLabel(frame)
        self._unit.setObjectName("hint")
        self._unit.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._less, self._more = self._stepper("minus", -1), self._stepper("plus", 1)
        self._lay_out(frame)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._read)
        self.edit.textEdited.connect(self._on_typed)
        self.edit.editingFinished.connect(self._leave)
        theme.changed.connect(self._tint)
        self._tint()

    def _stepper(self, icon: str, direction: int) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("stepper")
        button.setProperty("icon_name", icon)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._step(direction))
        return button

    def _lay_out(self, frame: FieldFrame) -> None:
        row = QHBoxLayout(frame)
        row.setContentsMargins(2, 1, 2, 1)
        row.setSpacing(2)
        for part, stretch in ((self.edit, 1), (self._unit, 0), (self._less, 0), (self._more, 0)):
            row.addWidget(part, stretch)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        frame.setMinimumWidth(_WHOLE)

    def _tint(self) -> None:
        tokens = self._theme.tokens
        for button in (self._less, self._more):
            name = str(button.property("icon_name"))
            button.setIcon(self._icons.icon(name, tokens.secondary, tokens.line, _ICON))

    def describe(self, name: str, sentence: str) -> None:
        """Name the field and its buttons."""
        self._unit.setText(self._unit_text())
        self._unit.setVisible(bool(self._unit.text()))
        self.edit.setAccessibleName(name)
        unit = self._unit.text()
        self.edit.setAccessibleDescription(f"{sentence} ({unit})" if unit else sentence)
        self._less.setAccessibleName(translate("Settings", "Less: {setting}").format(setting=name))
        self._more.setAccessibleName(translate("Settings", "More: {setting}").format(setting=name))
        if not self._is_typed:
            self.show_value(self._value)  # each language writes numbers in its own manner

    def _unit_text(self) -> str:
        if self._entry.kind is Kind.SECONDS:
            return translate("Settings", "s", "seconds, behind a number")
        mega = self._entry.per_unit == 1_000_000
        speed = translate("Settings", "MB/s") if mega else translate("Settings", "kB/s")
        return speed if self._entry.kind is Kind.SPEED else ""

    def show_value(self, value: Any) -> None:
        """Show a number; the least there may be for None."""
        self._pause.stop()
        self._is_typed = False
        self._value = BOUNDS[self._entry.key][0] if value is None else value
        number = self._value / self._entry.per_unit
        self.edit.setText(f"{number:.0f}" if self._entry.is_name else written(number))
        self._show_bounds()

    def _show_bounds(self) -> None:
        low, high = BOUNDS[self._entry.key]
        self._less.setEnabled(self._value > low)
        self._more.setEnabled(self._value < high)

    def _on_typed(self) -> None:
        self._is_typed = True
        self._pause.start()

    def _read(self) -> None:
        reading = read_value(self._entry, self.edit.text())
        if reading.value is None:
            self.refused.emit(reading.fault)
            return
        self._value, self._is_typed = reading.value, False
        self._show_bounds()
        self.wanted.emit(reading.value)

    def _leave(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._read()

    def _step(self, direction: int) -> None:
        low, high = BOUNDS[self._entry.key]
        reading = read_value(self._entry, self.edit.text())
        start = self._value if reading.value is None else reading.value
        self.show_value(min(max(start + direction * self._entry.per_unit, low), high))
        self.wanted.emit(self._value)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Step with the arrow keys."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            direction = _STEPS.get(event.key())
            if direction:
                self._step(direction)
                return True
        return False
