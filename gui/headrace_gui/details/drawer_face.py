"""What the window knows of the drawer before it is made: its pages are much, and few need them at the start."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QWidget

from headrace_gui.details.habits import Habits, Place, keep_habits, read_habits
from headrace_gui.memory import MemoryPart


class DrawerFace(QFrame):
    """Keeps the drawer's habits; what it shows is the affair of who derives from this."""

    close_wanted = Signal()
    place_wanted = Signal(object)
    """The Place where it is to be."""
    folder_wanted = Signal(str)
    """The id of a download whose folder is to be opened."""

    def __init__(self, memory: MemoryPart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._habits = read_habits(memory)

    @property
    def habits(self) -> Habits:
        """What is remembered of it."""
        return self._habits

    def change_habits(self, **changes: Any) -> None:
        """Remember something else; raises TypeError for what there is nothing of."""
        self._habits = replace(self._habits, **changes)
        self.show_place(self._habits.place)

    def remember(self) -> None:
        """Hand everything to the memory, to be written with all the rest."""
        keep_habits(self._memory, self._habits)

    def preparing(self, size: QSize) -> Generator[None, None, None]:  # noqa: ARG002 - for who shows something
        """Make what is to be seen when it is shown, as large as it will be, in short steps."""
        yield from ()

    def show_place(self, place: Place) -> None:
        """Be told on which side of the list it stands."""
        raise NotImplementedError

    def show_selection(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Show one download's details, sums over several, a quiet line for none."""
        raise NotImplementedError
