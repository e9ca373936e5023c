"""`headrace run` and the commands for it, as a person on a server without a display meets them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from headrace.disk.profile_lock import ProfileLock
from headrace.profile import Profile
from headrace.settings import Settings, load_settings, save_settings

from tests.support import faults, seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.replies import Resource

SIZE = 2_000_003
SLOW = 200_000


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", queues=("night",)), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def running(control: Control) -> Iterator[subprocess.Popen[str]]:
    with control.running() as process:
        yield process


def has_socket(pid: int) -> bool:
    links = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            links.append(str(entry.readlink()))
    return any(link.startswith("socket:") for link in links)


def slow_file(server: FaultyServer, path: str) -> str:
    return server.add(Resource(path, size=SIZE, rate=SLOW))


def test_a_download_is_added_waited_for_and_listed(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    done = control.run("add", "--wait", plain_server.file(SIZE, "/a.bin"))
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == f"finished {control.folder / 'a.bin'}"
    assert seeded.first_difference(control.folder / "a.bin", 1, SIZE) is None
    (row,) = control.rows("list")
    facts = (row["name"], row["state"], row["total"], row["received"], row["path"], row["category"])
    assert facts == ("a.bin", "completed", SIZE, SIZE, str(control.folder / "a.bin"), "programs")
    assert control.run("list").out.startswith(f"{row['id'][:8]}  completed   100%     2.0 MB")


def test_wishes_reach_the_download(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    address = plain_server.file(SIZE, "/a.bin?key=s3cret")
    (row,) = control.rows(
        "add", "--paused", "-d", str(tmp_path / "else"), "-o", "b.bin", "--limit", "300K", "-x", "2", "--queue",
        "night", "--category", "video", "--priority", "high", "--checksum", f"sha256:{'ab' * 32}", address,
    )  # fmt: skip
    assert (row["state"], row["path"], row["limit"], row["max_connections"]) == (
        "paused", str(tmp_path / "else" / "b.bin"), 300_000, 2,
    )  # fmt: skip
    assert (row["queue"], row["category"], row["priority"]) == ("night", "video", 1)
    assert row["checksum"] == f"sha256:{'ab' * 32}"
    assert row["address"] == plain_server.url("/a.bin?key=***")
    assert control.rows("list", "--secrets")[0]["address"] == address


def test_pause_resume_limit_move_remove(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    names = ["/a.zip", "/b.zip", "/c.iso"]
    rows = control.rows("add", *(plain_server.add(Resource(name, size=10 * SIZE, rate=SLOW)) for name in names))
    ids = [row["id"] for row in rows]
    assert control.run("pause", "*.ZIP").status == 0
    states = {row["name"]: row["state"] for row in control.rows("list")}
    assert (states["a.zip"], states["b.zip"]) == ("paused", "paused")
    assert states["c.iso"] in {"queued", "connecting", "downloading"}
    assert control.run("limit", "150K", ids[2][:8]).status == 0
    assert control.rows("list", "c.iso")[0]["limit"] == 150_000
    assert control.run("move", "--top", "c.iso").status == 0
    assert [row["name"] for row in control.rows("list")] == ["c.iso", "a.zip", "b.zip"]
    assert control.run("move", "--down", "1", "c.iso").status == 0
    assert control.run("move", "--to", "1", "b.zip").status == 0
    assert [row["name"] for row in control.rows("list")] == ["b.zip", "a.zip", "c.iso"]
    assert control.run("resume", "--state", "paused").status == 0
    assert control.run("remove", ids[0]).status == 0
    assert [row["name"] for row in control.rows("list")] == ["b.zip", "c.iso"]
    assert control.run("limit", "0", "--all").status == 0
    assert {row["limit"] for row in control.rows("list")} == {None}


def test_the_common_limit_is_asked_for_set_and_kept(control: Control, running: subprocess.Popen[str]) -> None:
    assert control.run("limit").out == "no limit\n"
    assert control.run("limit", "2M").out == "2.0 MB/s\n"
    assert control.rows("limit") == [{"limit": 2_000_000}]
    assert control.run("quit").status == 0
    assert running.wait(20) == 0
    assert load_settings(control.profile.settings).limit == 2_000_000


def test_all_that_is_known_of_one(control: Control, running: subprocess.Popen[str], plain_server: FaultyServer) -> None:
    (row,) = control.rows("add", slow_file(plain_server, "/a.zip"))
    deadline = monotonic() + 20
    while not (info := control.rows("info", row["id"])[0])["active_connections"]:
        assert monotonic() < deadline
        sleep(0.05)
    assert info["segments"][0]["start"] == 0
    assert info["part_path"].endswith(".part")
    text = control.run("info", "a.zip").out
    assert f"id: {row['id']}\n" in text
    assert "validator: " in text


def test_a_failed_one_is_told_and_retried(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    done = control.run("add", "--wait", plain_server.url("/late.bin"))
    assert done.status == 1
    assert done.err == f"failed {plain_server.url('/late.bin')}: the server has no such file (HTTP status 404)\n"
    assert control.run("wait", "late.bin").status == 1
    plain_server.file(SIZE, "/late.bin")
    assert control.run("retry", "--all").status == 0
    assert control.run("wait").out == f"finished {control.folder / 'late.bin'}\n"
    assert control.run("retry", "--anew", "late.bin").status == 0
    assert control.run("wait").out == f"finished {control.folder / 'late (2).bin'}\n"


def test_waiting_has_an_end(control: Control, running: subprocess.Popen[str], plain_server: FaultyServer) -> None:
    control.run("add", "--paused", slow_file(plain_server, "/a.zip"))
    done = control.run("wait", "--timeout", "0.5")
    assert (done.status, done.out) == (1, "")
    assert done.err == "headrace: not all have ended after 0.5 seconds\n"


def test_a_list_goes_out_and_comes_in_elsewhere(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    control.run("add", "--wait", plain_server.file(SIZE, "/a.bin"))
    control.run("add", "--paused", "--queue", "night", "--checksum", f"sha1:{'ab' * 20}", plain_server.url("/b.bin"))
    listed = tmp_path / "list.json"
    assert control.run("export", "-o", str(listed)).status == 0
    again = control.run("export", "-o", str(listed))
    assert (again.status, "choose another name" in again.err) == (1, True)
    assert (
        control.run("export", "--format", "text").out == f"{plain_server.url('/a.bin')}\n{plain_server.url('/b.bin')}\n"
    )
    assert '<hash type="sha-1">' in control.run("export", "--format", "metalink", "b.bin").out
    assert control.run("remove", "--all").status == 0
    assert control.run("import", "--paused", "-d", str(tmp_path / "other"), str(listed)).status == 0
    first, second = control.rows("list")
    assert (first["path"], first["state"]) == (str(tmp_path / "other" / "a.bin"), "paused")
    assert (second["queue"], second["checksum"]) == ("night", f"sha1:{'ab' * 20}")
    listed.write_text("{", encoding="utf-8")
    bad = control.run("import", str(listed))
    assert (bad.status, "list.json cannot be used: the list is not JSON" in bad.err) == (2, True)


def test_what_aria2_left_is_taken_over_from_its_session(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    address, other = plain_server.file(12_000_000, "/a.iso"), plain_server.file(SIZE, "/b.iso")
    there = tmp_path / "aria2"
    session = tmp_path / "session"
    stall = plain_server.inject(faults.stall(5_000_000, times=None))
    command = ["aria2c", "-q", "-x1", "--file-allocation=none", f"--save-session={session}", "-d", str(there), address]
    aria2 = subprocess.Popen(command)
    until = monotonic() + 20
    while not (there / "a.iso").exists() or (there / "a.iso").stat().st_size < 4_000_000:
        assert monotonic() < until
        sleep(0.05)
    aria2.send_signal(signal.SIGINT)
    aria2.wait(20)
    stall.gate.release.set()
    plain_server.heal()
    session.write_text(session.read_text() + f"{other}\n dir={there}\n")
    before = plain_server.body_sent
    control.rows("import", "--keep-folders", "--take-over", str(session))
    assert control.run("wait").status == 0
    assert sorted(path.name for path in there.iterdir()) == ["a.iso", "b.iso"]
    assert seeded.first_difference(there / "a.iso", 1, 12_000_000) is None
    assert plain_server.body_sent - before < 12_000_000 + SIZE - 2_000_000


def test_one_file_is_taken_over(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    address = plain_server.file(SIZE, "/a.bin")
    left = tmp_path / "left.bin"
    left.write_bytes(seeded.body(1, 0, 1_500_000))
    refused = control.run("add", "--take-over", str(left))
    assert (refused.status, "does not say where it came from" in refused.err) == (2, True)
    assert control.run("add", "--wait", "--take-over", str(left), address).status == 0
    assert seeded.first_difference(left, 1, SIZE) is None
    (row,) = control.rows("list")
    assert (row["path"], row["notices"]) == (str(left), ["taken_over_unproven"])


def test_who_waits_learns_that_one_was_removed(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    control.run("add", "--paused", slow_file(plain_server, "/a.zip"))
    with subprocess.Popen(control.command("wait"), env=control.env, stderr=subprocess.PIPE, text=True) as waiting:
        wait_until(lambda: has_socket(waiting.pid), "the command asks", 60.0)
        sleep(0.5)
        control.run("remove", "a.zip")
        assert waiting.communicate(timeout=20)[1] == "headrace: 1 were taken off the list\n"
    assert waiting.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["pause"], 2, "name downloads by id, name or pattern, or say --all, --state, --queue or --category"),
        (["pause", "nothing.zip"], 1, "no download is called 'nothing.zip'"),
        (["list", "--state", "tired"], 2, "choose one of all, active"),
        (["list", "--sate", "active"], 2, "unrecognized arguments"),
        (["limit", "fast"], 2, "'fast' is not a rate"),
        (["move", "--all"], 2, "one of the arguments"),
        (["add"], 2, "no address was given"),
        (["add", "gopher://h/x"], 2, "does not begin with http"),
        (["add", "--queue", "noon", "http://127.0.0.1:9/x"], 2, "there is no queue 'noon', only these: night"),
        (["add", "--dialog", "http://127.0.0.1:9/x"], 2, "was started by 'headrace run' and has no window"),
        (["open"], 2, "was started by 'headrace run' and has no window"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(asked: Control, arguments: list[str], status: int, sentence: str) -> None:
    done = asked.run(arguments[0], *arguments[1:])
    assert (done.status, done.out) == (status, "")
    assert sentence in done.err
    assert asked.rows("list") == []


def test_commands_start_the_engine_where_there_is_no_display(control: Control, plain_server: FaultyServer) -> None:
    done = control.run("add", "--wait", plain_server.file(SIZE, "/a.bin"))
    assert (done.status, done.err) == (0, "")
    assert control.rows("list", "--no-start")[0]["state"] == "completed"
    assert control.run("quit").status == 0
    deadline = monotonic() + 20
    while control.run("list", "--no-start").status == 0:
        assert monotonic() < deadline


def test_nothing_is_started_to_be_ended_or_against_the_wish(control: Control) -> None:
    assert control.run("quit").status == 0
    done = control.run("list", "--no-start")
    assert (done.status, done.err) == (1, f"headrace: no program runs with the profile {control.profile.folder}\n")


def test_a_second_engine_says_who_has_the_profile(control: Control, running: subprocess.Popen[str]) -> None:
    second = subprocess.run(control.command("run"), env=control.env, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"is in use by a running 'headrace run', which has no window, (process {running.pid})" in second.stderr


def test_a_start_that_fails_says_why(control: Control) -> None:
    lock = ProfileLock(control.profile.lock, "get")
    done = control.run("list")
    lock.release()
    assert (done.status, done.out) == (1, "")
    assert "the program could not be started: the profile" in done.err
    assert f"is in use by a running 'headrace get' (process {os.getpid()})" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="there a process of another console cannot be asked to end")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_in_order(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, number: signal.Signals
) -> None:
    control.run("add", slow_file(plain_server, "/a.zip"))
    sleep(0.3)
    running.send_signal(number)
    assert running.wait(20) == 0
    with control.running():
        (row,) = control.rows("list")
        assert row["state"] in {"queued", "connecting", "downloading"}


def test_the_window_tells_who_has_the_profile(control: Control, running: subprocess.Popen[str]) -> None:
    command = [part for part in control.command("") if part]
    env = control.env | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "is in use by a running 'headrace run', which has no window, (process" in done.stderr


def test_addresses_of_a_later_start_are_added(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    command = [*(part for part in control.command("") if part), plain_server.file(SIZE, "/a.bin")]
    assert subprocess.run(command, env=control.env, check=False, timeout=60).returncode == 0
    assert control.run("wait").out == f"finished {control.folder / 'a.bin'}\n"


def test_a_settings_file_that_is_broken_is_told_and_kept(control: Control) -> None:
    control.profile.settings.write_text("{", encoding="utf-8")
    with control.running() as process:
        control.run("quit")
        process.wait(20)
        assert process.stderr is not None
        assert "Default settings are used; your file is kept as settings.json.bad" in process.stderr.read()
    assert load_settings(control.profile.settings) == Settings()
