"""The painted rows of the add dialog's list: tick, type icon, name, size, and what is to be said of it."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from headrace_gui import words
from headrace_gui.dialogs.add_tick import BOX, paint_tick
from headrace_gui.dialogs.add_words import State, Tone
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.icons import IconSet, file_icon
from headrace_gui.theme import Theme, Tokens, medium, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
TICK_ZONE: Final = 40
"""Pixels at the beginning of a row that turn its tick."""
_ROW: Final = 36
_ICON: Final = 18
_SIGN: Final = 14
_SIDE: Final = 12
_GAP: Final = 10
_STATE_WIDTH: Final = (120, 210)
_SIZE_WIDTH: Final = 84
_ROOMY: Final = 420
"""Width of a row below which the state has a third of it and no more."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a line of text is painted."""

    font: QFont
    colour: str
    right: bool = False


def row_height(font: QFont) -> int:
    """Return the height of a row for the list's font."""
    return max(_ROW, QFontMetrics(font).height() + 16)


def state_width(row: int) -> int:
    """Return the room for the state in a row `row` pixels wide."""
    least, most = _STATE_WIDTH
    return min(max(int(row * 0.30), least if row >= _ROOMY else int(row * 0.34)), most)


def state_rect(option_rect: QRect, direction: Qt.LayoutDirection) -> QRect:
    """Return where the state of a row stands, as seen."""
    width = state_width(option_rect.width())
    place = QRect(option_rect.right() - width, option_rect.top(), width + 1, option_rect.height())
    return QStyle.visualRect(direction, option_rect, place)


class CandidateDelegate(QStyledItemDelegate):
    """Paints one candidate a row."""

    def __init__(self, theme: Theme, icons: IconSet, model: CandidateModel, font: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._model = theme, icons, model
        self._font, self._small, self._figures = medium(font), small(font), tabular(font)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a row."""
        return QSize(200, row_height(self._font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        self._paint_box(painter, option, index)
        self._paint_words(painter, option, index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        active = bool(option.state & QStyle.StateFlag.State_Active)
        if option.state & QStyle.StateFlag.State_Selected and active and self._view_has_focus(option):
            painter.fillRect(rect, QColor(tokens.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.hover))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))

    def _view_has_focus(self, option: QStyleOptionViewItem) -> bool:
        view = option.widget
        return view is None or view.hasFocus()

    def _square(self, option: QStyleOptionViewItem, left: int, side: int) -> QRect:
        rect = QRect(option.rect)
        square = QRect(rect.left() + left, rect.center().y() - side // 2, side, side)
        return QStyle.visualRect(option.direction, rect, square)

    def _paint_box(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        candidate = self._model.candidate(index.row())
        if candidate.address is not None:
            place = QRectF(self._square(option, _SIDE, BOX))
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._view_has_focus(option)
            ticked = self._model.is_ticked(candidate.key)
            paint_tick(painter, place, self._theme, self._icons, ticked=ticked, focused=focused)

    def _paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row, tokens = index.row(), self._theme.tokens
        candidate, state = self._model.candidate(row), self._model.state(row)
        bad, name = candidate.address is None, self._model.shown_name(candidate)
        start = _SIDE + BOX + 14
        ticked = not bad and self._model.is_ticked(candidate.key)
        ratio = painter.device().devicePixelRatioF()
        icon = self._icons.pixmap(
            "alert" if bad else file_icon(name), tokens.failed if bad else tokens.secondary, _ICON, ratio
        )
        painter.drawPixmap(self._square(option, start, _ICON).topLeft(), icon)
        inner = QRect(option.rect).adjusted(start + _ICON + 12, 0, -_SIDE, 0)
        width = self._fault_width(state, inner) if bad else state_width(option.rect.width()) - _SIDE
        size = words.size(self._model.size(candidate.key))
        self._paint_state(painter, option, inner.adjusted(inner.width() - width, 0, 0, 0), state)
        sized = inner.adjusted(0, 0, -width - _GAP, 0)
        self._line(painter, option, sized, size, Style(self._figures, tokens.secondary, right=True))
        room = max(_SIZE_WIDTH, QFontMetrics(self._figures).horizontalAdvance(size) + _GAP) if not bad else 0
        colour = tokens.text if ticked or bad else tokens.secondary
        named = sized.adjusted(0, 0, -room, 0)
        self._line(painter, option, named, name, Style(self._font, colour))
        if folder := self._model.shown_folder(candidate):
            taken = QFontMetrics(self._font).horizontalAdvance(name) + _GAP
            self._line(painter, option, named.adjusted(taken, 0, 0, 0), folder, Style(self._small, tokens.secondary))

    def _fault_width(self, state: State, inner: QRect) -> int:
        """Return the room for what is wrong with a line: as much as it needs, up to three fifths."""
        needed = QFontMetrics(self._small).horizontalAdvance(state.text) + 2
        return min(needed, int(inner.width() * 0.6))

    def _paint_state(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, state: State) -> None:
        colour = _colour(self._theme.tokens, state.tone)
        ratio = painter.device().devicePixelRatioF()
        left, metrics = rect.left() - option.rect.left(), QFontMetrics(self._small)
        if state.icon:
            sign = self._icons.pixmap(state.icon, colour, _SIGN, ratio)
            painter.drawPixmap(self._square(option, left, _SIGN).topLeft(), sign)
        words_of = rect.adjusted(_SIGN + 6 if state.icon else 0, 0, -(_SIGN + 4) if state.offers else 0, 0)
        self._line(painter, option, words_of, state.text, Style(self._small, colour))
        if state.offers:
            end = left + words_of.left() - rect.left() + min(metrics.horizontalAdvance(state.text), words_of.width())
            arrow = self._icons.pixmap("chevron-down", colour, _SIGN, ratio)
            painter.drawPixmap(self._square(option, end + 3, _SIGN).topLeft(), arrow)

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, text: str, style: Style) -> None:
        shown = QFontMetrics(style.font).elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
        side = Qt.AlignmentFlag.AlignRight if style.right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(style.font)
        painter.setPen(QColor(style.colour))
        painter.setLayoutDirection(text_direction(text))
        place = QStyle.visualRect(option.direction, option.rect, rect)
        painter.drawText(place, QStyle.visualAlignment(option.direction, side) | Qt.AlignmentFlag.AlignVCenter, shown)


def _colour(tokens: Tokens, tone: Tone) -> str:
    return {
        Tone.FAINT: tokens.secondary,
        Tone.PLAIN: tokens.secondary,
        Tone.GOOD: tokens.done,
        Tone.WARNING: tokens.warning,
        Tone.BAD: tokens.failed,
    }[tone]
