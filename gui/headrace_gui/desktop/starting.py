"""Starting the program in the background, for a command that finds none running. Loads no Qt unless a window can be."""

import subprocess
import sys
import tempfile
from pathlib import Path

from headrace.profile import Profile


class StartedProgram:
    """The program, detached from the terminal: hidden in the tray, or without a window where there can be none."""

    def __init__(self, profile: Profile) -> None:
        """Start it. Raises OSError."""
        from headrace_gui.desktop import preflight  # noqa: PLC0415 - rarely needed, and loads Qt

        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - the program's from now on
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            background_command(profile.folder, can_show=preflight.problem() is None),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            cwd=Path.home(),
            start_new_session=sys.platform != "win32",
            creationflags=_detached() if sys.platform == "win32" else 0,
        )

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self._process.poll()

    def said(self) -> str:
        """Return what it printed to stderr."""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")


def background_command(profile: Path, *, can_show: bool) -> list[str]:
    """Return the command line: in the tray where there can be a window, else the engine alone."""
    from headrace_gui.desktop.autostart import own_command  # noqa: PLC0415 - as above

    program, *rest = own_command(profile)
    where = rest.index("--profile")
    before, after = rest[:where], rest[where:]
    return [program, *before, *(() if can_show else ("run",)), *after, *(("--hidden",) if can_show else ())]


def _detached() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
