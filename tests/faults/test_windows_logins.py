"""NTLM and Kerberos at a real Apache: each connection logs itself in, serves nobody else, and no ticket goes astray."""

import re
import select
import socket
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path
from time import time
from typing import Final

import pytest
from headrace.addresses import host_of, place_of
from headrace.host_rules import BASIC, TICKET, HostRule
from headrace.logging_in import asked_by, log_in, place_wanted
from headrace.logins import Login
from headrace.net.challenges import challenges
from headrace.net.interrupt import Interrupt
from headrace.net.windows_logins import WindowsLogin
from headrace.ruling import drop_rule, put_rule
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.processes import wait_until
from tests.support.replies import Resource
from tests.support.windows_domain import OTHER, OTHER_PASSWORD, PASSWORD, USER, Domain

_R = FailureReason
SIZE: Final = 2_000_000
LARGE: Final = 16_000_000
RIGHT: Final = Login(f"HEADRACE\\{USER}", PASSWORD)
SECOND: Final = Login(f"HEADRACE\\{OTHER}", OTHER_PASSWORD)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_one_login_lets_all_go_on_that_wait_for_it(engine: Engine, domain: Domain, tls: bool) -> None:
    addresses = [domain.file(f"ntlm/{number}-{tls}.bin", SIZE, tls=tls) for number in range(3)]
    ids, place = [engine.add(address) for address in addresses], place_of(addresses[0])
    for download_id in ids:
        failure = engine.outcome(download_id).failure
        assert failure is not None
        assert (failure.reason, failure.detail, failure.status) == (_R.LOGIN_NEEDED, place, 401)
    asked = asked_by(engine.snapshot(ids[0]).failure, engine.manager)
    assert asked is not None
    assert (asked.place, sorted(asked.ids), asked.offers) == (place, sorted(ids), frozenset({"ntlm", "negotiate"}))
    assert sorted(log_in(engine.manager, asked.place, RIGHT)) == sorted(ids)
    for download_id in ids:
        assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_a_wrong_one_is_refused_once_and_a_right_one_taken(engine: Engine, domain: Domain) -> None:
    address = domain.file("ntlm/wrong.bin", SIZE)
    place, download_id = place_of(address), engine.add(address)
    engine.failed(download_id)
    for number, password in enumerate(("canary-one", "canary-two"), 1):
        log_in(engine.manager, place, Login(RIGHT.user, password))
        assert engine.failed(download_id) is _R.LOGIN_NEEDED
        assert engine.manager.net_context.logins.refusals(place) == number
        assert engine.manager.net_context.logins.of(place) is None, "it would be tried again"
    log_in(engine.manager, place, RIGHT)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_a_login_in_the_address_is_told_as_the_server_wants_it(engine: Engine, domain: Domain) -> None:
    address = domain.file("ntlm/inside.bin", SIZE)
    given = address.replace("http://", f"http://HEADRACE%5C{USER}:{PASSWORD}@")
    assert seeded.first_difference(engine.fetched(engine.add(given)), 1, SIZE) is None


def test_each_of_many_connections_logs_itself_in(engine: Engine, domain: Domain) -> None:
    address = domain.file("ntlm/slow/large.bin", LARGE)
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    assert seeded.first_difference(engine.fetched(engine.add(address)), 1, LARGE) is None
    asked = domain.asked("ntlm/slow/large.bin")
    served = {port for port, user, status, _ in asked if status == 206 and user == USER}
    assert len(served) > 1, "one connection"
    refused = [status for port, _, status, told in asked if port in served and told.startswith("NTLM")]
    assert refused.count(401) == len(served), "each has one challenge to answer"
    assert engine.manager.net_context.logins.refusals(place_of(address)) == 0


def test_a_connection_that_is_logged_in_is_used_again_by_who_logged_it_in(engine: Engine, domain: Domain) -> None:
    first, second = domain.file("ntlm/first.bin", SIZE), domain.file("ntlm/second.bin", SIZE)
    engine.manager.net_context.logins.give(place_of(first), RIGHT)
    for address in (first, second):
        engine.fetched(engine.add(address, connections=1))
    ports = [port for port, _, status, _ in domain.asked("ntlm/first.bin") if status == 200]
    assert [entry[:3] for entry in domain.asked("ntlm/second.bin")] == [(ports[-1], USER, 200)], "it asked in vain"


