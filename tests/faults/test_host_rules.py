"""Rules of hosts with real servers: each host gets its own, and no other host hears of it; limits hold together."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from headrace.addresses import host_of
from headrace.file_facts import FileFacts, Question
from headrace.host_rules import USER_AGENTS, HostRule
from headrace.logins import Login
from headrace.probing import Prober
from headrace.proxies import parse_proxy
from headrace.ruling import all_hosts, drop_rule, put_rule, rule_for
from headrace.states import DownloadState

from tests.conftest import ServerFactory
from tests.support import faults, proxies, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.nginx import Nginx
from tests.support.replies import Resource

MIB = 1 << 20
SIZE = 8 * MIB + 12_345
HERE = "127.0.0.1"


def rule(engine: Engine, host: str = HERE, **says: Any) -> None:
    """Have a rule hold in a running engine."""
    put_rule(engine.manager, HostRule(host, **says))


def know(engine: Engine, address: str, connections: int = 8) -> None:
    engine.manager._runner.hosts.learn(host_of(address), connections)


def fetched(engine: Engine, address: str, size: int, **wishes: Any) -> None:
    assert seeded.first_difference(engine.fetched(engine.add(address, **wishes)), 1, size) is None


# What a host is told.


def test_a_host_is_told_what_its_rule_says(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, user_agent="firefox", referrer="https://shop.example/", headers=(("Accept-Language", "de"),))
    fetched(engine, plain_server.file(1000), 1000)
    (request,) = plain_server.requests
    told = {name: request.headers[name] for name in ("user-agent", "referer", "accept-language")}
    assert told == {
        "user-agent": USER_AGENTS["firefox"],
        "referer": "https://shop.example/",
        "accept-language": "de",
    }


def test_what_a_download_says_itself_counts_more(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, user_agent="curl", referrer="https://shop.example/")
    own = (("user-agent", "Mine/1.0"), ("Referer", "https://mine.example/"))
    fetched(engine, plain_server.file(1000), 1000, headers=own)
    (request,) = plain_server.requests
    assert (request.headers["user-agent"], request.headers["referer"]) == ("Mine/1.0", "https://mine.example/")
    assert [name.lower() for name, _ in request.raw_headers].count("user-agent") == 1


def test_a_rule_that_is_changed_holds_from_the_next_request_on(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=SIZE))
    gate = plain_server.inject(faults.cut(4 * MIB)).gate
    stalled = plain_server.inject(faults.stall(2 * MIB, when=faults.nth(2))).gate
    rule(engine, user_agent="curl")
    download = engine.add(address)
    engine.until(stalled.reached.is_set)
    rule(engine, user_agent="wget")
    engine.manager.pause([download])
    plain_server.heal()
    engine.until_still()
    engine.manager.resume([download])
    engine.fetched(download)
    agents = [request.headers["user-agent"] for request in plain_server.requests]
    assert agents == [USER_AGENTS["curl"], USER_AGENTS["curl"], USER_AGENTS["wget"]]
    assert gate.reached.is_set()


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_gets_the_rule_of_where_it_leads(engine: Engine, faulty_server: ServerFactory, status: int) -> None:
    first, last = faulty_server(), faulty_server()
    last.file(1000)
    address = first.add(Resource("/start", redirect=last.url(host="localhost"), redirect_status=status))
    rule(engine, user_agent="Heron/1.0", referrer="https://shop.example/heron", headers=(("X-Room", "heron"),))
    rule(engine, "localhost", user_agent="Other/2.0", headers=(("X-Door", "blue"),))
    engine.fetched(engine.add(address))
    (request,) = last.requests
    assert (request.headers["user-agent"], request.headers["x-door"]) == ("Other/2.0", "blue")
    assert [str(server.requests[0].raw_headers).lower().count("heron") for server in (first, last)] == [3, 0]


def test_a_rule_for_one_port_is_no_other_servers(engine: Engine, faulty_server: ServerFactory) -> None:
    first, other = faulty_server(), faulty_server()
    rule(engine, f"{HERE}:{first.port}", user_agent="curl")
    for server in (first, other):
        engine.fetched(engine.add(server.file(1000, f"/{server.port}")))
    assert [server.requests[0].headers["user-agent"].partition("/")[0] for server in (first, other)] == [
        "curl",
        "Headrace",
    ]


def test_asking_before_adding_heeds_the_rule(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, user_agent="curl", from_start=True)
    prober, told = Prober(engine.manager.settings, engine.manager.net_context), list[FileFacts]()
    try:
        prober.ask([Question(plain_server.file(1000))], lambda _question, facts: told.append(facts))
        engine.until(lambda: bool(told))
    finally:
        prober.close()
    (request,) = plain_server.requests
    assert (told[0].size, told[0].resumable, told[0].failure) == (1000, False, None)
    assert (request.headers["user-agent"], request.range) == (USER_AGENTS["curl"], None)


# Ranges.


def test_a_host_that_is_not_asked_for_ranges_never_is(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=8 * MIB))
    know(engine, address)
    rule(engine, from_start=True)
    plain_server.inject(faults.cut(5 * MIB))
    fetched(engine, address, SIZE)
    assert len(plain_server.requests) == 2
    assert [request.range for request in plain_server.requests] == [None, None]
    assert [request.headers.get("if-range") for request in plain_server.requests] == [None, None]
    assert plain_server.connections_peak == 1
    (note,) = engine.manager.hosts.notes()
    assert note.ranges_failed_at is None, "that nobody asked for ranges is nothing the host did"
    assert_invariant(engine, plain_server)


# Connections.


@pytest.mark.parametrize(("settings", "wish", "expected"), [(2, None, 5), (8, 3, 3), (8, 8, 5)])
def test_a_rule_says_how_many_connections_a_download_has(
    engine: Engine, plain_server: FaultyServer, settings: int, wish: int | None, expected: int
) -> None:
    engine.restart(max_connections=settings, host_rules=(HostRule(HERE, per_download=5),))
    address = plain_server.add(Resource("/file", size=SIZE, rate=MIB))
    know(engine, address)
    fetched(engine, address, SIZE, connections=wish)
    assert plain_server.connections_peak == expected


def test_a_hosts_connections_are_shared_by_all_its_downloads(engine: Engine, faulty_server: ServerFactory) -> None:
    servers = [faulty_server(), faulty_server()]
    rule(engine, connections=3)
    addresses = [
        server.add(Resource(f"/{n}", size=SIZE, rate=2 * MIB)) for server in servers for n in (server.port, "other")
    ]
    for address in addresses:
        know(engine, address)
    ids = [engine.add(address) for address in addresses]
    most = 0

    def done() -> bool:
        nonlocal most
        open_now = sum(server.connections_open for server in servers)
        busy = sum(not one.finished for server in servers for one in server.requests)
        most = max(most, min(open_now, busy))
        return all(engine.state(one) is DownloadState.COMPLETED for one in ids)

    engine.until(done, 60)
    assert most == 3


def test_fewer_connections_hold_at_once_and_no_byte_is_lost(engine: Engine, plain_server: FaultyServer) -> None:
    ids = []
    for path in ("/a", "/b"):
        address = plain_server.add(Resource(path, size=4 * SIZE, rate=MIB))
        know(engine, address)
        ids.append(engine.add(address))
    engine.until(lambda: sum(not one.finished for one in plain_server.requests) >= 8)
    rule(engine, connections=1)
    hosts, host = engine.manager._runner.hosts, host_of(plain_server.url())
    engine.until(lambda: (hosts.in_use(host), hosts.waiting(host)) == (1, 1))
    engine.until(lambda: sum(not one.finished for one in plain_server.requests) == 1)
    drop_rule(engine.manager, HERE)
    for whole in [engine.fetched(one) for one in ids]:
        assert seeded.first_difference(whole, 1, 4 * SIZE) is None
    assert_invariant(engine, plain_server)


def test_fewer_connections_of_one_download_hold_at_once(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=4 * SIZE, rate=MIB))
    know(engine, address)
    download = engine.add(address)
    engine.until(lambda: sum(not one.finished for one in plain_server.requests) >= 6)
    rule(engine, per_download=2)
    engine.until(lambda: sum(not one.finished for one in plain_server.requests) <= 2)
    assert engine.state(download) is DownloadState.DOWNLOADING
    drop_rule(engine.manager, HERE)
    engine.fetched(download)


# Pauses.


@pytest.mark.calm
def test_requests_keep_the_pause_between_them(engine: Engine, faulty_server: ServerFactory) -> None:
    servers = [faulty_server(), faulty_server()]
    rule(engine, pause=0.2)
    last = servers[1].file(1000, "/last")
    addresses = [servers[0].file(1000, f"/{n}") for n in range(3)]
    addresses.append(servers[0].add(Resource("/start", redirect=last)))
    for one in [engine.add(address) for address in addresses]:
        engine.fetched(one)
    times = sorted(request.time for server in servers for request in server.requests)
    assert len(times) == 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.15, (
        "the turn is 0.2 s, the way to the server not always the same"
    )
    assert times[-1] - times[0] < 1.6, "nor is more waited for"


def test_who_waits_for_a_pause_can_be_stopped(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, pause=3600)
    engine.fetched(engine.add(plain_server.file(1000, "/first")))
    download = engine.add(plain_server.file(1000, "/second"))
    engine.until_state(download, DownloadState.CONNECTING)
    engine.manager.pause([download])
    engine.until_still()
    assert len(plain_server.requests) == 1
    rule(engine, pause=0.01)
    engine.manager.resume([download])
    engine.fetched(download)


# Speed.


@pytest.mark.calm
@pytest.mark.parametrize(
    ("ruled", "overall", "own"),
    [(3 * MIB, None, None), (3 * MIB, 8 * MIB, None), (8 * MIB, 3 * MIB, None), (6 * MIB, None, 3 * MIB // 2)],
    ids=["alone", "below that of all", "above that of all", "above that of each"],
)
def test_a_hosts_speed_is_shared_and_holds_with_other_limits(
    engine: Engine, faulty_server: ServerFactory, ruled: int, overall: int | None, own: int | None
) -> None:
    servers = [faulty_server(), faulty_server()]
    engine.restart(limit=overall, host_rules=(HostRule(HERE, limit=ruled),))
    ids = [engine.add(server.file(64 * MIB, f"/{server.port}"), limit=own) for server in servers]
    for one in ids:
        engine.until_received(one, MIB)
    jobs = [job for job in map(engine.manager._runner.job, ids) if job is not None]
    began, before = monotonic(), sum(job.received for job in jobs)
    engine.until(lambda: monotonic() - began >= 4.0)
    speed = (sum(job.received for job in jobs) - before) / (monotonic() - began)
    assert speed == pytest.approx(3 * MIB, rel=0.03)
    engine.manager.remove(ids)
    engine.until_still()


@pytest.mark.calm
def test_a_speed_that_is_changed_holds_at_once(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, limit=100_000)
    download = engine.add(plain_server.file(SIZE))
    engine.until_received(download, 20_000)
    began = monotonic()
    rule(engine, limit=50 * MIB)
    engine.fetched(download)
    assert monotonic() - began < 5.0
    rule(engine, limit=100_000)
    download = engine.add(plain_server.file(SIZE, "/second"))
    engine.until_received(download, 20_000)
    drop_rule(engine.manager, HERE)
    engine.fetched(download, 10.0)


# Proxies.


@pytest.fixture
def asking_proxy(tmp_path: Path) -> Iterator[str]:
    """Return a proxy that wants a login."""
    with proxies.tinyproxy(tmp_path, login=True) as port:
        yield f"http://{HERE}:{port}"


def test_a_host_is_reached_by_its_own_proxy_and_others_directly(
    engine: Engine, nginx: Nginx, plain_server: FaultyServer, asking_proxy: str
) -> None:
    nginx.file("file", SIZE)
    address = nginx.url("file").replace(HERE, "localhost")
    rule(engine, "localhost", proxy=asking_proxy)
    engine.manager.net_context.logins.give(parse_proxy(asking_proxy).place, Login(proxies.USER, proxies.PASSWORD))
    asked = plain_server.add(Resource("/start", redirect=address))
    fetched(engine, asked, SIZE)
    assert "via" not in plain_server.requests[0].headers
    rule(engine, "localhost", proxy=f"http://{HERE}:9")
    assert engine.failed(engine.add(f"{address}?again")).name == "PROXY_FAILED"


def test_a_downloads_own_proxy_counts_more(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, proxy=f"http://{HERE}:9")
    fetched(engine, plain_server.file(1000), 1000, proxy="direct")


# What was found out.


def test_what_was_found_out_is_seen_kept_and_forgotten(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(1000)
    host = host_of(address)
    plain_server.inject(faults.status(429, ("Retry-After", "3"), times=1))
    download = engine.add(address)
    engine.until_state(download, DownloadState.RETRY_WAIT)
    know(engine, address, 5)
    engine.manager._runner.hosts.ranges_failed(host)
    (note,) = engine.manager.hosts.notes()
    assert (note.host, note.useful, note.retry_after) == (host, 5, 3.0)
    engine.restart()
    (again,) = engine.manager.hosts.notes()
    assert (again.host, again.useful, again.retry_after, again.retry_at) == (host, 5, 3.0, note.retry_at)
    assert again.ranges_failed_at == pytest.approx(note.ranges_failed_at, abs=0.5)
    assert engine.manager.hosts.forget([host]) == [host]
    assert engine.manager.hosts.notes() == []
    engine.restart()
    assert engine.manager.hosts.notes() == []


def test_all_is_forgotten_and_rules_stay(engine: Engine) -> None:
    for host in ("a.example", "b.example"):
        know(engine, f"https://{host}/")
    rule(engine, "a.example", connections=2)
    assert [(entry.host, entry.note is not None) for entry in all_hosts(engine.manager)] == [
        ("a.example", True),
        ("b.example", True),
    ]
    engine.restart(host_rules=engine.manager.settings.host_rules)
    assert engine.manager.hosts.forget() == ["a.example", "b.example"]
    engine.restart(host_rules=engine.manager.settings.host_rules)
    assert [(entry.host, entry.note) for entry in all_hosts(engine.manager)] == [("a.example", None)]


def test_rules_are_put_in_force_replaced_and_dropped(engine: Engine) -> None:
    for host in ("a.example", "b.example", "c.example"):
        rule(engine, host, connections=2)
    put_rule(engine.manager, HostRule("d.example", connections=9), "b.example")
    put_rule(engine.manager, HostRule("C.example", connections=7))
    rules = engine.manager.settings.host_rules
    assert [(one.host, one.connections) for one in rules] == [("a.example", 2), ("d.example", 9), ("c.example", 7)]
    put_rule(engine.manager, HostRule("a.example", connections=1), "c.example")
    assert [one.host for one in engine.manager.settings.host_rules] == ["a.example", "d.example"]
    assert rule_for(engine.manager, "https://d.example/file") == HostRule("d.example", connections=9)
    assert (drop_rule(engine.manager, "d.example"), drop_rule(engine.manager, "d.example")) == (True, False)
    assert rule_for(engine.manager, "d.example") is None


@pytest.mark.calm
def test_a_question_that_waits_for_a_pause_is_not_given_up(engine: Engine, plain_server: FaultyServer) -> None:
    rule(engine, pause=0.4)
    prober = Prober(engine.manager.settings, engine.manager.net_context, patience=0.3)
    told: list[FileFacts] = []
    try:
        questions = [Question(plain_server.file(1000, f"/{number}")) for number in range(3)]
        prober.ask(questions, lambda _question, facts: told.append(facts))
        engine.until(lambda: len(told) == 3)
    finally:
        prober.close()
    assert [(facts.size, facts.failure) for facts in told] == [(1000, None)] * 3
    times = sorted(request.time for request in plain_server.requests)
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.3
