"""The button over the end of the lines: how many came since, and the way back to them."""

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QPushButton

from headrace_gui.details.live_view import LineView
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme

_ABOVE: Final = 12


class LivePill(QPushButton):
    """Stays at the lower edge of `ground`, in the middle."""

    def __init__(self, ground: LineView, theme: Theme, icons: IconSet) -> None:
        super().__init__(ground)
        self._ground, self._theme, self._icons = ground, theme, icons
        self._icon_name = "to-end"
        self.setObjectName("livePill")
        self.setIconSize(QSize(14, 14))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        ground.resized.connect(self._place)
        theme.changed.connect(self._tint)
        self._tint()
        self.hide()

    def tell(self, text: str, icon: str) -> None:
        """Say `text`, nothing at all where it is empty."""
        self.setVisible(bool(text))
        self._icon_name = icon
        self._tint()
        self.setText(text)
        self._place()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self.setIcon(self._icons.icon(self._icon_name, tokens.accent_text, tokens.faint, 14))

    def _place(self) -> None:
        self.resize(self.sizeHint())
        across = (self._ground.width() - self.width()) // 2
        self.move(QPoint(across, self._ground.height() - self.height() - _ABOVE))
        self.raise_()
