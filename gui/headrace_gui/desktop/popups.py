"""What shows notifications, and the plain way to do it: by the icon in the tray."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from headrace_gui.desktop.notes import Note, Offer


class Popup:
    """One notification while it lives: what it says, or shall say as soon as the service has answered."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.number = 0
        self.is_asked = False
        self.next: Note | None = None
        self.is_dismissed = False
        """Whether the person has sent it away: then nothing more is said in its place."""


class Popups(Protocol):
    """Shows notes, never waits, and says nothing where that cannot be done."""

    @property
    def pressed(self) -> SignalInstance:
        """Tells the Note and the Offer that a person chose."""

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        """Show `note`, in the place of another where given; return what to give next time."""


class TrayPopups(QObject):
    """Shows notes beside the tray's icon: title and text, of which a click is all that comes back."""

    pressed = Signal(object, object)

    def __init__(self, show_message: Callable[[str, str, bool], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show_message = show_message
        self._latest: Note | None = None

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        """Show `note`; the desktop decides what becomes of the one before."""
        self._latest = note
        self._show_message(note.title, note.body, note.is_failure)
        return instead_of or Popup(note)

    def click(self) -> None:
        """Take a click on the message that was shown last."""
        if self._latest is not None:
            self.pressed.emit(self._latest, Offer.LOOK)
