"""All settings as one file, to keep or to take to another computer.

The file is JSON in UTF-8: `{"headrace": 1, "settings": {...}, "preferences": {...}}`. "settings" holds the fields of
`headrace.settings.Settings`, paths as text, no limit as null; "preferences" holds those of
`headrace_gui.preferences.Preferences`, choices by their values. A field may be missing: then it stays as it is. There
are no secrets in it, and no commands. Whether the program starts with the session belongs to the computer and is not in
it either.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from headrace.budgets import with_old_budget
from headrace.rules import is_elsewhere
from headrace.settings import Settings
from PySide6.QtCore import QByteArray, QIODevice, QSaveFile
from PySide6.QtGui import QColor

from headrace_gui.language import LANGUAGES
from headrace_gui.preferences import Preferences, preferences_of

FORMAT: Final = 1
"""Raised when files of a new kind can no longer be read by those that know the old one."""
_LARGEST: Final = 1 << 20
_LEFT_OUT: Final = (
    *("rpc_secret", "webhook", "command_finished", "command_failed", "command_idle"),
    *("after_each", "when_done"),
    *("proxy", "no_proxy", "trusted_certificates", "client_certificates", "cookie_file", "binding", "host_rules"),
    "history_days",
)
"""Secrets, and what a file from somebody else must not bring: programs to run, who is told, listens, and is trusted,
and what is forgotten."""
_OF_QUEUES: Final = ("held_queues", "queue_options")
"""Settings that mean something only together with the queues."""
_PATHS: Final = ("download_folder", "ca_file", "watch_folder")


class ForeignFileError(ValueError):
    """The file is not one of exported settings."""


class NewerFileError(ValueError):
    """The file was written by a newer program."""


@dataclass(frozen=True, slots=True)
class Import:
    """What a file holds that can be used, by field, and the names of what cannot."""

    settings: Mapping[str, Any]
    preferences: Mapping[str, Any]
    unknown: tuple[str, ...] = ()
    """Names there are no settings of."""
    unusable: tuple[str, ...] = ()
    """Settings whose values cannot be."""
    missing: tuple[str, ...] = ()
    """Settings whose folder or file is not on this computer; they are kept as they are."""


def export_text(settings: Settings, preferences: Preferences) -> str:
    """Return the text of a file that holds all settings."""
    shared = {name: value for name, value in asdict(settings).items() if name not in _LEFT_OUT}
    whole = {"headrace": FORMAT, "settings": shared, "preferences": asdict(preferences)}
    return json.dumps(whole, indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else str(value)


def write_export(path: Path, text: str) -> None:
    """Write the file as a whole, or leave what was there. Touches the disk; raises OSError."""
    file = QSaveFile(str(path))
    data = QByteArray(text.encode())
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(data) != data.size() or not file.commit():
        raise OSError(file.errorString())


def read_import(path: Path) -> Import:
    """Read a file. Touches the disk; raises OSError, ForeignFileError, NewerFileError."""
    with path.open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ForeignFileError
    read = parse_import(data)
    missing = [name for name in _PATHS if (value := read.settings.get(name)) is not None and not _is_there(value)]
    return replace(read, missing=tuple(missing))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def parse_import(data: bytes) -> Import:
    """Take a file's bytes apart, each field by itself. Raises ForeignFileError, NewerFileError."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ForeignFileError from error
    if not isinstance(whole, dict) or type(whole.get("headrace")) is not int:
        raise ForeignFileError
    if whole["headrace"] > FORMAT:
        raise NewerFileError
    parts = [whole.get(name, {}) for name in ("settings", "preferences")]
    if not all(isinstance(part, dict) for part in parts):
        raise ForeignFileError
    return _sorted_out(*parts)


def _sorted_out(settings: dict[str, Any], preferences: dict[str, Any]) -> Import:
    engine, window = ({each.name for each in fields(kind)} for kind in (Settings, Preferences))
    settings = with_old_budget(settings)
    fit = _fit_settings({name: value for name, value in settings.items() if name in engine - {*_LEFT_OUT}})
    likes = {name: _fit_preference(name, value) for name, value in preferences.items() if name in window}
    unknown = [name for name in settings if name not in engine] + [name for name in preferences if name not in window]
    unusable = [name for name in settings if name in engine and name not in fit]
    unusable += [name for name, value in likes.items() if value is None]
    usable = {name: value for name, value in likes.items() if value is not None}
    return Import(fit, usable, tuple(unknown), tuple(unusable))


def _fit_settings(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that can be, as the settings have them."""
    usual, fit = Settings(download_folder=Path()), {}
    queues = {"queues": wanted["queues"]} if "queues" in wanted else {}
    for name, value in wanted.items():
        if name in _PATHS and isinstance(value, str) and not _is_path(value):
            continue
        try:
            fit[name] = getattr(replace(usual, **queues if name in _OF_QUEUES else {}, **{name: value}), name)
        except (ValueError, TypeError):
            continue
    if "rules" in fit:  # a stranger's may not lead out of the download folder until a person has looked at them
        fit["rules"] = tuple(replace(rule, enabled=rule.enabled and not is_elsewhere(rule)) for rule in fit["rules"])
    if "categories" in fit:
        fit["categories"] = tuple(
            replace(each, folder="") if is_elsewhere(each) else each for each in fit["categories"]
        )
    return fit


def _is_path(text: str) -> bool:
    """Return whether `text` names one place on a disk of this computer: those of other systems are relative here."""
    return text.isprintable() and Path(text).is_absolute()


def _fit_preference(name: str, value: Any) -> Any:
    """Return a value as the preferences have it; None where it cannot be."""
    usual = getattr(Preferences(), name)
    wanted = getattr(preferences_of({name: value}), name)
    plain = wanted.value if isinstance(wanted, Enum) else wanted
    if type(value) is not type(plain) or value != plain:
        return None
    if name == "language" and value not in ("", *LANGUAGES):
        return None
    if name == "accent" and value and not (len(value) == 7 and value[0] == "#" and QColor.isValidColorName(value)):
        return None
    return wanted if type(wanted) is type(usual) else None
