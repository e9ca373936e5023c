"""Playing a sound by what each system has for it: Qt's own sounds are in a package that is not needed otherwise."""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import Any, Final

_LOG: Final = logging.getLogger(__name__)
_PATIENCE: Final = 60.0
"""Seconds that a sound may last."""
_THEME_PLAYER: Final = ("canberra-gtk-play", "--id=complete-download")
"""Plays the sound that the desktop's theme has for this (Sound Naming Specification)."""
_THEME_SOUNDS: Final = (
    Path("/usr/share/sounds/freedesktop/stereo/complete.oga"),
    Path("/usr/share/sounds/freedesktop/stereo/message.oga"),
)
_PLAYERS: Final = (
    ("pw-play",),
    ("paplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("mpv", "--no-video", "--really-quiet"),
    ("play", "-q"),
    ("aplay", "-q"),
)
"""Programs of which one is on most Linux desktops; the last plays WAV alone."""
_MAC_SOUND: Final = "/System/Library/Sounds/Glass.aiff"

Finder = Callable[[str], str | None]
"""Returns where a program is, None where it is not."""


def sound_command(sound: str, platform: str = sys.platform, find: Finder = shutil.which) -> Sequence[str] | None:
    """Return what plays a file, or the system's sound for ""; None where nothing is known that does."""
    if platform == "darwin":
        return ("/usr/bin/afplay", sound or _MAC_SOUND)
    if not sound and find(_THEME_PLAYER[0]):
        return _THEME_PLAYER
    file = sound or next((str(path) for path in _THEME_SOUNDS if path.exists()), "")
    player = next((player for player in _PLAYERS if find(player[0])), None)
    return (*player, file) if player and file else None


def play_sound(sound: str, platform: str = sys.platform) -> bool:
    """Play a file, or the system's sound for "", in a thread; say whether there is anything that can."""
    if platform == "win32":
        import winsound  # noqa: PLC0415 - of that system alone

        return _play_on_windows(sound, winsound)
    command = sound_command(sound, platform)
    if command is None:
        _LOG.info("there is no program here that plays sounds")
        return False
    Thread(target=_run, args=(command,), name="sound", daemon=True).start()
    return True


def _play_on_windows(sound: str, winsound: Any) -> bool:
    """Windows plays WAV files by itself, and has names for sounds of its own."""
    flags = winsound.SND_ASYNC | winsound.SND_NODEFAULT
    kind = winsound.SND_FILENAME if sound else winsound.SND_ALIAS
    try:
        winsound.PlaySound(sound or "SystemAsterisk", flags | kind)
    except RuntimeError as error:
        _LOG.info("the sound was not played: %s", error)
        return False
    return True


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(  # noqa: S603 - a player, and a file that the person chose
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.info("the sound was not played: %s", error)
