"""What a person likes the window to be: frozen, validated, kept beside the window's habits."""

from dataclasses import dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from headrace_gui.accents import is_colour

GROUP = "preferences"


class Scheme(Enum):
    """Which colours the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Motion(Enum):
    """Whether things may move."""

    SYSTEM = "system"
    FULL = "full"
    REDUCED = "reduced"


class Closing(Enum):
    """What closing the window does where there is a tray."""

    QUIT = "quit"
    TRAY = "tray"


@dataclass(frozen=True, slots=True)
class Preferences:
    """All preferences of the window with their defaults; engine settings are `headrace.settings.Settings`."""

    language: str = ""
    """A code such as "de" or "pt_BR"; "" follows the system."""
    scheme: Scheme = Scheme.SYSTEM
    accent: str = ""
    """A colour as "#RRGGBB"; "" follows the system."""
    motion: Motion = Motion.SYSTEM
    binary_units: bool = False
    """Whether sizes are told in KiB, MiB and GiB."""
    one_line_rows: bool = False
    tray_icon: bool = True
    closing: Closing = Closing.QUIT
    start_hidden: bool = False
    notify_finished: bool = True
    notify_failed: bool = True
    keep_awake: bool = True
    """Whether the machine is kept from sleeping while something is transferred."""
    watch_clipboard: bool = False
    ask_servers: bool = True
    """Whether the add dialog asks servers for name and size before anything is added."""
    add_silently: bool = False
    """Whether pasted and dropped addresses are added without the dialog."""
    add_paused: bool = False
    """Whether the add dialog's first button adds without starting."""


class PreferenceKeeper(QObject):
    """Holds the preferences in force, tells of changes, and keeps them in the window's file."""

    changed = Signal(object)
    """The new Preferences."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = QSettings(str(path), QSettings.Format.IniFormat)
        self._now = _read(self._file)

    @property
    def now(self) -> Preferences:
        """The preferences in force."""
        return self._now

    def change(self, **changes: Any) -> None:
        """Put some in force at once and keep them; raises TypeError for a name there is none of."""
        self.put(replace(self._now, **changes))

    def put(self, wanted: Preferences) -> None:
        """Put all in force at once and keep them; Qt writes the file when it has time."""
        if wanted == self._now:
            return
        self._now = wanted
        for field in fields(Preferences):
            value = getattr(wanted, field.name)
            self._file.setValue(f"{GROUP}/{field.name}", value.value if isinstance(value, Enum) else value)
        self.changed.emit(wanted)


def preferences_of(values: dict[str, Any]) -> Preferences:
    """Build preferences of plain values, as stored or imported; whatever makes no sense stays as it is by default."""
    usual = Preferences()
    read = {field.name: _like(getattr(usual, field.name), values.get(field.name)) for field in fields(Preferences)}
    if not is_colour(read["accent"]):
        read["accent"] = usual.accent
    return Preferences(**read)


def _read(file: QSettings) -> Preferences:
    names = (field.name for field in fields(Preferences))
    return preferences_of({name: file.value(f"{GROUP}/{name}") for name in names})


def _like(usual: Any, value: Any) -> Any:
    """Return `value` as the kind that `usual` is, else `usual`."""
    if isinstance(usual, Enum):
        return next((member for member in type(usual) if member.value == value), usual)
    if isinstance(usual, bool):
        return {"true": True, "false": False}.get(str(value).lower(), usual)
    return value if isinstance(value, str) else usual
