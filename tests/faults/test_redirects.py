"""Redirects, and who is told what on the way: strangers nothing at all (catalogue group A, first half)."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from headrace.addresses import host_of
from headrace.net.redirects import REDIRECT_LIMIT, next_address
from headrace.permissions import Permission
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import canaries, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.overheard import heard, with_login
from tests.support.replies import Reply, Request, Resource, plain_reply
from tests.support.ways import Way, four_ways

_R = FailureReason
SIZE: Final = 300_000
OWN: Final = canaries.HEADERS


class Strangers:
    """The server that is trusted, over the way of the test, and two that must learn nothing."""

    def __init__(self, way: Way, start: ServerFactory) -> None:
        self.first = way.server(start)
        self.second, self.third = way.server(start), way.server(start)
        self.all = (self.first, self.second, self.third)


@pytest.fixture
def strangers(way: Way, faulty_server: ServerFactory) -> Strangers:
    """Return one trusted server and two strangers: same host, other ports, so other origins."""
    return Strangers(way, faulty_server)


@pytest.fixture
def public_name(monkeypatch: pytest.MonkeyPatch) -> Callable[[FaultyServer], str]:
    """Return a function that gives a server on this machine an address anybody could have."""
    import socket  # noqa: PLC0415 - the one place where a test stands in for a name server

    ask = socket.getaddrinfo

    def answer(host: Any, *args: Any, **facts: Any) -> Any:
        return ask("127.0.0.1" if host == "public.test" else host, *args, **facts)

    monkeypatch.setattr("headrace.net.names.socket.getaddrinfo", answer)
    return lambda server: f"http://public.test:{server.port}"


@pytest.mark.case("A01")
@four_ways
def test_a01_strangers_learn_nothing(engine: Engine, way: Way, strangers: Strangers) -> None:
    way.engine(engine)
    target = strangers.third.file(SIZE, "/target")
    strangers.second.add(Resource("/middle", redirect=target))
    strangers.first.add(Resource("/start", redirect=strangers.second.url("/middle")))
    start = with_login(strangers.first.url("/start")) + canaries.SIGNED
    path = engine.fetched(engine.add(start, headers=OWN[1:]))
    assert path.read_bytes() == seeded.body(1, 0, SIZE)
    assert len(heard(strangers.first)) == len(OWN) + 1  # every header and the signature, each where it belongs
    assert [heard(strangers.second), heard(strangers.third)] == [[], []]
    assert_invariant(engine, *strangers.all)


@pytest.mark.case("A01")
@pytest.mark.parametrize("name", [name for name, _ in OWN])
def test_a01_no_header_of_the_user_reaches_another_scheme(
    engine: Engine, faulty_server: ServerFactory, name: str
) -> None:
    plain, secure = faulty_server(), faulty_server(tls=True)
    address = plain.add(Resource("/start", redirect=secure.file(SIZE, "/target")))
    engine.fetched(engine.add(address, headers=((name, "canary"),)))
    assert len(heard(plain)) == 1
    assert heard(secure) == []


@pytest.mark.case("A02")
@four_ways
def test_a02_back_at_the_first_origin_the_headers_are_its_own(engine: Engine, way: Way, strangers: Strangers) -> None:
    way.engine(engine)
    strangers.first.file(SIZE, "/target")
    strangers.second.add(Resource("/middle", redirect=strangers.first.url("/target")))
    address = strangers.first.add(Resource("/start", redirect=strangers.second.url("/middle")))
    engine.fetched(engine.add(address, headers=OWN))
    assert heard(strangers.second) == []
    assert all("canary" in request.headers["x-api-key"] for request in strangers.first.requests)
    assert_invariant(engine, *strangers.all)


@pytest.mark.case("A02")
def test_a02_what_a_stranger_sends_on_to_gets_nothing(engine: Engine, faulty_server: ServerFactory) -> None:
    first, second, third = faulty_server(), faulty_server(), faulty_server()
    second.add(Resource("/middle", redirect=third.file(SIZE, "/target")))
    engine.fetched(engine.add(first.add(Resource("/start", redirect=second.url("/middle"))), headers=OWN))
    assert heard(second) + heard(third) == []


@pytest.mark.case("A03")
def test_a03_from_https_to_http_with_a_secret_in_the_address(engine: Engine, faulty_server: ServerFactory) -> None:
    secure, plain = faulty_server(tls=True), faulty_server()
    address = secure.add(Resource("/start", redirect=plain.file(SIZE) + "?token=magpie"))
    assert engine.failed(engine.add(address, headers=OWN)) is _R.UNSAFE_REDIRECT
    assert plain.connections_accepted == 0
    assert_invariant(engine, secure, plain)


@pytest.mark.case("A03", "A09")
def test_a03_a09_what_a_person_allows_is_followed() -> None:
    secure, plain, private = "https://example.org/a", "http://example.org/b", "http://192.168.0.1/c"
    assert next_address(secure, plain, frozenset({Permission.PLAIN_HTTP})) == plain
    assert next_address(plain, private, frozenset({Permission.PRIVATE_ADDRESS})) == private
    assert next_address(secure, private, frozenset(Permission)) == private


@pytest.mark.case("A04")
@four_ways
def test_a04_a_login_in_a_redirect_is_dropped(engine: Engine, way: Way, strangers: Strangers) -> None:
    way.engine(engine)
    target = with_login(strangers.second.file(SIZE, "/target"))
    download_id = engine.add(strangers.first.add(Resource("/start", redirect=target)))
    engine.fetched(download_id)
    assert [request.headers.get("authorization") for request in strangers.second.requests] == [None] * len(
        strangers.second.requests
    )
    assert_invariant(engine, *strangers.all)


OUT_OF_THE_WEB: Final = [
    ("A05 file", "file:///etc/passwd", _R.UNSAFE_REDIRECT),
    ("A05 ftp", "ftp://127.0.0.1/x", _R.UNSAFE_REDIRECT),
    ("A05 javascript", "javascript:alert(1)", _R.UNSAFE_REDIRECT),
    ("A05 data", "data:text/plain,x", _R.UNSAFE_REDIRECT),
    ("A05 share", "\\\\127.0.0.1\\x", _R.UNSAFE_REDIRECT),
    ("A05 share behind a slash", "/\\127.0.0.1/x", _R.UNSAFE_REDIRECT),
    ("A06 broken host", "http://[::1", _R.UNSAFE_REDIRECT),
    ("A06 port", "http://127.0.0.1:99999/", _R.UNSAFE_REDIRECT),
    ("A06 raw bytes", "/\xff\xfe\xe4", _R.NOT_FOUND),
    ("A06 raw bytes as a host", "http://\xff\xfe/", None),
    ("A06 nothing", "", _R.BAD_RESPONSE),
    ("A06 64 KiB", "/" + "x" * 65_000, _R.BAD_RESPONSE),
]


@pytest.mark.parametrize(("case", "location", "reason"), rows(*OUT_OF_THE_WEB))
def test_a05_a06_a_redirect_to_nowhere_is_named(
    engine: Engine, plain_server: FaultyServer, case: str, location: str, reason: FailureReason | None
) -> None:
    engine.restart(tries=1)
    failed = engine.failed(engine.add(plain_server.add(Resource("/start", redirect=location))))
    assert failed in ((_R.NAME_NOT_FOUND, _R.BAD_ADDRESS, _R.UNSAFE_REDIRECT) if reason is None else (reason,))
    plain_server.file(SIZE)
    engine.fetched(engine.add(plain_server.url()))  # the worker is alive
    assert_invariant(engine, plain_server)


@pytest.mark.case("A07")
@pytest.mark.parametrize("kind", ["loop", "ever new", "between two"])
def test_a07_redirects_end_after_twenty(engine: Engine, faulty_server: ServerFactory, kind: str) -> None:
    one, other = faulty_server(), faulty_server()
    follower = {"loop": one, "ever new": one, "between two": other}[kind]

    def lead_on(to: FaultyServer) -> Fault:
        def edit(_reply: Reply, request: Request) -> Reply:
            query = "" if kind == "loop" else f"?{request.target.partition('?')[2]}x"
            return plain_reply(302, (("Location", to.url(f"/start{query}")),))

        return Fault(edit, times=None)

    one.inject(lead_on(follower))
    other.inject(lead_on(one))
    assert engine.failed(engine.add(one.url("/start"))) is _R.TOO_MANY_REDIRECTS
    assert len(one.requests) + len(other.requests) == REDIRECT_LIMIT + 1
    assert_invariant(engine, one, other)


@pytest.mark.case("A08")
def test_a08_a_redirect_whose_body_never_ends_costs_nothing(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server(send_buffer=65_536)
    target = server.file(SIZE, "/target")
    server.add(Resource("/start", size=1 << 40, redirect=target))
    engine.fetched(engine.add(server.url("/start")))
    assert server.requests[0].body_sent < 16 << 20
    assert_invariant(engine, server, also=[Resource("/target", size=SIZE)])


@pytest.mark.case("A09")
@pytest.mark.parametrize(
    "inwards", ["http://127.0.0.1:{}", "http://0x7f.1:{}", "http://localhost:{}", "http://[::1]:{}"]
)
def test_a09_a_public_link_into_this_machine_is_asked_about(
    engine: Engine, faulty_server: ServerFactory, public_name: Callable[[FaultyServer], str], inwards: str
) -> None:
    public, private = faulty_server(), faulty_server()
    private.file(SIZE, "/admin")
    public.add(Resource("/start", redirect=inwards.format(private.port) + "/admin"))
    download_id = engine.add(f"{public_name(public)}/start")
    assert engine.failed(download_id) is _R.PRIVATE_REDIRECT
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.detail == host_of(inwards.format(private.port))
    assert private.connections_accepted == 0
    assert_invariant(engine, public, private)


@pytest.mark.case("A13")
@pytest.mark.parametrize("value", ["pass=canary; Path=/", "pass=canary; Path=/; Domain=127.0.0.1", "pass=canary"])
def test_a13_a_cookie_goes_to_the_origin_that_set_it(engine: Engine, faulty_server: ServerFactory, value: str) -> None:
    first, stranger = faulty_server(), faulty_server()
    first.file(SIZE, "/target")
    stranger.add(Resource("/middle", redirect=first.url("/target")))
    cookie = (("Set-Cookie", value),)
    address = first.add(Resource("/start", redirect=stranger.url("/middle"), headers=cookie))
    engine.fetched(engine.add(address))
    assert heard(stranger) == []
    assert first.requests[-1].headers["cookie"] == "pass=canary"
    assert_invariant(engine, first, stranger)


@pytest.mark.case("A13")
def test_a13_cookies_of_one_download_are_not_anothers(engine: Engine, plain_server: FaultyServer) -> None:
    for number in range(2):
        plain_server.add(Resource(f"/{number}", size=SIZE, headers=(("Set-Cookie", "pass=canary; Path=/"),)))
        engine.fetched(engine.add(plain_server.url(f"/{number}")))
    assert [request.headers.get("cookie") for request in plain_server.requests if request.nth == 1] == [None, None]
