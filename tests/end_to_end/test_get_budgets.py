"""`headrace get` with a data budget, and in quiet hours."""

import json
from pathlib import Path

import pytest
from headrace.budgets import Budget
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import faults, seeded
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand

SIZE = 3 * (1 << 20) + 12_345


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "here", tmp_path / "profile")


def saved(get: GetCommand, settings: Settings) -> Path:
    file = Profile.at(get.profile).settings
    save_settings(settings, file)
    return file


def test_a_budget_that_is_used_up_ends_it_and_holds_the_next_one(get: GetCommand, plain_server: FaultyServer) -> None:
    saved(get, Settings(get.folder, budgets=(Budget(SIZE // 4, "day"),)))
    address = plain_server.file(SIZE, "/file.bin")
    plain_server.inject(faults.stall(SIZE // 2))
    done = get.run("-x", "1", address)
    assert (done.status, done.out) == (3, "")
    assert "the data budget of 789.5 kB a day in all networks is used up until " in done.err
    assert done.err.endswith(
        "what has arrived is kept, and the same command continues it then, or now with --over-budget\n"
    )
    plain_server.heal()
    again = get.run(address)
    assert (again.status, again.out) == (3, "")
    assert again.err.endswith("nothing was fetched. --over-budget fetches it all the same\n")
    assert get.run("--over-budget", address).status == 0
    assert seeded.first_difference(get.folder / "file.bin", 1, SIZE) is None
    assert plain_server.body_sent < 1.6 * SIZE, "what had arrived was kept"


def test_a_budget_for_other_networks_holds_nothing(get: GetCommand, plain_server: FaultyServer) -> None:
    saved(get, Settings(get.folder, budgets=(Budget(1, where="name:Nowhere"), Budget(1, where="cellular"))))
    assert get.run(plain_server.file(SIZE)).status == 0


def test_quiet_hours_hold_and_the_saved_settings_stay_as_they_are(get: GetCommand, plain_server: FaultyServer) -> None:
    file = saved(get, Settings(get.folder, quiet_hours="00:00-24:00", quiet_limit=1_000_000))
    before = file.read_bytes()
    done = get.run("--json", "-j", "1", plain_server.file(SIZE))
    assert done.status == 0
    (added,), (finished,) = done.events("added"), done.events("finished")
    assert finished["time"] - added["time"] > 2.0
    assert file.read_bytes() == before
    assert json.loads(before)["max_running"] != 1
