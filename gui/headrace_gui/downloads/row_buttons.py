"""The small buttons offered in the row under the pointer: what there is for each state, and where they are."""

from enum import Enum
from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QRect

BUTTON: Final = 28
"""Side of a button in pixels."""
ICON: Final = 16
GAP: Final = 4
_EDGE: Final = 8


class RowButton(Enum):
    """A button; the value is its icon."""

    PAUSE = "pause"
    RESUME = "play"
    RETRY = "retry"
    SHOW = "folder"

    @property
    def icon(self) -> str:
        """The icon's name."""
        return self.value

    @property
    def words(self) -> str:
        """What the button does, for its tooltip."""
        return _WORDS[self]


_WORDS: Final = {
    RowButton.PAUSE: "Pause",
    RowButton.RESUME: "Resume",
    RowButton.RETRY: "Try again",
    RowButton.SHOW: "Show in folder",
}


def buttons_of(snapshot: DownloadSnapshot) -> tuple[RowButton, ...]:
    """Return the buttons a row offers in its state."""
    if snapshot.state is DownloadState.COMPLETED:
        return (RowButton.SHOW,)
    if snapshot.state is DownloadState.FAILED:
        return RowButton.RETRY, RowButton.SHOW
    if snapshot.state is DownloadState.PAUSED:
        return RowButton.RESUME, RowButton.SHOW
    return RowButton.PAUSE, RowButton.SHOW


def button_rects(cell: QRect, count: int) -> list[QRect]:
    """Return where `count` buttons are in a name cell, left to right, before any mirroring."""
    left = cell.right() - _EDGE - count * BUTTON - (count - 1) * GAP
    top = cell.top() + (cell.height() - BUTTON) // 2
    return [QRect(left + place * (BUTTON + GAP), top, BUTTON, BUTTON) for place in range(count)]
