"""Quiet buttons of the pages: an icon with words or without, and a ground while they are on."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme

_ICON: Final = 16


class PlainButton(QToolButton):
    """A tool button whose icon follows the theme. What it is called is told by `name`."""

    def __init__(
        self, icon: str, theme: Theme, icons: IconSet, parent: QWidget, *, worded: bool = False, lasting: bool = False
    ) -> None:
        """Make one; a `lasting` one stays down until it is pressed again. Without `icon` its words stand alone.

        One that is not `worded` is as small as an icon.
        """
        super().__init__(parent)
        self._icon_name, self._theme, self._icons = icon, theme, icons
        self._worded = worded or not icon
        self.setObjectName("plain")
        self.setProperty("small", not worded)
        self.setCheckable(lasting)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style = Qt.ToolButtonStyle
        beside = style.ToolButtonTextBesideIcon if icon else style.ToolButtonTextOnly
        self.setToolButtonStyle(beside if self._worded else style.ToolButtonIconOnly)
        self.toggled.connect(self._tint)
        theme.changed.connect(self._tint)
        self._tint()

    def name(self, text: str, meaning: str = "") -> None:
        """Set the words, and what the button does where they do not say it all."""
        self.setText(text)
        self.setAccessibleName(meaning or text)
        self.setToolTip(meaning or ("" if self._worded else text))

    def use_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon_name = icon
        self._tint()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        colour = tokens.accent_text if self.isChecked() else tokens.secondary
        if self._icon_name:
            self.setIcon(self._icons.icon(self._icon_name, colour, tokens.faint, _ICON))
