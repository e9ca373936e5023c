"""The small buttons offered in the row under the pointer: what there is for each state, and where they are."""

from enum import Enum
from typing import Final

from headrace.logging_in import place_wanted
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, FailureReason
from headrace.trusting import host_untrusted, shows_key
from PySide6.QtCore import QRect

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

BUTTON: Final = 28
"""Side of a button in pixels."""
ICON: Final = 16
GAP: Final = 4
_EDGE: Final = 8


class RowButton(Enum):
    """A button by what it does."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    TRY_NOW = "try now"
    READDRESS = "readdress"
    LOG_IN = "log in"
    CERTIFICATE = "certificate"
    COOKIES = "cookies"
    HOST_KEY = "host key"
    END = "end"
    OPEN = "open"
    FETCH_AGAIN = "fetch again"
    SHOW = "show"

    @property
    def icon(self) -> str:
        """The icon's name."""
        return _LOOKS[self][0]

    @property
    def words(self) -> str:
        """What the button does, for its tooltip and for screen readers."""
        return translate("List", _LOOKS[self][1])


_LOOKS: Final = {
    RowButton.PAUSE: ("pause", QT_TRANSLATE_NOOP("List", "Pause")),
    RowButton.RESUME: ("play", QT_TRANSLATE_NOOP("List", "Resume")),
    RowButton.RETRY: ("retry", QT_TRANSLATE_NOOP("List", "Try again")),
    RowButton.TRY_NOW: ("retry", QT_TRANSLATE_NOOP("List", "Try now")),
    RowButton.READDRESS: ("link", QT_TRANSLATE_NOOP("List", "Paste a new link")),
    RowButton.LOG_IN: ("key", QT_TRANSLATE_NOOP("List", "Log in")),
    RowButton.CERTIFICATE: ("shield", QT_TRANSLATE_NOOP("List", "Show the certificate")),
    RowButton.COOKIES: ("key", QT_TRANSLATE_NOOP("List", "Give its cookies again")),
    RowButton.HOST_KEY: ("shield", QT_TRANSLATE_NOOP("List", "Show the host key")),
    RowButton.END: ("stop", QT_TRANSLATE_NOOP("List", "End recording and keep it")),
    RowButton.OPEN: ("open", QT_TRANSLATE_NOOP("List", "Open")),
    RowButton.FETCH_AGAIN: ("retry", QT_TRANSLATE_NOOP("List", "Download again")),
    RowButton.SHOW: ("folder", QT_TRANSLATE_NOOP("List", "Show in folder")),
}
_OF_STATE: Final = {
    DownloadState.RETRY_WAIT: (RowButton.TRY_NOW, RowButton.PAUSE),
    DownloadState.PAUSED: (RowButton.RESUME,),
    DownloadState.FAILED: (RowButton.RETRY,),
    DownloadState.COMPLETED: (RowButton.OPEN,),
}
_R = FailureReason
_ADDRESS_IS_TO_BLAME: Final = frozenset(
    {
        _R.BAD_ADDRESS,
        _R.NAME_NOT_FOUND,
        _R.NOT_HTTP,
        _R.TOO_MANY_REDIRECTS,
        _R.NOT_FOUND,
        _R.FORBIDDEN,
        _R.GONE,
        _R.REQUEST_REFUSED,
        _R.NO_CONTENT,
        _R.NOT_THE_FILE,
    }
)
"""What another link may cure: the old one has run out, or never was right."""


def buttons_of(snapshot: DownloadSnapshot) -> tuple[RowButton, ...]:
    """Return the buttons a row offers in its state."""
    if snapshot.is_missing and snapshot.state is DownloadState.COMPLETED:
        return (RowButton.FETCH_AGAIN,)
    usual = (*_OF_STATE.get(snapshot.state, (RowButton.PAUSE,)), RowButton.SHOW)
    if snapshot.is_recording and snapshot.state is DownloadState.DOWNLOADING:
        return (RowButton.END, *usual)
    failure = snapshot.failure if snapshot.state is DownloadState.FAILED else None
    if place_wanted(failure):
        return (RowButton.LOG_IN, *usual)
    if host := host_untrusted(failure):
        return (RowButton.HOST_KEY if shows_key(host) else RowButton.CERTIFICATE, *usual)
    if failure and failure.reason is _R.COOKIES_NEEDED:
        return (RowButton.COOKIES, *usual)
    return (RowButton.READDRESS, *usual) if failure and failure.reason in _ADDRESS_IS_TO_BLAME else usual


def button_rects(cell: QRect, count: int) -> list[QRect]:
    """Return where `count` buttons are in a name cell, left to right, before any mirroring."""
    left = cell.right() - _EDGE - count * BUTTON - (count - 1) * GAP
    top = cell.top() + (cell.height() - BUTTON) // 2
    return [QRect(left + place * (BUTTON + GAP), top, BUTTON, BUTTON) for place in range(count)]
