"""The window as a person uses it: its own process on a real desktop, a real nginx, mouse and keyboard, and a kill."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

import pytest
from headrace.profile import Profile
from headrace.states import DownloadState

from tests.support import seeded
from tests.support.desktop import Desktop, Window
from tests.support.nginx import Nginx
from tests.support.processes import wait_until

PROGRAM = Path(sys.executable).with_name("headrace")
MIB = 1 << 20
BIG, MIDDLE, DROPPED = 1024 * MIB, 48 * MIB, 300 * MIB
RATE = 120_000_000

# Where things are in a window of the usual size, in pixels from its top left corner.
RESUME, PAUSE, REMOVE = (160, 29), (258, 29), (355, 29)
FIRST_ROW, ROW_HEIGHT, IN_THE_NAME = 56 + 32 + 25, 50, 420


class Person:
    """Someone at the desktop, with the window open; what the program remembers is read from its database."""

    def __init__(self, desktop: Desktop, profile: Profile) -> None:
        self.desktop, self.profile = desktop, profile
        self.window: Window | None = None

    @contextmanager
    def using(self) -> Iterator["Person"]:
        """Open the window, and end the program with the block."""
        with self.desktop.program([PROGRAM, "--profile", self.profile.folder]) as self.process:
            self.window = self.desktop.wait_for_window("^Headrace")
            yield self

    def click(self, place: tuple[int, int]) -> None:
        """Click at a place in the main window."""
        self.desktop.click(*place, window=self.window)

    def add(self, *addresses: str) -> None:
        """Add addresses by the keyboard, and confirm with the mouse."""
        self.desktop.key("ctrl+n")
        dialog = self.desktop.wait_for_window("^Add downloads")
        self.desktop.type(" ".join(addresses))

        def confirmed() -> bool:  # the button comes alive when the typed text has been read
            self.desktop.click(dialog.width - 80, dialog.height - 32, window=dialog)
            sleep(0.3)
            return not self.desktop.windows("^Add downloads")

        self.until(confirmed, "the dialog gone", 10.0)

    def rows(self) -> dict[str, DownloadState]:
        """Return names and states as stored, newest first."""
        query = "SELECT name, state FROM downloads WHERE NOT removed ORDER BY added_at DESC"
        uri = f"{self.profile.database.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return {name: DownloadState(state) for name, state in connection.execute(query)}

    def claimed(self, name: str) -> int:
        """Return the bytes of a download that the database says are on disk."""
        query = "SELECT segments FROM claims JOIN downloads ON id = download_id WHERE name = ?"
        uri = f"{self.profile.database.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            found = connection.execute(query, (name,)).fetchone()
        return sum(position - start for start, position, *_ in json.loads(found[0])) if found else 0

    def select(self, name: str) -> None:
        """Click on a download's row."""
        row = list(self.rows()).index(name)
        self.click((IN_THE_NAME, FIRST_ROW + row * ROW_HEIGHT))

    def until(self, condition: Callable[[], bool], what: str, timeout: float = 60.0) -> None:
        """Wait for something; a screenshot is kept if it does not come."""
        try:
            wait_until(condition, what, timeout)
        except TimeoutError:
            self.desktop.screenshot(self.desktop.folder / "failed.png")
            raise

    def until_state(self, name: str, state: DownloadState) -> None:
        """Wait until a download is in `state`."""
        self.until(lambda: self.rows().get(name) is state, f"{name} {state.name}")


@pytest.fixture
def person(desktop: Desktop, profile: Profile, tmp_path: Path) -> Person:
    """Return someone with a fresh profile that saves to a folder of the test's."""
    profile.settings.write_text(json.dumps({"download_folder": str(tmp_path / "target")}), encoding="utf-8")
    return Person(desktop, profile)


@pytest.mark.timeout(240)
def test_add_pause_resume_cancel_kill_and_go_on(
    person: Person, tmp_path: Path, limited_nginx: Callable[[int], Nginx]
) -> None:
    server = limited_nginx(RATE)
    target = tmp_path / "target"
    big, middle = server.file("big.iso", BIG, 1), server.file("middle.mkv", MIDDLE, 2)
    dropped = server.file("dropped.zip", DROPPED, 3)
    with person.using():
        person.add(big, middle, dropped)
        person.until_state("big.iso", DownloadState.DOWNLOADING)

        person.select("big.iso")
        person.click(PAUSE)
        person.until_state("big.iso", DownloadState.PAUSED)
        person.click(RESUME)
        person.until_state("big.iso", DownloadState.DOWNLOADING)

        person.select("dropped.zip")
        person.click(REMOVE)
        person.until(lambda: "dropped.zip" not in person.rows(), "dropped.zip off the list")

        person.until(lambda: person.claimed("big.iso") > BIG // 4, "a quarter of big.iso")
        person.process.kill()
        person.process.wait()
    assert not (target / "big.iso").exists()
    assert person.rows()["big.iso"] is DownloadState.DOWNLOADING

    with person.using():
        person.until_state("big.iso", DownloadState.COMPLETED)
        person.until_state("middle.mkv", DownloadState.COMPLETED)
        person.until(lambda: len(list(target.iterdir())) == 2, "no part file left")
    assert seeded.first_difference(target / "big.iso", 1, BIG) is None
    assert seeded.first_difference(target / "middle.mkv", 2, MIDDLE) is None
    assert sorted(path.name for path in target.iterdir()) == ["big.iso", "middle.mkv"]
    assert person.process.returncode == 0


def test_a_second_start_hands_its_address_over(person: Person, tmp_path: Path, nginx: Nginx) -> None:
    address = nginx.file("handed.txt", 1000)
    with person.using(), person.desktop.program([PROGRAM, "--profile", person.profile.folder, address]) as second:
        assert second.wait(10) == 0
        person.until_state("handed.txt", DownloadState.COMPLETED)
    assert (tmp_path / "target" / "handed.txt").read_bytes() == seeded.body(1, 0, 1000)
