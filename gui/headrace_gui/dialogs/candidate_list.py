"""The list in the add dialog: what was recognised, with a tick before each that will be added."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from headrace_gui.dialogs import add_words
from headrace_gui.dialogs.add_clashes import WAYS, Way
from headrace_gui.dialogs.candidate_delegate import TICK_ZONE, CandidateDelegate, row_height, state_rect
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.dialogs.candidates import Candidate
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_LOOK_MS: Final = 150
_Deed = Callable[[], object]


class CandidateView(QTableView):
    """Shows candidates, or a quiet line where there are none. Space ticks, Ctrl+A ticks all."""

    looked_at = Signal()
    """Other rows came into view, and stayed there for a moment."""
    asked_again = Signal(object)
    """list[Candidate] about which servers are to be asked once more."""

    def __init__(self, model: CandidateModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, model
        self.can_ask = False
        """Whether servers can be asked at all."""
        self.setObjectName("addList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(model)
        self.setItemDelegate(CandidateDelegate(theme, icons, model, self.font(), self))
        self._set_up_headers()
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(_LOOK_MS)
        self._looking.timeout.connect(self.looked_at)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._looking.start())
        on_language(self, self._retext)

    def _set_up_headers(self) -> None:
        """Let every row have one height and the one column all the width: so no change ever walks over all rows."""
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.hide()
        down.setMinimumSectionSize(1)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.row_height())

    def row_height(self) -> int:
        """Return the height of a row in pixels."""
        return row_height(self.font())

    def _retext(self) -> None:
        self.setAccessibleName(translate("Add", "Downloads found in the text"))
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Return the room for a few rows; more of it is welcome."""
        return QSize(320, 3 * self.row_height())

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Show these, scrolled as before, with the same row current if it is still there."""
        scrolled, current = self.verticalScrollBar().value(), self.currentIndex()
        key = self._rows.candidate(current.row()).key if current.isValid() else ""
        self._rows.show(candidates)
        row = self._rows.row_of(key)
        if row is not None:
            self.setCurrentIndex(self._rows.index(row))
        self.verticalScrollBar().setValue(scrolled)

    def in_view(self) -> list[Candidate]:
        """Return the rows that can be seen."""
        if not self._rows.rowCount():
            return []
        rect = self.viewport().rect()
        first, last = self.rowAt(rect.top()), self.rowAt(rect.bottom())
        end = last if last >= 0 else self._rows.rowCount() - 1
        return [self._rows.candidate(row) for row in range(max(first, 0), end + 1)]

    def selected(self) -> list[Candidate]:
        """Return the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._rows.candidate(row) for row in rows]

    # -- pointer and keyboard ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn a tick, offer what can be done, or select."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        candidate = self._rows.candidate(index.row())
        if self._is_on_tick(index.row(), event.position().toPoint()) and candidate.address:
            self.setCurrentIndex(index)
            self._rows.tick([candidate.key], ticked=not self._rows.is_ticked(candidate.key))
        elif self._offers_at(index.row(), event.position().toPoint()):
            self.setCurrentIndex(index)
            self.offer_ways(index.row())
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn a tick."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._is_on_tick(index.row(), event.position().toPoint()):
            key = self._rows.candidate(index.row()).key
            self._rows.tick([key], ticked=not self._rows.is_ticked(key))
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand where a press does something else than select."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        offers = index.isValid() and self._offers_at(index.row(), event.position().toPoint())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if offers else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with Space, tick all with Ctrl+A, copy with Ctrl+C; leave Ctrl+Return to the dialog."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.turn_selected()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._rows.tick_all(ticked=self._rows.sums().ticked < self._rows.rowCount() - self._rows.problems())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._rows.rowCount():
            row = 0 if event.key() == Qt.Key.Key_Home else self._rows.rowCount() - 1
            self.setCurrentIndex(self._rows.index(row))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def turn_selected(self) -> None:
        """Tick the selected rows, or untick them where all are ticked."""
        keys = [each.key for each in self.selected() if each.address]
        self._rows.tick(keys, ticked=not all(map(self._rows.is_ticked, keys)))

    def copy_selected(self) -> None:
        """Copy the selected addresses, one a line."""
        QGuiApplication.clipboard().setText("\n".join(each.key for each in self.selected()))

    def _is_on_tick(self, row: int, place: QPoint) -> bool:
        rect = self.visualRect(self._rows.index(row))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return (rect.right() - place.x() if mirrored else place.x() - rect.left()) < TICK_ZONE

    def _offers_at(self, row: int, place: QPoint) -> bool:
        rect = state_rect(self.visualRect(self._rows.index(row)), self.layoutDirection())
        return self._rows.clash(self._rows.candidate(row).key) is not None and rect.contains(place)

    # -- menus -------------------------------------------------------------------------------------------------

    def offer_ways(self, row: int) -> QMenu:
        """Offer what can be done with a row that is there already. Return the menu, which is shown already."""
        menu = self._menu()
        self._add_ways(menu, [self._rows.candidate(row).key])
        rect = state_rect(self.visualRect(self._rows.index(row)), self.layoutDirection())
        menu.popup(self.viewport().mapToGlobal(rect.bottomLeft()))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the selected rows."""
        if self._rows.rowCount():
            menu = self.menu()
            by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
            rect = self.visualRect(self.currentIndex())
            menu.popup(self.viewport().mapToGlobal(rect.bottomLeft()) if by_key else event.globalPos())

    def menu(self) -> QMenu:
        """Return a menu for the selected rows."""
        menu, rows = self._menu(), self.selected()
        keys = [each.key for each in rows if each.address]
        clashing = [key for key in keys if self._rows.clash(key) is not None]
        if clashing:
            self._add_ways(menu, clashing)
            menu.addSeparator()
        _add(menu, translate("Add", "Tick"), partial(self._rows.tick, keys, ticked=True), enabled=bool(keys))
        _add(menu, translate("Add", "Untick"), partial(self._rows.tick, keys, ticked=False), enabled=bool(keys))
        _add(menu, translate("Add", "Tick only these"), partial(self._tick_only, keys), enabled=bool(keys))
        menu.addSeparator()
        _add(menu, translate("Add", "Tick all"), partial(self._rows.tick_all, ticked=True))
        _add(menu, translate("Add", "Untick all"), partial(self._rows.tick_all, ticked=False))
        menu.addSeparator()
        if self.can_ask:
            _add(
                menu, translate("Add", "Ask the server again"), lambda: self.asked_again.emit(rows), enabled=bool(keys)
            )
        copied = translate("Add", "Copy %Ln address(es)", "", len(keys))
        _add(menu, copied, self.copy_selected, enabled=bool(keys))
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_ways(self, menu: QMenu, keys: Sequence[str]) -> None:
        """Add what can be done with all of some rows that clash."""
        clashes = [clash for key in keys if (clash := self._rows.clash(key)) is not None]
        ways = [way for way in Way if all(way in WAYS[clash.kind] for clash in clashes)]
        chosen = {self._rows.way(key) for key in keys}
        for way in ways:
            action = _add(menu, add_words.way_name(way), partial(self._rows.choose_ways, keys, way))
            action.setToolTip(add_words.way_hint(way))
            action.setCheckable(True)
            action.setChecked(chosen == {way})

    def _tick_only(self, keys: Sequence[str]) -> None:
        self._rows.tick_all(ticked=False)
        self._rows.tick(keys, ticked=True)

    # -- painting ----------------------------------------------------------------------------------------------

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the hand."""
        super().leaveEvent(event)
        self.viewport().unsetCursor()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or what will be here."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._theme.tokens.secondary))
            text = translate("Add", "What you paste appears here")
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()


def _add(menu: QMenu, text: str, deed: _Deed, *, enabled: bool = True) -> QAction:
    action = menu.addAction(text)
    action.setEnabled(enabled)
    action.triggered.connect(lambda _checked: deed())
    return action
