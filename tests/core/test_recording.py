"""Bodies without end: recorded until stopped, over real sockets."""

import gzip
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from headrace.claims import SegmentClaim
from headrace.recordings import Recording
from headrace.spec import Checksum, IfExists
from headrace.states import FailureReason, Notice
from headrace.transfer.events import JobConnected, JobConnecting, JobFinished, JobFinishing
from headrace.transfer.proof import proof_of

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.certificates import Certificates
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


# -- to the end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wishes", [Recording(), Recording(follow=True)])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("framing", Framing)
def test_a_body_with_an_end_is_published_at_its_end(
    studio: Studio, faulty_server: ServerFactory, framing: Framing, tls: bool, wishes: Recording
) -> None:
    attempt = studio.start(faulty_server(tls=tls).add(feed(framing=framing)), wishes)
    done = attempt.finished()
    known = framing is Framing.LENGTH
    proof = proof_of([memoryview(FEED)])
    assert done == JobFinished("feed", len(FEED), () if known else (N.LENGTH_UNKNOWN,), None, proof=proof)
    assert studio.files() == {"feed": FEED}
    assert attempt.tapped == FEED
    assert attempt.charsets == ["utf-8"]
    assert [type(event) for event in attempt.events] == [JobConnecting, JobConnected, JobFinishing, JobFinished]
    assert attempt.until_seen(JobConnected).total == (len(FEED) if known else None)
    assert studio.gaps() == []


@pytest.mark.parametrize("framing", Framing)
def test_an_encoded_body_is_recorded_decoded(studio: Studio, plain_server: FaultyServer, framing: Framing) -> None:
    address = plain_server.add(feed(framing=framing))
    plain_server.inject(faults.gzipped(times=None))
    attempt = studio.start(address)
    assert attempt.finished().size == len(FEED)
    assert studio.files() == {"feed": FEED}
    assert attempt.tapped == FEED


def test_an_archive_is_no_encoded_body(studio: Studio, plain_server: FaultyServer) -> None:
    packed = gzip.compress(FEED)
    address = plain_server.add(feed(packed, Framing.LENGTH, headers=(("Content-Encoding", "gzip"),)))
    assert studio.start(address, name="feed.gz", name_wanted=True).finished().name == "feed.gz"
    assert studio.files() == {"feed.gz": packed}


@pytest.mark.parametrize("wishes", [Recording(), Recording(roll_size=1024)])
def test_an_empty_body_is_an_empty_file(studio: Studio, plain_server: FaultyServer, wishes: Recording) -> None:
    assert studio.start(plain_server.add(feed(b"")), wishes).finished().size == 0
    assert list(studio.files().values()) == [b""]


def test_endless_feeds_end_where_a_length_was_announced(studio: Studio, plain_server: FaultyServer) -> None:
    studio.start(plain_server.add(feed(framing=Framing.LENGTH)), ENDLESS).finished()
    assert studio.files() == {"feed": FEED}
    assert len(plain_server.requests) == 1


def test_the_right_checksum_is_proven(studio: Studio, plain_server: FaultyServer) -> None:
    checksum = Checksum("sha256", hashlib.sha256(FEED).hexdigest())
    assert studio.start(plain_server.add(feed()), checksum=checksum).finished().checksum_verified == "sha256"


def test_with_another_checksum_nothing_is_published(studio: Studio, plain_server: FaultyServer) -> None:
    attempt = studio.start(plain_server.add(feed()), checksum=Checksum("sha256", "0" * 64))
    assert attempt.failure() is R.CHECKSUM_MISMATCH
    assert studio.files() == {}


@pytest.mark.parametrize(
    ("policy", "there"),
    [
        (IfExists.RENAME, {"feed": b"precious", "feed (2)": FEED}),
        (IfExists.OVERWRITE, {"feed": FEED}),
        (IfExists.SKIP, {"feed": b"precious"}),
        (IfExists.FAIL, {"feed": b"precious"}),
    ],
)
def test_a_name_that_is_taken(
    studio: Studio, plain_server: FaultyServer, policy: IfExists, there: dict[str, bytes]
) -> None:
    (studio.folder / "feed").write_bytes(b"precious")
    attempt = studio.start(plain_server.add(feed()), if_exists=policy)
    if policy is IfExists.FAIL:
        assert attempt.failure() is R.FILE_EXISTS
    else:
        assert (N.SKIPPED_EXISTING in attempt.finished().notices) == (policy is IfExists.SKIP)
    assert studio.files() == there


