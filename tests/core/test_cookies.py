"""Cookies of servers: back to the origin that set them, and nowhere else (RFC 6265 is looser)."""

import pytest
from headrace.net.cookies import OriginCookies, cookies_of
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.net_options import NetOptions

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_server import FaultyServer

SEEN = [
    ("pass=yes", {"pass": "yes"}),
    ("pass=yes; Path=/", {"pass": "yes"}),
    ("pass=yes; HttpOnly; SameSite=Strict", {"pass": "yes"}),
    ("pass=yes; Path=/elsewhere", {}),
    ("pass=yes; Max-Age=0", {}),
    ("pass=yes; Expires=Thu, 01 Jan 1970 00:00:00 GMT", {}),
    ("pass=yes; Domain=example.org", {}),
    ("pass=" + "x" * 5000, {}),
    ("", {}),
    ("=;=;", {}),
]


def told(server: FaultyServer, *values: str) -> OriginCookies:
    """Return the cookies of a session after one answer that set `values`."""
    server.file(10)
    server.inject(faults.header("Set-Cookie", *values))
    transport = Transport()
    with transport.session() as session:
        cookies = cookies_of(session)
        assert cookies_of(session) is cookies
        get(session, server.url(), {}, Interrupt(), (5.0, 5.0)).close()
    transport.close()
    return cookies


def sent(cookies: OriginCookies, address: str) -> dict[str, str]:
    """Return the cookies that would go to `address`."""
    header = cookies.header_fields(address).get("Cookie", "")
    return dict(part.split("=", 1) for part in header.split("; ") if part)


@pytest.mark.parametrize(("value", "back"), SEEN, ids=[value[:30] for value, _ in SEEN])
def test_a_cookie_goes_back_or_is_not_kept(plain_server: FaultyServer, value: str, back: dict[str, str]) -> None:
    assert sent(told(plain_server, value), plain_server.url("/next")) == back


def test_no_other_origin_gets_it(plain_server: FaultyServer) -> None:
    cookies = told(plain_server, "pass=yes; Path=/", "wide=yes; Path=/; Domain=127.0.0.1")
    port = plain_server.port
    others = [f"http://127.0.0.1:{port + 1}/", f"https://127.0.0.1:{port}/", f"http://sub.127.0.0.1:{port}/"]
    assert [sent(cookies, address) for address in [*others, "http://127.0.0.1/", "http://[::1]/"]] == [{}] * 5


def test_at_most_fifty_are_kept(plain_server: FaultyServer) -> None:
    cookies = told(plain_server, *(f"name{number}=yes; Path=/" for number in range(80)))
    assert len(sent(cookies, plain_server.url())) == 50


def test_requests_itself_sends_none(certificates: Certificates, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    server.file(10)
    server.inject(faults.header("Set-Cookie", "pass=yes; Path=/"))
    transport = Transport(NetOptions(certificates.ca_file))
    with transport.session() as session:
        cookies_of(session)
        for _ in range(2):
            get(session, server.url(), {}, Interrupt(), (5.0, 5.0)).close()
    transport.close()
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]
