"""What the program does by itself: commands, a webhook, a watched folder, as processes of their own."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.listener import listening
from tests.support.processes import wait_until

SIZE = 300_003
WRITER = (
    "import sys, os, pathlib; out = pathlib.Path(sys.argv[1]); "
    "rest = [os.getcwd(), *sys.argv[2:], sys.stdin.read()]; "
    "tmp = out.with_suffix('.tmp'); tmp.write_text(chr(10).join(rest)); tmp.rename(out)"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "downloads", tries=1)


def program(settings: Settings, tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(settings, profile.settings)
    return Control(profile, settings.download_folder)


def test_commands_are_run_for_what_happens(settings: Settings, tmp_path: Path, plain_server: FaultyServer) -> None:
    def command(name: str, *more: str) -> tuple[str, ...]:
        return (sys.executable, "-c", WRITER, str(tmp_path / name), "{event}", "{path}", *more)

    wanted = replace(
        settings,
        command_finished=command("finished", "{id}", "; touch evil $(x) {state}"),
        command_failed=command("failed"),
        command_idle=command("idle"),
    )
    address = plain_server.file(SIZE, "/a%20file;x.bin") + "?token=canary"
    control = program(wanted, tmp_path)
    with control.running():
        (row,) = control.rows("add", address)
        control.run("wait")
        wait_until(lambda: all((tmp_path / name).exists() for name in ("finished", "idle")), "both have run")
        assert not (tmp_path / "failed").exists()
        folder, event, path, download_id, rest, said = (tmp_path / "finished").read_text().split("\n")
        assert (folder, event, path) == (str(control.folder), "finished", str(control.folder / "a file;x.bin"))
        assert (download_id, rest) == (row["id"], "; touch evil $(x) completed")
        told = json.loads(said)
        assert (told["event"], told["download"]["path"], told["download"]["total"]) == ("finished", path, SIZE)
        assert "canary" not in said
        assert (tmp_path / "idle").read_text().split("\n")[1:3] == ["idle", ""]
        control.run("add", plain_server.url("/missing"))
        wait_until((tmp_path / "failed").exists, "the failure is told")
        assert (tmp_path / "failed").read_text().split("\n")[1] == "failed"


def test_a_program_that_is_not_there_is_told(settings: Settings, tmp_path: Path, plain_server: FaultyServer) -> None:
    control = program(replace(settings, command_finished=("/no/such/program",)), tmp_path)
    with control.running() as process:
        control.run("add", "--wait", plain_server.file(SIZE, "/a.bin"))
        assert process.stderr is not None
        assert "the command /no/such/program could not be run: No such file" in process.stderr.readline()


def test_a_service_is_told_what_happens(settings: Settings, tmp_path: Path, plain_server: FaultyServer) -> None:
    with listening() as listener:
        listener.statuses = [500]
        control = program(replace(settings, webhook=listener.address), tmp_path)
        with control.running():
            (row,) = control.rows("add", plain_server.file(SIZE, "/a.bin") + "?token=canary")
            control.run("wait")
            control.run("remove", row["id"])
            wanted = ["added", "started", "finished", "idle", "removed"]
            wait_until(lambda: len(listener.heard) >= len(wanted), "all is told")
        assert listener.events() == wanted
        finished = next(each for each in listener.heard if each["event"] == "finished")
        assert finished["download"]["path"] == str(control.folder / "a.bin")
        assert listener.heard[-1]["download"] == {"id": row["id"]}
        assert "canary" not in json.dumps(listener.heard)


def test_a_list_that_is_laid_down_is_fetched(settings: Settings, tmp_path: Path, plain_server: FaultyServer) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    control = program(replace(settings, watch_folder=inbox), tmp_path)
    (inbox / "early.txt").write_text(plain_server.file(SIZE, "/early.bin"))
    with control.running() as process:
        wait_until((inbox / "early.txt.added").exists, "what was there before is added")
        (inbox / "late.txt").write_text(plain_server.file(SIZE, "/late.bin"))
        (inbox / "bad.meta4").write_text("<metalink")
        wait_until((inbox / "late.txt.added").exists, "what comes later is added")
        wait_until((inbox / "bad.meta4.refused").exists, "what cannot be used is set aside")
        control.run("wait")
        assert process.stderr is not None
        assert process.stderr.readline().startswith("headrace: the list bad.meta4 could not be added: ")
    for name in ("early.bin", "late.bin"):
        assert seeded.first_difference(control.folder / name, 1, SIZE) is None


def test_nothing_of_it_is_on_by_default() -> None:
    plain = Settings()
    commands = (plain.command_finished, plain.command_failed, plain.command_idle)
    assert (commands, plain.webhook, plain.watch_folder) == (((), (), ()), "", None)
