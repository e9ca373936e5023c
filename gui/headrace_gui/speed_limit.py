"""The button that shows the speed limit in force and offers others."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from headrace_gui import words
from headrace_gui.bar_button import BarButton, Weight
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

PRESETS: Final = (None, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)
"""Bytes per second; None for no limit."""


class SpeedLimitButton(BarButton):
    """Shows the global limit; its menu holds presets and a way to any other."""

    limit_chosen = Signal(object)
    """Bytes per second, None for no limit."""

    def __init__(self, ask: Callable[[], None], quiet: QAction, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__("gauge", theme, icons, parent, weight=Weight.FRAMED)
        self._ask, self._quiet, self._is_quiet = ask, quiet, False
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._group = QActionGroup(self._menu)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._limit: int | None = None
        on_language(self, self.retell)

    def show_limit(self, limit: int | None, *, is_quiet: bool = False) -> None:
        """Show the limit in force, and whether it is quiet."""
        if (limit, is_quiet) != (self._limit, self._is_quiet):
            self._limit, self._is_quiet = limit, is_quiet
            self.take_icon("moon" if is_quiet else "gauge")
            self.retell()

    def retell(self) -> None:
        """Show the same in the language and units in force."""
        self.setToolTip(translate("Window", "Speed limit over all downloads"))
        self.setText(words.limit(self._limit))
        named = translate("Window", "Quiet, speed limit: {limit}") if self._is_quiet else ""
        named = named or translate("Window", "Speed limit: {limit}")
        self.setAccessibleName(named.format(limit=words.limit(self._limit)))
        self.updateGeometry()

    def _fill(self) -> None:
        self._menu.clear()
        for preset in PRESETS:
            action = self._menu.addAction(words.limit(preset))
            action.setCheckable(True)
            action.setChecked(preset == self._limit and not self._is_quiet)
            action.triggered.connect(lambda _checked, rate=preset: self.limit_chosen.emit(rate))
            self._group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(translate("Window", "Other limit…"), self._ask)
        self._menu.addSeparator()
        self._menu.addAction(self._quiet)
