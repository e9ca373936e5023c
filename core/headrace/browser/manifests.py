"""Telling browsers about this program: manifests of native messaging, for the user alone, and taking them back."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from headrace.browser.messages import CHROMIUM_ID, FIREFOX_ID, NAME
from headrace.browser.places import Place
from headrace.disk.whole_file import replace_text

_LAUNCHER: Final = "headrace-host.bat" if sys.platform == "win32" else "headrace-host"


def manifest(place: Place, launcher: Path, extension_ids: Sequence[str] = ()) -> str:
    """Return what a browser must read; `extension_ids` may call the program besides our own extension."""
    who: dict[str, Any] = {"allowed_extensions": [FIREFOX_ID, *extension_ids]}
    if not place.is_firefox:
        who = {"allowed_origins": [f"chrome-extension://{each}/" for each in (CHROMIUM_ID, *extension_ids)]}
    what = {"name": NAME, "description": "Headrace, the download manager", "path": str(launcher), "type": "stdio"}
    return json.dumps(what | who, indent=2) + "\n"


def write_launcher(folder: Path, command: Sequence[str]) -> Path:
    """Write what browsers start, since they give no arguments of ours; return its path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _LAUNCHER
    if sys.platform == "win32":
        replace_text(path, f"@echo off\r\n{subprocess.list2cmdline(command)} native-host %*\r\n")
    else:
        replace_text(path, f'#!/bin/sh\nexec {shlex.join(command)} native-host "$@"\n')
        path.chmod(0o700)
    return path


def path_of(place: Place) -> Path:
    """Return where the manifest of a browser is, or would be."""
    return Path(place.folder) / f"{NAME}.json"


def install(place: Place, launcher: Path, extension_ids: Sequence[str] = ()) -> None:
    """Have a browser find this program. Raises OSError."""
    path = path_of(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_text(path, manifest(place, launcher, extension_ids))
    if place.key:
        _set_key(place.key, str(path))


def remove(place: Place) -> bool:
    """Have a browser no longer find it; say whether it did before. Raises OSError."""
    there = is_installed(place)
    path_of(place).unlink(missing_ok=True)
    if place.key:
        _set_key(place.key, None)
    return there


def is_installed(place: Place) -> bool:
    """Say whether a browser finds this program: a manifest of ours whose launcher is there."""
    try:
        found: Any = json.loads(path_of(place).read_text(encoding="utf-8"))
        return found.get("name") == NAME and os.access(found["path"], os.X_OK)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _set_key(key: str, value: str | None) -> None:
    """Name a manifest in the registry of Windows, or take its name out. Raises OSError."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - of that system alone

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as parent:
            if value is not None:
                winreg.SetValue(parent, NAME, winreg.REG_SZ, value)
                return
            try:
                winreg.DeleteKey(parent, NAME)
            except FileNotFoundError:
                return
