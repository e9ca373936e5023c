"""What every way of running the program begins with, with a window and without. Free of widgets."""

import sys
from itertools import count
from pathlib import Path
from typing import Final

from headrace.manager import ProfileInUseError
from headrace.profile import Profile
from headrace.settings import Settings, load_settings

_HAND_ON: Final = 0.001
"""Seconds after which a thread hands the interpreter on if another wants it: a fifth of what Python allows it.

The window needs it again after every call into Qt. With a hundred downloads at work the sum of its stalls is a quarter
less; handing on every half millisecond would cost downloads of small files a sixth of their speed.
"""
_HOLDERS: Final = {
    "get": "a running 'headrace get'",
    "run": "a running 'headrace run', which has no window,",
    "window": "another Headrace window, which does not answer,",
}


def share_the_interpreter() -> None:
    """Let the window wait for the interpreter, in the whole process, as little as downloads can bear."""
    sys.setswitchinterval(_HAND_ON)


def usable_settings(profile: Profile) -> tuple[Settings, str]:
    """Read the settings; where the file is unusable put it aside, and return defaults and a sentence that says so."""
    try:
        return load_settings(profile.settings), ""
    except (ValueError, OSError) as error:
        aside = _free_name(profile.settings)
        try:
            profile.settings.replace(aside)
        except OSError:
            return Settings(), f"{_capital(error)}. Default settings are used."
        return Settings(), f"{_capital(error)}. Default settings are used; your file is kept as {aside.name}."


def _free_name(path: Path) -> Path:
    """Return a name for an unusable file beside its old one, under which there is none yet."""
    names = (path.with_name(f"{path.name}.bad{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def _capital(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def in_use_sentence(error: ProfileInUseError, profile: Profile) -> str:
    """Say in one sentence who has the profile."""
    who = _HOLDERS.get(error.role, "another program")
    process = f" (process {error.pid})" if error.pid is not None else ""
    return f"the profile {profile.folder} is in use by {who}{process}; wait for it to end or use --profile DIR."


def fail(sentence: str, status: int = 1) -> int:
    """Say on stderr why the program does not run; return the exit status."""
    print(f"headrace: {sentence}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    return status
