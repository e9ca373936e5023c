"""Servers that break off, fall silent, lie or refuse (catalogue groups S and I, one connection)."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from headrace.spec import Checksum, IfExists
from headrace.states import DownloadState, FailureReason, Notice
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.dead_ends import refusing_port
from tests.support.engine import Engine
from tests.support.faults import Fault, Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource

SIZE = 1_500_000
_R = FailureReason

SURVIVED: list[tuple[str, Callable[[], Fault]]] = [
    ("S01 FIN after 0 bytes", lambda: faults.cut(0)),
    ("S01 FIN after 1 byte", lambda: faults.cut(1)),
    ("S01 FIN half way", lambda: faults.cut(SIZE // 2)),
    ("S01 FIN before the last byte", lambda: faults.cut(SIZE - 1)),
    ("S02 RST after 0 bytes", lambda: faults.reset(0)),
    ("S02 RST half way", lambda: faults.reset(SIZE // 2)),
    ("S02 RST before the last byte", lambda: faults.reset(SIZE - 1)),
    ("S05 RST before the head", lambda: faults.reset(faults.BEFORE_HEAD)),
    ("S08 twenty interim heads", lambda: faults.interim(20)),
    ("S17 more bytes than announced", lambda: faults.surplus(b"x" * 5000)),
    ("S24 503 and Retry-After 0", lambda: faults.status(503, ("Retry-After", "0"))),
    ("S24 503 and Retry-After soon", lambda: faults.status(503, ("Retry-After", "soon"))),
    ("S26 500 three times", lambda: faults.status(500, times=3)),
    ("429 once", lambda: faults.status(429)),
]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(("case", "wrong"), rows(*SURVIVED))
def test_the_file_arrives_all_the_same(
    engine: Engine, faulty_server: ServerFactory, case: str, wrong: Callable[[], Fault], tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    server.inject(wrong())
    path = engine.fetched(engine.add(address))
    assert path.read_bytes() == seeded.body(1, 0, SIZE)
    assert engine.files() == ["file"]


@pytest.mark.case("S01", "S02")
@pytest.mark.parametrize("how", [faults.cut, faults.reset])
def test_what_was_received_is_not_asked_for_again(
    engine: Engine, plain_server: FaultyServer, how: Callable[[int], Fault]
) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(how(123_457))
    engine.fetched(engine.add(address))
    assert plain_server.requests[1].range_start == 123_457 - GLANCE


@pytest.mark.case("S03")
def test_s03_a_stall_ends_with_the_idle_time_and_goes_on(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(idle_timeout=0.3)
    address = plain_server.file(SIZE)
    plain_server.inject(faults.stall(SIZE // 2))
    download_id = engine.add(address)
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, SIZE)
    assert plain_server.requests[1].range_start == SIZE // 2 - GLANCE


@pytest.mark.case("S32")
def test_s32_cut_after_each_64_kib(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=100)
    address = plain_server.file(SIZE)
    plain_server.inject(faults.cut_every(65_536))
    assert engine.fetched(engine.add(address)).read_bytes() == seeded.body(1, 0, SIZE)
    assert plain_server.body_sent < SIZE * 1.01


@pytest.mark.case("S26")
def test_progress_gives_the_tries_back(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=2)
    address = plain_server.add(Resource("/file", size=5 * SIZE))
    plain_server.inject(faults.cut_every(1_100_000))
    assert engine.fetched(engine.add(address)).stat().st_size == 5 * SIZE


REFUSED: list[tuple[str, Callable[[], Fault], FailureReason]] = [
    ("S09 no HTTP", lambda: faults.raw(b"SSH-2.0-OpenSSH_9.2\r\n", times=None), _R.NOT_HTTP),
    ("S18 not a number", lambda: faults.header("Content-Length", "12x", "13"), _R.BAD_RESPONSE),
    ("S18 two lengths", lambda: faults.header("Content-Length", "100", "200"), _R.BAD_RESPONSE),
    ("S18 2^63", lambda: faults.header("Content-Length", str(1 << 63)), _R.BAD_RESPONSE),
    ("S30 204", lambda: faults.status(204, times=None), _R.NO_CONTENT),
    ("S30 304", lambda: faults.status(304, times=None), _R.NO_CONTENT),
    ("401", lambda: faults.status(401, times=None), _R.LOGIN_NEEDED),
    ("403", lambda: faults.status(403, times=None), _R.FORBIDDEN),
    ("404", lambda: faults.status(404, times=None), _R.NOT_FOUND),
    ("407", lambda: faults.status(407, times=None), _R.PROXY_LOGIN_NEEDED),
    ("410", lambda: faults.status(410, times=None), _R.GONE),
    ("418", lambda: faults.status(418, times=None), _R.REQUEST_REFUSED),
    ("501", lambda: faults.status(501, times=None), _R.BAD_RESPONSE),
    ("503 for ever", lambda: faults.status(503, times=None), _R.SERVER_BUSY),
    ("A07 a loop", lambda: faults.status(302, ("Location", "/file"), times=None), _R.TOO_MANY_REDIRECTS),
    ("A05 file:", lambda: faults.status(302, ("Location", "file:///etc/passwd"), times=None), _R.UNSAFE_REDIRECT),
    ("A06 no address", lambda: faults.status(302, ("Location", ""), times=None), _R.BAD_RESPONSE),
    ("A06 a broken host", lambda: faults.status(302, ("Location", "http://[::1"), times=None), _R.UNSAFE_REDIRECT),
]


@pytest.mark.parametrize(("case", "wrong", "reason"), rows(*REFUSED))
def test_a_refusal_has_its_reason_and_leaves_no_file(
    engine: Engine, plain_server: FaultyServer, case: str, wrong: Callable[[], Fault], reason: FailureReason
) -> None:
    engine.restart(tries=3)
    address = plain_server.file(SIZE)
    plain_server.inject(wrong())
    assert engine.failed(engine.add(address)) is reason
    assert engine.files() == []


@pytest.mark.case("S07")
def test_s07_too_many_headers_end_the_attempt_and_not_the_engine(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=1)
    plain_server.file(SIZE)
    plain_server.inject(faults.header("X-Long", "y" * 100_000, times=1))
    assert engine.failed(engine.add(plain_server.url())) in (_R.BAD_RESPONSE, _R.CONNECTION_LOST)
    assert engine.fetched(engine.add(plain_server.url("/file"))).stat().st_size == SIZE


@pytest.mark.case("S10")
def test_s10_tls_where_none_is_spoken_is_named(engine: Engine, faulty_server: ServerFactory) -> None:
    engine.restart(tries=1)
    plain, tls = faulty_server(), faulty_server(tls=True)
    plain.file(SIZE)
    tls.file(SIZE)
    wrong_way = engine.add(f"https://127.0.0.1:{plain.port}/file")
    assert engine.failed(wrong_way) in (_R.TLS_ERROR, _R.CONNECTION_LOST)
    other_way = engine.add(f"http://127.0.0.1:{tls.port}/file")
    assert engine.failed(other_way) in (_R.NOT_HTTP, _R.CONNECTION_LOST)


def test_s34_an_unknown_certificate_stops_without_a_retry(engine: Engine, tls_server: FaultyServer) -> None:
    engine.restart(ca_file=None)
    download_id = engine.add(tls_server.file(SIZE))
    assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    assert tls_server.connections_accepted == 1


def test_an_authority_file_that_cannot_be_read_is_named(engine: Engine, tls_server: FaultyServer) -> None:
    engine.restart(ca_file=engine.folder / "none.pem")
    download_id = engine.add(tls_server.file(SIZE))
    assert engine.failed(download_id) is _R.TLS_CERTIFICATE
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert "none.pem" in failure.detail


@pytest.mark.parametrize(("host", "reason"), [("name.invalid", _R.NAME_NOT_FOUND), ("127.0.0.1", _R.CONNECT_FAILED)])
def test_s33_nobody_there(engine: Engine, host: str, reason: FailureReason) -> None:
    engine.restart(tries=1)
    assert engine.failed(engine.add(f"http://{host}:{refusing_port()}/file")) is reason


@pytest.mark.case("S31")
def test_s31_a_connection_closed_while_idle_costs_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(1000, "/a")))
    plain_server.file(1000, "/b")
    plain_server.inject(faults.reset(faults.BEFORE_HEAD, when=faults.on_path("/b")))
    engine.restart(tries=1)
    warm = engine.add(plain_server.file(1000, "/c"))
    engine.fetched(warm)
    assert engine.fetched(engine.add(plain_server.url("/b"))).stat().st_size == 1000


LENGTHS: list[tuple[str, int]] = [
    ("empty", 0),
    ("one byte", 1),
    ("one block", 1 << 20),
    ("a block and one", (1 << 20) + 1),
]


@pytest.mark.case("S37", "S11")
@pytest.mark.parametrize("framing", list(Framing), ids=lambda framing: framing.name)
@pytest.mark.parametrize(("case", "size"), LENGTHS, ids=[case for case, _ in LENGTHS])
def test_s37_s11_lengths_and_framings(
    engine: Engine, plain_server: FaultyServer, case: str, size: int, framing: Framing
) -> None:
    address = plain_server.add(Resource("/file", size=size, framing=framing))
    download_id = engine.add(address)
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, size)
    unknown = framing is not Framing.LENGTH
    assert (Notice.LENGTH_UNKNOWN in engine.snapshot(download_id).notices) is unknown


@pytest.mark.case("S37")
def test_s37_a_file_larger_than_the_disk_is_refused_before_the_first_byte(
    engine: Engine, plain_server: FaultyServer
) -> None:
    address = plain_server.add(Resource("/file", size=1 << 50))
    download_id = engine.add(address)
    assert engine.failed(download_id) is _R.DISK_FULL
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.needed_bytes is not None
    assert engine.files() == []


@pytest.mark.case("S13")
def test_s13_a_tls_body_cut_without_close_notify_is_not_an_end(engine: Engine, tls_server: FaultyServer) -> None:
    engine.restart(tries=1)
    address = tls_server.add(Resource("/file", size=SIZE, framing=Framing.CLOSE, etag=None))
    tls_server.inject(faults.cut(SIZE // 2))
    assert engine.failed(engine.add(address)) is _R.CONNECTION_LOST
    assert not (engine.folder / "file").exists()


@pytest.mark.case("S14")
def test_s14_a_chunked_body_cut_is_not_an_end(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=1)
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED, etag=None))
    plain_server.inject(faults.cut(SIZE // 2))
    assert engine.failed(engine.add(address)) in (_R.SHORT_BODY, _R.CONNECTION_LOST)
    assert not (engine.folder / "file").exists()


@pytest.mark.case("S23")
def test_s23_an_archive_labelled_with_its_own_compression_is_stored_as_sent(
    engine: Engine, plain_server: FaultyServer
) -> None:
    content = b"\x1f\x8b" + bytes(1000)
    headers = (("Content-Encoding", "gzip"),)
    address = plain_server.add(Resource("/a.tar.gz", content=content, headers=headers, content_type="application/gzip"))
    assert engine.fetched(engine.add(address)).read_bytes() == content


@pytest.mark.case("S19")
def test_an_encoding_nobody_asked_for_is_undone(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/page.html", size=SIZE, content_type="text/html"))
    plain_server.inject(faults.gzipped())
    download_id = engine.add(address)
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, SIZE)
    assert engine.snapshot(download_id).resumable is False


@pytest.mark.case("I01")
def test_i01_a_right_sum_proves_and_a_wrong_one_publishes_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    digest = seeded.digest(1, SIZE)
    good = engine.add(address, checksum=Checksum("sha256", digest), name="good")
    engine.fetched(good)
    assert engine.snapshot(good).checksum_verified == "sha256"
    bad = engine.add(address, checksum=Checksum("sha256", "0" * 64), name="bad")
    assert engine.failed(bad) is _R.CHECKSUM_MISMATCH
    assert not (engine.folder / "bad").exists()
    sent = len(plain_server.requests)
    engine.manager.resume([bad])  # fetched anew, since what is there is proven wrong
    engine.until(lambda: len(plain_server.requests) > sent)
    assert plain_server.requests[-1].range is None
    assert engine.failed(bad) is _R.CHECKSUM_MISMATCH


@pytest.mark.case("N22")
@pytest.mark.parametrize("policy", list(IfExists), ids=lambda policy: policy.value)
@pytest.mark.parametrize("asked", [True, False], ids=["name asked", "name from the server"])
def test_n22_a_file_that_is_there_is_treated_as_asked(
    engine: Engine, plain_server: FaultyServer, policy: IfExists, asked: bool
) -> None:
    engine.folder.mkdir()
    existing = engine.folder / "film.mkv"
    existing.write_bytes(b"precious")
    address = plain_server.file(SIZE, "/film.mkv")
    download_id = engine.add(address, if_exists=policy, name="film.mkv" if asked else None)
    snapshot = engine.outcome(download_id)
    body = seeded.body(1, 0, SIZE)
    if policy is IfExists.OVERWRITE:
        assert existing.read_bytes() == body
        return
    assert existing.read_bytes() == b"precious"
    if policy is IfExists.RENAME:
        assert snapshot.path.name == "film (2).mkv"
        assert snapshot.path.read_bytes() == body
    elif policy is IfExists.SKIP:
        assert (snapshot.state, snapshot.notices) == (DownloadState.COMPLETED, (Notice.SKIPPED_EXISTING,))
    else:
        assert snapshot.failure is not None
        assert snapshot.failure.reason is _R.FILE_EXISTS
    assert engine.parts() == []


CANARY = "canary-7f3a"


@pytest.mark.case("A14")
def test_a14_a_login_in_the_address_is_used_and_kept_nowhere(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(1000)
    download_id = engine.add(f"http://user:{CANARY}@127.0.0.1:{plain_server.port}/file")
    engine.fetched(download_id)
    assert plain_server.requests[0].headers["authorization"].startswith("Basic ")
    assert engine.close()
    stored = b"".join(path.read_bytes() for path in engine.profile.folder.iterdir())
    assert CANARY.encode() not in stored
    assert b"canary" not in stored


def test_headers_that_were_not_stored_are_asked_for(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    gate = plain_server.inject(faults.stall(1000)).gate
    download_id = engine.add(address, headers=(("Cookie", CANARY),))
    engine.until_received(download_id, 1000)
    engine.restart()
    gate.release.set()
    assert engine.failed(download_id) is _R.HEADERS_NEEDED
    again = engine.add(address, headers=(("Cookie", CANARY),))
    assert again == download_id
    engine.fetched(download_id)


@pytest.mark.case("A10", "A11")
def test_a10_netrc_and_a11_proxies_of_the_environment_are_not_read(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"default login me password {CANARY}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refusing_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{refusing_port()}")
    engine.fetched(engine.add(plain_server.file(1000)))
    assert "authorization" not in plain_server.requests[0].headers


def test_u09_at_most_n_at_once(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(max_running=3)
    plain_server.inject(faults.slow(200_000))
    ids = [engine.add(plain_server.file(40_000, f"/{number}")) for number in range(9)]
    busy = []

    def all_done() -> bool:
        busy.append(sum(not request.finished for request in plain_server.requests))
        return all(engine.state(download_id) is DownloadState.COMPLETED for download_id in ids)

    engine.until(all_done)
    assert max(busy) == 3


def test_a_limit_holds(engine: Engine, plain_server: FaultyServer) -> None:
    rate = 1_000_000
    engine.restart(limit=rate)
    began = monotonic()
    engine.fetched(engine.add(plain_server.file(3 * rate)))
    assert 2.6 < monotonic() - began < 4.0


@pytest.mark.case("S05")
def test_a_silent_welcome_is_given_up(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=1, idle_timeout=0.3)
    gate = plain_server.welcome(Welcome()).gate
    assert engine.failed(engine.add(plain_server.url())) is _R.STALLED
    gate.release.set()
