"""The window as a person uses it: its own process on a real desktop, a real nginx, mouse and keyboard, and a kill."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from headrace.states import DownloadState

from tests.support import seeded
from tests.support.nginx import Nginx
from tests.support.person import Person

PROGRAM = Path(sys.executable).with_name("headrace")
MIB = 1 << 20
BIG, MIDDLE, DROPPED = 1024 * MIB, 48 * MIB, 300 * MIB
RATE = 120_000_000
SLOW = 2_000_000
"""Bytes/s of a connection for what must still be on its way when a person has found its row, pressed and looked."""
PATIENCE = 60.0


def add(person: Person, *addresses: str) -> None:
    """Add addresses by the keyboard, and confirm with the mouse."""
    person.key("ctrl+n")
    person.until_focus("field Addresses")
    person.type(" ".join(addresses))
    person.press("button", f"^Download {len(addresses)}$")
    person.look.wait_until_gone("window", "^Add downloads")


def choose(person: Person, name: str) -> None:
    """Click on a download's row."""
    person.desktop.click(*person.row(name).middle)


@pytest.mark.timeout(240)
def test_add_pause_resume_cancel_kill_and_go_on(
    person: Person, tmp_path: Path, limited_nginx: Callable[[int], Nginx]
) -> None:
    server = limited_nginx(RATE)
    target = tmp_path / "target"
    big, middle = server.file("big.iso", BIG, 1), server.file("middle.mkv", MIDDLE, 2)
    dropped = limited_nginx(SLOW).file("dropped.zip", DROPPED, 3)
    with person.using():
        add(person, big, middle, dropped)
        person.until_state("big.iso", DownloadState.DOWNLOADING)

        choose(person, "big.iso")
        person.press("button", "^Pause$")
        person.until_state("big.iso", DownloadState.PAUSED)
        person.press("button", "^Resume$")
        person.until_state("big.iso", DownloadState.DOWNLOADING)

        choose(person, "dropped.zip")
        person.press("button", "^Remove$")
        person.until(lambda: "dropped.zip" not in person.rows(), "dropped.zip off the list")

        person.until(lambda: person.claimed("big.iso") > BIG // 4, "a quarter of big.iso", PATIENCE)
        person.process.kill()
        person.process.wait()
    assert not (target / "big.iso").exists()
    assert person.rows()["big.iso"] is DownloadState.DOWNLOADING

    with person.using():
        person.until_state("big.iso", DownloadState.COMPLETED, PATIENCE)
        person.until_state("middle.mkv", DownloadState.COMPLETED, PATIENCE)
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