def test_nobody_else_asks_over_a_connection_that_is_logged_in(engine: Engine, domain: Domain) -> None:
    logins = engine.manager.net_context.logins
    names = [f"ntlm/mixed-{number}.bin" for number in range(4)]
    addresses = [domain.file(name, SIZE) for name in names]
    place = place_of(addresses[0])
    logins.give(place, RIGHT)
    engine.fetched(engine.add(addresses[0], connections=1))
    logins.give(place, SECOND)
    engine.fetched(engine.add(addresses[1], connections=1))
    logins.forget(place)
    assert engine.failed(engine.add(addresses[2])) is _R.LOGIN_NEEDED
    logins.give(place, RIGHT)
    engine.fetched(engine.add(addresses[3], connections=1))
    users = [[user for _, user, status, _ in domain.asked(name) if status == 200] for name in names]
    assert users == [[USER], [OTHER], [], [USER]]
    ports = [{entry[0] for entry in domain.asked(name) if entry[1] != "-"} for name in names]
    assert not ports[0] & ports[1]
    assert not {entry[0] for entry in domain.asked(names[2])} & (ports[0] | ports[1])


def test_it_goes_on_after_a_pause_and_after_the_end_of_the_program(engine: Engine, domain: Domain) -> None:
    engine.restart(limit=4_000_000)
    address = domain.file("ntlm/paused.bin", 2 * SIZE)
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    download_id = engine.add(address)
    engine.until_received(download_id, SIZE // 2)
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED, timeout=1.0)
    engine.until_still()
    engine.restart(limit=None)
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is _R.LOGIN_NEEDED, "it was kept"
    received = engine.snapshot(download_id).received
    log_in(engine.manager, place_of(address), RIGHT)
    assert seeded.first_difference(engine.fetched(download_id), 1, 2 * SIZE) is None
    assert received >= SIZE // 2


def test_the_password_is_told_readably_only_where_a_person_agreed(engine: Engine, faulty_server: ServerFactory) -> None:
    server, said = faulty_server(), []
    address = server.file(SIZE)
    offer = [("WWW-Authenticate", scheme) for scheme in ("Negotiate", "NTLM", "Basic")]
    rule = HostRule(host_of(address), login=BASIC)
    for number, act in enumerate(("none", "agreed", "none")):
        server.inject(faults.status(401, *offer, times=None))
        if act == "agreed":
            put_rule(engine.manager, rule)
        else:
            drop_rule(engine.manager, rule.host)
        engine.manager.net_context.logins.give(place_of(address), Login("ann", f"canary{number}"))
        assert engine.failed(engine.add(f"{address}?{number}")) is _R.LOGIN_NEEDED
        said.append(
            {
                one.headers.get("authorization", "-").partition(" ")[0]
                for one in server.requests[len(server.requests) - 2 :]
            }
        )
        server.heal()
    assert engine.manager.net_context.logins.offer(place_of(address)) == {"negotiate", "ntlm", "basic"}
    assert ["Basic" in one for one in said] == [False, True, False]


def test_a_server_that_offers_negotiate_alone_is_told_ntlm_within(engine: Engine, faulty_server: ServerFactory) -> None:
    """It offers it and does not answer: what was told is not the password, and the login is refused."""
    server = faulty_server()
    address = server.file(SIZE)
    server.inject(faults.status(401, ("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Basic"), times=None))
    engine.manager.net_context.logins.give(place_of(address), Login("ann", "canary"))
    assert engine.failed(engine.add(address)) is _R.LOGIN_NEEDED
    told = [request.headers.get("authorization", "") for request in server.requests]
    assert [value.partition(" ")[0] for value in told] == ["", "Negotiate"]
    assert engine.manager.net_context.logins.refusals(place_of(address)) == 1


def test_ntlm_within_negotiate_is_taken_by_a_real_server(domain: Domain) -> None:
    domain.file("ntlm/within.bin", 10)
    login, said = WindowsLogin("negotiate", "localhost", RIGHT), ""
    line = HTTPConnection("127.0.0.1", domain.port)
    statuses = []
    for _ in range(2):
        token = login.answer(said, Interrupt())
        line.request("GET", "/ntlm/within.bin", headers={"Authorization": f"Negotiate {token}"})
        answer = line.getresponse()
        answer.read()
        statuses.append(answer.status)
        said = next((one.token for one in challenges(answer.headers["WWW-Authenticate"])), "")
    line.close()
    assert statuses == [401, 200]


