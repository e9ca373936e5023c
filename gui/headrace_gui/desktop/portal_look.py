"""The looks of a Linux desktop, by the settings portal of freedesktop.org."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QObject

from headrace_gui.desktop.message_bus import MessageBus, Remote
from headrace_gui.desktop.system_look import Look, accent_of

SETTINGS: Final = Remote(
    "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings"
)
_APPEARANCE: Final = "org.freedesktop.appearance"
_GNOME: Final = "org.gnome.desktop.interface"
_GNOME_ACCESS: Final = "org.gnome.desktop.a11y.interface"
_ASKED: Final = [_APPEARANCE, _GNOME, _GNOME_ACCESS]


class PortalLook(QObject):
    """Keeps the settings that matter as the portal tells them."""

    def __init__(self, bus: MessageBus, take: Callable[[Look], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus, self._take = bus, take
        self._values: dict[tuple[str, str], Any] = {}

    def ask(self) -> None:
        """Ask for all, and listen for changes."""
        self._bus.listen(SETTINGS.interface, "SettingChanged", self._hear, path=SETTINGS.path)
        self._bus.call(SETTINGS, "ReadAll", "as", (_ASKED,), self._read)

    def _read(self, answer: tuple[Any, ...] | None) -> None:
        if answer is None:
            return
        for area, settings in answer[0].items():
            self._values.update({(area, key): value for key, (_type, value) in settings.items()})
        self._take(look_of(self._values))

    def _hear(self, area: str, key: str, variant: tuple[str, Any]) -> None:
        if area in _ASKED:
            self._values[area, key] = variant[1]
            self._take(look_of(self._values))


def look_of(values: Mapping[tuple[str, str], Any]) -> Look:
    """Make a look of settings by area and key; those that make no sense are not known."""
    colour = values.get((_APPEARANCE, "accent-color"))
    accent = accent_of(*colour) if isinstance(colour, tuple) and len(colour) == 3 else None
    moves = values.get((_GNOME, "enable-animations"))
    still = _either(values.get((_APPEARANCE, "reduced-motion")), None if moves is None else not moves)
    return Look(
        accent, still, _either(values.get((_APPEARANCE, "contrast")), values.get((_GNOME_ACCESS, "high-contrast")))
    )


def _either(number: Any, flag: Any) -> bool | None:
    """Return whether any of the two asks for it; None where neither is there."""
    if number is None and flag is None:
        return None
    return number == 1 or bool(flag)
