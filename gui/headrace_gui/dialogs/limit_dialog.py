"""The small dialog for a speed limit that is not among the presets."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import NumberField
from headrace_gui.texts import translate

_MEGA: Final = 1_000_000


class LimitDialog(SmallDialog):
    """Asks for megabytes per second."""

    limit_chosen = Signal(int)
    """Bytes per second."""

    def __init__(self, limit: int | None, parent: QWidget | None = None) -> None:
        super().__init__(translate("Limit", "Speed limit"), "", translate("Limit", "Limit"), parent)
        self._rate = NumberField(self)
        self._rate.setRange(0.01, 10_000.0)
        self._rate.setDecimals(2)
        self._rate.setSuffix(translate("Limit", " MB/s"))
        self._rate.setValue((limit or _MEGA) / _MEGA)
        self._rate.setAccessibleName(translate("Limit", "Speed limit in megabytes per second"))
        self.add_label(translate("Limit", "All downloads together take at most"), self._rate)
        self._rate.setFocus()
        self._rate.selectAll()

    def confirm(self) -> bool:
        """Put the limit in force."""
        self.limit_chosen.emit(round(self._rate.value() * _MEGA))
        return True
