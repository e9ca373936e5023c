"""Eight ways of a redirect times eleven kinds of credentials: each reaches whose it is, no stranger hears of one."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from headrace.addresses import host_of, place_of
from headrace.cookie_texts import read_line
from headrace.host_rules import TICKET, HostRule
from headrace.logins import Login
from headrace.own_cookies import OwnCookies
from headrace.proxies import parse_proxy
from headrace.ruling import put_rule

from tests.conftest import ServerFactory
from tests.support import canaries, faults, proxies, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.overheard import heard, with_login
from tests.support.replies import Resource

SIZE: Final = 100_000
REDIRECTS: Final = ("port", "host", "scheme", "twice", "and back", "307", "308", "with a login")
CREDENTIALS: Final = (
    *("bearer", "cookie", "api key", "referer", "in the address", "asked for", "cookie file", "own cookies", "proxy"),
    *("ntlm", "ticket"),
)
OWN: Final = dict(zip(CREDENTIALS, canaries.HEADERS[:4], strict=False))


class Chain:
    """The server that is asked first, strangers behind it, and where it all ends."""

    def __init__(self, kind: str, start: ServerFactory) -> None:
        self.first, self.stranger = start(), start(tls=kind == "scheme")
        self.last = start() if kind == "twice" else self.stranger
        target = self.last.file(SIZE, "/target")
        leads_to = {
            "host": target.replace("127.0.0.1", "localhost"),
            "twice": self.stranger.url("/middle"),
            "and back": self.stranger.url("/middle"),
            "with a login": with_login(target).replace("canary", "wren"),
        }
        if kind == "twice":
            self.stranger.add(Resource("/middle", redirect=target))
        if kind == "and back":
            self.stranger.add(Resource("/middle", redirect=self.first.file(SIZE, "/home")))
        status = int(kind) if kind.isdecimal() else 302
        location = leads_to.get(kind, target)
        self.address = self.first.add(Resource("/start", redirect=location, redirect_status=status))

    @property
    def strangers(self) -> list[FaultyServer]:
        """Whoever must not hear of anything."""
        return [self.stranger, self.last]


@pytest.fixture
def asking_proxy(tmp_path: Path) -> Iterator[str]:
    """Return a proxy that wants a login."""
    with proxies.tinyproxy(tmp_path, login=True) as port:
        yield f"http://127.0.0.1:{port}"


def asked_for(engine: Engine, kind: str, chain: Chain) -> str:
    """Have the first server ask for a login, and the engine have one; return the address to be asked."""
    offer = {"ntlm": "NTLM", "ticket": "Negotiate"}.get(kind, 'Basic realm="x"')
    chain.first.inject(faults.status(401, ("WWW-Authenticate", offer), times=1))
    if kind != "ticket":
        engine.manager.net_context.logins.give(place_of(chain.address), Login(*canaries.LOGIN))
        return chain.address
    address = chain.address.replace("127.0.0.1", "localhost")  # the name that there are tickets for
    put_rule(engine.manager, HostRule(host_of(address), login=TICKET))
    return address


def give(engine: Engine, kind: str, chain: Chain, folder: Path, proxy: Callable[[], str]) -> tuple[str, dict[str, Any]]:
    """Give credentials of a kind to the engine; return the address to be asked and what is wished besides."""
    if kind in OWN:
        return chain.address, {"headers": (OWN[kind],)}
    if kind == "in the address":
        return with_login(chain.address), {}
    if kind in ("asked for", "ntlm", "ticket"):
        return asked_for(engine, kind, chain), {}
    if kind == "own cookies":
        return chain.address, {"cookies": OwnCookies(read_line("Cookie: session=canary", chain.address))}
    if kind == "cookie file":
        path = folder / "cookies.txt"  # it ends at its path: ports are no border for cookies (RFC 6265 section 8.5)
        path.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/start\tFALSE\t0\tsession\tcanary\n")
        engine.restart(cookie_file=path)
        return chain.address, {}
    place = parse_proxy(proxy()).place
    engine.manager.net_context.logins.give(place, Login(proxies.USER, proxies.PASSWORD))
    return chain.address, {"proxy": place}


@pytest.mark.case("A01", "A02", "A12")
@pytest.mark.parametrize(("redirect", "kind"), [*product(REDIRECTS, CREDENTIALS)])
def test_no_stranger_hears_of_it(
    engine: Engine,
    faulty_server: ServerFactory,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    redirect: str,
    kind: str,
) -> None:
    chain = Chain(redirect, faulty_server)
    if kind == "ticket":
        request.getfixturevalue("ticket")
    address, wishes = give(engine, kind, chain, tmp_path, lambda: request.getfixturevalue("asking_proxy"))
    path = engine.fetched(engine.add(address, **wishes))
    assert seeded.first_difference(path, 1, SIZE) is None
    assert [heard(server) for server in chain.strangers] == [[], []]
    assert bool(heard(chain.first)) is (kind != "proxy"), "whose they are gets them"


@pytest.mark.parametrize("redirect", REDIRECTS)
def test_no_stranger_hears_of_a_hosts_rule(engine: Engine, faulty_server: ServerFactory, redirect: str) -> None:
    chain = Chain(redirect, faulty_server)
    said: dict[str, Any] = {
        "user_agent": "Heron/1",
        "referrer": "https://a.example/heron",
        "headers": (("X-Room", "heron"),),
    }
    put_rule(engine.manager, HostRule(host_of(chain.address), **said))
    path = engine.fetched(engine.add(chain.address))
    assert seeded.first_difference(path, 1, SIZE) is None
    told = {
        server: str([one.raw_headers for one in server.requests]).lower() for server in [chain.first, *chain.strangers]
    }
    assert [told[server].count("heron") for server in chain.strangers] == [0, 0]
    assert told[chain.first].count("heron") == 3 * len(chain.first.requests)
