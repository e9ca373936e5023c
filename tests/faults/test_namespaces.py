"""A cable that is pulled and plugged in again, and an address that changes, between two real network stacks."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.namespaces import ELSEWHERE, HERE, Cable, joined

RATE: Final = 1_500_000
SIZE: Final = 10_000_000
PATIENCE: Final = 30.0


class Computer:
    """The program that runs where the cable ends, asked over its local socket."""

    def __init__(self, control: Control, cable: Cable, address: str) -> None:
        self.control, self.cable, self.address = control, cable, address

    def row(self) -> dict[str, Any]:
        return self.control.rows("list")[0]

    def until(self, condition: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE) -> float:
        """Wait until the download is so; return how long that took."""
        began = monotonic()
        while not condition(row := self.row()):
            assert monotonic() - began < seconds, row
            sleep(0.05)
        return monotonic() - began

    def begun(self) -> int:
        """Have the file fetched; return how much of it is there once some is."""
        self.control.rows("add", self.address)
        self.until(lambda row: row["received"] > 1_000_000)
        return int(self.row()["received"])


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", idle_timeout=8.0), profile.settings)
    with joined(RATE, SIZE) as (cable, inside, address):
        control = Control(profile, tmp_path / "downloads")
        command = [*inside, *control.command("run")]
        with subprocess.Popen(command, env=control.env, stderr=subprocess.DEVNULL) as process:
            try:
                control.until_it_listens()
                yield Computer(control, cable, address)
            finally:
                control.run("quit")
                process.wait(PATIENCE)


def arrives(computer: Computer) -> None:
    assert computer.control.run("wait").status == 0
    assert seeded.first_difference(computer.control.folder / "file", 1, SIZE) is None


@pytest.mark.calm
def test_without_a_cable_it_waits_and_goes_on_within_two_seconds_of_its_return(computer: Computer) -> None:
    computer.begun()
    computer.cable.pull()
    computer.until(lambda row: row["failure"] is not None and row["failure"]["reason"] == "offline")
    kept = computer.row()["received"]
    computer.cable.plug(HERE)
    assert computer.until(lambda row: row["received"] > kept) < 2.0
    assert computer.row()["received"] > kept > 1_000_000, "nothing is fetched twice"
    arrives(computer)


@pytest.mark.calm
def test_in_another_network_it_goes_on_by_itself(computer: Computer) -> None:
    before = computer.begun()
    computer.cable.plug(ELSEWHERE)
    took = computer.until(lambda row: row["received"] > before + RATE)
    assert took < 8.0, "dead connections are found out by the change of address, not by their silence"
    arrives(computer)
