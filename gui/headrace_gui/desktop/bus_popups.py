"""Notifications over the message bus (Desktop Notifications Specification 1.2)."""

import html
import os
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon, QImage

from headrace_gui.desktop.message_bus import MessageBus, Remote
from headrace_gui.desktop.notes import Note, Offer
from headrace_gui.desktop.popups import Popup, Popups
from headrace_gui.icons import app_icon

SERVICE: Final = Remote(
    "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
)
_TYPES: Final = "susssasa{sv}i"
_DISMISSED: Final = 2
_ICON: Final = "headrace"
_ICON_PIXELS: Final = 64
_DESKTOP_DECIDES: Final = -1


class BusPopups(QObject):
    """Shows notes by the desktop's own service; where there is none, by `otherwise`."""

    pressed = Signal(object, object)
    """The Note and the Offer that a person chose."""

    def __init__(self, bus: MessageBus, otherwise: Popups, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus, self._otherwise = bus, otherwise
        self._abilities: frozenset[str] | None = None
        self._unsent: list[Popup] = []
        self._shown: dict[int, Popup] = {}
        otherwise.pressed.connect(self.pressed)

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        """Show `note`, in the place of one that is shown already where given; return what to give next time."""
        popup = instead_of or Popup(note)
        if popup.is_asked:
            popup.next = note
        elif not popup.is_dismissed:
            popup.note, popup.is_asked = note, True
            self._send(popup)
        return popup

    def _send(self, popup: Popup) -> None:
        if self._abilities is not None:
            values = _values(popup, self._abilities)
            self._bus.call(SERVICE, "Notify", _TYPES, values, lambda answer: self._take_number(popup, answer))
            return
        self._unsent.append(popup)
        if len(self._unsent) == 1:
            self._bus.listen(SERVICE.interface, "ActionInvoked", self._take_action)
            self._bus.listen(SERVICE.interface, "NotificationClosed", self._take_closed)
            self._bus.listen(SERVICE.interface, "ActivationToken", self._take_token)
            self._bus.call(SERVICE, "GetCapabilities", then=self._take_abilities)

    def _take_abilities(self, answer: tuple[Any, ...] | None) -> None:
        self._abilities = frozenset(answer[0]) if answer else frozenset()
        unsent, self._unsent = self._unsent, []
        for popup in unsent:
            self._send(popup)

    def _take_number(self, popup: Popup, answer: tuple[Any, ...] | None) -> None:
        popup.is_asked = False
        if answer is None:
            self._otherwise.show(popup.note)
        else:
            self._shown.pop(popup.number, None)
            popup.number = answer[0]
            self._shown[popup.number] = popup
        following, popup.next = popup.next, None
        if following is not None:
            self.show(following, popup)

    def _take_action(self, number: int, key: str) -> None:
        popup = self._shown.get(number)
        offer = next((each for each in Offer if each.value == key), None)
        if popup is not None and offer is not None:
            self.pressed.emit(popup.note, offer)

    def _take_closed(self, number: int, why: int = 0) -> None:
        popup = self._shown.pop(number, None)
        if popup is not None:
            popup.is_dismissed = why == _DISMISSED
            popup.number = 0

    def _take_token(self, number: int, token: str) -> None:
        """Keep what lets the window come to the front; Wayland's desktops want it."""
        if number in self._shown:
            os.environ["XDG_ACTIVATION_TOKEN"] = token


def _values(popup: Popup, abilities: frozenset[str]) -> tuple[Any, ...]:
    note = popup.note
    body = html.escape(note.body, quote=False) if "body-markup" in abilities else note.body
    has_theme_icon = QIcon.hasThemeIcon(_ICON)
    hints: dict[str, tuple[str, Any]] = {
        "desktop-entry": ("s", "org.headrace.Headrace"),
        "category": ("s", "transfer.error" if note.is_failure else "transfer.complete"),
        "urgency": ("y", 1),
    }
    if not has_theme_icon:
        hints["image-data"] = ("(iiibiiay)", _image(app_icon()))
    icon = _ICON if has_theme_icon else ""
    return "Headrace", popup.number, icon, note.title, body, _actions(note, abilities), hints, _DESKTOP_DECIDES


def _actions(note: Note, abilities: frozenset[str]) -> list[str]:
    """Return keys and labels in turn; none where the service would make a dialog of them."""
    if "actions" not in abilities:
        return []
    offers = [(Offer.LOOK.value, ""), *((offer.value, label) for offer, label in note.buttons)]
    return [text for offer in offers for text in offer]


def _image(icon: QIcon) -> tuple[int, int, int, bool, int, int, bytes]:
    image = icon.pixmap(_ICON_PIXELS, _ICON_PIXELS).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = bytes(image.constBits())
    return image.width(), image.height(), image.bytesPerLine(), True, 8, 4, pixels
