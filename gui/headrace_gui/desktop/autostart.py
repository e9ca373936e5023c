"""Starting with the session: one small entry where the system looks for them, made and taken away by us alone."""

import hashlib
import os
import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

HIDDEN: Final = "--hidden"
_NAME: Final = "headrace"
_LABEL: Final = "org.headrace.Headrace"
_RUN: Final = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_RESERVED: Final = frozenset(" \t\n\"'\\><~|&;$*?#()`")


class Autostart:
    """Starts `command` with `--hidden` at the beginning of a session; each `profile` but the usual one by itself.

    The methods touch the disk: call them in the background. They raise OSError.
    """

    def __init__(self, command: Sequence[str], platform: str = sys.platform, *, profile: Path | None = None) -> None:
        self._command = [*command, HIDDEN]
        self._platform = platform
        self._mark = "" if profile is None else hashlib.sha256(os.fsencode(profile)).hexdigest()[:8]

    def is_enabled(self) -> bool:
        """Say whether the entry is there, in force, and starts this very command."""
        if self._platform == "win32":
            started = QSettings(_RUN, QSettings.Format.NativeFormat).value(self._name())
            return bool(started == windows_command(self._command))
        try:
            entry = self._place().read_bytes()
        except FileNotFoundError:
            return False
        return entry == self._entry() if self._platform == "darwin" else _starts(entry, self._command)

    def set_enabled(self, wanted: bool) -> None:  # noqa: FBT001 - a setter
        """Make or remove the entry."""
        if self._platform == "win32":
            self._set_run_key(wanted=wanted)
        elif wanted:
            self._place().parent.mkdir(parents=True, exist_ok=True)
            self._place().write_bytes(self._entry())
        else:
            self._place().unlink(missing_ok=True)

    def _place(self) -> Path:
        if self._platform == "darwin":
            return Path.home() / "Library" / "LaunchAgents" / f"{self._label()}.plist"
        return _config_home() / "autostart" / f"{self._name()}.desktop"

    def _name(self) -> str:
        return f"{_NAME}-{self._mark}" if self._mark else _NAME

    def _label(self) -> str:
        return f"{_LABEL}.{self._mark}" if self._mark else _LABEL

    def _entry(self) -> bytes:
        if self._platform == "darwin":
            return launch_agent(self._command, self._label())
        return desktop_entry(self._command).encode()

    def _set_run_key(self, *, wanted: bool) -> None:
        keys = QSettings(_RUN, QSettings.Format.NativeFormat)
        if wanted:
            keys.setValue(self._name(), windows_command(self._command))
        else:
            keys.remove(self._name())
        keys.sync()
        if keys.status() is not QSettings.Status.NoError:
            raise OSError("the list of programs that start with the session cannot be changed")


def own_command(profile: Path | None = None) -> list[str]:
    """Return the command that starts this program again, with its profile where that is not the usual one."""
    return [*_program(), *(["--profile", str(profile)] if profile else [])]


def _program() -> list[str]:
    image = os.environ.get("APPIMAGE")
    if image:  # the program itself lies in a folder that is gone when the image ends
        return [image]
    if getattr(sys, "frozen", False):
        return [sys.executable]
    started = Path(sys.argv[0]).absolute()
    if started.suffix == ".py" or started.name in ("-c", "-m"):
        return [sys.executable, "-m", "headrace_gui.main"]
    return [str(started.with_suffix(".exe") if sys.platform == "win32" else started)]


def _config_home() -> Path:
    """Return the folder of settings; a relative one is to be ignored (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(home) if Path(home).is_absolute() else Path.home() / ".config"


def _starts(entry: bytes, command: Sequence[str]) -> bool:
    """Tell whether a desktop entry, to which desktops may have added lines, is in force and runs `command`."""
    lines = entry.decode("utf-8", "replace").splitlines()
    off = {"hidden=true", "x-gnome-autostart-enabled=false"}
    return _exec(command) in lines and off.isdisjoint(line.replace(" ", "").lower() for line in lines)


def _exec(command: Sequence[str]) -> str:
    return f"Exec={' '.join(map(quoted, command))}"


def desktop_entry(command: Sequence[str]) -> str:
    """Write the entry of a program (freedesktop.org, Desktop Entry and Autostart specifications)."""
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Headrace",
        _exec(command),
        f"Icon={_NAME}",
        "Terminal=false",
        "X-GNOME-Autostart-enabled=true",
        "",
    )
    return "\n".join(lines)


def quoted(word: str) -> str:
    """Write one word of an Exec line: quoted where it must be, escaped as an argument and then as a string."""
    word = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return word
    for char in '\\"`$':
        word = word.replace(char, f"\\{char}")
    return '"' + word.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") + '"'


def launch_agent(command: Sequence[str], label: str = _LABEL) -> bytes:
    """Write what launchd reads at login."""
    return plistlib.dumps({"Label": label, "ProgramArguments": list(command), "RunAtLoad": True})


def windows_command(command: Sequence[str]) -> str:
    """Write a command line as the programs of Windows take it apart again."""
    return subprocess.list2cmdline(command)
