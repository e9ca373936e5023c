"""How the sidebar's lines are painted: icon, title, count; icon alone in the narrow sidebar."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from headrace_gui import words
from headrace_gui.downloads.painting import LTR, Type, ink
from headrace_gui.downloads.sidebar_model import FilterListModel, Line, Section
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, medium, semibold, small, tabular

AnyIndex = QModelIndex | QPersistentModelIndex
NARROW: Final = 60
"""Width in pixels of the sidebar with icons alone."""
_ICON: Final = 18
_CHEVRON: Final = 14
_SIDE: Final = 10
_LINE: Final = 34
_HEADING: Final = 40


@dataclass
class SidebarState:
    """What lines are painted by besides their text; the sidebar changes it, the delegate reads it."""

    is_narrow: bool = False
    target: int = -1
    """The row on which dragged downloads would land."""
    chosen_section: Section = Section.STATES


class FilterDelegate(QStyledItemDelegate):
    """Paints one line of the sidebar."""

    def __init__(
        self, model: FilterListModel, state: SidebarState, theme: Theme, icons: IconSet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model, self._state, self._theme, self._icons = model, state, theme, icons
        font = parent.font()
        self._plain, self._strong, self._count = Type(font), Type(semibold(font)), Type(tabular(small(font)))
        heading = medium(small(font))
        heading.setCapitalization(QFont.Capitalization.AllUppercase)
        heading.setPixelSize(heading.pixelSize() - 1)
        heading.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
        self._heading = Type(heading)

    def width_of(self, row: int) -> int:
        """Return the width in pixels that a line needs, with a count of three figures behind its title."""
        title = self._strong.width(self._model.line(row).title)
        return 2 * _SIDE + _ICON + 10 + title + 8 + self._count.width(words.number(888)) + 2 * _SIDE

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a line or heading."""
        if self._model.line(index.row()).group is None:
            return QSize(NARROW, max(_HEADING, self._heading.height))
        return QSize(NARROW, max(_LINE, self._plain.height + 14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self._model.line(index.row())
        if line.group is None:
            self._paint_heading(painter, option, line)
        else:
            self._paint_line(painter, option, line, index.row())
        painter.restore()

    # Headings

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        if self._state.is_narrow:
            painter.fillRect(rect.left() + 16, rect.center().y(), rect.width() - 32, 1, ink(tokens.line))
            return
        folded = line.section in self._model.folded
        focused, hovered = self._is_focused(option), self._is(option, QStyle.StateFlag.State_MouseOver)
        if focused:
            self._outline(painter, rect.adjusted(_SIDE, 9, -_SIDE, -1))
        holds_chosen = folded and line.section is self._state.chosen_section
        colour = tokens.accent_text if holds_chosen else tokens.secondary
        inner = rect.adjusted(2 * _SIDE, 8, -2 * _SIDE - _CHEVRON, 0)
        self._write(painter, option, inner, line.title, self._heading, colour)
        if folded or hovered or focused:
            square = QRect(rect.right() - 2 * _SIDE - _CHEVRON + 2, rect.center().y() - 2, _CHEVRON, _CHEVRON)
            aside = "chevron-right" if self._is_plain(option) else "chevron-left"
            self._icon(painter, option, square, aside if folded else "chevron-down", colour)

    # Groups

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, line: Line, row: int) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        chosen = self._is(option, QStyle.StateFlag.State_Selected)
        self._paint_pill(painter, option, rect.adjusted(_SIDE, 1, -_SIDE, -1), chosen=chosen, row=row)
        narrow = self._state.is_narrow
        left = rect.center().x() - _ICON // 2 + 1 if narrow else rect.left() + 2 * _SIDE
        square = QRect(left, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        colour = tokens.accent_text if chosen else tokens.warning if line.hold else tokens.secondary
        self._icon(painter, option, square, line.icon, colour)
        if not narrow:
            self._write_title(painter, option, line, self._model.count(row), chosen=chosen)

    def _paint_pill(
        self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, *, chosen: bool, row: int
    ) -> None:
        tokens, target = self._theme.tokens, row == self._state.target
        hovered = self._is(option, QStyle.StateFlag.State_MouseOver)
        ground = tokens.selection if chosen or target else tokens.track if hovered else ""
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink(ground))
            painter.drawRoundedRect(rect, 8, 8)
        if target or self._is_focused(option):
            self._outline(painter, rect, 2.0 if target else 1.0)

    def _outline(self, painter: QPainter, rect: QRect, width: float = 1.0) -> None:
        pen = painter.pen()
        pen.setColor(ink(self._theme.tokens.accent))
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setWidthF(width)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 8, 8)

    def _write_title(
        self, painter: QPainter, option: QStyleOptionViewItem, line: Line, count: int, *, chosen: bool
    ) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        number = words.number(count) if count else ""
        inner = rect.adjusted(2 * _SIDE + _ICON + 10, 0, -2 * _SIDE, 0)
        title = inner.adjusted(0, 0, -self._count.width(number) - 8, 0)
        colour = tokens.accent_text if chosen else tokens.text
        self._write(painter, option, title, line.title, self._strong if chosen else self._plain, colour)
        colour = tokens.accent_text if chosen else tokens.secondary
        self._write(painter, option, inner, number, self._count, colour, far=True)

    # Both

    def _write(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        text: str,
        type_: Type,
        colour: str,
        *,
        far: bool = False,
    ) -> None:
        type_.write(painter, self._placed(option, rect), text, colour, right=far is self._is_plain(option))

    def _icon(self, painter: QPainter, option: QStyleOptionViewItem, square: QRect, name: str, colour: str) -> None:
        pixmap = self._icons.pixmap(name, colour, square.width(), painter.device().devicePixelRatioF())
        painter.drawPixmap(self._placed(option, square).topLeft(), pixmap)

    def _placed(self, option: QStyleOptionViewItem, rect: QRect) -> QRect:
        return QStyle.visualRect(option.direction, option.rect, rect)

    def _is_plain(self, option: QStyleOptionViewItem) -> bool:
        return option.direction is LTR

    def _is(self, option: QStyleOptionViewItem, flag: QStyle.StateFlag) -> bool:
        return bool(option.state & flag)

    def _is_focused(self, option: QStyleOptionViewItem) -> bool:
        return self._is(option, QStyle.StateFlag.State_HasFocus)
