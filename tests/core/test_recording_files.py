"""What becomes of a recording's files: a file sent again, a later attempt, a crash, several pieces, a bad disk."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.claims import Claims
from headrace.errors import DownloadError
from headrace.recordings import Recording
from headrace.states import FailureReason, Notice
from headrace.transfer.events import JobConnected
from headrace.transfer.tape import Tape

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.engine_parts import claims_on
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing
from tests.support.studio import FEED, HALF, OTHER, Studio, feed, held, opened_studio, other

N = Notice
R = FailureReason
ENDLESS = Recording(reconnect=True)


@pytest.fixture
def studio(tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    with opened_studio(tmp_path / "target", certificates.ca_file, monkeypatch) as made:
        yield made


# -- a file, not a feed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, HALF, len(FEED) - 1])
@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.LENGTH])
def test_a_file_sent_again_from_its_beginning_goes_on_where_it_broke_off(
    studio: Studio, plain_server: FaultyServer, framing: Framing, at: int
) -> None:
    address = plain_server.add(feed(framing=framing))
    plain_server.inject(faults.reset(at))
    attempt = studio.start(address)
    done = attempt.finished()
    assert N.FEED_GAPS not in done.notices
    assert studio.files() == {"feed": FEED}
    assert attempt.tapped == FEED
    assert studio.gaps() == []


def test_a_tls_body_that_never_ends_properly_is_given_up_and_never_repeated(
    studio: Studio, tls_server: FaultyServer
) -> None:
    address = tls_server.add(feed(framing=Framing.CLOSE))
    tls_server.inject(faults.ragged())
    ended = studio.start(address).ended()
    assert (ended.failure and ended.failure.reason) == R.CONNECTION_LOST
    assert ended.received == len(FEED)
    assert studio.part().read_bytes() == FEED


@pytest.mark.parametrize("greeting", [0, 1, HALF - 1])
def test_another_body_is_a_feed_that_goes_on(studio: Studio, plain_server: FaultyServer, greeting: int) -> None:
    second = FEED[:greeting] + OTHER
    address = plain_server.add(feed())
    plain_server.inject(other(2, content=second))
    plain_server.inject(faults.reset(HALF))
    attempt = studio.start(address)
    attempt.finished()
    assert studio.files() == {"feed": FEED[:HALF] + second}
    assert attempt.tapped == studio.files()["feed"]
    assert [gap[0] for gap in studio.gaps()] == [str(HALF)]


def test_a_body_that_ends_within_what_is_there_adds_nothing(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed())
    plain_server.inject(other(2, content=FEED[:1000]))
    plain_server.inject(faults.reset(HALF))
    studio.start(address).finished()
    assert studio.files() == {"feed": FEED[:HALF]}


@pytest.mark.parametrize("content", [OTHER, FEED[:HALF].upper() + FEED[HALF:]])
def test_a_file_of_known_length_that_changed_is_begun_anew(
    studio: Studio, plain_server: FaultyServer, content: bytes
) -> None:
    address = plain_server.add(feed(framing=Framing.LENGTH))
    plain_server.inject(other(2, 3, content=content))
    plain_server.inject(faults.reset(HALF))
    done = studio.start(address).finished()
    assert done.notices == (N.RESTARTED_CHANGED,)
    assert studio.files() == {"feed": content}
    assert studio.gaps() == []


# -- across attempts -------------------------------------------------------------------------------------------


def part_file(studio: Studio, content: bytes) -> Path:
    path = studio.folder / f"feed.{1:016x}.part"
    path.write_bytes(content)
    return path


def test_a_later_attempt_appends_behind_what_was_claimed(studio: Studio, plain_server: FaultyServer) -> None:
    path = part_file(studio, FEED[:1000] + b"\0" * 500)
    claims = claims_on(path, (0, 1000, None), total=None, validator=None)
    attempt = studio.start(plain_server.add(feed(OTHER)), claims=claims)
    done = attempt.finished()
    assert (done.size, N.FEED_GAPS in done.notices) == (1000 + len(OTHER), True)
    assert studio.files() == {"feed": FEED[:1000] + OTHER}
    assert attempt.tapped == OTHER
    assert studio.gaps() == [("1000", "interrupted", "feed")]


def test_ended_between_two_attempts_it_is_published_without_any_request(
    studio: Studio, plain_server: FaultyServer
) -> None:
    claims = claims_on(part_file(studio, FEED[:1000]), (0, 1000, None), total=None, validator=None)
    attempt = studio.start(plain_server.add(feed()), ENDLESS, claims=claims, ended=True)
    assert attempt.finished().notices == (N.ENDED_BY_USER,)
    assert (studio.files(), studio.gaps(), plain_server.requests) == ({"feed": FEED[:1000]}, [], [])


@pytest.mark.parametrize("fate", ["gone", "shorter", "another"])
def test_a_part_file_that_is_not_the_claimed_one_is_not_continued(
    studio: Studio, plain_server: FaultyServer, fate: str
) -> None:
    path = part_file(studio, FEED[:1000])
    claims = claims_on(path, (0, 1000, None), total=None)
    if fate == "shorter":
        path.write_bytes(b"short")
    else:
        path.rename(studio.folder / "elsewhere")
    if fate == "another":
        path.write_bytes(FEED)
    done = studio.start(plain_server.add(feed()), claims=claims).finished()
    assert N.RESTARTED_PART_LOST in done.notices
    assert studio.files()["feed"] == FEED


def test_an_attempt_that_is_to_begin_anew_does(studio: Studio, plain_server: FaultyServer) -> None:
    claims = claims_on(part_file(studio, FEED[:1000]), (0, 1000, None), total=None)
    studio.start(plain_server.add(feed(OTHER)), claims=claims, restart=True).finished()
    assert studio.files() == {"feed": OTHER}


@pytest.mark.parametrize("linked", [True, False], ids=["between link and unlink", "behind"])
def test_a_crash_at_the_end_is_recovered_to_the_published_file(
    studio: Studio, plain_server: FaultyServer, linked: bool
) -> None:
    path = part_file(studio, FEED)
    claims = claims_on(path, (0, len(FEED), len(FEED)), total=len(FEED), publishing_as="feed")
    (studio.folder / "feed").hardlink_to(path)
    if not linked:
        path.unlink()
    assert studio.start(plain_server.add(feed(OTHER)), claims=claims).finished().size == len(FEED)
    assert studio.files() == {"feed": FEED}
    assert (list(studio.folder.glob("*.part")), plain_server.requests) == ([], [])


def test_a_crash_just_before_it_is_named_needs_no_request(studio: Studio, plain_server: FaultyServer) -> None:
    path = part_file(studio, FEED)
    claims = claims_on(path, (0, len(FEED), len(FEED)), total=len(FEED), publishing_as="feed")
    studio.start(plain_server.add(feed(OTHER)), claims=claims).finished()
    assert (studio.files(), plain_server.requests) == ({"feed": FEED}, [])


def test_what_comes_is_claimed_while_it_comes(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed())
    with held(plain_server):
        attempt = studio.start(address, ENDLESS, idle_timeout=5.0)
        deadline = time.monotonic() + 5
        while not any(claims and claims.received == HALF for claims in studio.keeper.saved):
            assert time.monotonic() < deadline, studio.keeper.saved
            time.sleep(0.02)
        (segment,) = attempt.job.segments()
        assert (segment.position, segment.end, segment.connected) == (HALF, None, True)
        attempt.job.stop()
        attempt.ended()


# -- over several files ----------------------------------------------------------------------------------------

ROLLING = Recording(roll_size=10_000)
PIECE = re.compile(r"feed-\d{8}T\d{6}Z( \(\d+\))?")


def in_order(studio: Studio) -> list[bytes]:
    """Return the pieces in the order of their making."""
    files = studio.files()
    assert all(PIECE.fullmatch(name) for name in files)
    made = re.compile(r"feed-(\w+)(?: \((\d+)\))?")
    keys = {name: (match[1], int(match[2] or 1)) for name in files if (match := made.fullmatch(name))}
    return [files[name] for name in sorted(files, key=keys.__getitem__)]


@pytest.mark.parametrize("framing", Framing)
def test_text_rolls_over_at_line_ends_and_loses_nothing(
    studio: Studio, plain_server: FaultyServer, framing: Framing
) -> None:
    attempt = studio.start(plain_server.add(feed(framing=framing)), ROLLING)
    done = attempt.finished()
    pieces = in_order(studio)
    assert b"".join(pieces) == attempt.tapped == FEED
    assert len(pieces) == 10
    assert all(10_000 <= len(piece) < 10_030 and piece.endswith(b"\n") for piece in pieces[:-1])
    assert (done.size, attempt.job.received) == (len(pieces[-1]), len(FEED))
    assert PIECE.fullmatch(done.name)
    assert studio.gaps() == []
    assert {one.name for one in attempt.events if isinstance(one, JobConnected)} == {"feed"}


def test_other_content_rolls_over_at_the_byte(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed(FEED[:50_000], content_type="audio/mpeg"))
    assert studio.start(address, ROLLING).finished().size == 10_000
    assert [len(piece) for piece in in_order(studio)] == [10_000] * 5


def test_time_rolls_over_too(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed(FEED[:24_000], rate=10_000))
    studio.start(address, Recording(roll_seconds=1.0)).finished()
    pieces = in_order(studio)
    assert b"".join(pieces) == FEED[:24_000]
    assert len(pieces) in (2, 3)
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])


def test_a_rolling_feed_that_is_lost_names_the_piece_in_the_side_log(
    studio: Studio, plain_server: FaultyServer
) -> None:
    address = plain_server.add(feed())
    plain_server.inject(other(2))
    plain_server.inject(faults.reset(15_000))
    studio.start(address, ROLLING).finished()
    assert b"".join(in_order(studio)) == FEED[:15_000] + OTHER
    ((offset, _, name),) = studio.gaps()
    assert PIECE.fullmatch(name)
    assert int(offset) == 15_000 - len(in_order(studio)[0])


@pytest.mark.parametrize("linked", [True, False], ids=["between link and unlink", "behind"])
def test_a_crash_between_two_pieces_loses_neither(studio: Studio, plain_server: FaultyServer, linked: bool) -> None:
    path = part_file(studio, OTHER)
    name = "feed-20260101T000000Z"
    claims = claims_on(path, (0, len(OTHER), None), total=None, publishing_as=name)
    (studio.folder / name).hardlink_to(path)
    if not linked:
        path.unlink()
    studio.start(plain_server.add(feed()), ROLLING, claims=claims).finished()
    assert in_order(studio)[0] == OTHER
    assert b"".join(in_order(studio)[1:]) == FEED
    assert [(gap[0], gap[1]) for gap in studio.gaps()] == [("0", "interrupted")]
    assert list(studio.folder.glob("*.part")) == []


def test_a_piece_that_is_continued_keeps_the_time_of_its_beginning(studio: Studio, plain_server: FaultyServer) -> None:
    path = studio.folder / f"feed-20260101T000000Z.{1:016x}.part"
    path.write_bytes(OTHER[:5000])
    claims = claims_on(path, (0, 5000, None), total=None)
    studio.start(plain_server.add(feed()), ROLLING, claims=claims).finished()
    assert "feed-20260101T000000Z" in studio.files()
    assert b"".join(in_order(studio)) == OTHER[:5000] + FEED


def test_ended_a_rolling_feed_publishes_the_piece_under_way(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed())
    with held(plain_server, 15_000):
        attempt = studio.start(address, ROLLING, idle_timeout=5.0)
        attempt.until_received(15_000)
        attempt.job.end()
        assert N.ENDED_BY_USER in attempt.finished().notices
    assert [len(piece) for piece in in_order(studio)] == [10_008, 4992]


def test_stopped_while_it_is_read_back_it_stays_as_it_is(
    studio: Studio, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = claims_on(part_file(studio, FEED[:1000]), (0, 1000, None), total=None, validator=None)
    read: list[int] = []

    def pieces(tape: Tape) -> Iterator[memoryview]:
        for place in range(0, 1000, 100):
            read.append(place)
            studio.attempts[0].job.stop()
            yield tape.read(place, 100)

    monkeypatch.setattr(Tape, "pieces", pieces)
    ended = studio.start(plain_server.add(feed()), ENDLESS, claims=claims, ended=True).ended()
    assert (ended.failure, ended.received, read) == (None, 1000, [0])
    assert studio.files() == {}


# -- disks -----------------------------------------------------------------------------------------------------


def test_a_full_disk_ends_the_attempt_with_all_bytes_kept(
    studio: Studio, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Tape.append

    def failing(tape: Tape, data: memoryview) -> None:
        append(tape, data[: max(0, HALF - tape.position)])
        if tape.position >= HALF:
            raise DownloadError.of(R.DISK_FULL)

    monkeypatch.setattr(Tape, "append", failing)
    ended = studio.start(plain_server.add(feed()), ENDLESS).ended()
    assert (ended.failure and ended.failure.reason) == R.DISK_FULL
    assert isinstance(ended.claims, Claims)
    assert ended.claims.received == HALF
    assert studio.part().read_bytes() == FEED[:HALF]


@pytest.mark.parametrize("planted", ["link", "folder"])
def test_a_side_log_that_cannot_be_written_stops_nothing(
    studio: Studio, plain_server: FaultyServer, tmp_path: Path, planted: str
) -> None:
    victim, log = tmp_path / "victim", studio.folder / "feed.gaps.log"
    victim.write_bytes(b"precious")
    if planted == "link":
        log.symlink_to(victim)
    else:
        log.mkdir()
    address = plain_server.add(feed())
    plain_server.inject(other(2))
    plain_server.inject(faults.reset(HALF))
    assert N.FEED_GAPS in studio.start(address).finished().notices
    assert (studio.folder / "feed").read_bytes() == FEED[:HALF] + OTHER
    assert victim.read_bytes() == b"precious"
