"""The painted cells of the list: a name over a line of words, a thin progress bar, figures that line up."""

# ruff: noqa: ARG002 - Qt gives virtual methods more than is needed

from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from headrace_gui import words
from headrace_gui.downloads.columns import Look
from headrace_gui.downloads.row_buttons import BUTTON, GAP, ICON, RowButton, button_rects, buttons_of
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet, file_icon
from headrace_gui.theme import Theme, Tokens, medium, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
MARGIN: Final = 16
"""Pixels between the table's edge and what stands in it."""
_FILE_ICON: Final = 20
_TEXT_START: Final = MARGIN + _FILE_ICON + 14
_CELL_PADDING: Final = 12
_BAR_HEIGHT: Final = 5
_ROW_MIN: Final = 50
_WAITING_BAR: Final = frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT, DownloadState.PAUSED})


class CellDelegate(QStyledItemDelegate):
    """Paints the row's ground and a cell of figures or text; the base of the other two."""

    def __init__(self, theme: Theme, icons: IconSet, model: DownloadTableModel, font: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self._theme, self._icons, self._model = theme, icons, model
        self._font, self._small = tabular(font), tabular(small(font))
        self._name_font = medium(font)

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._theme.tokens

    def row_height(self) -> int:
        """Return the height two lines of text need."""
        return max(_ROW_MIN, QFontMetrics(self._name_font).height() + QFontMetrics(self._small).height() + 18)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: N802
        """Return the room the cell's text needs, for fitting a column to its content."""
        text = str(index.data() or "")
        return QSize(QFontMetrics(self._font).horizontalAdvance(text) + 2 * _CELL_PADDING + 4, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index)
        self._paint_content(painter, option, self._model.snapshot_at(index.row()), index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or index.row() == self.hovered_row:
            painter.fillRect(rect, QColor(self.tokens.selection if selected else self.tokens.hover))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(self.tokens.line))

    def _paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, snapshot: DownloadSnapshot, index: AnyIndex
    ) -> None:
        column = self._model.columns[index.column()]
        plain = column.look is Look.NUMBER
        self._text(
            painter,
            option,
            QRect(option.rect).adjusted(_CELL_PADDING, 0, -_CELL_PADDING, 0),
            str(index.data() or ""),
            self._font,
            self.tokens.text if plain else self.tokens.secondary,
            right=column.look is not Look.TEXT,
        )

    def _text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        text: str,
        font: QFont,
        colour: str,
        *,
        right: bool = False,
    ) -> None:
        """Paint one line of `text`, elided, into `rect`, which is meant left to right and mirrored where needed."""
        direction = option.direction
        place = QStyle.visualRect(direction, option.rect, rect)
        wanted = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(direction, wanted) | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.setLayoutDirection(text_direction(text))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, align | Qt.TextFlag.TextSingleLine, shown)

    def _icon(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, name: str, colour: str) -> None:
        place = QStyle.visualRect(option.direction, option.rect, rect)
        pixmap = self._icons.pixmap(name, colour, rect.width(), painter.device().devicePixelRatioF())
        painter.drawPixmap(place.topLeft(), pixmap)

    def _two_lines(self, rect: QRect, lower: int) -> tuple[QRect, QRect]:
        """Part `rect` into an upper line of text and something `lower` pixels high under it, centred together."""
        upper = QFontMetrics(self._name_font).height()
        top = rect.top() + (rect.height() - 1 - upper - 2 - lower) // 2
        return (
            QRect(rect.left(), top, rect.width(), upper),
            QRect(rect.left(), top + upper + 2, rect.width(), lower),
        )


