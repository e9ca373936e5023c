"""The list's header: quiet titles over their columns, small arrows, menus to choose columns and order."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QStyle, QWidget

from headrace_gui import words
from headrace_gui.downloads.cell_painter import CELL_PADDING, MARGIN
from headrace_gui.downloads.columns import Column, Look
from headrace_gui.downloads.painting import Type, ink
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular

_HEIGHT: Final = 32
_ARROW: Final = 14
_MOST_KEYS: Final = 3


class DownloadHeader(QHeaderView):
    """A header that paints itself and tells what a person wants sorted, shown or hidden."""

    keys_chosen = Signal(list)
    """What to sort by, a list of SortBy; an empty one is the queue's order."""
    column_toggled = Signal(int, bool)
    """A column is to be hidden (True) or shown."""
    all_wanted = Signal()
    usual_wanted = Signal()
    fit_wanted = Signal()

    def __init__(self, columns: Sequence[Column], theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns, self._theme, self._icons = columns, theme, icons
        self._widths = {number: column.width for number, column in enumerate(columns)}
        self._keys: tuple[SortBy, ...] = ()
        self._with_shift = False
        self.setFont(small(self.font()))
        self._type = Type(self.font())
        figures = tabular(self.font())
        figures.setPixelSize(figures.pixelSize() - 2)
        self._figures = Type(figures)
        self._set_behaviour()
        self.customContextMenuRequested.connect(self._offer_columns)
        self.sectionClicked.connect(self._clicked)
        self.sectionDoubleClicked.connect(self._clicked)
        self.sectionResized.connect(self._remember_width)
        theme.changed.connect(self.viewport().update)
        on_language(self, self._retext)

    def _set_behaviour(self) -> None:
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(56)
        self.setSortIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _retext(self) -> None:
        self.setAccessibleName(translate("List", "Columns"))

    # Widths

    def width_before_hiding(self, column: int) -> int:
        """Return the width a hidden column will have when it comes back."""
        return self._widths[column]

    def usual_width(self, column: int) -> int:
        """Return the width a column has until a person gives it another; its title fits in every language."""
        return max(self._columns[column].width, self.title_width(column))

    def set_width(self, column: int, width: int) -> None:
        """Set the width of a column, hidden or not."""
        self._widths[column] = width
        self.resizeSection(column, width)

    def title_width(self, column: int) -> int:
        """Return the width the title needs with an arrow beside it."""
        return self._type.width(self._columns[column].title) + 2 * CELL_PADDING + _ARROW + 4

    def _remember_width(self, column: int, _before: int, width: int) -> None:
        if width:
            self._widths[column] = width

    # Order

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Note whether Shift is down for the click that may come of it."""
        self._with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)
        self._with_shift = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second of two fast clicks for what it is: one more click."""
        self._with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseDoubleClickEvent(event)
        self._with_shift = False

    def _clicked(self, column: int) -> None:
        self.keys_chosen.emit(list(self.keys_after_click(column, added=self._with_shift)))

    def keys_after_click(self, column: int, *, added: bool) -> tuple[SortBy, ...]:
        """Return what a click asks for: this column alone, or `added` to what there is; a second click turns it."""
        old = next((by for by in self._keys if by.column == column), None)
        if not added:
            is_only = old is not None and len(self._keys) == 1
            return (self._turned(column, old if is_only else None),)
        if old is not None:
            return tuple(self._turned(column, old) if by is old else by for by in self._keys)
        return (*self._keys[: _MOST_KEYS - 1], self._turned(column, None))

    def _turned(self, column: int, old: SortBy | None) -> SortBy:
        return SortBy(column, self._columns[column].falls_first if old is None else not old.falling)

    def show_keys(self, keys: Sequence[SortBy]) -> None:
        """Show what the list is sorted by."""
        self._keys = tuple(keys)
        self.viewport().update()

    def sort_keys(self) -> tuple[SortBy, ...]:
        """Return what the arrows show, the most important first."""
        return self._keys

    def sort_state(self) -> tuple[int, Qt.SortOrder]:
        """Return column and order of the first arrow; -1 where there is none."""
        if not self._keys:
            return -1, Qt.SortOrder.AscendingOrder
        falling = self._keys[0].falling
        return self._keys[0].column, Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder

    # Painting

    def sizeHint(self) -> QSize:
        """Return a height that fits the text; Qt would ask for the room of each title to find it."""
        return QSize(self.length(), max(_HEIGHT, self._type.height + 14))

    def sectionSizeFromContents(self, column: int) -> QSize:
        """Return the room a title needs."""
        return QSize(self.title_width(column), self.sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """Paint ground, title and arrow of one section."""
        tokens = self._theme.tokens
        painter.fillRect(rect, ink(tokens.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, ink(tokens.line))
        start = MARGIN if self._columns[column].look is Look.NAME else CELL_PADDING
        inner = rect.adjusted(start, 0, -CELL_PADDING, -1)
        number = next((place for place, by in enumerate(self._keys, 1) if by.column == column), 0)
        figure = words.number(number) if number and len(self._keys) > 1 else ""
        taken = (_ARROW + 2 + self._figures.width(figure)) if number else 0
        title = self._type.cut(self._columns[column].title, inner.width() - taken).text
        width = self._type.width(title)
        left = inner.right() - width - taken + 1 if self._columns[column].is_number else inner.left()
        place = QRect(left, inner.top(), width + 1, inner.height())
        self._type.write(
            painter, self._placed(rect, place), title, tokens.text if number else tokens.secondary, right=False
        )
        if number:
            self._paint_arrow(painter, rect, place, self._keys[number - 1], figure)

    def _paint_arrow(self, painter: QPainter, section: QRect, title: QRect, by: SortBy, figure: str) -> None:
        tokens = self._theme.tokens
        name = "arrow-down" if by.falling else "arrow-up"
        pixmap = self._icons.pixmap(name, tokens.text, _ARROW, painter.device().devicePixelRatioF())
        square = QRect(title.right() + 2, title.center().y() - _ARROW // 2 + 1, _ARROW, _ARROW)
        painter.drawPixmap(self._placed(section, square).topLeft(), pixmap)
        if figure:
            place = QRect(square.right(), title.top(), self._figures.width(figure) + 1, title.height() - 5)
            self._figures.write(painter, self._placed(section, place), figure, tokens.secondary)

    def _placed(self, section: QRect, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), section, rect)

    # Menus

    def _offer_columns(self, position: QPoint) -> None:
        menu = self.columns_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(position))

    def columns_menu(self) -> QMenu:
        """Return a menu with a tick for each column that can be chosen, and the queue's order."""
        menu = QMenu(self)
        menu.setTitle(translate("List", "Columns"))
        for number, column in enumerate(self._columns[1:], 1):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(self._is_wanted(number))
            action.triggered.connect(lambda shown, which=number: self.column_toggled.emit(which, not shown))
        menu.addSeparator()
        menu.addAction(translate("List", "Show all")).triggered.connect(self.all_wanted)
        menu.addAction(translate("List", "Fit to content")).triggered.connect(self.fit_wanted)
        menu.addAction(translate("List", "Usual columns")).triggered.connect(self.usual_wanted)
        menu.addSeparator()
        self._add_queue_order(menu)
        return menu

    def sort_menu(self) -> QMenu:
        """Return a menu to sort by any column without the mouse."""
        menu = QMenu(self)
        menu.setTitle(translate("List", "Sort by"))
        first = self.sort_state()[0]
        for number, column in enumerate(self._columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(number == first)
            action.triggered.connect(
                lambda _on, which=number: self.keys_chosen.emit(list(self.keys_after_click(which, added=False)))
            )
        menu.addSeparator()
        self._add_queue_order(menu)
        return menu

    def _add_queue_order(self, menu: QMenu) -> None:
        action = menu.addAction(translate("List", "Sort in queue order"))
        action.setCheckable(True)
        action.setChecked(not self._keys)
        action.triggered.connect(lambda: self.keys_chosen.emit([]))

    def show_wanted(self, hidden: set[int]) -> None:
        """Take over which columns a person does not want, for the ticks of the menu."""
        self._hidden = frozenset(hidden)

    _hidden: frozenset[int] = frozenset()

    def _is_wanted(self, column: int) -> bool:
        return column not in self._hidden
