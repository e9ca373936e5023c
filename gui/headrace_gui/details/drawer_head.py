"""The head of the drawer: its tabs, or a heading in their place, and the buttons to move and close it."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from headrace_gui.details.habits import Place
from headrace_gui.details.tab_strip import TabStrip
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, semibold

_ICON: Final = 16
_HEIGHT: Final = 39


class DrawerHead(QFrame):
    """Tabs at the side where reading begins, buttons at the other."""

    close_pressed = Signal()
    place_pressed = Signal()

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._place = Place.BOTTOM
        self.setObjectName("detailsHead")
        self.tabs = TabStrip(theme, self)
        self._heading = QLabel(self)
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setFont(semibold(self.font()))
        self._heading.setContentsMargins(10, 0, 10, 0)
        self._place_button, self.close_button = self._button(), self._button()
        self._place_button.clicked.connect(self.place_pressed)
        self.close_button.clicked.connect(self.close_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 8, 0)
        row.setSpacing(2)
        for part, stretch in ((self.tabs, 0), (self._heading, 0)):
            row.addWidget(part, stretch)
        row.addStretch(1)
        for button in (self._place_button, self.close_button):
            row.addWidget(button)
        self.setFixedHeight(max(_HEIGHT, self.fontMetrics().height() + 20))
        theme.changed.connect(self._tint)
        on_language(self, self._retext)

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("tiny")
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_heading(self, text: str) -> None:
        """Show a heading in place of the tabs; "" shows the tabs."""
        self._heading.setText(text)
        self._heading.setVisible(bool(text))
        self.tabs.setVisible(not text)

    def heading(self) -> str:
        """Return the heading, "" where there are tabs."""
        return self._heading.text()

    def show_place(self, place: Place) -> None:
        """Offer the other place than the one where the drawer is."""
        self._place = place
        self._retext()

    def _retext(self) -> None:
        at_bottom = self._place is Place.BOTTOM
        move = translate("Details", "Move to the side") if at_bottom else translate("Details", "Move to the bottom")
        for button, text in ((self._place_button, move), (self.close_button, translate("Details", "Close details"))):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self._tint()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        other = "dock-right" if self._place is Place.BOTTOM else "dock-bottom"
        self._place_button.setIcon(self._icons.icon(other, tokens.secondary, tokens.faint, _ICON))
        self.close_button.setIcon(self._icons.icon("close", tokens.secondary, tokens.faint, _ICON))
