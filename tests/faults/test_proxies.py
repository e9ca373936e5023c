"""Real proxies of every kind: through them as without, stopped as fast, and told apart from the server (A12)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.parse import quote

import pytest
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import canaries, faults, proxies, seeded
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.nginx import Nginx
from tests.support.replies import Resource

_R = FailureReason
SIZE: Final = 6_000_000
LOGIN: Final = f"{proxies.USER}:{quote(proxies.PASSWORD, safe='')}@"
KINDS: Final = (
    "tinyproxy http",
    "tinyproxy http login",
    "squid http",
    "squid https",
    "microsocks socks5",
    "microsocks socks5h",
    "microsocks socks5h login",
    "dante socks4",
    "dante socks4a",
    "dante socks5h",
)
Start = Callable[[str], str]


@pytest.fixture
def proxy(tmp_path: Path, certificates: Certificates) -> Iterator[Start]:
    """Return what starts a proxy of a kind and returns its address, with the login if it wants one."""
    with ExitStack() as stack:

        def start(kind: str) -> str:
            program, scheme, *login = kind.split()
            folder = tmp_path / f"proxy-{kind.replace(' ', '-')}"
            folder.mkdir()
            if program == "squid":
                port = stack.enter_context(proxies.squid(folder, certificates))[scheme == "https"]
            elif program == "dante":
                port = stack.enter_context(proxies.dante(folder))
            else:
                begin = proxies.tinyproxy if program == "tinyproxy" else proxies.microsocks
                port = stack.enter_context(begin(folder, login=bool(login)))
            return f"{scheme}://{LOGIN if login else ''}127.0.0.1:{port}"

        yield start


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_comes_through_it(engine: Engine, nginx: Nginx, proxy: Start, kind: str, tls: bool) -> None:
    name = f"{kind.replace(' ', '-')}-{tls}.bin"
    nginx.file(name, SIZE)
    found = engine.fetched(engine.add(nginx.url(name, tls=tls), proxy=proxy(kind)))
    assert seeded.first_difference(found, 1, SIZE) is None


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_is_at_once_and_keeps_the_bytes(
    engine: Engine, faulty_server: ServerFactory, proxy: Start, kind: str, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/a.bin", size=SIZE))
    stall = server.inject(faults.stall(SIZE // 2))
    engine.restart(max_connections=1)
    download_id = engine.add(address, proxy=proxy(kind))
    engine.until_received(download_id, SIZE // 2)
    began = monotonic()
    engine.manager.pause([download_id])
    engine.until_still()
    assert monotonic() - began < 1.0
    stall.gate.release.set()
    server.heal()
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert server.requests[-1].headers["range"].startswith("bytes="), "what had come was fetched again"


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_is_gone_is_named(engine: Engine, nginx: Nginx, proxy: Start, kind: str) -> None:
    scheme = kind.split()[1]
    port = proxies.free_port()
    nginx.file("gone.bin", SIZE)
    engine.restart(tries=1)
    download_id = engine.add(nginx.url("gone.bin", tls=True), proxy=f"{scheme}://127.0.0.1:{port}")
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.PROXY_FAILED, f"{scheme}://127.0.0.1:{port}")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("given", ["none", "wrong"])
@pytest.mark.parametrize("kind", ["tinyproxy http login", "microsocks socks5h login"])
def test_one_that_wants_a_login_is_named_and_asked_again(
    engine: Engine, nginx: Nginx, proxy: Start, kind: str, given: str, tls: bool
) -> None:
    right = proxy(kind)
    bare = right.replace(LOGIN, "")
    name = f"login-{given}-{tls}-{kind.split(maxsplit=1)[0]}.bin"
    nginx.file(name, SIZE)
    shown = bare if given == "none" else bare.replace("://", f"://{proxies.USER}@")
    wrong = bare if given == "none" else bare.replace("://", f"://{proxies.USER}:canary@")
    download_id = engine.add(nginx.url(name, tls=tls), proxy=wrong)
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.PROXY_LOGIN_NEEDED, shown)
    engine.manager.changes.set_options([download_id], proxy=right)
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_one_that_lets_nobody_through_says_so(engine: Engine, faulty_server: ServerFactory, proxy: Start) -> None:
    server = faulty_server()
    address = server.file(SIZE).replace("127.0.0.1", "127.0.0.2")
    assert engine.failed(engine.add(address, proxy=proxy("dante socks5h"))) is _R.PROXY_REFUSED
    assert server.connections_accepted == 0


def test_a_server_that_a_proxy_cannot_reach_is_no_fault_of_the_proxy(engine: Engine, proxy: Start) -> None:
    engine.restart(tries=1)
    for kind in ("microsocks socks5h", "tinyproxy http", "dante socks4a"):
        address = f"https://127.0.0.1:{proxies.free_port()}/a.bin"
        assert engine.failed(engine.add(address, proxy=proxy(kind))) is _R.CONNECT_FAILED, kind


@pytest.mark.case("A12")
@pytest.mark.parametrize("kind", ["tinyproxy http login", "microsocks socks5h login"])
def test_a12_the_login_of_a_proxy_is_for_the_proxy_alone(
    engine: Engine, faulty_server: ServerFactory, proxy: Start, kind: str
) -> None:
    first, second, third = faulty_server(), faulty_server(tls=True), faulty_server()
    second.add(Resource("/b.bin", size=SIZE))
    address = first.add(Resource("/a.bin", redirect=second.url("/b.bin")))
    engine.fetched(engine.add(address, proxy=proxy(kind)))
    third.inject(faults.status(407, times=None))
    third.file(SIZE, "/c.bin")
    assert engine.failed(engine.add(third.url("/c.bin"), proxy=proxy(kind.replace(" login", "")))) is (
        _R.PROXY_LOGIN_NEEDED
    )
    for server in (first, second, third):
        assert server.requests
        for request in server.requests:
            assert "proxy-authorization" not in request.headers
            assert not canaries.found_in(str(request.headers).encode())


@pytest.mark.parametrize("kind", ["tinyproxy http", "microsocks socks5h"])
def test_the_settings_choose_it_and_what_goes_past_it(
    engine: Engine, faulty_server: ServerFactory, proxy: Start, kind: str
) -> None:
    server, gone = faulty_server(), f"{kind.split()[1]}://127.0.0.1:{proxies.free_port()}"
    engine.restart(proxy=gone, no_proxy=(), tries=1)
    assert engine.failed(engine.add(server.file(SIZE, "/a"))) is _R.PROXY_FAILED
    engine.fetched(engine.add(server.file(SIZE, "/b"), proxy="direct"))
    engine.manager.apply_settings(replace(engine.settings, no_proxy=("127.0.0.0/8",)))
    engine.fetched(engine.add(server.file(SIZE, "/c")))
    engine.restart(proxy=proxy(kind), no_proxy=())
    engine.fetched(engine.add(server.file(SIZE, "/d")))


def test_the_environment_counts_where_that_is_chosen(
    engine: Engine, faulty_server: ServerFactory, proxy: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, gone = faulty_server(), f"http://127.0.0.1:{proxies.free_port()}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy", "all_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", gone)
    engine.restart(tries=1, no_proxy=())
    engine.fetched(engine.add(server.file(SIZE, "/a"), proxy="system"))
    assert engine.failed(engine.add(server.file(SIZE, "/b"), proxy="environment")) is _R.PROXY_FAILED
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    engine.fetched(engine.add(server.file(SIZE, "/c"), proxy="environment"))
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", proxy("squid http"))
    engine.fetched(engine.add(server.file(SIZE, "/d"), proxy="environment"))


def test_a_login_is_forgotten_and_not_kept(engine: Engine, nginx: Nginx, proxy: Start) -> None:
    nginx.file("kept.bin", SIZE)
    download_id = engine.add(nginx.url("kept.bin"), proxy=proxy("tinyproxy http login"), paused=True)
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.restart()
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is _R.PROXY_LOGIN_NEEDED


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["tinyproxy http", "microsocks socks5h"])
def test_a_limit_holds_through_it(engine: Engine, nginx: Nginx, proxy: Start, kind: str) -> None:
    size, rate = 12_000_000, 4_000_000
    nginx.file("limited.bin", size)
    engine.restart(limit=rate)
    download_id = engine.add(nginx.url("limited.bin"), proxy=proxy(kind))
    engine.until_received(download_id, 1)
    began, left = monotonic(), size - engine.snapshot(download_id).received
    engine.fetched(download_id)
    assert (monotonic() - began) / (left / rate) == pytest.approx(1.0, abs=0.03)