class NameDelegate(CellDelegate):
    """Paints type icon, name, the line of words, and the buttons of the row under the pointer."""

    hovered_button: RowButton | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: N802
        """Return the room for the whole name."""
        width = QFontMetrics(self._name_font).horizontalAdvance(str(index.data() or ""))
        return QSize(_TEXT_START + width + 2 * _CELL_PADDING, self.row_height())

    def _paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, snapshot: DownloadSnapshot, index: AnyIndex
    ) -> None:
        rect = QRect(option.rect)
        failed = snapshot.state is DownloadState.FAILED
        quiet = self.tokens.failed if failed else self.tokens.secondary
        square = QRect(rect.left() + MARGIN, rect.center().y() - _FILE_ICON // 2, _FILE_ICON, _FILE_ICON)
        self._icon(painter, option, square, file_icon(snapshot.name), quiet)
        buttons = buttons_of(snapshot) if index.row() == self.hovered_row else ()
        room = len(buttons) * (BUTTON + GAP)
        text = rect.adjusted(_TEXT_START, 0, -_CELL_PADDING - room, 0)
        upper, lower = self._two_lines(text, QFontMetrics(self._small).height())
        self._text(painter, option, upper, snapshot.name, self._name_font, self.tokens.text)
        self._text(painter, option, lower, self._model.status_text(snapshot), self._small, quiet)
        self._paint_buttons(painter, option, buttons)
        self._paint_focus(painter, option)

    def _paint_buttons(self, painter: QPainter, option: QStyleOptionViewItem, buttons: tuple[RowButton, ...]) -> None:
        for button, place in zip(buttons, button_rects(QRect(option.rect), len(buttons)), strict=True):
            lit = button is self.hovered_button
            if lit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.tokens.track))
                painter.drawRoundedRect(QStyle.visualRect(option.direction, option.rect, place), 6, 6)
            inset = (BUTTON - ICON) // 2
            colour = self.tokens.text if lit else self.tokens.secondary
            self._icon(painter, option, place.adjusted(inset, inset, -inset, -inset), button.icon, colour)

    def _paint_focus(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_HasFocus:
            rect = QRect(option.rect)
            bar = QRect(rect.left(), rect.top(), 3, rect.height() - 1)
            painter.fillRect(QStyle.visualRect(option.direction, rect, bar), QColor(self.tokens.accent))


class ProgressDelegate(CellDelegate):
    """Paints the percentage over a thin bar; words alone where there is nothing to measure."""

    def _paint_content(
        self, painter: QPainter, option: QStyleOptionViewItem, snapshot: DownloadSnapshot, index: AnyIndex
    ) -> None:
        rect = QRect(option.rect).adjusted(_CELL_PADDING, 0, -_CELL_PADDING, 0)
        label = words.progress(snapshot)
        if snapshot.state is DownloadState.COMPLETED:
            self._paint_done(painter, option, rect, label)
        elif not has_bar(snapshot):
            colour = self.tokens.failed if snapshot.state is DownloadState.FAILED else self.tokens.secondary
            self._text(painter, option, rect, label, self._font, colour)
        else:
            failed = snapshot.state is DownloadState.FAILED
            upper, lower = self._two_lines(rect, QFontMetrics(self._small).height())
            colour = self.tokens.failed if failed else self.tokens.text
            self._text(painter, option, upper, label, self._small, colour)
            bar = QRect(lower.left(), lower.top() + 4, lower.width(), _BAR_HEIGHT)
            self._paint_bar(painter, option, bar, snapshot)

    def _paint_done(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, label: str) -> None:
        square = QRect(rect.left(), rect.center().y() - 8, 16, 16)
        self._icon(painter, option, square, "check", self.tokens.done)
        self._text(painter, option, rect.adjusted(24, 0, 0, 0), label, self._font, self.tokens.done)

    def _paint_bar(
        self, painter: QPainter, option: QStyleOptionViewItem, bar: QRect, snapshot: DownloadSnapshot
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(QStyle.visualRect(option.direction, option.rect, bar))
        _pill(painter, whole, self.tokens.track)
        fraction = 1.0 if snapshot.state is DownloadState.FINISHING else snapshot.fraction
        colour = self._bar_colour(snapshot.state)
        if fraction is None:
            self._paint_unmeasured(painter, whole, colour)
        elif fraction > 0:
            part = QRectF(bar.left(), bar.top(), max(bar.width() * fraction, _BAR_HEIGHT), bar.height())
            _pill(painter, QRectF(QStyle.visualRect(option.direction, option.rect, part.toRect())), colour)

    def _paint_unmeasured(self, painter: QPainter, whole: QRectF, colour: str) -> None:
        """Dashes along the whole track: something arrives, how much there will be is unknown."""
        left = whole.left()
        while left + 10 <= whole.right():
            _pill(painter, QRectF(left, whole.top(), 10, whole.height()), colour)
            left += 16

    def _bar_colour(self, state: DownloadState) -> str:
        if state is DownloadState.FAILED:
            return self.tokens.failed
        return self.tokens.waiting if state in _WAITING_BAR else self.tokens.accent


def has_bar(snapshot: DownloadSnapshot) -> bool:
    """Tell whether there is progress to show as a bar."""
    if snapshot.state is DownloadState.COMPLETED:
        return False
    return snapshot.received > 0 or snapshot.state in RUNNING - {DownloadState.CONNECTING}


def _pill(painter: QPainter, rect: QRectF, colour: str) -> None:
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
