"""The list in the add dialog: what was recognised, with a tick before each that will be added."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headrace.addresses import host_of
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from headrace_gui.dialogs.candidates import Candidate
from headrace_gui.icons import IconSet, file_icon
from headrace_gui.theme import Theme, medium, small, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_ROW: Final = 36
_BOX: Final = 16
_ICON: Final = 18
_SIDE: Final = 12
DUPLICATE: Final = "already in the list"


class CandidateModel(QAbstractListModel):
    """Candidates with ticks. What a person unticked stays so while the text changes."""

    ticks_changed = Signal()

    def __init__(self, is_known: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_known = is_known
        self._candidates: list[Candidate] = []
        self._known: list[bool] = []
        self._choices: dict[str, bool] = {}

    def show(self, candidates: Sequence[Candidate]) -> None:
        """Show these in place of what was there."""
        self.beginResetModel()
        self._candidates = list(candidates)
        self._known = [each.address is not None and self._is_known(each.address) for each in candidates]
        self.endResetModel()
        self.ticks_changed.emit()

    def refresh_known(self) -> None:
        """Look again which are in the list already, as in another folder they may not be."""
        self.show(self._candidates)

    def chosen(self) -> list[Candidate]:
        """Return what will be added; each has an address."""
        return [each for row, each in enumerate(self._candidates) if self.is_ticked(row)]

    def ticked(self) -> list[str]:
        """Return the addresses that will be added."""
        return [each.address for each in self.chosen() if each.address]

    def problems(self) -> int:
        """Return how many lines are no addresses."""
        return sum(each.address is None for each in self._candidates)

    def candidate(self, row: int) -> Candidate:
        """Return what is in a row."""
        return self._candidates[row]

    def remark(self, row: int) -> str:
        """Return what is to be said of a row."""
        return DUPLICATE if self._known[row] else self._candidates[row].problem

    def is_ticked(self, row: int) -> bool:
        """Tell whether a row will be added: by choice, else unless it is known already."""
        address = self._candidates[row].address
        return address is not None and self._choices.get(address, not self._known[row])

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of candidates."""
        return 0 if parent.isValid() else len(self._candidates)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, tick, address or the words for screen readers."""
        if not index.isValid():
            return None
        candidate = self._candidates[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return candidate.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return candidate.address or candidate.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (candidate.name, self.remark(index.row()))))
        if role == Qt.ItemDataRole.CheckStateRole and candidate.address:
            return Qt.CheckState.Checked if self.is_ticked(index.row()) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set a tick."""
        address = self._candidates[index.row()].address if index.isValid() else None
        if role != Qt.ItemDataRole.CheckStateRole or address is None:
            return False
        self._choices[address] = Qt.CheckState(value) is Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        self.ticks_changed.emit()
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Only addresses have a tick."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain | Qt.ItemFlag.ItemIsUserCheckable if self._candidates[index.row()].address else plain


@dataclass(frozen=True, slots=True)
class Style:
    """How a line of text is painted."""

    font: QFont
    colour: str
    right: bool = False


class CandidateDelegate(QStyledItemDelegate):
    """Paints tick, type icon, name, host and remark."""

    def __init__(self, theme: Theme, icons: IconSet, model: CandidateModel, font: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._model = theme, icons, model
        self._font, self._small = medium(font), small(font)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a row."""
        return QSize(200, max(_ROW, QFontMetrics(self._font).height() + 16))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, tokens = QRect(option.rect), self._theme.tokens
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.hover))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        self._paint_box(painter, option, index)
        self._paint_words(painter, option, index)
        painter.restore()

    def _square(self, option: QStyleOptionViewItem, left: int, side: int) -> QRect:
        rect = QRect(option.rect)
        square = QRect(rect.left() + left, rect.center().y() - side // 2, side, side)
        return QStyle.visualRect(option.direction, rect, square)

    def _paint_box(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        if self._model.candidate(index.row()).address is None:
            return
        tokens, box = self._theme.tokens, self._square(option, _SIDE, _BOX)
        ticked = self._model.is_ticked(index.row())
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        edge = tokens.accent if ticked or focused else tokens.faint
        painter.setPen(QPen(QColor(edge), 2.0 if focused and not ticked else 1.2))
        painter.setBrush(QColor(tokens.accent if ticked else tokens.surface))
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            pixmap = self._icons.pixmap("check", tokens.on_accent, 12, painter.device().devicePixelRatioF())
            painter.drawPixmap(box.adjusted(2, 2, 0, 0).topLeft(), pixmap)

    def _paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row, tokens = index.row(), self._theme.tokens
        candidate, remark = self._model.candidate(row), self._model.remark(row)
        bad = candidate.address is None
        start = _SIDE + _BOX + 12
        icon = "alert" if bad else file_icon(candidate.name)
        ratio = painter.device().devicePixelRatioF()
        colour = tokens.failed if bad else tokens.secondary
        painter.drawPixmap(self._square(option, start, _ICON).topLeft(), self._icons.pixmap(icon, colour, _ICON, ratio))
        quiet = remark or (host_of(candidate.address) if candidate.address else "")
        quiet_colour = tokens.failed if bad else tokens.warning if remark else tokens.secondary
        inner = QRect(option.rect).adjusted(start + _ICON + 10, 0, -_SIDE, 0)
        limited = QFontMetrics(self._small).elidedText(quiet, Qt.TextElideMode.ElideMiddle, int(inner.width() * 0.55))
        used = QFontMetrics(self._small).horizontalAdvance(limited)
        self._line(painter, option, inner, limited, Style(self._small, quiet_colour, right=True))
        name = inner.adjusted(0, 0, -used - 16, 0)
        self._line(painter, option, name, candidate.name, Style(self._font, tokens.text))

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, text: str, style: Style) -> None:
        shown = QFontMetrics(style.font).elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
        side = Qt.AlignmentFlag.AlignRight if style.right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(style.font)
        painter.setPen(QColor(style.colour))
        painter.setLayoutDirection(text_direction(text))
        place = QStyle.visualRect(option.direction, option.rect, rect)
        painter.drawText(place, QStyle.visualAlignment(option.direction, side) | Qt.AlignmentFlag.AlignVCenter, shown)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: AnyIndex) -> bool:
        """Turn the tick at a press anywhere in the row, or at Space."""
        presses = event.type() is QEvent.Type.MouseButtonRelease
        keys = event.type() is QEvent.Type.KeyPress and getattr(event, "key", lambda: 0)() == Qt.Key.Key_Space
        if not (presses or keys) or self._model.candidate(index.row()).address is None:
            return False
        ticked = self._model.is_ticked(index.row())
        wanted = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return self._model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)


class CandidateView(QListView):
    """Shows candidates, or a quiet line where there are none."""

    def __init__(self, model: CandidateModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("addList")
        self.setAccessibleName("Downloads found in the text")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(model)
        self.setItemDelegate(CandidateDelegate(theme, icons, model, self.font(), self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or what will be here."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._theme.tokens.secondary))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "What you paste appears here")
            painter.end()
