"""Logins and other secrets: where nothing of them may be kept or shown (catalogue group A, second half)."""

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from headrace.addresses import addresses_in, checked_address, host_of, redacted
from headrace.disk.part_file import PartFile
from headrace.spec import DownloadSpec, parse_header
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import canaries, faults, seeded
from tests.support.dead_ends import refusing_port
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.overheard import heard, with_login
from tests.support.replies import Resource
from tests.support.ways import Way, four_ways

_R = FailureReason
SIZE: Final = 300_000
OWN: Final = canaries.HEADERS
ON_POSIX: Final = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


@pytest.mark.case("A10")
@pytest.mark.parametrize("entry", ["machine 127.0.0.1", "machine localhost", "default"])
def test_a10_netrc_is_read_for_nobody(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in (".netrc", "_netrc"):
        (home / name).write_text(f"{entry} login canary password canary\n")
        (home / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    first, second = faulty_server(), faulty_server()
    address = first.add(Resource("/start", redirect=second.file(SIZE, "/target")))
    engine.fetched(engine.add(address))
    assert heard(first) + heard(second) == []
    engine.fetched(engine.add(first.file(SIZE, "/own"), headers=(("Authorization", "Bearer mine"),)))
    assert first.requests[-1].headers["authorization"] == "Bearer mine"
    assert_invariant(engine, first, second, besides=["home"])


@pytest.mark.case("A11")
@four_ways
def test_a11_proxies_of_the_environment_are_not_used(
    engine: Engine, way: Way, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = faulty_server()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url(""))
        monkeypatch.setenv(name.lower(), proxy.url(""))
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"/nowhere/{refusing_port()}")
    server = way.server(faulty_server)
    engine = way.engine(engine)
    engine.fetched(engine.add(server.file(SIZE)))
    assert proxy.connections_accepted == 0
    assert_invariant(engine, server)


# Where nothing of it is kept.


@pytest.mark.case("A14", "A15")
@pytest.mark.parametrize("status", [404, 401, 403, 503, 302])
@four_ways
def test_a14_a15_a_failure_tells_no_secret(
    engine: Engine, way: Way, faulty_server: ServerFactory, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG, "headrace")
    server = way.server(faulty_server)
    server.file(SIZE)
    location = ("Location", f"ftp://canary:canary@127.0.0.1/{canaries.SIGNED}")
    server.inject(faults.status(status, location, content=b"canary magpie", times=None))
    way.engine(engine, tries=1)
    download_id = engine.add(with_login(server.url()) + canaries.SIGNED, headers=OWN[1:])
    engine.failed(download_id)
    assert canaries.found_in(caplog.text) == []
    assert canaries.found_in(repr(engine.snapshot(download_id)), signatures=False) == []
    assert canaries.found_in(redacted(engine.snapshot(download_id).address)) == []
    assert_invariant(engine, server)


@pytest.mark.case("A14")
def test_a14_what_is_asked_for_shows_no_secret(engine: Engine) -> None:
    spec = DownloadSpec(with_login("http://h/f") + canaries.SIGNED, engine.folder, headers=OWN)
    assert canaries.found_in(repr(spec)) == []
    with pytest.raises(ValueError, match=r"\*\*\*") as refused:
        DownloadSpec(with_login("http://h:x/f") + canaries.SIGNED, engine.folder)
    assert canaries.found_in(f"{refused.value!r} {refused.value.__cause__!r}") == []


@pytest.mark.case("A15")
@pytest.mark.parametrize("way", ["name", "port", "tls"])
def test_a15_an_exception_of_the_network_tells_no_secret(
    engine: Engine, plain_server: FaultyServer, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    caplog.set_level(logging.DEBUG, "headrace")
    engine.restart(tries=1)
    host = {"name": "http://name.invalid", "port": f"http://127.0.0.1:{refusing_port()}"}
    address = host.get(way, f"https://127.0.0.1:{plain_server.port}")
    download_id = engine.add(with_login(f"{address}/f") + canaries.SIGNED, headers=OWN[1:])
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert canaries.found_in(f"{failure!r} {caplog.text}") == []
    assert_invariant(engine, plain_server)


@pytest.mark.case("A15")
def test_a15_an_error_nobody_thought_of_tells_no_secret(
    engine: Engine, plain_server: FaultyServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG, "headrace")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{with_login('http://h/f')}{canaries.SIGNED}")

    monkeypatch.setattr("headrace.net.probe.describe", broken)
    download_id = engine.add(plain_server.file(SIZE))
    assert engine.failed(download_id) is _R.INTERNAL
    assert "RuntimeError" in caplog.text
    assert canaries.found_in(caplog.text) == []
    assert_invariant(engine, plain_server)


@pytest.fixture
def careless_mask() -> Iterator[None]:
    """Make everything readable for all unless a program says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.case("A16")
@ON_POSIX
def test_a16_files_are_their_owners(careless_mask: None, engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(plain_server.file(SIZE), headers=OWN)
    engine.until_received(download_id, SIZE // 2)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in engine.parts()}
    modes |= {path.name: stat.S_IMODE(path.stat().st_mode) for path in engine.profile.folder.iterdir()}
    gate.release.set()
    engine.fetched(download_id)
    assert len(modes) >= 4  # a part file, the database with its log, the log
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
    assert_invariant(engine, plain_server)


@pytest.mark.case("A16")
@ON_POSIX
def test_a16_a_part_file_is_its_owners_whatever_the_mask(careless_mask: None, tmp_path: Path) -> None:
    part = PartFile.create(tmp_path / "x.part", 1000)
    part.close()
    assert stat.S_IMODE((tmp_path / "x.part").stat().st_mode) == 0o600


@pytest.mark.case("A16")
def test_a16_a_copy_of_the_profile_holds_no_login(engine: Engine, plain_server: FaultyServer) -> None:
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(with_login(plain_server.file(SIZE)), headers=OWN[1:])
    engine.until_received(download_id, SIZE // 2)
    engine.manager.pause([download_id])
    engine.until_still()
    assert engine.close()
    gate.release.set()
    kept = {path.name: canaries.found_in(path.read_bytes()) for path in engine.profile.folder.iterdir()}
    assert {name: lines for name, lines in kept.items() if lines} == {}


# Logins that are refused, weakened, or pasted wrongly.


@pytest.mark.case("A18")
@four_ways
def test_a18_a_login_refused_half_way_is_asked_for_once(engine: Engine, way: Way, faulty_server: ServerFactory) -> None:
    server = way.server(faulty_server)
    address = server.add(Resource("/file", size=4 * SIZE))
    server.inject(faults.cut(SIZE, when=faults.nth(1)))
    refusal = faults.status(401, ("WWW-Authenticate", 'Basic realm="x"'), times=None, when=faults.from_nth(2))
    server.inject(refusal)
    way.engine(engine, tries=8)
    download_id = engine.add(address, headers=OWN)
    for _ in range(3):
        assert engine.failed(download_id) is _R.LOGIN_NEEDED
        assert engine.snapshot(download_id).received >= SIZE
        assert_invariant(engine, server)
        asked = len(server.requests)
        engine.add(address, headers=(("Authorization", "Basic canary-wrong"),))
        engine.manager.resume([download_id])
        engine.until(lambda asked=asked: len(server.requests) > asked)  # type: ignore[misc]
    engine.failed(download_id)
    assert refusal.applied <= 4 * way.connections
    server.heal()
    engine.add(address, headers=OWN)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, 4 * SIZE)
    assert sum(one.body_sent for one in server.requests if one.status == 206) <= 3 * SIZE + 100_000
    assert_invariant(engine, server)


@pytest.mark.case("A19")
@pytest.mark.parametrize("scheme", ['Basic realm="x"', 'Digest realm="x", nonce="y", qop="auth"', "Negotiate"])
def test_a19_a_stranger_who_asks_for_a_login_gets_none(
    engine: Engine, faulty_server: ServerFactory, scheme: str
) -> None:
    first, stranger = faulty_server(), faulty_server()
    stranger.file(SIZE, "/target")
    stranger.inject(faults.status(401, ("WWW-Authenticate", scheme), times=None))
    first.add(Resource("/start", redirect=stranger.url("/target")))
    download_id = engine.add(with_login(first.url("/start")))
    assert engine.failed(download_id) is _R.LOGIN_NEEDED
    assert [request.headers.get("authorization") for request in stranger.requests] == [None]
    assert_invariant(engine, first, stranger)


PASTED: Final = [
    "X: a\r\nY: b",
    "X: a\nY: b",
    "X: a\rb",
    "X\r\nY: b",
    "X: a\0b",
    "X y: b",
    ": b",
    "X: \x7f",
    "X: \u010d",
]


@pytest.mark.case("A21")
@pytest.mark.parametrize("text", PASTED)
def test_a21_headers_with_line_ends_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="header"):
        parse_header(text)


@pytest.mark.case("A21")
@pytest.mark.parametrize("value", ["a\r\nX-Injected: canary", "a\nX-Injected: canary"])
def test_a21_what_gets_past_that_is_not_sent(engine: Engine, plain_server: FaultyServer, value: str) -> None:
    engine.restart(tries=1)
    plain_server.file(SIZE)
    try:
        download_id = engine.add(plain_server.url(), headers=(("X-Own", value),))
    except ValueError:
        return
    engine.failed(download_id)
    assert not any("x-injected" in request.headers for request in plain_server.requests)


SHOWN: Final = [
    ("http://good.example@evil.example/f", "evil.example"),
    ("http://good.example:80@evil.example/f", "evil.example"),
    ("http://good.example%2F@evil.example/f", "evil.example"),
    ("http://evil.example/http://good.example/", "evil.example"),
    ("http://evil.example?@good.example/", "evil.example"),
    ("http://evil.example#@good.example/", "evil.example"),
    ("  http://bücher.example/f\n", "bücher.example"),
]
REFUSED: Final = [
    "http://good.example /f",
    "http://good.example\t.evil.example/",
    "http://good.example\\@evil.example/",
    "http://good.example\u3000.evil.example/",
    "http://evil.example\u2100good.example/",
    "http://good.example\n.evil.example/",
]


@pytest.mark.case("A22")
@pytest.mark.parametrize(("pasted", "host"), SHOWN)
def test_a22_the_host_shown_is_the_one_asked(pasted: str, host: str) -> None:
    assert host_of(checked_address(pasted)) == host
    assert [host_of(checked_address(found)) for found in addresses_in(f"see {pasted} .")] == [host]


@pytest.mark.case("A22")
@pytest.mark.parametrize("pasted", REFUSED)
def test_a22_links_on_which_programs_differ_are_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match=r"holds spaces|backslash|not an address"):
        checked_address(pasted)


@pytest.mark.case("A22")
def test_a22_a_link_with_an_at_sign_goes_where_it_is_shown_to_go(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(SIZE)
    download_id = engine.add(f"http://good.example@127.0.0.1:{plain_server.port}/file")
    assert engine.snapshot(download_id).host == f"127.0.0.1:{plain_server.port}"
    engine.fetched(download_id)
    assert_invariant(engine, plain_server)


@pytest.mark.case("A23")
def test_a23_no_program_is_started_for_a_download(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def note(name: str) -> Callable[..., Any]:
        def refuse(*_: object, **__: object) -> Any:
            started.append(name)
            raise OSError(f"a test allows no {name}")

        return refuse

    monkeypatch.setattr(subprocess.Popen, "__init__", note("Popen"))
    for name in ("system", "popen", "execv", "execve", "posix_spawn", "posix_spawnp", "fork", "forkpty", "startfile"):
        monkeypatch.setattr(os, name, note(name), raising=False)
    engine.fetched(engine.add(with_login(plain_server.file(SIZE)) + canaries.SIGNED, headers=OWN[1:]))
    assert started == []
    own = Path("/proc/self/cmdline")
    assert not own.exists() or canaries.found_in(own.read_bytes()) == []
    assert engine.state(engine.manager.snapshots()[0].id) is DownloadState.COMPLETED
