"""Holds the list and the drawer side by side or one over the other, and gives the drawer its remembered size."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Generator, Sequence
from typing import Final

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from headrace_gui.details.drawer_face import DrawerFace
from headrace_gui.details.habits import Place
from headrace_gui.steps import Steps
from headrace_gui.texts import retell

_SOON_MS: Final = 1
_AHEAD_MS: Final = 250
"""From the first choice of a download to the making of the drawer, before anybody asks for it."""
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
        self._ahead = QTimer(self, interval=_AHEAD_MS, singleShot=True)
        self._ahead.timeout.connect(lambda: self._making.start(self._prepare()))
        self.addWidget(main)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.splitterMoved.connect(lambda *_: self._note_size())

    @property
    def drawer(self) -> DrawerFace:
        """The drawer; made by this if there is none yet."""
        if self._drawer is None:
            self._ahead.stop()
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
        """Have an open drawer show what is chosen; where there is none yet it is made, to be there when wanted."""
        if self._drawer is not None and self.is_open:
            self._drawer.show_selection(snapshots)
        elif self._drawer is None and len(snapshots) == 1 and self.isVisible():
            self._ahead.start()
        else:
            self._ahead.stop()

    def retell(self) -> None:
        """Have the drawer write everything anew, as after a change of units."""
        if self._drawer is not None:
            retell(self._drawer)

    def remember(self) -> None:
        """Hand the drawer's habits to the memory, if it was ever opened."""
        if self._drawer is not None:
            self._drawer.remember()

    def set_open(self, is_open: bool) -> None:  # noqa: FBT001 - a slot of a checkable action
        """Open or close the drawer."""
        if is_open == self.is_open:
            return
        is_new = self._drawer is None or self._making.busy
        drawer = self.drawer
        has_focus = drawer.isAncestorOf(drawer.focusWidget()) if drawer.focusWidget() else False
        drawer.change_habits(is_open=is_open)
        if is_new:  # made and shown in one turn of the event loop it would be felt
            QTimer.singleShot(_SOON_MS, self, lambda: self._making.start(self._open_prepared()))
        else:
            self._follow_habits()
        if has_focus and not is_open:
            self._main.setFocus()
        self.open_changed.emit(is_open)

    def _open_prepared(self) -> Generator[None, None, None]:
        self._catch_up()
        yield from self._prepare()
        self._reveal()

    def _prepare(self) -> Generator[None, None, None]:
        share = self._share()  # which makes the drawer, and with it the orientation
        yield
        at_bottom = self.orientation() is Qt.Orientation.Vertical
        yield from self.drawer.preparing(QSize(self.width(), share) if at_bottom else QSize(share, self.height()))

    def _follow_habits(self) -> None:
        self._catch_up()
        self._reveal()

    def _reveal(self) -> None:
        self.drawer.setVisible(self.is_open)
        self._fit()

    def _catch_up(self) -> None:
        """Have a drawer that is to be shown, and was told nothing out of sight, show what is chosen now."""
        if self.is_open and not self.drawer.isVisible():
            self.drawer.show_selection(self._chosen())

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
        """Give the drawer the size it had."""
        if self._drawer is not None:
            self.setSizes([self._whole() - self._share(), self._share()])

    def _share(self) -> int:
        """Return the drawer's width or height: what it had, and never more than two thirds."""
        habits = self.drawer.habits
        wanted = habits.height if habits.place is Place.BOTTOM else habits.width
        return min(wanted, self._whole() * 2 // 3)

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
