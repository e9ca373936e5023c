"""HTTP/2 with a real nginx and the whole engine: several requests for a file, pauses, limits, proxies, redirects."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from headrace.addresses import host_of
from headrace.host_rules import HostRule
from headrace.logins import Login
from headrace.ruling import put_rule
from headrace.states import DownloadState

from tests.support import proxies, seeded
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.http2_server import HALF, Http2Server
from tests.support.http2_server import SIZE as SCRIPTED
from tests.support.nginx import Nginx, serving
from tests.support.replies import Resource

MIB = 1 << 20
SIZE = 12 * MIB + 123
RATE = 8 * MIB
"""Bytes/s of each answer."""

pytestmark = pytest.mark.needs("nginx")


@pytest.fixture(scope="module")
def nginx2(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Nginx]:
    """Return an nginx that speaks HTTP/2, with one file."""
    with serving(tmp_path_factory.mktemp("nginx") / "server", certificates, limit_rate=RATE, http2=True) as server:
        server.file("file", SIZE)
        yield server


@pytest.fixture
def address(engine: Engine, nginx2: Nginx) -> str:
    """Return the address of its file, which the engine is to ask for by HTTP/2."""
    found = nginx2.url("file", tls=True)
    rule(engine, found)
    return found


def rule(engine: Engine, address: str, **says: Any) -> None:
    put_rule(engine.manager, HostRule(host_of(address), http_version="2", **says))


def asked(server: Nginx, name: str) -> list[str]:
    """Return the versions of HTTP that a file was asked for by."""
    lines = (server.log_file.parent / "access.log").read_text(encoding="utf-8").splitlines()
    return [line.split('"')[1].split()[-1] for line in lines if f" /{name} " in line]


def test_several_answers_at_once_make_the_file(engine: Engine, nginx2: Nginx, address: str) -> None:
    engine.manager._runner.hosts.learn(host_of(address), 8)
    before = len(asked(nginx2, "file"))
    assert seeded.first_difference(engine.fetched(engine.add(address)), 1, SIZE) is None
    versions = asked(nginx2, "file")[before:]
    assert len(versions) > 1
    assert set(versions) == {"HTTP/2.0"}


@pytest.mark.calm
def test_a_pause_takes_less_than_a_second_and_is_continued(engine: Engine, nginx2: Nginx, address: str) -> None:
    rule(engine, address, limit=4 * MIB)
    download = engine.add(address)
    engine.until_received(download, 2 * MIB)
    began = monotonic()
    engine.manager.pause([download])
    engine.until_state(download, DownloadState.PAUSED)
    assert monotonic() - began < 1.0
    held = engine.snapshot(download).received
    rule(engine, address)
    engine.manager.resume([download])
    assert seeded.first_difference(engine.fetched(download), 1, SIZE) is None
    assert held >= 2 * MIB


@pytest.mark.calm
def test_a_limit_holds_within_3_percent(engine: Engine, address: str) -> None:
    rule(engine, address, limit=3 * MIB)
    engine.manager._runner.hosts.learn(host_of(address), 4)
    download = engine.add(address)
    engine.until_received(download, MIB)
    job = engine.manager._runner.job(download)
    assert job is not None
    began, before = monotonic(), job.received
    engine.until(lambda: monotonic() - began >= 2.0)
    assert (job.received - before) / (monotonic() - began) == pytest.approx(3 * MIB, rel=0.03)
    engine.manager.remove([download])
    engine.until_still()


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_it_goes_through_a_proxy(engine: Engine, nginx2: Nginx, address: str, tmp_path: Path, kind: str) -> None:
    begin = proxies.tinyproxy if kind == "http" else proxies.microsocks
    before = len(asked(nginx2, "file"))
    with begin(tmp_path) as port:
        download = engine.add(address, proxy=f"{kind}://127.0.0.1:{port}")
        assert seeded.first_difference(engine.fetched(download), 1, SIZE) is None
    assert set(asked(nginx2, "file")[before:]) == {"HTTP/2.0"}


def test_a_server_without_it_is_asked_by_the_usual_version(engine: Engine, nginx: Nginx) -> None:
    nginx.file("usual.bin", MIB)
    address = nginx.url("usual.bin", tls=True)
    rule(engine, address)
    assert seeded.first_difference(engine.fetched(engine.add(address)), 1, MIB) is None
    assert set(asked(nginx, "usual.bin")) == {"HTTP/1.1"}


@pytest.mark.parametrize("path", ["/reset", "/short", "/cut"])
def test_a_cut_answer_is_never_a_whole_file(engine: Engine, certificates: Certificates, path: str) -> None:
    engine.restart(tries=2)
    with Http2Server(certificates) as server:
        rule(engine, server.url(path))
        snapshot = engine.outcome(engine.add(server.url(path)))
        assert snapshot.state is DownloadState.FAILED
        assert snapshot.received <= HALF
        assert not snapshot.path.exists()


def test_what_a_cut_left_is_continued_from_there(engine: Engine, certificates: Certificates) -> None:
    with Http2Server(certificates) as server:
        server.once["/file"] = "/reset"
        rule(engine, server.url("/file"))
        download = engine.add(server.url("/file"))
        assert seeded.first_difference(engine.fetched(download), 1, SCRIPTED) is None
        begun = [head.get("range", "bytes=0-") for head in server.heads]
        assert len(begun) > 1
        assert begun[1] != "bytes=0-"


def test_a_redirect_to_another_host_leaks_nothing(
    engine: Engine, certificates: Certificates, tls_server: FaultyServer
) -> None:
    with Http2Server(certificates) as server:
        server.elsewhere = tls_server.add(Resource("/stranger", size=1000)).replace("127.0.0.1", "localhost")
        rule(engine, server.url("/elsewhere"))
        engine.manager.net_context.logins.give(server.url("/"), Login("me", "canary-password"))
        own = (("Authorization", "Bearer canary-token"), ("X-Mine", "canary-header"), ("Cookie", "a=canary-cookie"))
        engine.fetched(engine.add(server.url("/elsewhere"), headers=own))
        (head,) = server.heads
        assert (head["authorization"], head["x-mine"]) == ("Bearer canary-token", "canary-header")
        told = [text for request in tls_server.requests for pair in request.raw_headers for text in pair]
        assert not [text for text in told if "canary" in text or "s=1" in text]