@pytest.mark.parametrize("challenge", ["NTLM AAAA", "NTLM TlRMTVNTUAACAAAA", "NTLM ////", "Negotiate oQ==", "NTLM =="])
def test_a_challenge_without_sense_ends_it(engine: Engine, faulty_server: ServerFactory, challenge: str) -> None:
    server = faulty_server()
    address = server.file(SIZE)
    scheme = challenge.partition(" ")[0]
    server.inject(faults.status(401, ("WWW-Authenticate", scheme), times=1))
    server.inject(faults.status(401, ("WWW-Authenticate", challenge), times=None))
    engine.manager.net_context.logins.give(place_of(address), Login("ann", "canary"))
    assert engine.failed(engine.add(address)) in {_R.BAD_RESPONSE, _R.LOGIN_NEEDED, _R.CONNECTION_LOST}
    assert len(server.requests) < 20


@pytest.mark.parametrize("offer", ["NTLM", "Negotiate", "Negotiate, NTLM"])
def test_what_is_not_installed_is_named_with_the_command(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch, offer: str
) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    server = faulty_server()
    address = server.file(SIZE)
    server.inject(faults.status(401, ("WWW-Authenticate", offer), times=None))
    download_id = engine.add(address)
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert (failure.reason, failure.status) == (_R.LOGIN_PLUGIN_NEEDED, 401)
    assert failure.detail == f"{place_of(address)}: pip install 'headrace[windows-login]'"
    assert place_wanted(failure) == place_of(address)
    server.heal()
    assert log_in(engine.manager, place_of(address), Login("ann", "canary")) == [download_id]
    engine.fetched(download_id)
    assert all("authorization" not in request.headers for request in server.requests)


