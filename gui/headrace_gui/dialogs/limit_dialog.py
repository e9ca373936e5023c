"""The small dialog for a speed limit that is not among the presets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import RateField
from headrace_gui.texts import on_language, translate

_USUAL = 1_000_000
_LEAST = 10_000
"""Bytes per second that a new limit is at least; whoever wants less writes it in the settings."""


class LimitDialog(SmallDialog):
    """Asks for megabytes per second."""

    limit_chosen = Signal(int)
    """Bytes per second."""

    def __init__(self, limit: int | None, parent: QWidget | None = None) -> None:
        super().__init__(lambda: translate("Limit", "Speed limit"), lambda: translate("Limit", "Limit"), parent)
        self._rate = RateField(self)
        self._rate.set_least(min(limit or _LEAST, _LEAST))
        self._rate.set_rate(limit or _USUAL)
        on_language(self, self._retext)
        self.add_label(lambda: translate("Limit", "All downloads together take at most"), self._rate)
        self._rate.setFocus()
        self._rate.selectAll()

    def _retext(self) -> None:
        self._rate.setAccessibleName(translate("Limit", "Speed limit in megabytes per second"))

    def confirm(self) -> bool:
        """Put the limit in force."""
        self.limit_chosen.emit(self._rate.rate())
        return True
