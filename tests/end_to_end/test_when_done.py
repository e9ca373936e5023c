"""What happens when all is done, from the last byte to logind: a made-up one, on a bus of our own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, load_settings, save_settings
from headrace.states import DownloadState
from headrace_gui.desktop.deeds_bus import LOGIND

from tests.end_to_end.test_deeds import DONE, YES
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.nginx import Nginx
from tests.support.person import Person
from tests.support.processes import wait_until
from tests.support.replies import Resource
from tests.support.session_bus import PrivateBus, Program, private_bus

SIZE = 300_003
PATIENCE = 60.0


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """Return the bus of a machine on which nothing else runs."""
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
        monkeypatch.delenv("XDG_SESSION_ID", raising=False)
        yield bus


@pytest.fixture
def logind(system: PrivateBus) -> Program:
    return system.program(LOGIND.service, {**YES, **DONE})


@pytest.fixture
def control(logind: Program, tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    return Control(profile, tmp_path / "downloads")


def test_a_command_plans_it_and_stops_it(control: Control, logind: Program, plain_server: FaultyServer) -> None:
    with control.running() as process:
        told = control.run("when-done")
        possible = "nothing sleep hibernate shut-down restart quit"
        assert (told.status, told.out) == (0, f"nothing (possible here: {possible})\n")
        refused = control.run("when-done", "log-out")
        assert refused.status == 2
        assert "log-out cannot be done here without a password" in refused.err
        assert control.run("when-done", "explode").status == 2
        assert control.run("when-done", "--always").status == 2

        slow = plain_server.add(Resource("/slow.bin", size=SIZE, rate=SIZE // 2))
        control.run("add", slow)
        control.run("when-done", "shut-down")
        assert control.run("when-done").out.startswith("shut-down (possible")
        control.run("wait")
        assert process.stderr is not None
        stops = "'headrace when-done nothing' stops it"
        assert process.stderr.readline() == f"headrace: all is done: shut-down in 60 s; {stops}\n"
        (row,) = control.run("when-done", "--json").objects
        assert row["deed"] == "shut-down"
        assert 0 < row["seconds_left"] <= 60
        control.run("when-done", "nothing")
        assert control.run("when-done").out.startswith("nothing (possible")
        assert process.poll() is None
    assert not [each for each in logind.asked if not each.member.startswith("Can")]


def test_what_is_chosen_for_always_is_a_setting(control: Control) -> None:
    with control.running():
        assert control.run("when-done", "--always", "sleep").status == 0
        wait_until(lambda: load_settings(control.profile.settings).when_done == "sleep", "it is saved")


@pytest.mark.timeout(180)
def test_a_person_has_the_machine_shut_down(
    person: Person, logind: Program, tmp_path: Path, slow_server: Nginx
) -> None:
    """Choose it in the menu, see the minute begin when the file is there, and do not wait for its end."""
    person.env["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
    with person.using():
        control = Control(person.profile, tmp_path / "target")
        control.run("add", slow_server.file("last.iso", SIZE))
        control.run("when-done", "shut-down")
        person.until_state("last.iso", DownloadState.COMPLETED, PATIENCE)
        person.press("button", "^Shut down now$")
        assert person.process.wait(PATIENCE) == 0
        wait_until(lambda: bool(logind.calls("PowerOff")), "the machine is asked")
    assert logind.calls("PowerOff") == [(False,)]
    assert person.rows()["last.iso"] is DownloadState.COMPLETED, "all was saved before"
