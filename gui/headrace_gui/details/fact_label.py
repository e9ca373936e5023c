"""Text that can be selected and copied, shortened where it does not fit; a copy is always of the whole."""

# ruff: noqa: N802 - Qt names its virtual methods so

from html import escape
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from headrace_gui.texts import plain_tip, translate
from headrace_gui.theme import text_direction

_OPENING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})
_LINK: Final = '<a href="open" style="text-decoration: none">{text}</a>'


class FactLabel(QLabel):
    """One value. A plain one wraps, one to elide stays on its line, a link can be opened by pointer and keys."""

    opened = Signal()

    def __init__(self, parent: QWidget, *, wraps: bool = False, link: bool = False, middle: bool = False) -> None:
        super().__init__(parent)
        self._row = parent
        self._whole, self._copied, self._wraps, self._link = "", "", wraps, link
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setObjectName("fact")
        self.setTextFormat(Qt.TextFormat.RichText if link else Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        by_keys = (
            Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            if link
            else Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        by_mouse = Qt.TextInteractionFlag.LinksAccessibleByMouse if link else flags
        self.setTextInteractionFlags(flags | by_keys | by_mouse)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.linkActivated.connect(lambda _: self.opened.emit())

    def show_text(self, text: str, copied: str = "", hint: str = "") -> None:
        """Show a text; a copy takes `copied` instead where it is given."""
        tip = plain_tip(hint)
        if (text, copied) == (self._whole, self._copied) and tip in ("", self.toolTip()):
            return
        self._whole, self._copied = text, copied
        self.setToolTip(tip)
        self.updateGeometry()
        self._fit()

    def whole_text(self) -> str:
        """Return the text as it is where there is room."""
        return self._whole

    def copy(self) -> None:
        """Put what is selected, else the whole, on the clipboard."""
        part = self.selectedText() if self.text() == self._whole else ""
        QGuiApplication.clipboard().setText(part or self._copied or self._whole)

    def set_tone(self, tone: str) -> None:
        """Take the colour that the style sheet has for `tone`, anew after a change of scheme."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it is still to come
                self.style().unpolish(self)
                self.style().polish(self)
        self.clear()
        self._fit()

    def sizeHint(self) -> QSize:
        """Ask for the whole text's room."""
        if self._wraps:
            return super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 6, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters."""
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width() - 2
        shown = self._whole if self._wraps else self.fontMetrics().elidedText(self._whole, self._mode, room)
        rightward = self._row.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setLayoutDirection(text_direction(self._whole))
        side = Qt.AlignmentFlag.AlignRight if rightward else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        text = _LINK.format(text=escape(shown)) if self._link else shown
        if text != self.text():
            self.setText(text)
        self.setAccessibleDescription(self._whole)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the whole where nothing is selected."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif self._link and event.key() in _OPENING:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(translate("Details", "Copy"), self.copy)
        menu.popup(event.globalPos())
