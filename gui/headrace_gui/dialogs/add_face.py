"""What the window knows of the add dialog before it is made: what that needs is much, and nobody adds at the start."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from headrace.manager import DownloadManager
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog

from headrace_gui.background import Background
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.dialogs.add_targets import Targets
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the dialog works with."""

    manager: DownloadManager
    background: Background
    theme: Theme
    icons: IconSet
    targets: Targets
    memory: MemoryPart | None = None
    asker: Callable[[], Asker] | None = None
    """Makes what asks servers; None where nobody is to be asked."""
    starts_paused: bool = False
    """Whether the first button adds without starting."""


class Wish(Protocol):
    """All that was chosen: `add_order.Order`."""

    def carry_out(
        self,
        manager: DownloadManager,
        is_free: Callable[[Path, str], bool],
        done: Callable[[list[str]], object],
    ) -> Generator[None, None, None]:
        """Add everything in steps, then call `done` with the ids. `is_free` says that no download makes such a file."""


class AddFace(QDialog):
    """Takes addresses and says what is wanted; how is the affair of who derives from this."""

    ordered = Signal(object)
    """Wish: what a person wants added."""

    def making(self) -> Generator[Any, None, None]:
        """Make what it consists of, in short steps."""
        raise NotImplementedError

    def settling(self) -> Generator[Any, None, None]:
        """Find out how large everything is, in short steps: the last thing to do before it is shown."""
        raise NotImplementedError

    def take(self, lines: Iterable[str]) -> None:
        """Put addresses, or whole texts, behind what is there already."""
        raise NotImplementedError

    def be_private(self) -> None:
        """Have what is added leave no trace, unless the person unticks it."""
        raise NotImplementedError

    def text(self) -> str:
        """Return what is in the address box, and what is still to come into it."""
        raise NotImplementedError
