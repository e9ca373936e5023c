"""Someone at a desktop with Headrace open: looks, presses, types; what the program remembers is in its database."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from headrace.profile import Profile
from headrace.states import DownloadState

from tests.support.desktop import Desktop
from tests.support.neighbour import SIDE, TAKEN
from tests.support.onlooker import Onlooker, Thing
from tests.support.processes import wait_until

MAIN: Final = "Headrace"
"""In the title of the main window."""
_WATCHED: Final = "tests.support.watched_window"
_NEIGHBOUR: Final = "tests.support.neighbour"
_ENDING: Final = 1.0
"""Seconds from the end of its connection to the end of a program."""


class Person:
    """Uses one window at a time."""

    def __init__(self, desktop: Desktop, profile: Profile, env: Mapping[str, str] | None = None) -> None:
        """Take what programs find in their environment besides."""
        self.desktop, self.profile, self.env = desktop, profile, dict(env or {})

    def begin_anew(self) -> None:
        """Go on with a fresh profile."""
        self.profile = profile_for(self.profile.folder.parent / "again")

    @contextmanager
    def using(self, *addresses: str) -> Iterator["Person"]:
        """Open the window, with addresses as on the command line; the program ends with the block."""
        port_file = self.profile.folder / "port"
        port_file.unlink(missing_ok=True)
        words: list[str | Path] = [sys.executable, "-m", _WATCHED, self.profile.folder, port_file, *addresses]
        env, written = {"PYTHONFAULTHANDLER": "1", **self.env}, self._written()
        with self.desktop.program(words, env=env) as self.process, self._told(written):
            self.look = Onlooker(port_file)
            with closing(self.look):
                self.until(lambda: self.look.ask("ready"), "the window", 20.0)
                self.desktop.wait_for_window(f"^{MAIN}")
                yield self

    @contextmanager
    def _told(self, written: int) -> Iterator[None]:
        """Keep a screenshot of what did not come about; of a program that ended by itself tell its code and output."""
        try:
            yield
        except Exception as error:
            self.desktop.screenshot(self.desktop.folder / "failed.png")
            with suppress(subprocess.TimeoutExpired):
                code = self.process.wait(_ENDING)
                error.add_note(f"the window's program ended with {code}:\n{self._output(written)}")
            raise

    def _written(self) -> int:
        return self.desktop.output.stat().st_size if self.desktop.output.exists() else 0

    def _output(self, start: int) -> str:
        return self.desktop.output.read_bytes()[start:].decode(errors="replace")

    @contextmanager
    def beside(self, *addresses: str) -> Iterator[tuple[int, int]]:
        """Have another program on the screen from which these can be copied and dragged: at the place returned."""
        x, y = self.desktop.size[0] - SIDE, self.desktop.size[1] - SIDE
        with self.desktop.program([sys.executable, "-m", _NEIGHBOUR, str(x), str(y), *addresses]):
            wait_until(lambda: bool(self.desktop.windows("^Neighbour$")), "the neighbour", 20.0)
            yield x + SIDE // 2, y + SIDE // 2

    # -- the mouse ---------------------------------------------------------------------------------------------

    def press(self, kind: str, name: str = "", window: str = "") -> Thing:
        """Wait for something enabled and click on it."""
        thing = self.look.wait_for(kind, name, window)
        self.desktop.click(*thing.middle)
        return thing

    def row(self, name: str) -> Thing:
        """Wait for a download in the list."""
        return self.look.wait_for("row", within="Downloads", value=name)

    def offer(self, name: str) -> None:
        """Open the menu of a download."""
        self.desktop.click(*self.row(name).middle, button=3)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag from the neighbour, and let go where it is taken."""
        self.desktop.drag(start, end, lambda: bool(self.desktop.windows(f"^{TAKEN}$")))

    # -- the keyboard ------------------------------------------------------------------------------------------

    def key(self, *keys: str) -> None:
        """Press keys."""
        self.desktop.key(*keys)

    def type(self, text: str) -> None:
        """Type."""
        self.desktop.type(text)

    def tab_to(self, what: str, *, at_most: int = 25) -> None:
        """Press Tab until `what`, as `Onlooker.focus` calls it, has the keyboard."""
        for _ in range(at_most):
            if what in (now := self.look.focus()):
                return
            self.key("Tab")
            self.until(lambda before=now: self.look.focus() != before, f"Tab leaves {now}")  # type: ignore[misc]
        raise AssertionError(f"Tab does not lead to {what!r}")

    def until_focus(self, what: str) -> None:
        """Wait until `what` has the keyboard."""
        self.until(lambda: what in self.look.focus(), f"the keyboard in {what}")

    # -- what came of it ---------------------------------------------------------------------------------------

    def rows(self) -> dict[str, DownloadState]:
        """Return names and states as stored, newest first."""
        query = "SELECT name, state FROM downloads WHERE NOT removed ORDER BY added_at DESC"
        return {name: DownloadState(state) for name, state in self._stored(query)}

    def address(self, name: str) -> str:
        """Return the address of a download as stored."""
        return str(self._stored("SELECT address FROM downloads WHERE name = ?", name)[0][0])

    def claimed(self, name: str) -> int:
        """Return the bytes of a download that the database says are on disk."""
        query = "SELECT segments FROM claims JOIN downloads ON id = download_id WHERE name = ?"
        found = self._stored(query, name)
        return sum(position - start for start, position, *_ in json.loads(found[0][0])) if found else 0

    def _stored(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        uri = f"{self.profile.database.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def settings(self) -> dict[str, object]:
        """Return the settings as stored."""
        return dict(json.loads(self.profile.settings.read_text(encoding="utf-8")))

    def until(self, condition: Callable[[], bool], what: str, timeout: float = 10.0) -> None:
        """Wait for something."""
        wait_until(condition, what, timeout)

    def until_state(self, name: str, state: DownloadState, timeout: float = 10.0) -> None:
        """Wait until a download is in `state`."""
        self.until(lambda: self.rows().get(name) is state, f"{name} {state.name}", timeout)


def profile_for(folder: Path) -> Profile:
    """Return a fresh profile in `folder` that saves beside itself."""
    profile = Profile.at(folder / "profile")
    profile.settings.write_text(json.dumps({"download_folder": str(folder / "target")}), encoding="utf-8")
    return profile
