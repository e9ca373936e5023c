"""The table of the history: quiet rows, the reason of a failure in its colour."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from typing import Final

from headrace.history import HistoryEntry, Outcome
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from headrace_gui.history.history_model import HistoryModel
from headrace_gui.history.history_words import HistoryColumn, side
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_C = HistoryColumn
_PADDING: Final = 8
_WIDTHS: Final = {_C.ENDED: 120, _C.SIZE: 88, _C.SPEED: 96, _C.HOST: 170, _C.OUTCOME: 190}
_NAME_LEAST: Final = 220
_GIVE_UP: Final = ((_C.SPEED, 0), (_C.OUTCOME, 120), (_C.HOST, 0), (_C.SIZE, 0))
"""What columns are cut down to, one after the other, where the table is narrow; 0 leaves one out."""


class HistoryDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, theme: Theme, model: HistoryModel, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._model, self._view = theme, model, view
        self._font, self._small = view.font(), tabular(small(view.font()))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the room the text needs."""
        metrics = QFontMetrics(self._font)
        return QSize(metrics.horizontalAdvance(str(index.data() or "")) + 2 * _PADDING, metrics.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint ground and text."""
        rect, tokens, column = QRect(option.rect), self._theme.tokens, HistoryColumn(index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        is_current = index.row() == self._view.currentIndex().row() and self._view.hasFocus()
        if column is _C.NAME and is_current:
            bar = QStyle.visualRect(option.direction, rect, QRect(rect.left(), rect.top(), 3, rect.height() - 1))
            painter.fillRect(bar, QColor(tokens.accent))
        place = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        painter.save()
        painter.setFont(self._font if column is _C.NAME else self._small)
        text = str(index.data() or "")
        painter.setPen(QColor(self._colour(column, index.row())))
        painter.setLayoutDirection(text_direction(text))
        align = QStyle.visualAlignment(option.direction, side(column)) | Qt.AlignmentFlag.AlignVCenter
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        flags = align | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
        painter.drawText(place, int(flags), shown)
        painter.restore()

    def _colour(self, column: HistoryColumn, row: int) -> str:
        tokens = self._theme.tokens
        if column is _C.NAME:
            return tokens.text
        failed = column is _C.OUTCOME and self._model.entries([row])[0].outcome is Outcome.FAILED
        return tokens.failed if failed else tokens.secondary


class HistoryTable(QTableView):
    """Shows the model; asks for the next page before the last row is reached."""

    opened = Signal()
    """A row was pressed twice, or Return was."""
    delete_wanted = Signal()
    chosen = Signal()
    """Other rows are selected."""

    def __init__(self, model: HistoryModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("connectionTable")
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(theme, model, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(self.font()).height() + 14)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        header.setFont(small(self.font()))
        theme.changed.connect(self.viewport().update)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.verticalScrollBar().valueChanged.connect(self._look_ahead)
        model.answered.connect(self._look_ahead)
        on_language(self, self._retext)

    def selected(self) -> list[HistoryEntry]:
        """Return the chosen entries, in the order of the table."""
        return self._model.entries(sorted({index.row() for index in self.selectionModel().selectedRows()}))

    def _look_ahead(self) -> None:
        high = self.verticalHeader().defaultSectionSize()
        rows = 1 + self.viewport().height() // high  # the scroll bar knows only later how far it goes
        if self.verticalScrollBar().value() // high + 3 * rows >= self._model.rowCount():
            self._model.fetchMore(QModelIndex())

    def _retext(self) -> None:
        self.setAccessibleName(translate("History", "History"))
        self._model.retext()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open by Return, delete by Del; letters are for nobody."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Let letters be what they are elsewhere in the window."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name the room that is left, and leave columns out where there is too little."""
        super().resizeEvent(event)
        scale = max(QFontMetrics(small(self.font())).height() / 15, 1.0)
        widths = {column: round(width * scale) for column, width in _WIDTHS.items()}
        for column, width in _GIVE_UP:
            if sum(widths.values()) + _NAME_LEAST <= self.viewport().width():
                break
            widths[column] = round(width * scale)
        widths[_C.NAME] = max(self.viewport().width() - sum(widths.values()), 60)
        for column, width in widths.items():
            self.setColumnHidden(column, not width)
            if width:
                self.setColumnWidth(column, width)
