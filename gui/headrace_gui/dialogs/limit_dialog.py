"""The small dialog for a speed limit that is not among the presets."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QLabel, QVBoxLayout, QWidget

_MEGA: Final = 1_000_000


class LimitDialog(QDialog):
    """Asks for megabytes per second."""

    limit_chosen = Signal(int)
    """Bytes per second."""

    def __init__(self, limit: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setWindowTitle("Speed limit")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rate = QDoubleSpinBox(self)
        self._rate.setRange(0.01, 10_000.0)
        self._rate.setDecimals(2)
        self._rate.setSuffix(" MB/s")
        self._rate.setValue((limit or _MEGA) / _MEGA)
        self._rate.setAccessibleName("Speed limit in megabytes per second")
        self._rate.selectAll()
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(self)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton("Limit", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("primary")
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(QLabel("All downloads together take at most", self))
        column.addWidget(self._rate)
        column.addSpacing(8)
        column.addWidget(buttons)

    def _choose(self) -> None:
        self.limit_chosen.emit(round(self._rate.value() * _MEGA))
        self.accept()
