"""`headrace get` as scripts and people meet it: real processes against a scripted server and nginx."""

import contextlib
import hashlib
import itertools
import os
import signal
import sys
import threading
import time
from base64 import b64encode
from pathlib import Path

import pytest
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.nginx import Nginx
from tests.support.replies import Resource

MIB = 1 << 20
SIZE = 3 * MIB + 12_345


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "made" / "on the way", tmp_path / "profile")


def assert_right(path: Path, size: int = SIZE, seed: int = 1) -> None:
    assert seeded.first_difference(path, seed, size) is None


def test_one_file_arrives_and_its_path_is_all_that_is_printed(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run(plain_server.file(SIZE, "/some/file.bin"))
    assert (done.status, done.out, done.err) == (0, f"finished {get.folder / 'file.bin'}\n", "")
    assert_right(get.folder / "file.bin")
    assert list(get.files()) == ["file.bin"]


def test_a_large_file_arrives_from_nginx_over_several_connections(get: GetCommand, nginx: Nginx) -> None:
    size = 64 * MIB + 7
    done = get.run("-x", "4", "-o", "other name.bin", nginx.file("get.bin", size, seed=4))
    assert (done.status, done.err) == (0, "")
    assert_right(get.folder / "other name.bin", size, seed=4)


def test_one_of_several_that_fails_makes_the_status_1(get: GetCommand, plain_server: FaultyServer) -> None:
    good, bad = plain_server.file(SIZE), plain_server.url("/gone?token=s3cret")
    done = get.run("--tries", "1", bad, good)
    assert (done.status, done.out) == (1, f"finished {get.folder / 'file'}\n")
    assert done.err.startswith(f"failed {plain_server.url('/gone')}?token=***: the server has no such file")
    assert_right(get.folder / "file")


def test_wrong_usage_starts_nothing(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run(plain_server.file(SIZE), "gopher://files.test/x")
    assert (done.status, done.out) == (2, "")
    assert "does not begin with http://, " in done.err
    assert (plain_server.connections_accepted, get.folder.exists(), get.profile.exists()) == (0, False, False)


def test_quiet_prints_errors_alone(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("-q", plain_server.file(SIZE), plain_server.url("/missing"))
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("failed ")
    assert len(done.err.splitlines()) == 1


def test_addresses_come_from_stdin_each_once(get: GetCommand, plain_server: FaultyServer) -> None:
    one, two = plain_server.file(1000, "/one", seed=1), plain_server.file(2000, "/two", seed=2)
    done = get.run("-i", "-", two, stdin=f"# a list\n\n  {one}\n{two}\n{one}#part\n")
    assert (done.status, get.files()) == (0, {"one": 1000, "two": 2000})
    assert sorted(request.path for request in plain_server.requests) == ["/one", "/two"]


def test_many_small_files_arrive(get: GetCommand, plain_server: FaultyServer) -> None:
    addresses = [plain_server.file(4096, f"/file{number}", seed=number % 7) for number in range(300)]
    done = get.run("-j", "16", "-i", "-", stdin="\n".join(addresses))
    assert (done.status, done.err, len(done.out.splitlines())) == (0, "", 300)
    for number in range(300):
        assert_right(get.folder / f"file{number}", 4096, seed=number % 7)


# JSON.


def test_json_tells_the_whole_story_with_its_keys(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE, "/file")
    done = get.run("--json", "--tries", "1", f"{address}?key=s3cret", plain_server.url("/missing"))
    assert (done.status, done.err) == (1, "")
    head = {"event", "id", "time"}
    keys = {
        "added": {"address", "folder", "name"},
        "progress": {"received", "total", "speed", "time_left", "state"},
        "finished": {"path", "size", "checksum", "checksum_source", "skipped", "notices"},
        "failed": {"reason", "code", "message", "status"},
    }
    for one in done.objects:
        assert one.keys() == head | keys[one["event"]]
    first, second = done.events("added")
    assert first["address"] == f"{address}?key=***"
    (finished,), (failed,) = done.events("finished"), done.events("failed")
    assert (finished["id"], finished["path"], finished["size"]) == (first["id"], str(get.folder / "file"), SIZE)
    assert (finished["checksum"], finished["skipped"], finished["notices"]) == (None, False, [])
    assert (failed["id"], failed["reason"], failed["code"], failed["status"]) == (second["id"], "not_found", 201, 404)
    assert "s3cret" not in done.out + done.err


def test_json_progress_grows_about_once_a_second(get: GetCommand, faulty_server: ServerFactory) -> None:
    server = faulty_server(line_rate=MIB)
    done = get.run("--json", server.file(SIZE))
    told = done.events("progress")
    assert [one["received"] for one in told] == sorted(one["received"] for one in told)
    assert all(later["time"] - earlier["time"] >= 1.0 for earlier, later in itertools.pairwise(told))
    assert any(one["total"] == SIZE and one["speed"] and one["state"] == "downloading" for one in told)


# Options of the transfer.


@pytest.mark.parametrize(
    ("choice", "status", "files"),
    [
        ("rename", 0, {"file": 3, "file (2)": 1000}),
        ("overwrite", 0, {"file": 1000}),
        ("skip", 0, {"file": 3}),
        ("fail", 1, {"file": 3}),
    ],
)
def test_a_taken_name_is_treated_as_asked(
    get: GetCommand, plain_server: FaultyServer, choice: str, status: int, files: dict[str, int]
) -> None:
    get.folder.mkdir(parents=True)
    (get.folder / "file").write_bytes(b"old")
    done = get.run("--if-exists", choice, plain_server.file(1000))
    assert (done.status, get.files()) == (status, files)
    assert (get.folder / "file").read_bytes() == (b"old" if files["file"] == 3 else seeded.body(1, 0, 1000))
    words = {"rename": "finished", "overwrite": "finished", "skip": "skipped", "fail": ""}
    assert done.out.partition(" ")[0] == words[choice]
    assert ("a file of this name exists" in done.err) == (choice == "fail")


@pytest.mark.parametrize("algorithm", ["sha256", "MD5"])
def test_the_right_checksum_is_proven(get: GetCommand, plain_server: FaultyServer, algorithm: str) -> None:
    digest = hashlib.new(algorithm.lower(), seeded.body(1, 0, SIZE), usedforsecurity=False).hexdigest()
    done = get.run("--json", "--checksum", f"{algorithm}:{digest}", plain_server.file(SIZE))
    assert (done.status, done.events("finished")[0]["checksum"]) == (0, algorithm.lower())


def test_a_wrong_checksum_leaves_no_file_of_that_name(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("--checksum", "sha256:" + hashlib.sha256(b"another").hexdigest(), plain_server.file(SIZE))
    assert (done.status, done.out) == (1, "")
    assert "the checksum does not match" in done.err
    assert not (get.folder / "file").exists()


def test_the_limit_holds_for_all_together(get: GetCommand, plain_server: FaultyServer) -> None:
    rate, size = 500_000, 750_000
    done = get.run("--json", "--limit", "500K", plain_server.file(size, "/one"), plain_server.file(size, "/two"))
    seconds = done.objects[-1]["time"] - done.objects[0]["time"]
    assert done.status == 0
    assert 0.7 * 2 * size / rate <= seconds <= 3 * 2 * size / rate


def test_timeout_and_tries_end_a_server_that_says_nothing(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.stall(times=None))
    done = get.run("--json", "--timeout", "0.3", "--tries", "1", address)
    assert (done.status, done.events("failed")[0]["reason"]) == (1, "stalled")
    assert len(plain_server.requests) == 1


def test_options_are_not_saved(get: GetCommand, plain_server: FaultyServer) -> None:
    get.run("-j", "1", "--limit", "50M", "--tries", "2", "--timeout", "5", plain_server.file(10))
    assert not (get.profile / "settings.json").exists()


# Secrets.


def test_a_header_reaches_its_host_and_no_other(get: GetCommand, faulty_server: ServerFactory) -> None:
    first, stranger = faulty_server(), faulty_server()
    first.add(Resource("/start", redirect=stranger.file(SIZE)))
    argv = ("-vv", "--header", "X-Api-Key: s3cret", "--header", "Cookie: a=s3cret", first.url("/start?token=t0ken"))
    done = get.run(*argv)
    assert done.status == 0
    assert_right(next(get.folder.iterdir()))
    assert {first.requests[0].headers[name] for name in ("x-api-key", "cookie")} == {"s3cret", "a=s3cret"}
    for request in stranger.requests:
        assert "s3cret" not in str(request.raw_headers)
        assert "t0ken" not in str(request.raw_headers)
    assert "s3cret" not in done.out + done.err
    assert "t0ken" not in done.out + done.err
    assert b"s3cret" not in get.state_bytes()


def test_a_login_in_the_address_is_used_and_never_shown(get: GetCommand, plain_server: FaultyServer) -> None:
    plain_server.file(SIZE)
    done = get.run("-vv", plain_server.url("/file", host="me:s3cret@127.0.0.1"), plain_server.url("/missing"))
    assert done.status == 1
    wanted = "Basic " + b64encode(b"me:s3cret").decode()
    by_path = {request.path: request.headers.get("authorization") for request in plain_server.requests}
    assert by_path == {"/file": wanted, "/missing": None}
    assert "s3cret" not in done.out + done.err
    assert b"s3cret" not in get.state_bytes()


# Interruption and the same command again.


def _numbers(*names: str) -> list[int]:
    """Return the signals of those names that this system can send to another process."""
    return [getattr(signal, name) for name in names if sys.platform != "win32"]


def test_an_interrupted_download_is_continued_by_the_same_command(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    held = plain_server.inject(faults.stall(2 * MIB + 100))
    with get.start("--json", "-x", "1", address) as command:
        while command.next_event("progress")["received"] < 2 * MIB + 100:
            pass
        began = time.monotonic()
        command.interrupt()
        done = command.wait()
    assert time.monotonic() - began < 2.0
    assert done.status == 130
    assert "the same command continues" in done.err
    assert not (get.folder / "file").exists()
    held.gate.release.set()
    again = get.run("--json", address)
    assert (again.status, again.events("added")[0]["id"]) == (0, done.events("added")[0]["id"])
    assert_right(get.folder / "file")
    assert list(get.files()) == ["file"]
    assert (plain_server.requests[-1].range_start or 0) >= 2 * MIB - GLANCE


@pytest.mark.parametrize("number", _numbers("SIGTERM", "SIGHUP"))
def test_other_ways_to_be_told_to_stop_are_the_same(get: GetCommand, plain_server: FaultyServer, number: int) -> None:
    address = plain_server.file(SIZE)
    held = plain_server.inject(faults.stall(MIB))
    with get.start(address) as command:
        held.gate.wait()
        command.process.send_signal(number)
        done = command.wait()
    assert (done.status, done.out) == (130, "")
    assert get.run(address).status == 0
    assert_right(get.folder / "file")


def test_a_killed_download_is_continued_by_the_same_command(get: GetCommand, faulty_server: ServerFactory) -> None:
    server = faulty_server(line_rate=3 * MIB)
    size = 12 * MIB
    address = server.file(size)
    with get.start("--json", address) as command:
        for _ in range(3):  # a second apart, the last ones far behind a checkpoint
            received = command.next_event("progress")["received"]
        command.process.kill()
        assert command.wait().status not in {0, 130}
    assert MIB < received < size
    done = get.run(address)
    assert (done.status, list(get.files())) == (0, ["file"])
    assert_right(get.folder / "file", size)
    assert max(request.range_start or 0 for request in server.requests) > 0
    assert server.body_sent < 2 * size


def test_downloads_of_other_commands_stay_as_they_are(get: GetCommand, plain_server: FaultyServer) -> None:
    other, own = plain_server.file(SIZE, "/other"), plain_server.file(1000, "/own")
    held = plain_server.inject(faults.stall(2 * MIB, when=faults.on_path("/other")))
    with get.start(other) as command:
        held.gate.wait()
        command.interrupt()
        assert command.wait().status == 130
    assert get.run(own).status == 0
    assert [request.path for request in plain_server.requests] == ["/other", "/own"]
    assert get.run(other).status == 0
    assert_right(get.folder / "other")


def test_a_finished_address_is_fetched_again_beside_the_first(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(1000)
    assert [get.run(address).status for _ in range(2)] == [0, 0]
    assert get.files() == {"file": 1000, "file (2)": 1000}


def test_a_failed_download_is_tried_again_by_the_same_command(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.cut(2 * MIB))
    plain_server.inject(faults.status(503, when=lambda request: request.nth == 2))
    first = get.run("--json", "-x", "1", "--tries", "1", address)
    assert first.events("failed")[0]["reason"] == "server_busy"
    second = get.run("--json", address)
    assert [one.status for one in (first, second)] == [1, 0]
    assert_right(get.folder / "file")
    assert plain_server.requests[-1].range_start


# One profile, two processes; streams that go away; terminals.


def test_a_second_process_on_the_profile_says_who_holds_it(get: GetCommand, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    held = plain_server.inject(faults.stall(MIB))
    with get.start(address) as first:
        held.gate.wait()
        second = get.run(plain_server.file(1000, "/other"))
        assert (second.status, second.out) == (1, "")
        assert f"another headrace get (process {first.process.pid}) uses the profile {get.profile}" in second.err
        assert "--profile" in second.err
        assert len(second.err.splitlines()) == 1
        held.gate.release.set()
        assert first.wait().status == 0
    assert_right(get.folder / "file")


def test_another_profile_may_be_named(get: GetCommand, plain_server: FaultyServer, tmp_path: Path) -> None:
    assert get.run("--profile", str(tmp_path / "other"), plain_server.file(1000)).status == 0
    assert (tmp_path / "other" / "downloads.sqlite3").exists()
    assert not get.profile.exists()


@pytest.mark.parametrize("style", [(), ("--json",)])
def test_a_reader_that_goes_away_stops_no_download(
    get: GetCommand, plain_server: FaultyServer, style: tuple[str, ...]
) -> None:
    with get.start(*style, plain_server.file(SIZE)) as command:
        command.out.close()
        command.process.stdout = None
        assert command.process.stderr is not None
        err = command.process.stderr.read()
        assert (command.process.wait(60), err) == (0, b"")
    assert_right(get.folder / "file")


def test_a_name_from_the_server_cannot_steer_the_terminal(get: GetCommand, plain_server: FaultyServer) -> None:
    name = "a%1B%5B2J%0Ab%E2%80%AEgpj.bin"
    address = plain_server.add(Resource("/x", size=1000, disposition=f"attachment; filename*=UTF-8''{name}"))
    done = get.run(address)
    assert (done.status, len(done.out.splitlines())) == (0, 1)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def _read_all(descriptor: int, into: bytearray) -> None:
    """Read a pseudo-terminal until its last writer has closed it, which Linux tells by EIO."""
    with contextlib.suppress(OSError):
        while data := os.read(descriptor, 65536):
            into += data


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_bars_and_stdout_the_path(get: GetCommand, faulty_server: ServerFactory) -> None:
    import pty  # noqa: PLC0415 - POSIX only

    address = faulty_server(line_rate=2 * MIB).file(SIZE)
    shown = bytearray()
    screen, terminal = pty.openpty()
    reader = threading.Thread(target=_read_all, args=(screen, shown))
    try:
        with get.start(address, stderr=terminal, environment={"TERM": "xterm"}) as command:
            os.close(terminal)
            reader.start()
            done = command.wait()
        reader.join(10)
    finally:
        os.close(screen)
    assert (done.status, done.out) == (0, f"finished {get.folder / 'file'}\n")
    assert b"% " in shown
    assert b"0 of 1 arrived" in shown
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")


@pytest.mark.skipif(sys.platform == "win32", reason="no interruption of a single process")
@pytest.mark.parametrize("delay", [0.02, 0.06, 0.1, 0.15])
def test_an_interruption_while_the_program_loads_ends_it_in_order(
    get: GetCommand, plain_server: FaultyServer, delay: float
) -> None:
    held = plain_server.inject(faults.stall(times=None))
    with get.start("-i", "-", plain_server.file(SIZE)) as command:
        assert command.process.stdin is not None
        command.process.stdin.close()  # from here on the command line is read and Qt is loaded
        command.process.stdin = None
        held.gate.reached.wait(delay)
        # Before the command has taken the signals over, Python's own way to end is right as well.
        command.interrupt()
        assert command.process.wait(60) in {130, -signal.SIGINT}
    assert not (get.folder / "file").exists()
