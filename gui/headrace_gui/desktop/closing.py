"""What closing the window means: the end, or going on in the tray."""

from enum import Enum

from headrace_gui.preferences import Closing


class Close(Enum):
    """What to do when the window is closed."""

    QUIT = "quit"
    HIDE = "hide"
    HIDE_AND_EXPLAIN = "hide and explain"


def decide(preference: Closing, *, by_hand: bool, has_tray: bool, is_explained: bool) -> Close:
    """Return what closing means now.

    `by_hand` is whether a person closed the window itself (QCloseEvent.spontaneous): the end of the session, Quit and
    signals close it too, and must never be refused. Without a tray nobody could bring a hidden window back.
    """
    if not by_hand or not has_tray or preference is Closing.QUIT:
        return Close.QUIT
    return Close.HIDE if is_explained else Close.HIDE_AND_EXPLAIN
