"""Holds the list and the drawer side by side or one over the other, and gives the drawer its remembered size."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Generator, Sequence
from typing import Final

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from headrace_gui.details.drawer_face import DrawerFace
from headrace_gui.details.habits import Place
from headrace_gui.steps import Steps

_SOON_MS: Final = 1
_TURN: Final = 0.008
"""Seconds, and one step more, between two looks at the event loop while the drawer is made."""


class DrawerDock(QSplitter):
    """A splitter of two: the list, and the drawer under it or beside it, made when it is opened for the first time."""

    open_changed = Signal(bool)
    """Whether the drawer is open now."""

    def __init__(
        self,
        main: QWidget,
        make: Callable[[], DrawerFace],
        chosen: Callable[[], Sequence[DownloadSnapshot]],
        parent: QWidget | None = None,
    ) -> None:
        """Take `chosen` to ask what is chosen when the drawer is made."""
        super().__init__(parent)
        self._main, self._make, self._chosen = main, make, chosen
        self._drawer: DrawerFace | None = None
        self._making = Steps(self, seconds=_TURN)
        self.addWidget(main)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.splitterMoved.connect(lambda *_: self._note_size())

    @property
    def drawer(self) -> DrawerFace:
        """The drawer; made by this if there is none yet."""
        if self._drawer is None:
            drawer = self._make()
            self._drawer = drawer
            drawer.hide()  # else it would be shown by this, and laid out for nothing
            self.addWidget(drawer)
            self.setStretchFactor(0, 1)
            self.setStretchFactor(1, 0)
            drawer.setVisible(drawer.habits.is_open)
            self._stand(drawer.habits.place)
            drawer.close_wanted.connect(lambda: self.set_open(False))
            drawer.place_wanted.connect(self.set_place)
            drawer.show_selection(self._chosen())
        return self._drawer

    @property
    def is_open(self) -> bool:
        """Whether the drawer is open, seen or not."""
        return self._drawer is not None and self._drawer.habits.is_open

    def show_selection(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Have the drawer show what is chosen, if it was ever opened."""
        if self._drawer is not None:
            self._drawer.show_selection(snapshots)

    def retell(self) -> None:
        """Have the drawer write everything anew, as after a change of units."""
        if self._drawer is not None:
            QApplication.sendEvent(self._drawer, QEvent(QEvent.Type.LanguageChange))

    def remember(self) -> None:
        """Hand the drawer's habits to the memory, if it was ever opened."""
        if self._drawer is not None:
            self._drawer.remember()

    def set_open(self, is_open: bool) -> None:  # noqa: FBT001 - a slot of a checkable action
        """Open or close the drawer."""
        if is_open == self.is_open:
            return
        is_new, drawer = self._drawer is None, self.drawer
        has_focus = drawer.isAncestorOf(drawer.focusWidget()) if drawer.focusWidget() else False
        drawer.change_habits(is_open=is_open)
        if is_new:  # made and shown in one turn of the event loop it would be felt
            QTimer.singleShot(_SOON_MS, self, lambda: self._making.start(self._prepare()))
        else:
            self._follow_habits()
        if has_focus and not is_open:
            self._main.setFocus()
        self.open_changed.emit(is_open)

    def _prepare(self) -> Generator[None, None, None]:
        yield from self.drawer.preparing()
        self._follow_habits()

    def _follow_habits(self) -> None:
        self.drawer.setVisible(self.is_open)
        self._fit()

    def open_again(self) -> None:
        """Make and show the drawer, as it was open when the program ended."""
        self.drawer.setVisible(self.is_open)
        self.open_changed.emit(self.is_open)

    def set_place(self, place: Place) -> None:
        """Put the drawer at the bottom or at the side."""
        self.drawer.change_habits(place=place)
        self._stand(place)
        self._fit()

    def _stand(self, place: Place) -> None:
        at_bottom = place is Place.BOTTOM
        self.setOrientation(Qt.Orientation.Vertical if at_bottom else Qt.Orientation.Horizontal)
        self.drawer.show_place(place)

    def _whole(self) -> int:
        return self.height() if self.orientation() is Qt.Orientation.Vertical else self.width()

    def _fit(self) -> None:
        """Give the drawer the size it had, and never more than two thirds."""
        if self._drawer is None:
            return
        habits = self._drawer.habits
        wanted = habits.height if habits.place is Place.BOTTOM else habits.width
        size = min(wanted, self._whole() * 2 // 3)
        self.setSizes([self._whole() - size, size])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what changes to the list."""
        super().resizeEvent(event)
        self._fit()

    def _note_size(self) -> None:
        if self._drawer is None:
            return
        size = self.sizes()[1]
        if size and self._drawer.habits.place is Place.BOTTOM:
            self._drawer.change_habits(height=size)
        elif size:
            self._drawer.change_habits(width=size)
