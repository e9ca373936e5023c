"""The list of what happened: a sign, the time, a sentence that may take several lines."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTime, QTimer
from PySide6.QtGui import QAction, QColor, QFontMetrics, QGuiApplication, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from headrace_gui.details.copy_keys import CopyKeys
from headrace_gui.details.log_model import MOST, LogModel
from headrace_gui.icons import IconSet
from headrace_gui.story_words import Sign, clock_time, sign_of, time_of_day
from headrace_gui.texts import SEPARATOR
from headrace_gui.theme import Theme, semibold, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_SIDE: Final = 16
_ICON: Final = 16
_GAP: Final = 10
_ABOVE: Final = 4
"""Pixels over and under a sentence."""
_BREAKS: Final = int(Qt.TextFlag.TextWordWrap)
_WIDEST: Final = (QTime(10, 59, 59), QTime(22, 59, 59))
"""One of them is as wide as a time can be: figures are of one width, words for the halves of a day are not."""
_K = StoryKind
_KIND_ICONS: Mapping[StoryKind, str] = MappingProxyType(
    {
        _K.ADDED: "plus",
        _K.STARTED: "play",
        _K.RESUMED: "play",
        _K.PAUSED: "pause",
        _K.REMOVED: "trash",
        _K.RESTORED: "undo",
        _K.READDRESSED: "link",
        _K.RENAMED: "pencil",
        _K.RELOCATED: "folder",
        _K.STOPPED: "power",
        _K.TAKEN_UP: "power",
        _K.ASKED_ANEW: "retry",
        _K.TAKEN_OVER: "folder",
    }
)


class LogDelegate(QStyledItemDelegate):
    """Paints one row; sentences break where the list is narrow."""

    def __init__(self, theme: Theme, icons: IconSet, model: LogModel, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._icons, self._model, self._view = theme, icons, model, view
        self._font, self._time = view.font(), tabular(small(view.font()))
        self._heading = semibold(small(view.font()))
        self._heights: dict[StoryEntry, int] = {}
        self._heights_width = 0
        """The width of the list for which these hold."""
        model.modelReset.connect(self._forget_heights)
        model.dataChanged.connect(self._forget_heights)

    def _forget_heights(self) -> None:
        self._heights.clear()

    def _times_width(self) -> int:
        """Return the width of the widest time there is."""
        metrics = QFontMetrics(self._time)
        return max(metrics.horizontalAdvance(clock_time(time)) for time in _WIDEST) + 2

    def _text_start(self) -> int:
        return _SIDE + _ICON + _GAP + self._times_width() + _GAP + 2

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the width of the list, and the height of the broken sentence."""
        width = max(self._view.viewport().width(), 120)
        row = self._model.row(index.row())
        if not isinstance(row, StoryEntry):
            above = 6 if index.row() else 0
            return QSize(width, QFontMetrics(self._heading).height() + 2 * _ABOVE + 4 + above)
        if width != self._heights_width or len(self._heights) > 2 * MOST:
            self._heights_width = width
            self._forget_heights()
        if row not in self._heights:
            self._heights[row] = self._height(width, _breakable(index))
        return QSize(width, self._heights[row])

    def _height(self, width: int, sentence: str) -> int:
        metrics = QFontMetrics(self._font)
        room = QRect(0, 0, max(width - self._text_start() - _SIDE, 60), 10_000)
        height = metrics.boundingRect(room, _BREAKS, sentence).height()
        return max(height, metrics.height(), _ICON) + 2 * _ABOVE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a row."""
        painter.save()
        row, rect, tokens = self._model.row(index.row()), QRect(option.rect), self._theme.tokens
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        if isinstance(row, StoryEntry):
            self._paint_entry(painter, option, row, _breakable(index))
        else:
            place = rect.adjusted(_SIDE, 0, -_SIDE, -_ABOVE)
            painter.setFont(self._heading)
            self._write(painter, option, place, str(index.data() or ""), tokens.secondary, low=True)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, rect, bar), QColor(tokens.accent))
        painter.restore()

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, entry: StoryEntry, sentence: str) -> None:
        rect, tokens, sign = QRect(option.rect), self._theme.tokens, sign_of(entry)
        line = QFontMetrics(self._font).height()
        top = rect.top() + _ABOVE
        square = QRect(rect.left() + _SIDE, top + (line - _ICON) // 2, _ICON, _ICON)
        place = QStyle.visualRect(option.direction, rect, square)
        icon, colour = self._sign(entry.kind, sign)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(place.topLeft(), self._icons.pixmap(icon, colour, _ICON, ratio))
        painter.setFont(self._time)
        when = QRect(square.right() + 1 + _GAP, top, self._times_width(), line)
        self._write(painter, option, when, time_of_day(entry.at), tokens.secondary)
        painter.setFont(self._font)
        words = rect.adjusted(self._text_start(), _ABOVE, -_SIDE, -_ABOVE)
        self._write(painter, option, words, sentence, tokens.failed if sign is Sign.ERROR else tokens.text)

    def _sign(self, kind: StoryKind, sign: Sign) -> tuple[str, str]:
        tokens = self._theme.tokens
        return {
            Sign.OK: ("check", tokens.done),
            Sign.WARNING: ("alert", tokens.warning),
            Sign.ERROR: ("error", tokens.failed),
            Sign.INFO: (_KIND_ICONS.get(kind, "info"), tokens.secondary),
        }[sign]

    def _write(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        place: QRect,
        text: str,
        colour: str,
        *,
        low: bool = False,
    ) -> None:
        painter.setPen(QColor(colour))
        painter.setLayoutDirection(text_direction(text))
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        upright = Qt.AlignmentFlag.AlignBottom if low else Qt.AlignmentFlag.AlignTop
        flags = int(side | Qt.AlignmentFlag.AlignAbsolute | upright) | _BREAKS
        painter.drawText(QStyle.visualRect(option.direction, option.rect, place), flags, text)


def _breakable(index: AnyIndex) -> str:
    """Return the sentence of a row so that no line of it begins with a separator."""
    return str(index.data() or "").replace(SEPARATOR, f"\N{NO-BREAK SPACE}{SEPARATOR.lstrip()}")


class LogView(QListView):
    """Shows a LogModel; follows its end unless a person has scrolled up. Ctrl+C copies the chosen rows."""

    def __init__(self, model: LogModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = model
        self._follows = True
        self.setObjectName("detailsList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(model)
        self.setItemDelegate(LogDelegate(theme, icons, model, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        copy = QAction(self)
        copy.triggered.connect(self.copy)
        CopyKeys(self, copy)
        self.verticalScrollBar().valueChanged.connect(self._note_place)
        self.verticalScrollBar().rangeChanged.connect(self._keep_up)
        model.rowsInserted.connect(self._keep_up)
        model.modelReset.connect(self.follow)
        theme.changed.connect(self.viewport().update)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._follows = True
        self._keep_up()

    def _note_place(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum()

    def _keep_up(self) -> None:
        if self._follows:
            QTimer.singleShot(0, self, self._to_end)

    def _to_end(self) -> None:
        if self._follows:
            self.scrollToBottom()

    def chosen(self) -> list[int]:
        """Return the numbers of the chosen rows."""
        return [index.row() for index in self.selectionModel().selectedRows()]

    def copy(self) -> None:
        """Put the chosen rows on the clipboard."""
        if text := self._log.copied(self.chosen()):
            QGuiApplication.clipboard().setText(text)

    def keyboardSearch(self, search: str) -> None:
        """Let letters be what they are elsewhere in the window."""

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        """Keep the rows in sight where they are while older ones go."""
        if self._follows:
            super().rowsAboutToBeRemoved(parent, start, end)
            return
        first, last = (self.visualRect(self._log.index(row)) for row in (start, end))
        super().rowsAboutToBeRemoved(parent, start, end)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() - (last.bottom() + 1 - first.top()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the sentences anew, and stay at the end."""
        follows = self._follows
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._follows = follows
        self._keep_up()
