"""The list of requests: a sign, the status, and under it when and for what."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from headrace_gui.details.request_model import ExchangeModel, exchange_sign, request_words, status_words
from headrace_gui.icons import IconSet
from headrace_gui.story_words import Sign
from headrace_gui.theme import Theme, medium, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_SIDE: Final = 16
_ICON: Final = 16
_GAP: Final = 10
_ABOVE: Final = 6


class ExchangeDelegate(QStyledItemDelegate):
    """Paints one row."""

    def __init__(self, theme: Theme, icons: IconSet, model: ExchangeModel, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._icons, self._model, self._view = theme, icons, model, view
        self._font, self._small = tabular(medium(view.font())), tabular(small(view.font()))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the room for two lines."""
        return QSize(160, QFontMetrics(self._font).height() + QFontMetrics(self._small).height() + 2 * _ABOVE + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a row."""
        painter.save()
        exchange, rect, tokens = self._model.exchange(index.row()), QRect(option.rect), self._theme.tokens
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        line = QFontMetrics(self._font).height()
        square = QRect(rect.left() + _SIDE, rect.top() + _ABOVE + (line - _ICON) // 2, _ICON, _ICON)
        place = QStyle.visualRect(option.direction, rect, square)
        icon, colour = self._sign(exchange_sign(exchange), answered=bool(exchange.status_line))
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(place.topLeft(), self._icons.pixmap(icon, colour, _ICON, ratio))
        upper = QRect(rect.left() + _SIDE + _ICON + _GAP, rect.top() + _ABOVE, 0, line)
        upper.setRight(rect.right() - _GAP)
        lower = QRect(upper.left(), upper.bottom() + 3, upper.width(), QFontMetrics(self._small).height())
        painter.setFont(self._font)
        self._write(painter, option, upper, status_words(exchange), tokens.text)
        painter.setFont(self._small)
        self._write(painter, option, lower, request_words(exchange), tokens.secondary)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, rect, bar), QColor(tokens.accent))
        painter.restore()

    def _sign(self, sign: Sign, *, answered: bool) -> tuple[str, str]:
        tokens = self._theme.tokens
        if not answered:
            return "clock", tokens.secondary
        marks = {Sign.OK: ("check", tokens.done), Sign.WARNING: ("alert", tokens.warning)}
        return marks.get(sign, ("info", tokens.secondary))

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, colour: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.setPen(QColor(colour))
        painter.setLayoutDirection(text_direction(text))
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(QStyle.visualRect(option.direction, option.rect, place), int(flags), shown)


class ExchangeList(QListView):
    """Shows an ExchangeModel. One row is always current; it stays the newest until a person takes another."""

    row_shown = Signal(int)
    """The current row, or -1 for none; also when what is in it has changed."""

    def __init__(self, model: ExchangeModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._follows = True
        self.setObjectName("detailsList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(model)
        self.setItemDelegate(ExchangeDelegate(theme, icons, model, self))
        self.setUniformItemSizes(True)
        self.setViewportMargins(0, 4, 0, 0)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        model.rowsInserted.connect(self._catch_up)
        model.modelReset.connect(self.follow)
        model.dataChanged.connect(self._changed)
        theme.changed.connect(self.viewport().update)

    def follow(self) -> None:
        """Show the newest, and the next ones as they come."""
        self._follows = True
        self._catch_up()
        self.row_shown.emit(self.currentIndex().row())

    def _catch_up(self) -> None:
        if self._follows and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def _moved(self, current: QModelIndex) -> None:
        self._follows = current.row() <= 0
        self.row_shown.emit(current.row())

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.currentIndex().row() <= last.row():
            self.row_shown.emit(self.currentIndex().row())

    def keyboardSearch(self, search: str) -> None:
        """Let letters be what they are elsewhere in the window."""