# -- stop, and stop and keep -----------------------------------------------------------------------------------


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_stopped_it_keeps_its_bytes_for_a_later_attempt(
    studio: Studio, faulty_server: ServerFactory, framing: Framing, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(feed(framing=framing))
    with held(server):
        attempt = studio.start(address, ENDLESS, idle_timeout=5.0)
        attempt.until_received(HALF)
        attempt.job.stop()
        ended = attempt.ended()
    assert attempt.job.stopped
    assert (ended.failure, ended.received) == (None, HALF)
    assert ended.claims is not None
    assert ended.claims.segments == (SegmentClaim(0, HALF, None),)
    assert ended.claims.total is None
    assert studio.files() == {}
    assert studio.part().read_bytes() == FEED[:HALF]


@pytest.mark.parametrize("wishes", [Recording(), ENDLESS])
@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_ended_it_is_published_as_far_as_it_had_come(
    studio: Studio, faulty_server: ServerFactory, framing: Framing, tls: bool, wishes: Recording
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(feed(framing=framing))
    with held(server):
        attempt = studio.start(address, wishes, idle_timeout=5.0)
        attempt.until_received(HALF)
        began = time.perf_counter()
        attempt.job.end()
        assert time.perf_counter() - began < 0.01
        done = attempt.finished()
        assert time.perf_counter() - began < 1.0
    assert (done.name, done.size) == ("feed", HALF)
    assert N.ENDED_BY_USER in done.notices
    assert not attempt.job.stopped
    assert studio.files() == {"feed": FEED[:HALF]}
    last = studio.keeper.saved[-1]
    assert last is not None
    assert (last.complete, last.publishing_as) == (True, "feed")
    assert list(studio.folder.glob("*.part")) == []


def test_ended_while_it_waits_for_the_feed_to_come_back(
    studio: Studio, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", 60.0)
    address = plain_server.add(feed())
    plain_server.inject(faults.cut(HALF, times=None))
    attempt = studio.start(address, ENDLESS)
    attempt.until_seen(JobConnecting, 2)
    attempt.job.end()
    done = attempt.finished()
    assert done.notices == (N.ENDED_BY_USER, N.FEED_GAPS)
    assert studio.files() == {"feed": FEED[:HALF]}
    assert studio.gaps() == [(str(HALF), "short_body", "feed")] or studio.gaps()[0][1] == "connection_lost"


@pytest.mark.parametrize("act", ["stop", "end"])
def test_nothing_had_come_yet(studio: Studio, plain_server: FaultyServer, act: str) -> None:
    address = plain_server.add(feed())
    with held(plain_server, faults.BEFORE_HEAD):
        attempt = studio.start(address, ENDLESS, idle_timeout=5.0)
        plain_server.wait_for_request(1)
        getattr(attempt.job, act)()
        ended = attempt.ended()
    assert (ended.failure and ended.failure.reason) == (R.NO_CONTENT if act == "end" else None)
    assert (ended.claims, ended.received) == (None, 0)
    assert list(studio.folder.iterdir()) == []


# -- lost and found again --------------------------------------------------------------------------------------

LOSSES = [
    (faults.cut, Framing.CHUNKED, "plain"),
    (faults.reset, Framing.CHUNKED, "plain"),
    (faults.reset, Framing.CLOSE, "plain"),
    (faults.cut, Framing.CLOSE, "plain"),  # a clean end, as far as can be told
    (faults.cut, Framing.CLOSE, "tls"),
    (faults.cut, Framing.LENGTH, "plain"),
    (faults.stall, Framing.CHUNKED, "tls"),
    (faults.stall, Framing.CLOSE, "plain"),
]


@pytest.mark.parametrize(("loss", "framing", "kind"), LOSSES)
def test_a_lost_feed_is_found_again_and_the_gap_is_marked(
    studio: Studio, faulty_server: ServerFactory, loss: Callable[..., faults.Fault], framing: Framing, kind: str
) -> None:
    server = faulty_server(tls=kind == "tls")
    address = server.add(feed(framing=framing))
    server.inject(other(2))
    server.inject(loss(HALF, when=faults.nth(1)))
    with held(server, len(OTHER) // 2, when=faults.nth(2)):
        attempt = studio.start(address, ENDLESS, idle_timeout=0.5)
        attempt.until_received(HALF + len(OTHER) // 2)
        attempt.job.end()
        done = attempt.finished()
    assert studio.files() == {"feed": FEED[:HALF] + OTHER[: len(OTHER) // 2]}
    assert attempt.tapped == studio.files()["feed"]
    ((offset, reason, name),) = studio.gaps()
    assert (offset, name) == (str(HALF), "feed")
    assert reason in {"ended", "short_body", "connection_lost", "stalled"}
    assert (reason == "stalled") == (loss is faults.stall)
    assert done.notices == (N.FEED_GAPS, N.ENDED_BY_USER)
    assert any(isinstance(one, JobConnected) and N.FEED_GAPS in one.notices for one in attempt.events)
    assert all(request.range is None for request in server.requests)


def test_an_endless_feed_that_its_server_ends_is_asked_for_again(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed(b"tick\n"))
    attempt = studio.start(address, ENDLESS)
    attempt.until_received(25)
    attempt.job.end()
    count, rest = divmod(attempt.finished().size, 5)
    assert (count >= 5, rest) == (True, 0)
    assert studio.files() == {"feed": b"tick\n" * count}
    marks = [gap for gap in studio.gaps() if int(gap[0]) < 5 * count]
    assert marks == [(str(5 * number), "ended", "feed") for number in range(1, count)]


@pytest.mark.parametrize("code", [503, 404, 500, 204])
def test_an_endless_feed_whose_source_is_away_is_waited_for(
    studio: Studio, plain_server: FaultyServer, code: int
) -> None:
    address = plain_server.add(feed())
    plain_server.inject(faults.reset(HALF, when=faults.nth(1)))
    plain_server.inject(faults.status(code, times=3, when=faults.from_nth(2)))
    with held(plain_server, 1000, when=faults.nth(5)):
        attempt = studio.start(address, ENDLESS, idle_timeout=5.0)
        attempt.until_received(HALF + 1000)
        attempt.job.end()
        attempt.finished()
    assert studio.files() == {"feed": FEED[:HALF] + FEED[:1000]}
    assert [gap[0] for gap in studio.gaps()] == [str(HALF)]


@pytest.mark.parametrize(
    ("wishes", "code", "reason"),
    [(ENDLESS, 403, R.FORBIDDEN), (Recording(), 404, R.NOT_FOUND), (Recording(), 503, R.SERVER_BUSY)],
)
def test_what_will_not_come_back_fails_with_all_bytes_kept(
    studio: Studio, plain_server: FaultyServer, wishes: Recording, code: int, reason: FailureReason
) -> None:
    address = plain_server.add(feed())
    plain_server.inject(faults.reset(HALF, when=faults.nth(1)))
    plain_server.inject(faults.status(code, times=None, when=faults.from_nth(2)))
    ended = studio.start(address, wishes).ended()
    assert (ended.failure and ended.failure.reason) == reason
    assert ended.received == HALF
    assert studio.part().read_bytes() == FEED[:HALF]


def test_a_login_page_is_never_appended(studio: Studio, plain_server: FaultyServer) -> None:
    address = plain_server.add(feed())
    plain_server.inject(faults.reset(HALF, when=faults.nth(1)))
    plain_server.inject(other(2, content=b"<html>Log in!</html>", content_type="text/html"))
    ended = studio.start(address, ENDLESS).ended()
    assert (ended.failure and ended.failure.reason) == R.LOGIN_NEEDED
    assert studio.part().read_bytes() == FEED[:HALF]


@pytest.mark.parametrize("fault", [faults.status(503), faults.stall(), faults.status(404)])
def test_what_never_began_is_left_to_the_queue(studio: Studio, plain_server: FaultyServer, fault: faults.Fault) -> None:
    address = plain_server.add(feed())
    plain_server.inject(fault)
    ended = studio.start(address, ENDLESS).ended()
    fault.gate.release.set()
    assert ended.failure is not None
    assert len(plain_server.requests) == 1
