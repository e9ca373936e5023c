"""The list of pages, in the manner of the main window's sidebar."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.entry import SUBJECTS, Page
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, semibold

_ICON: Final = 18
_SIDE: Final = 10
_LINE: Final = 36
_PAGES: Final = tuple(Page)


class PageDelegate(QStyledItemDelegate):
    """Paints icon and title of a page on a rounded ground."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._list = theme, icons, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the room for icon and title."""
        metrics = QFontMetrics(semibold(option.font))
        width = metrics.horizontalAdvance(str(index.data())) + 4 * _SIDE + _ICON + 12
        return QSize(width, max(_LINE, metrics.height() + 16))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, tokens = QRect(option.rect), self._theme.tokens
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, option, QRectF(rect.adjusted(_SIDE, 1, -_SIDE, -1)), chosen=chosen)
        square = QRect(rect.left() + 2 * _SIDE, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        place = QStyle.visualRect(option.direction, rect, square)
        colour = tokens.accent_text if chosen else tokens.secondary
        icon = SUBJECTS[_PAGES[index.row()]].icon
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(place.topLeft(), self._icons.pixmap(icon, colour, _ICON, ratio))
        inner = rect.adjusted(2 * _SIDE + _ICON + 10, 0, -2 * _SIDE, 0)
        font = semibold(option.font) if chosen else option.font
        title = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent_text if chosen else tokens.text))
        align = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QStyle.visualRect(option.direction, rect, inner), align, title)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, *, chosen: bool) -> None:
        tokens = self._theme.tokens
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._list.hasFocus()
        ground = tokens.selection if chosen else tokens.track if hovered else ""
        painter.setPen(QColor(tokens.accent) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class PageList(QListWidget):
    """Lets a person choose a page."""

    chosen = Signal(object)
    """The Page, also when the one that was chosen already is clicked."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setObjectName("sidebar")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(PageDelegate(theme, icons, self))
        for _page in _PAGES:
            self.addItem(QListWidgetItem())
        on_language(self, self._retext)
        self.itemSelectionChanged.connect(
            self._tell
        )  # to be current, as the first line is with the focus, is no choice
        self.itemClicked.connect(self._tell)
        theme.changed.connect(self.viewport().update)

    def draw_ahead(self) -> Iterator[None]:
        """Draw the icons in steps, so that the first paint finds them."""
        tokens, chosen = self._theme.tokens, self.currentRow()
        for row, page in enumerate(_PAGES):
            colour = tokens.accent_text if row == chosen else tokens.secondary
            self._icons.pixmap(SUBJECTS[page].icon, colour, _ICON, self.devicePixelRatioF())
            yield

    def choose(self, page: Page) -> None:
        """Choose a page's line."""
        self.setCurrentRow(_PAGES.index(page))

    def unchoose(self) -> None:
        """Have no line chosen: a search goes over all pages."""
        self.selectionModel().clear()

    def _tell(self) -> None:
        for item in self.selectedItems():
            self.chosen.emit(_PAGES[self.row(item)])

    def _retext(self) -> None:
        self.setAccessibleName(translate("Settings", "Pages of settings"))
        for row, page in enumerate(_PAGES):
            title = translate("Settings", SUBJECTS[page].title)
            self.item(row).setText(title)
            self.item(row).setToolTip(title)