def test_without_the_extra_no_password_is_told_where_something_safer_is_offered(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    server = faulty_server()
    address = server.file(SIZE)
    server.inject(faults.status(401, ("WWW-Authenticate", "NTLM"), ("WWW-Authenticate", "Basic"), times=None))
    assert engine.failed(engine.add(address)) is _R.LOGIN_NEEDED, "a person may agree to Basic"
    engine.manager.net_context.logins.give(place_of(address), Login("ann", "canary"))
    assert engine.failed(engine.add(f"{address}?1")) is _R.LOGIN_PLUGIN_NEEDED
    assert all("authorization" not in request.headers for request in server.requests)
    put_rule(engine.manager, HostRule(host_of(address), login=BASIC))
    engine.failed(engine.add(f"{address}?2"))
    assert server.requests[-1].headers["authorization"].startswith("Basic ")


# -- Kerberos


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_ticket_is_shown_where_a_person_allowed_it(engine: Engine, domain: Domain, ticket: Path, tls: bool) -> None:
    address = domain.file(f"kerberos/ticket-{tls}.bin", LARGE, tls=tls)
    assert engine.failed(engine.add(f"{address}?1")) is _R.LOGIN_NEEDED
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    assert seeded.first_difference(engine.fetched(engine.add(f"{address}?2")), 1, LARGE) is None
    asked = domain.asked(f"kerberos/ticket-{tls}.bin")
    assert [entry[3] for entry in asked][:2] == ["-", "-"], "it was shown without leave"
    assert {user for _, user, status, _ in asked if status in (200, 206)} == {USER}
    assert [status for _, _, status, told in asked if told != "-" and status == 401] == []


def test_a_ticket_is_shown_again_where_the_connection_counts(engine: Engine, domain: Domain, ticket: Path) -> None:
    addresses = [domain.file(f"bound/{number}.bin", SIZE) for number in range(3)]
    put_rule(engine.manager, HostRule(host_of(addresses[0]), login=TICKET))
    for address in addresses:
        engine.fetched(engine.add(address, connections=1))
    asked = [domain.asked(f"bound/{number}.bin") for number in range(3)]
    assert [[entry[1:3] for entry in each][-1] for each in asked] == [(USER, 200)] * 3


def test_without_a_ticket_it_is_said_why(engine: Engine, domain: Domain, tickets: Path) -> None:
    address = domain.file("kerberos/none.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    download_id = engine.add(address)
    failure = engine.outcome(download_id).failure
    assert failure is not None
    assert failure.reason is _R.TICKET_NEEDED
    assert failure.detail.startswith(f"{place_of(address)}: No Kerberos credentials available")
    assert place_wanted(failure) == place_of(address)
    domain.log_in(tickets)
    engine.manager.resume([download_id])
    engine.fetched(download_id)


def test_an_expired_ticket_is_said_to_be(engine: Engine, domain: Domain, tickets: Path) -> None:
    domain.log_in(tickets, seconds=1)
    wait_until(lambda: not domain.has_ticket(tickets), "the ticket expires")
    over = time() + 1
    wait_until(lambda: time() > over, "it has expired for the library too, which rounds")
    address = domain.file("kerberos/expired.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    failure = engine.outcome(engine.add(address)).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.TICKET_NEEDED, f"{place_of(address)}: Ticket expired")


def test_no_ticket_goes_to_a_host_that_is_not_allowed(
    engine: Engine, domain: Domain, ticket: Path, faulty_server: ServerFactory
) -> None:
    allowed, stranger = faulty_server(), faulty_server()
    for server in (allowed, stranger):
        server.inject(faults.status(401, ("WWW-Authenticate", "Negotiate"), times=None))
    leads = domain.file("open/x.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(leads), login=TICKET))
    for address in (stranger.file(SIZE), stranger.file(SIZE, "/b").replace("127.0.0.1", "localhost")):
        assert engine.failed(engine.add(address)) is _R.LOGIN_NEEDED
    engine.manager.net_context.logins.give(place_of(stranger.url("/")), Login("ann", "canary"))
    start = allowed.add(Resource("/start", redirect=stranger.url("/c")))
    allowed.heal()
    put_rule(engine.manager, HostRule(host_of(start), login=TICKET))
    stranger.heal()
    stranger.file(SIZE, "/c")
    stranger.inject(faults.status(401, ("WWW-Authenticate", "Negotiate"), times=None))
    engine.manager.net_context.logins.forget(place_of(stranger.url("/")))
    assert engine.failed(engine.add(start)) is _R.LOGIN_NEEDED
    assert [request.headers.get("authorization") for request in stranger.requests] == [None] * len(stranger.requests)


def test_a_ticket_that_is_not_taken_is_not_shown_again_and_again(
    engine: Engine, domain: Domain, ticket: Path, faulty_server: ServerFactory
) -> None:
    server = faulty_server()
    address = server.file(SIZE).replace("127.0.0.1", "localhost")
    server.inject(faults.status(401, ("WWW-Authenticate", "Negotiate"), times=None))
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    failure = engine.outcome(engine.add(address)).failure
    assert failure is not None
    assert (failure.reason, failure.detail) == (_R.TICKET_NEEDED, f"{place_of(address)}: the server did not take it")
    assert len([one for one in server.requests if "authorization" in one.headers]) == 1


def test_a_server_that_cannot_prove_itself_is_not_believed(
    engine: Engine, domain: Domain, ticket: Path, faulty_server: ServerFactory
) -> None:
    server = faulty_server()
    address = server.file(SIZE).replace("127.0.0.1", "localhost")
    server.inject(faults.status(401, ("WWW-Authenticate", "Negotiate"), times=1))
    server.inject(faults.header("WWW-Authenticate", "Negotiate oYG3MIG0oAMKAQA="))
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    assert engine.failed(engine.add(address)) is _R.BAD_RESPONSE


def test_where_the_ticket_will_not_do_a_login_does(engine: Engine, domain: Domain, tickets: Path) -> None:
    address = domain.file("ntlm/instead.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    engine.manager.net_context.logins.give(place_of(address), RIGHT)
    assert seeded.first_difference(engine.fetched(engine.add(address)), 1, SIZE) is None


def test_kerberos_that_is_not_installed_is_named(
    engine: Engine, domain: Domain, tickets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gssapi", None)
    address = domain.file("kerberos/absent.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    failure = engine.outcome(engine.add(address)).failure
    assert failure is not None
    assert failure.reason is _R.LOGIN_PLUGIN_NEEDED
    assert failure.detail == f"{place_of(address)}: pip install 'headrace[kerberos]'"


def test_a_kdc_that_says_nothing_keeps_nobody(
    engine: Engine, domain: Domain, ticket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = domain.file("kerberos/silent.bin", SIZE)
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config, said = tmp_path / "krb5.conf", (domain.folder / "krb5.conf").read_text()
        said = re.sub("kdc = 127.0.0.1:[0-9]+", f"kdc = 127.0.0.1:{silent.getsockname()[1]}", said)
        config.write_text(said.replace("[libdefaults]", "[libdefaults]\n udp_preference_limit = 1"))
        monkeypatch.setenv("KRB5_CONFIG", str(config))
        download_id = engine.add(address)
        engine.until(lambda: bool(select.select([silent], [], [], 0)[0]))
        engine.manager.pause([download_id])
        engine.until_state(download_id, DownloadState.PAUSED, timeout=1.0)
        engine.until_still()
    wait_until(lambda: all(one.name != "windows login" for one in threading.enumerate()), "who asked the KDC gives up")
