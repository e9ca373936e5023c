"""Logins at real servers: asked for once, told as the server wants it, to it alone, and never again once refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Final

import pytest
from headrace.addresses import place_of
from headrace.logging_in import asked_by, log_in
from headrace.logins import Login
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import apache, faults, seeded
from tests.support.apache import Apache
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.replies import Resource

_R = FailureReason
SIZE: Final = 6_000_000
RIGHT: Final = Login(apache.USER, apache.PASSWORD)


@pytest.fixture
def forgetful(certificates: Certificates) -> Iterator[Apache]:
    """Return an Apache whose nonces are good for a second."""
    with apache.apache(certificates, nonce_seconds=1) as running:
        yield running


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_one_login_lets_all_go_on_that_wait_for_it(engine: Engine, members: Apache, kind: str, tls: bool) -> None:
    addresses = [members.file(f"{kind}/{number}-{tls}.bin", SIZE, tls=tls) for number in range(4)]
    ids, place = [engine.add(address) for address in addresses], place_of(addresses[0])
    for download_id in ids:
        failure = engine.outcome(download_id).failure
        assert failure is not None
        assert (failure.reason, failure.detail, failure.status) == (_R.LOGIN_NEEDED, place, 401)
    asked = asked_by(engine.snapshot(ids[0]).failure, engine.manager)
    assert asked is not None
    assert (asked.place, asked.is_proxy, sorted(asked.ids), asked.refusals) == (place, False, sorted(ids), 0)
    assert sorted(log_in(engine.manager, asked.place, RIGHT)) == sorted(ids)
    for download_id in ids:
        assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_wrong_one_is_refused_once_and_a_right_one_taken(engine: Engine, members: Apache, kind: str) -> None:
    address = members.file(f"{kind}/wrong.bin", SIZE)
    place, download_id = place_of(address), engine.add(address)
    engine.failed(download_id)
    for number, password in enumerate(("canary-one", "canary-two"), 1):
        log_in(engine.manager, place, Login(apache.USER, password))
        assert engine.failed(download_id) is _R.LOGIN_NEEDED
        assert engine.manager.net_context.logins.refusals(place) == number
        assert engine.manager.net_context.logins.of(place) is None, "it would be tried again"
    log_in(engine.manager, place, RIGHT)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_login_in_the_address_is_told_as_the_server_wants_it(engine: Engine, members: Apache, kind: str) -> None:
    address = members.file(f"{kind}/inside.bin", SIZE)
    given = address.replace("http://", "http://Zo%C3%AB:canary%3Ap%C3%A4ssw%C3%B6rd@")
    assert seeded.first_difference(engine.fetched(engine.add(given)), 1, SIZE) is None


def test_a_nonce_that_is_too_old_is_no_refusal(engine: Engine, forgetful: Apache) -> None:
    engine.restart(limit=2_500_000)
    address = forgetful.file("digest/slow.bin", SIZE)
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    download_id = engine.add(address)
    for received in (SIZE // 3, SIZE // 2):
        engine.until_received(download_id, received)
        engine.manager.pause([download_id])
        engine.until_still()
        sleep(1.2)
        engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert engine.manager.net_context.logins.refusals(place_of(address)) == 0


def test_a_token_is_told_as_bearer(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.file(SIZE)
    refusal = faults.status(401, ("WWW-Authenticate", 'Bearer realm="x", Basic realm="x"'), times=None)
    server.inject(refusal)
    download_id = engine.add(address)
    assert engine.failed(download_id) is _R.LOGIN_NEEDED
    log_in(engine.manager, place_of(address), Login("", "canary-token"))
    engine.until(lambda: any("authorization" in request.headers for request in server.requests))
    server.heal()
    engine.outcome(download_id)
    told = {request.headers["authorization"] for request in server.requests if "authorization" in request.headers}
    assert told == {"Bearer canary-token"}


@pytest.mark.case("A19")
def test_a19_no_password_is_told_readably_where_it_was_not(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/a.bin", size=SIZE))
    server.inject(faults.status(401, ("WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"'), times=1))
    engine.manager.net_context.logins.give(place_of(address), Login("ann", "canary"))
    engine.fetched(engine.add(address))
    weaker = faults.status(401, ("WWW-Authenticate", 'Basic realm="x"'), times=None)
    server.inject(weaker)
    assert engine.failed(engine.add(f"{address}?2")) is _R.LOGIN_NEEDED
    assert weaker.applied
    told = [request.headers.get("authorization", "") for request in server.requests]
    assert not [value for value in told if value.startswith("Basic")]


def test_another_server_is_told_nothing(engine: Engine, faulty_server: ServerFactory) -> None:
    first, second = faulty_server(), faulty_server()
    for server in (first, second):
        server.inject(faults.status(401, ("WWW-Authenticate", 'Basic realm="x"'), times=1))
    second.file(SIZE, "/b.bin")
    address = first.add(Resource("/a.bin", redirect=second.url("/b.bin")))
    engine.manager.net_context.logins.give(place_of(address), Login("ann", "canary"))
    failure = engine.outcome(engine.add(address)).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.LOGIN_NEEDED, place_of(second.url("/")))
    assert [request.headers.get("authorization") is None for request in first.requests] == [True, False]
    assert all("authorization" not in request.headers for request in second.requests)


def test_the_stop_of_one_that_logs_in_is_at_once(engine: Engine, members: Apache) -> None:
    address = members.file("digest/stopped.bin", SIZE)
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    engine.restart(limit=100_000)
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    download_id = engine.add(address)
    engine.until_received(download_id, 1)
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED, timeout=1.0)
    engine.until_still()


@pytest.mark.case("A10")
def test_a10_netrc_counts_where_that_is_switched_on(
    engine: Engine, members: Apache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "netrc"
    own.write_text(f'machine 127.0.0.1 login "{apache.USER}" password "{apache.PASSWORD}"\n', encoding="utf-8")
    own.chmod(0o600)
    monkeypatch.setenv("NETRC", str(own))
    monkeypatch.setenv("PYTHONUTF8", "1")
    address = members.file("digest/netrc.bin", SIZE)
    assert engine.failed(engine.add(address)) is _R.LOGIN_NEEDED
    engine.manager.apply_settings(replace(engine.settings, netrc=True))
    assert engine.failed(engine.add(f"{address}?1", headers=(("Authorization", "Bearer mine"),))) is _R.LOGIN_NEEDED
    assert seeded.first_difference(engine.fetched(engine.add(f"{address}?2")), 1, SIZE) is None
    engine.restart(netrc=True)
    engine.fetched(engine.add(f"{address}?3"))
    engine.manager.net_context.logins.forget_all()
    own.write_text("machine nonsense garbage", encoding="utf-8")
    assert engine.failed(engine.add(f"{address}?4")) is _R.LOGIN_NEEDED
