"""The bar at the top: what is done most, the speed limit, the search."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from headrace_gui.action_table import ENTRIES, OVERFLOW_MENU, Act
from headrace_gui.actions import Actions
from headrace_gui.bar_button import BarButton, Weight
from headrace_gui.icons import IconSet
from headrace_gui.search_field import SearchField
from headrace_gui.speed_limit import SpeedLimitButton
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

HEIGHT: Final = 56
ROOMY: Final = 900
"""Width in pixels from which the buttons have words."""


class CommandBar(QFrame):
    """Lays out the buttons of actions; words on them where there is room."""

    def __init__(
        self,
        actions: Actions,
        theme: Theme,
        icons: IconSet,
        ask_limit: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setObjectName("commandBar")
        self.setFixedHeight(max(HEIGHT, self.fontMetrics().height() + 36))
        self._add = self._button(actions, Act.ADD, Weight.PRIMARY)
        self._worded = [self._button(actions, act) for act in (Act.RESUME, Act.PAUSE, Act.REMOVE)]
        self._moves = [self._button(actions, act) for act in (Act.MOVE_UP, Act.MOVE_DOWN)]
        for button in self._moves:
            button.set_worded(False)
        self.limit = SpeedLimitButton(ask_limit, actions[Act.QUIET], theme, icons, self)
        self.search = SearchField(theme, icons, self)
        self._more = self._overflow(actions)
        self._lay_out()
        on_language(self, self._retext)

    def _button(self, actions: Actions, act: Act, weight: Weight = Weight.QUIET) -> BarButton:
        button = BarButton(ENTRIES[act].icon, self._theme, self._icons, self, weight=weight)
        button.set_action(actions[act])
        return button

    def _retext(self) -> None:
        for button in (self._add, *self._worded, *self._moves):
            button.take_name()

    def _overflow(self, actions: Actions) -> BarButton:
        more = BarButton("more", self._theme, self._icons, self)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        actions.fill(menu, OVERFLOW_MENU)
        more.setMenu(menu)

        def retext() -> None:
            more.setToolTip(translate("Window", "More"))
            more.setAccessibleName(translate("Window", "More"))

        on_language(more, retext)
        return more

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(4)
        for part in (self._add, None, *self._worded, None, *self._moves, None, self.limit):
            if part is None:
                row.addWidget(self._line())
            else:
                row.addWidget(part)
        row.addStretch(1)
        row.addSpacing(4)
        row.addWidget(self.search, 8)
        row.addWidget(self._more)

    def _line(self) -> QWidget:
        space = QWidget(self)
        inner = QHBoxLayout(space)
        inner.setContentsMargins(5, 0, 5, 0)
        line = QWidget(space)
        line.setObjectName("barLine")
        line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line.setFixedSize(1, 24)
        inner.addWidget(line)
        return space

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the words where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Look for room again when a button has other words."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Leave out the words of what can be told by its icon, then the limit's."""
        row = self.layout()
        if row is None:
            return
        buttons = (*self._worded, self.limit)
        others = row.minimumSize().width() - sum(button.minimumSizeHint().width() for button in buttons)
        limit = self.limit.width_when(worded=True)
        words = sum(button.width_when(worded=True) for button in self._worded)
        icons = sum(button.width_when(worded=False) for button in self._worded)
        for button in self._worded:
            button.set_worded(self.width() >= max(ROOMY, others + words + limit))
        self.limit.set_worded(self.width() >= others + icons + limit)
