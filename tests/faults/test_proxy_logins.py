"""Digest, NTLM and Kerberos at a real squid: in requests that it forwards, and for tunnels through it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from headrace.addresses import place_of
from headrace.host_rules import BASIC, TICKET, HostRule
from headrace.logging_in import asked_by, log_in
from headrace.logins import Login
from headrace.ruling import put_rule
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.support import faults, proxies, seeded, windows_domain
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.nginx import Nginx
from tests.support.proxies import PASSWORD, USER, AskingSquid
from tests.support.windows_domain import Domain

_R = FailureReason
SIZE: Final = 2_000_000
LARGE: Final = 16_000_000
RIGHT: Final = Login(USER, PASSWORD)
Squids = Callable[[str], AskingSquid]


@pytest.fixture(scope="module")
def squids(domain: Domain, certificates: Certificates) -> Iterator[Squids]:
    """Return what starts a squid that wants to be told in a way, once."""
    running: dict[str, AskingSquid] = {}
    with ExitStack() as stack:

        def of(scheme: str) -> AskingSquid:
            if scheme not in running:
                folder = domain.folder / f"squid-{scheme}"
                folder.mkdir()
                keytab, environment = domain.folder / "http.keytab", domain.environment(folder / "none")
                made = proxies.asking_squid(folder, certificates, scheme, keytab, environment)
                running[scheme] = stack.enter_context(made)
            return running[scheme]

        yield of


def told(squid: AskingSquid, begin: int) -> set[str]:
    """Return how it was said who asks, in what came after so many entries and is over."""
    return {scheme for *_, scheme in squid.asked()[begin:]} - {"-"}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("scheme", ["digest", "ntlm"])
def test_a_name_and_a_password_are_told_as_the_proxy_wants_them(
    engine: Engine, nginx: Nginx, squids: Squids, scheme: str, tls: bool
) -> None:
    squid, name = squids(scheme), f"{scheme}-{tls}.bin"
    nginx.file(name, SIZE)
    begin, download_id = len(squid.asked()), engine.add(nginx.url(name, tls=tls), proxy=squid.address)
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.PROXY_LOGIN_NEEDED, squid.address)
    asked = asked_by(failure, engine.manager)
    assert asked is not None
    assert asked.is_proxy
    assert asked.offers == {scheme}
    log_in(engine.manager, asked.place, RIGHT)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert told(squid, begin) <= {{"digest": "Digest", "ntlm": "NTLM"}[scheme]}
    assert engine.manager.net_context.logins.refusals(asked.place) == 0
    for number in range(2):  # it is known now how it wants to be told
        assert (
            seeded.first_difference(
                engine.fetched(engine.add(f"{nginx.url(name, tls=tls)}?{number}", proxy=squid.address)), 1, SIZE
            )
            is None
        )


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_wrong_password_is_refused_and_not_told_again(
    engine: Engine, nginx: Nginx, squids: Squids, tls: bool
) -> None:
    squid = squids("digest")
    nginx.file("wrong.bin", SIZE)
    engine.manager.net_context.logins.give(squid.address, Login(USER, "canary-wrong"))
    assert engine.failed(engine.add(nginx.url("wrong.bin", tls=tls), proxy=squid.address)) is _R.PROXY_LOGIN_NEEDED
    assert engine.manager.net_context.logins.refusals(squid.address) == 1
    assert engine.manager.net_context.logins.of(squid.address) is None


@pytest.mark.parametrize(("scheme", "tls"), [("digest", False), ("ntlm", True)], ids=["digest-plain", "ntlm-tls"])
def test_many_connections_log_in_at_the_proxy_and_at_the_server(
    engine: Engine, domain: Domain, squids: Squids, scheme: str, tls: bool
) -> None:
    squid, path = squids(scheme), f"ntlm/slow/{scheme}-{tls}.bin"
    address, logins = domain.file(path, LARGE, tls=tls), engine.manager.net_context.logins
    logins.give(squid.address, RIGHT)
    logins.give(place_of(address), Login(f"HEADRACE\\{windows_domain.USER}", windows_domain.PASSWORD))
    found = engine.fetched(engine.add(address, proxy=squid.address))
    assert seeded.first_difference(found, 1, LARGE) is None
    assert len({port for port, user, status, _ in domain.asked(path) if status in (200, 206)}) > 1
    assert logins.refusals(squid.address) == logins.refusals(place_of(address)) == 0


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_ticket_is_shown_to_a_proxy_that_a_person_allowed(
    engine: Engine, nginx: Nginx, squids: Squids, ticket: Path, tls: bool
) -> None:
    squid = squids("negotiate")
    nginx.file("ticket.bin", SIZE)
    begin, address = len(squid.asked()), nginx.url("ticket.bin", tls=tls)
    assert engine.failed(engine.add(f"{address}?1", proxy=squid.address)) is _R.PROXY_LOGIN_NEEDED
    assert told(squid, begin) == set(), "it was shown without leave"
    put_rule(engine.manager, HostRule(squid.address.partition("://")[2], login=TICKET))
    assert seeded.first_difference(engine.fetched(engine.add(f"{address}?2", proxy=squid.address)), 1, SIZE) is None
    if not tls:  # tunnels are told of when they end
        assert {user for user, status, *_ in squid.asked()[begin:] if status in (200, 206)} == {USER}


def test_a_ticket_that_is_missing_is_said_to_be(engine: Engine, nginx: Nginx, squids: Squids, tickets: Path) -> None:
    squid = squids("negotiate")
    nginx.file("none.bin", SIZE)
    put_rule(engine.manager, HostRule(squid.address.partition("://")[2], login=TICKET))
    failure = engine.outcome(engine.add(nginx.url("none.bin", tls=True), proxy=squid.address)).failure
    assert failure is not None
    assert (failure.reason, failure.status) == (_R.TICKET_NEEDED, 407)
    assert failure.detail.startswith(f"{squid.address}: No Kerberos credentials available")
    asked = asked_by(failure, engine.manager)
    assert asked is not None
    assert (asked.place, asked.is_proxy) == (squid.address, True)


def test_without_the_extra_a_proxy_is_told_readably_only_where_a_person_agreed(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    proxy = faulty_server()
    offers = [("Proxy-Authenticate", scheme) for scheme in ("NTLM", "Basic")]
    proxy.inject(faults.status(407, *offers, times=None))
    place = proxy.url("/").rstrip("/")
    engine.manager.net_context.logins.give(place, RIGHT)
    failure = engine.outcome(engine.add("http://server.example/a", proxy=place)).failure
    assert failure is not None
    assert (failure.reason, failure.status) == (_R.LOGIN_PLUGIN_NEEDED, 407)
    assert failure.detail == f"{place}: pip install 'headrace[windows-login]'"
    assert all("proxy-authorization" not in request.headers for request in proxy.requests)
    put_rule(engine.manager, HostRule(place.partition("://")[2], login=BASIC))
    assert engine.failed(engine.add("http://server.example/b", proxy=place)) is _R.PROXY_LOGIN_NEEDED
    assert proxy.requests[-1].headers["proxy-authorization"].startswith("Basic ")
    assert engine.manager.net_context.logins.refusals(place) == 1
