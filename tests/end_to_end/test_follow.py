"""`headrace get --follow` and `--record` as processes of their own."""

from pathlib import Path

import pytest

from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.replies import Framing, Resource

LINES = [f"line {number} of the feed" for number in range(5000)]
FEED = "\n".join(LINES).encode() + b"\n"
HALF = FEED.index(b"line 2500 ")


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "target", tmp_path / "profile")


def feed(server: FaultyServer, content: bytes = FEED, framing: Framing = Framing.CHUNKED) -> str:
    resource = Resource("/feed.log", content=content, etag=None, framing=framing, content_type="text/plain")
    return server.add(resource)


@pytest.mark.parametrize("framing", Framing)
def test_lines_go_to_stdout_and_the_file_is_whole(
    get: GetCommand, plain_server: FaultyServer, framing: Framing
) -> None:
    done = get.run("--follow", "--grep", "line 4[0-9]{3} ", feed(plain_server, framing=framing))
    assert (done.status, done.out.splitlines()) == (0, LINES[4000:])
    assert f"finished {get.folder / 'feed.log'}" in done.err
    assert (get.folder / "feed.log").read_bytes() == FEED


def test_text_is_read_as_the_user_says(get: GetCommand, plain_server: FaultyServer) -> None:
    address = feed(plain_server, "größer\nkleiner\n".encode("utf-16-le"))
    done = get.run("--follow", "--encoding", "utf-16", "--grep", "ö", "-F", address)
    assert (done.status, done.out) == (0, "größer\n")


def test_lines_are_seen_while_the_feed_goes_on_and_the_first_interruption_publishes_it(
    get: GetCommand, plain_server: FaultyServer
) -> None:
    gate = plain_server.inject(faults.stall(HALF)).gate
    try:
        with get.start("--follow", "--record", feed(plain_server)) as command:
            seen = [command.out.readline().decode() for _ in range(2500)]
            assert [line.rstrip() for line in seen] == LINES[:2500]
            command.interrupt()
            done = command.wait()
    finally:
        gate.release.set()
    assert (done.status, done.out) == (0, "")
    assert get.files() == {"feed.log": HALF}
    assert (get.folder / "feed.log").read_bytes() == FEED[:HALF]


def test_a_reader_that_has_seen_enough_does_not_end_the_download(get: GetCommand, plain_server: FaultyServer) -> None:
    with get.start("--follow", feed(plain_server, FEED * 100)) as command:
        assert command.out.readline() == b"line 0 of the feed\n"
        command.out.close()
        assert command.process.wait(60) == 0
    assert (get.folder / "feed.log").read_bytes() == FEED * 100


def test_a_recording_rolls_over(get: GetCommand, plain_server: FaultyServer) -> None:
    done = get.run("--roll-size", "40K", feed(plain_server))
    assert done.status == 0
    pieces = [get.folder / name for name in get.files()]
    assert sorted(path.stat().st_size // 40_000 for path in pieces) == [0, 1, 1]
    assert sum(path.stat().st_size for path in pieces) == len(FEED)


def test_what_does_not_go_together_starts_nothing(get: GetCommand, plain_server: FaultyServer) -> None:
    address = feed(plain_server)
    assert get.run("--follow", address, address + "?2").status == 2
    assert get.run("--grep", "x", address).status == 2
    assert get.run("--follow", "--grep", "(", address).status == 2
    assert plain_server.requests == []
