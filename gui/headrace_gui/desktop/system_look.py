"""What the system says of looks beyond light and dark: its accent colour, less motion, more contrast."""

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication

from headrace_gui.background import Background
from headrace_gui.desktop.message_bus import MessageBus


@dataclass(frozen=True, slots=True)
class Look:
    """What is known; None where the system does not say. The accent is "#rrggbb"."""

    accent: str | None = None
    reduced_motion: bool | None = None
    high_contrast: bool | None = None


class SystemLook(QObject):
    """Holds what the system says, and tells of changes. At first nothing is known; it is asked without waiting."""

    changed = Signal(object)
    """The new Look."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = Look()

    @property
    def now(self) -> Look:
        """What is known now."""
        return self._now

    def take(self, look: Look | None) -> None:
        """Put what was found in force; None for nothing found."""
        if look is not None and look != self._now:
            self._now = look
            self.changed.emit(look)

    def follow(self, bus: MessageBus | None, background: Background, app: QGuiApplication, platform: str) -> None:
        """Ask, and go on asking whenever it may have changed. Call once, when the window has been shown."""
        read = _READERS.get(platform)
        if read is not None:
            _read_when_active(app, lambda: background.run(self, read, self.take))
        elif bus is not None:
            from headrace_gui.desktop.portal_look import PortalLook  # noqa: PLC0415 - needs the message bus

            PortalLook(bus, self.take, self).ask()


def _read_when_active(app: QGuiApplication, read: Callable[[], object]) -> None:
    """Read now and whenever a person comes back, as from the system's settings."""
    read()
    app.applicationStateChanged.connect(
        lambda state: read() if state is Qt.ApplicationState.ApplicationActive else None
    )


def accent_of(red: float, green: float, blue: float) -> str | None:
    """Return a colour from parts of 0.0 to 1.0; None where any is not, which means "none"."""
    if not all(0.0 <= part <= 1.0 for part in (red, green, blue)):
        return None
    return QColor.fromRgbF(red, green, blue).name()


# Windows

_DWM: Final = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\DWM"
_GET_ANIMATION, _GET_CONTRAST, _CONTRAST_ON = 0x1042, 0x0042, 0x1


class _HighContrast(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("scheme", ctypes.c_wchar_p))


def _read_windows() -> Look:
    accent = QSettings(_DWM, QSettings.Format.NativeFormat).value("AccentColor")
    libraries: Any = getattr(ctypes, "windll", None)
    return windows_look(accent, libraries.user32 if libraries else None)


def windows_look(accent: Any, user: Any) -> Look:
    """Put together what the registry has (0xAABBGGRR) and what the library user32 says."""
    colour = QColor(accent & 0xFF, accent >> 8 & 0xFF, accent >> 16 & 0xFF).name() if isinstance(accent, int) else None
    if user is None:
        return Look(colour)
    animation, contrast = ctypes.c_int(1), _HighContrast(ctypes.sizeof(_HighContrast))
    user.SystemParametersInfoW(_GET_ANIMATION, 0, ctypes.byref(animation), 0)
    user.SystemParametersInfoW(_GET_CONTRAST, contrast.size, ctypes.byref(contrast), 0)
    return Look(colour, not animation.value, bool(contrast.flags & _CONTRAST_ON))


# macOS

_MAC_ACCENTS: Mapping[int, str] = MappingProxyType(
    {
        -1: "#8c8c8c",
        0: "#e0383e",
        1: "#f7821b",
        2: "#ffc726",
        3: "#62ba46",
        4: "#007aff",
        5: "#953d96",
        6: "#f74f9e",
    }
)
"""What its numbers mean."""
_PREFERENCES: Final = Path("Library") / "Preferences"


def _read_mac() -> Look:
    return mac_look(Path.home() / _PREFERENCES)


def mac_look(folder: Path) -> Look:
    """Read the files macOS keeps these settings in. Raise OSError where the first cannot be read."""
    usual = _plist(folder / ".GlobalPreferences.plist")
    access = _plist(folder / "com.apple.universalaccess.plist")
    accent = _MAC_ACCENTS.get(usual.get("AppleAccentColor", 4))
    return Look(accent, _flag(access.get("reduceMotion")), _flag(access.get("increaseContrast")))


def _plist(path: Path) -> dict[str, Any]:
    import plistlib  # noqa: PLC0415 - with a parser of XML, which no other system needs

    try:
        found: Any = plistlib.loads(path.read_bytes())
    except (FileNotFoundError, PermissionError, plistlib.InvalidFileException):
        return {}
    return found if isinstance(found, dict) else {}


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)


_READERS: Mapping[str, Callable[[], Look]] = MappingProxyType({"win32": _read_windows, "darwin": _read_mac})
