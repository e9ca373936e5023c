"""A real desktop for end-to-end tests: Xvfb, openbox, and the hands and eyes of a person on it."""

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs
from tests.support.processes import running, wait_until

_COMMAND_SECONDS: Final = 30
_DRAG_STEPS: Final = 6


@dataclass(frozen=True)
class Window:
    """A window on the desktop: its id and its size in pixels. (Its place, as xdotool tells it, is off by the frame.)"""

    id: str
    width: int
    height: int


@dataclass(frozen=True)
class Desktop:
    """A running desktop. The methods raise CalledProcessError or TimeoutError where something does not come about."""

    display: str
    folder: Path
    env: dict[str, str]
    """The environment in which a program appears on this desktop."""
    size: tuple[int, int]
    """Width and height in pixels."""

    @property
    def output(self) -> Path:
        """The file with the output of all programs, one after the other."""
        return self.folder / "program.log"

    @contextlib.contextmanager
    def program(
        self, command: Sequence[str | os.PathLike[str]], *, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run a program on the desktop until the end of the block; its output goes to the end of `output`."""
        with running(command, self.output, env={**self.env, **(env or {})}) as process:
            yield process

    def managed(self) -> bool:
        """Say whether a window manager is at work."""
        return bool(self._run("xdotool", "get_num_desktops", check=False).strip())

    def windows(self, title: str) -> list[str]:
        """Return the ids of all visible windows whose title matches the regular expression `title`."""
        found = self._run("xdotool", "search", "--onlyvisible", "--name", title, check=False)
        return found.split()

    def wait_for_window(self, title: str, timeout: float = 20.0) -> Window:
        """Wait for a visible window whose title matches, bring it to the front, and return it."""
        wait_until(lambda: bool(self.windows(title)), f"a window {title!r}", timeout)
        found = self.windows(title)[-1]
        self._run("xdotool", "windowactivate", "--sync", found)
        return self.geometry(found)

    def wait_until_gone(self, title: str, timeout: float = 10.0) -> None:
        """Wait until no visible window's title matches."""
        wait_until(lambda: not self.windows(title), f"no window {title!r}", timeout)

    def geometry(self, window_id: str) -> Window:
        """Return a window with its size as it is now."""
        lines = self._run("xdotool", "getwindowgeometry", "--shell", window_id).split()
        values = dict(line.split("=", 1) for line in lines)
        return Window(window_id, int(values["WIDTH"]), int(values["HEIGHT"]))

    def click(self, x: int, y: int, *, window: Window | None = None, button: int = 1, times: int = 1) -> None:
        """Click at (x, y) of the desktop, or of `window` where given."""
        within = ("--window", window.id) if window else ()
        clicks = ("click", "--repeat", str(times), "--delay", "60", str(button))
        self._run("xdotool", "mousemove", *within, str(x), str(y), *clicks)

    def drag(self, start: tuple[int, int], end: tuple[int, int], until: Callable[[], bool]) -> None:
        """Press at `start`, move to `end` as a hand does, and let go once `until` holds."""
        (x, y), (to_x, to_y) = start, end
        self._run("xdotool", "mousemove", str(x), str(y), "mousedown", "1")
        try:
            for step in range(1, _DRAG_STEPS + 1):
                place = (x + (to_x - x) * step // _DRAG_STEPS, y + (to_y - y) * step // _DRAG_STEPS)
                self._run("xdotool", "mousemove", "--sync", *map(str, place))
            wait_until(until, "the drag reaches its end")
        finally:
            self._run("xdotool", "mouseup", "1")

    def key(self, *keys: str) -> None:
        """Press key combinations such as `ctrl+n` one after the other."""
        self._run("xdotool", "key", "--clearmodifiers", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Type `text` into whatever has the focus."""
        self._run("xdotool", "type", "--clearmodifiers", "--delay", "5", "--", text)

    def screenshot(self, path: Path) -> Path:
        """Save the whole desktop as a PNG at `path`."""
        self._run("import", "-window", "root", str(path))
        return path

    def _run(self, name: str, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [needs.require(name), *arguments],
            env=self.env,
            check=check,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
        return done.stdout


@contextlib.contextmanager
def running_desktop(folder: Path, size: str = "1280x800") -> Iterator[Desktop]:
    """Run Xvfb on a free display with openbox in it. Skips the test where a program is missing."""
    server, manager = needs.require("Xvfb"), needs.require("openbox")
    for tool in ("xdotool", "import"):
        needs.require(tool)
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(_x_server(server, folder, size))
        width, height = map(int, size.split("x"))
        desktop = Desktop(display, folder, _environment(display, folder), (width, height))
        config = folder / "openbox.xml"
        config.write_text(_OPENBOX, encoding="utf-8")
        stack.enter_context(running([manager, "--config-file", config], folder / "openbox.log", env=desktop.env))
        wait_until(desktop.managed, "openbox manages the desktop")
        yield desktop


_OPENBOX: Final = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <placement><policy>Smart</policy></placement>
</openbox_config>
"""


@contextlib.contextmanager
def _x_server(path: str, folder: Path, size: str) -> Iterator[str]:
    reader, writer = os.pipe()
    command = [path, "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with os.fdopen(reader, "rb") as answer, contextlib.ExitStack() as stack:
        try:
            process = stack.enter_context(running(command, folder / "xvfb.log", pass_fds=(writer,)))
        finally:
            os.close(writer)
        number = answer.readline().strip().decode()  # written when the server is ready; nothing if it ends
        if not number:
            raise RuntimeError(f"Xvfb ended with {process.wait()}")
        yield f":{number}"


def _environment(display: str, folder: Path) -> dict[str, str]:
    """Return an environment for programs on the desktop, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "XDG_", "WAYLAND_"))}
    home = folder / "home"
    runtime = folder / "runtime"
    home.mkdir(exist_ok=True)
    runtime.mkdir(mode=0o700, exist_ok=True)
    return kept | {
        "DISPLAY": display,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "xcb",
        "LANG": "C.UTF-8",
    }
