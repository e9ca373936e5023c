"""`headrace get -v` and `-vv` as people meet them: real processes against a scripted server."""

import re
from pathlib import Path

import pytest

from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand

SIZE = 3_000_000
CLOCK = re.compile(r"\d\d:\d\d:\d\d ")
LOG = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [A-Z]+ headrace\.", re.MULTILINE)


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "files", tmp_path / "profile")


def test_the_story_of_a_download_is_told_line_by_line(get: GetCommand, plain_server: FaultyServer) -> None:
    address, host = plain_server.file(SIZE), f"127.0.0.1:{plain_server.port}"
    plain_server.inject(faults.cut(1_000_000, when=faults.nth(1)))
    done = get.run("-v", f"{address}?key=s3cret")
    assert (done.status, done.out) == (0, f"finished {get.folder / 'file'}\n")
    lines = done.err.splitlines()
    assert all(CLOCK.match(line) for line in lines)
    assert [CLOCK.sub("", line).partition(": ")[0] for line in lines] == [
        f"added, from {host}",
        "attempt 1 begins",
        f"{host} answers (HTTP status 200)",
        f"a connection to {host} ended early",
        f"{host} answers (HTTP status 206)",
        "finished",
    ]
    assert "1,000,000 bytes here" in lines[4]
    assert "s3cret" not in done.err


def test_of_several_each_line_names_its_file(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("-v", "--tries", "1", plain_server.file(SIZE, "/one"), plain_server.url("/two"))
    assert done.status == 1
    told = [line for line in done.err.splitlines() if CLOCK.match(line)]
    assert {CLOCK.sub("", line).partition(":")[0] for line in told} == {"one", "two"}
    assert any(line.endswith("two: failed: the server has no such file (HTTP status 404)") for line in told)


def test_twice_asked_the_log_is_told_besides(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("-vv", plain_server.file(SIZE))
    assert done.status == 0
    assert LOG.search(done.err)
    assert " finished: 3,000,000 bytes, " in done.err
    assert not LOG.search(get.run("-v", plain_server.file(SIZE)).err)


def test_unasked_nothing_is_told(get: GetCommand, plain_server: FaultyServer) -> None:
    assert get.run(plain_server.file(SIZE)).err == ""
