"""The sidebar: groups of states, then categories by file type, each with its live count."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from dataclasses import dataclass
from typing import Any, Final

from headrace.filters import Category, StatusFilter
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from headrace_gui import words
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import CATEGORY_ICONS, STATUS_ICONS, IconSet
from headrace_gui.theme import Theme, medium, semibold, small, tabular, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
NARROW: Final = 60
"""Width in pixels of the sidebar with icons alone."""
_NARROWEST, _WIDEST = 140, 400
_ICON: Final = 18
_SIDE: Final = 10
_ENTRY: Final = 34
_HEADING: Final = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a group or category, or a heading where `group` is None."""

    group: StatusFilter | Category | None
    title: str
    icon: str = ""


ENTRIES: Final = (
    *(Entry(status, words.STATUS_NAMES[status], STATUS_ICONS[status]) for status in StatusFilter),
    Entry(None, "Categories"),
    *(Entry(each, words.CATEGORY_NAMES[each], CATEGORY_ICONS[each]) for each in Category if each is not Category.OTHER),
)


class FilterListModel(QAbstractListModel):
    """The sidebar's lines, counted by the list's model."""

    def __init__(self, downloads: DownloadTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        downloads.counts_changed.connect(self._tell_counts)

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(ENTRIES)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return title, tooltip or the words for screen readers."""
        if not index.isValid():
            return None
        entry = ENTRIES[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole) and entry.group is not None:
            return f"{entry.title}, {words.counted(self.count(index.row()), 'download')}"
        return None

    def count(self, row: int) -> int:
        """Return how many downloads a line stands for."""
        group = ENTRIES[row].group
        return self._downloads.count(group) if group is not None else 0

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if not index.isValid() or ENTRIES[index.row()].group is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _tell_counts(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(len(ENTRIES) - 1))


class FilterDelegate(QStyledItemDelegate):
    """Paints a line: icon, title, count; icon alone in the narrow sidebar."""

    def __init__(self, theme: Theme, icons: IconSet, font: QFont, parent: "FilterSidebar") -> None:
        super().__init__(parent)
        self._theme, self._icons, self._sidebar = theme, icons, parent
        self._font, self._chosen = font, semibold(font)
        self._count_font, self._heading = tabular(small(font)), medium(small(font))
        self._heading.setCapitalization(QFont.Capitalization.AllUppercase)
        self._heading.setPixelSize(self._heading.pixelSize() - 1)
        self._heading.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a line or heading."""
        text = QFontMetrics(self._font).height()
        return QSize(NARROW, max(_ENTRY, text + 14) if ENTRIES[index.row()].group is not None else max(_HEADING, text))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(text_direction(words.STATUS_NAMES[StatusFilter.ALL]))
        entry = ENTRIES[index.row()]
        if entry.group is None:
            self._paint_heading(painter, option, entry)
        else:
            self._paint_entry(painter, option, entry, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        if self._sidebar.is_narrow:
            painter.fillRect(QRect(rect.left() + 16, rect.center().y(), rect.width() - 32, 1), QColor(tokens.line))
            return
        painter.setFont(self._heading)
        painter.setPen(QColor(tokens.secondary))
        align = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(2 * _SIDE, 8, -2 * _SIDE, 0), align, entry.title)

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, index: AnyIndex) -> None:
        rect, tokens = QRect(option.rect), self._theme.tokens
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_pill(painter, option, rect.adjusted(_SIDE, 1, -_SIDE, -1), chosen=chosen)
        narrow = self._sidebar.is_narrow
        left = rect.center().x() - _ICON // 2 + 1 if narrow else rect.left() + 2 * _SIDE
        square = QStyle.visualRect(
            option.direction, rect, QRect(left, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        )
        colour = tokens.accent_text if chosen else tokens.secondary
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(square.topLeft(), self._icons.pixmap(entry.icon, colour, _ICON, ratio))
        if not narrow:
            self._paint_words(painter, option, entry, self._sidebar.count(index.row()), chosen=chosen)

    def _paint_pill(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, *, chosen: bool) -> None:
        tokens = self._theme.tokens
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._sidebar.hasFocus()
        ground = tokens.selection if chosen else tokens.track if hovered else ""
        painter.setPen(QColor(tokens.accent) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 8, 8)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, count: int, *, chosen: bool
    ) -> None:
        rect, tokens, direction = QRect(option.rect), self._theme.tokens, option.direction
        number = words.number(count) if count else ""
        room = QFontMetrics(self._count_font).horizontalAdvance(number)
        inner = rect.adjusted(2 * _SIDE + _ICON + 10, 0, -2 * _SIDE, 0)
        font = self._chosen if chosen else self._font
        title = QFontMetrics(font).elidedText(entry.title, Qt.TextElideMode.ElideRight, inner.width() - room - 8)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent_text if chosen else tokens.text))
        left = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QStyle.visualRect(direction, rect, inner), left | middle, title)
        painter.setFont(self._count_font)
        painter.setPen(QColor(tokens.accent_text if chosen else tokens.secondary))
        right = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignRight)
        painter.drawText(QStyle.visualRect(direction, rect, inner), right | middle, number)


class FilterSidebar(QListView):
    """Lets a person choose a group or category."""

    chosen = Signal(object)
    """A StatusFilter or a Category."""

    def __init__(
        self, downloads: DownloadTableModel, theme: Theme, icons: IconSet, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = FilterListModel(downloads, self)
        self.setObjectName("sidebar")
        self.setAccessibleName("Which downloads to show")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(0, 10, 0, 8)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setModel(self._lines)
        self.setItemDelegate(FilterDelegate(theme, icons, self.font(), self))
        self.is_narrow = False
        self.set_narrow(False)
        self.choose(StatusFilter.ALL)
        self.selectionModel().currentChanged.connect(self._tell_choice)
        theme.changed.connect(self.viewport().update)

    def set_narrow(self, narrow: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """Show icons alone, or all."""
        self.is_narrow = narrow
        self.setMinimumWidth(NARROW if narrow else _NARROWEST)
        self.setMaximumWidth(NARROW if narrow else _WIDEST)
        bars = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if narrow else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(bars)
        self.viewport().update()

    def count(self, row: int) -> int:
        """Return the count of a line."""
        return self._lines.count(row)

    def choose(self, group: StatusFilter | Category) -> None:
        """Choose a line."""
        row = next((row for row, entry in enumerate(ENTRIES) if entry.group is group), 0)
        self.setCurrentIndex(self._lines.index(row))

    def _tell_choice(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(ENTRIES[current.row()].group)
