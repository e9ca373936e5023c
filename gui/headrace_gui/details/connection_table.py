"""The table of connections: quiet rows, a thin bar for what has arrived."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from headrace_gui.details.connection_model import (
    RIGHT,
    ConnectionColumn,
    ConnectionTableModel,
    cell_text,
    fraction,
)
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_C = ConnectionColumn
_PADDING: Final = 8
_BAR: Final = 4
_BAR_LEAST: Final = 40
_WIDTHS: Final = {_C.NUMBER: 40, _C.RANGE: 176, _C.ARRIVED: 150, _C.SPEED: 92, _C.STATE: 168}
_HOST_LEAST: Final = 150
_GIVE_UP: Final = ((_C.RANGE, 0), (_C.NUMBER, 0), (_C.ARRIVED, 68), (_C.STATE, 0), (_C.ARRIVED, 0))
"""What columns are cut down to, one after the other, where the table is narrow; 0 leaves one out."""


class ConnectionDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, theme: Theme, model: ConnectionTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._font = tabular(small(parent.font()))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the room the text needs."""
        metrics = QFontMetrics(self._font)
        return QSize(metrics.horizontalAdvance(str(index.data() or "")) + 2 * _PADDING, metrics.height() + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint ground, text and bar."""
        rect, tokens = QRect(option.rect), self._theme.tokens
        column = ConnectionColumn(index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        room = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        if column is _C.ARRIVED:
            room = self._paint_bar(painter, option, room, index)
        text = cell_text(self._model.connection_at(index.row()), column)
        quiet = column in (_C.NUMBER, _C.RANGE)
        self._text(painter, option, room, text, tokens.secondary if quiet else tokens.text, right=column in RIGHT)

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, index: AnyIndex) -> QRect:
        """Paint the bar behind the figure; return the room that is left for it."""
        share = fraction(self._model.connection_at(index.row()))
        figure = QFontMetrics(self._font).horizontalAdvance("100 % ") + 4
        bar = QRect(room.left() + figure, room.center().y() - _BAR // 2 + 1, room.width() - figure, _BAR)
        if share is None or bar.width() < _BAR_LEAST:
            return room
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        done = QRect(bar.left(), bar.top(), max(round(bar.width() * share), _BAR), _BAR) if share else QRect()
        for part, colour in ((bar, self._theme.tokens.track), (done, self._theme.tokens.accent)):
            if part.isValid():
                painter.setBrush(QColor(colour))
                place = QRectF(QStyle.visualRect(option.direction, option.rect, part))
                painter.drawRoundedRect(place, _BAR / 2, _BAR / 2)
        painter.restore()
        return QRect(room.left(), room.top(), figure, room.height())

    def _text(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, text: str, colour: str, *, right: bool
    ) -> None:
        place = QStyle.visualRect(option.direction, option.rect, room)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(option.direction, side) | Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        painter.setLayoutDirection(text_direction(text))
        shown = QFontMetrics(self._font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, align | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()


class ConnectionTable(QTableView):
    """Shows the model; says so where there are no connections."""

    def __init__(self, model: ConnectionTableModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("connectionTable")
        self.setModel(model)
        self.setItemDelegate(ConnectionDelegate(theme, model, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(small(self.font())).height() + 12)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        header.setFont(small(self.font()))
        theme.changed.connect(self.viewport().update)
        on_language(self, self._retext)

    def _retext(self) -> None:
        self.setAccessibleName(translate("Details", "Connections"))
        model = self.model()
        if isinstance(model, ConnectionTableModel):
            model.retext()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the host the room that is left, and leave columns out where there is too little."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a font of another size."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        scale = QFontMetrics(small(self.font())).height() / 15
        widths = {column: round(width * max(scale, 1.0)) for column, width in _WIDTHS.items()}
        for column, width in _GIVE_UP:
            if sum(widths.values()) + _HOST_LEAST <= self.viewport().width():
                break
            widths[column] = round(width * max(scale, 1.0))
        widths[_C.HOST] = max(self.viewport().width() - sum(widths.values()), 60)
        for column, width in widths.items():
            self.setColumnHidden(column, not width)
            if width:
                self.setColumnWidth(column, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or a quiet line in their place."""
        super().paintEvent(event)
        if self.model().rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setFont(small(self.font()))
        painter.setPen(QColor(self._theme.tokens.secondary))
        text = translate("Details", "No connections at the moment")
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
