"""How proxies are written, what goes past them, and which way an address takes."""

from collections.abc import Sequence
from hashlib import md5

import pytest
from headrace.logins import Login, Logins
from headrace.net.binding import Way
from headrace.net.challenges import challenges
from headrace.net.connections import WakeableHTTPConnection
from headrace.net.interrupt import Interrupt
from headrace.net.proxy_identity import ProxyIdentity
from headrace.net.routes import Routes
from headrace.net_options import NetContext, NetOptions
from headrace.proxies import (
    NO_PROXY,
    Proxy,
    bare_choice,
    checked_choice,
    checked_exception,
    goes_past,
    parse_proxy,
)
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from hypothesis import given
from hypothesis import strategies as st

HERE = "http://127.0.0.1:3128"


@pytest.mark.parametrize(
    ("text", "proxy", "shown"),
    [
        ("proxy.example:3128", Proxy("http", "proxy.example", 3128), "http://proxy.example:3128"),
        (" HTTPS://Proxy.Example:443/ ", Proxy("https", "proxy.example", 443), "https://proxy.example:443"),
        ("socks5h://127.0.0.1:9050", Proxy("socks5h", "127.0.0.1", 9050), "socks5h://127.0.0.1:9050"),
        ("socks4a://[::1]:1080", Proxy("socks4a", "::1", 1080), "socks4a://[::1]:1080"),
        ("http://a%40b:p%3A%2Fw@h:1", Proxy("http", "h", 1, "a@b", "p:/w"), "http://a%40b@h:1"),
        ("http://ann@h:1", Proxy("http", "h", 1, "ann"), "http://ann@h:1"),
    ],
)
def test_proxies_are_read_and_shown_without_passwords(text: str, proxy: Proxy, shown: str) -> None:
    found = parse_proxy(text)
    assert (found, str(found)) == (proxy, shown)
    assert parse_proxy(found.address) == found
    assert bare_choice(checked_choice(text)) == shown
    assert "p:/w" not in repr(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ftp://h:1", "speaks one of"),
        ("http://h", "port"),
        ("http://h:0", "port"),
        ("http://h:99999", "not valid"),
        ("http://[::1", "not valid"),
        ("http://h:1/path", "write the proxy as"),
        ("http://:1", "write the proxy as"),
        ("http://h:1\r\nX: y", "control character"),
        ("", "write the proxy as"),
    ],
)
def test_what_is_no_proxy_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_proxy(text)
    with pytest.raises(ValueError, match=why):
        DownloadSpec("http://h/", Settings().download_folder, proxy=text)


ANY = st.text(st.characters(codec="utf-8"))


@given(ANY, ANY, st.sampled_from(["http", "socks5h"]))
def test_any_login_survives(user: str, password: str, scheme: str) -> None:
    proxy = Proxy(scheme, "h.example", 8080, user, password)
    assert parse_proxy(proxy.address) == proxy


@pytest.mark.parametrize(
    ("entry", "kept", "past", "not_past"),
    [
        ("Example.org", "example.org", ["example.org", "a.example.org", "EXAMPLE.ORG."], ["badexample.org", "org"]),
        ("*.example.org", "example.org", ["a.example.org"], ["example.com"]),
        (".example.org", "example.org", ["example.org"], ["example.net"]),
        ("10.1.2.3/8", "10.0.0.0/8", ["10.255.0.1"], ["11.0.0.1", "ten.example"]),
        ("fd00::/8", "fd00::/8", ["fd12::1", "[fd12::1]"], ["fe80::1", "10.0.0.1"]),
        ("::1", "::1", ["::1", "[::1]"], ["::2"]),
        ("<local>", "<local>", ["printer"], ["printer.example", "::1"]),
        ("*", "*", ["anything.example", "10.0.0.1"], []),
    ],
)
def test_exceptions(entry: str, kept: str, past: list[str], not_past: list[str]) -> None:
    assert checked_exception(entry) == kept
    assert all(goes_past(host, [kept]) for host in past)
    assert not any(goes_past(host, [kept]) for host in not_past)


@pytest.mark.parametrize("entry", ["", "a b", "http://h", "a*b", "10.0.0.0/99", "h:80", "x@y", ".", "*."])
def test_what_is_no_exception_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"no host|not a network"):
        checked_exception(entry)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"proxy": "http://ann:canary@h:1"}, "password is not kept"),
        ({"proxy": "ftp://h:1"}, "speaks one of"),
        ({"proxy": 7}, "must be a text"),
        ({"no_proxy": ["a b"]}, "no host"),
        ({"no_proxy": "all"}, "list"),
    ],
)
def test_settings_refuse_what_cannot_be(values: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        Settings(**values)  # type: ignore[arg-type]
    assert "canary" not in str(caught.value)


def test_settings_keep_them_clean() -> None:
    settings = Settings(proxy=" SYSTEM ", no_proxy=("*.A.example", "a.example", "<LOCAL>"))
    assert (settings.proxy, settings.no_proxy) == ("system", ("a.example", "<local>"))
    assert Settings().no_proxy == NO_PROXY


class System:
    """What the desktop says, and how often it was asked."""

    def __init__(self, *said: str) -> None:
        self.said, self.asked = said, list[str]()

    def __call__(self, address: str) -> Sequence[str]:
        self.asked.append(address)
        return self.said


def test_a_route_follows_the_choice() -> None:
    options, context = NetOptions(proxy=HERE), NetContext()
    routes = Routes(options, context)
    assert routes.way("https://example.org/") == parse_proxy(HERE)
    assert routes.way("https://localhost/") is None
    assert routes.way("https://localhost/", HERE) == parse_proxy(HERE), "what was chosen for it alone has no exceptions"
    assert routes.way("https://example.org/", "direct") is None
    assert routes.way("http://[::1/") is None
    context.logins.give(HERE, Login("ann", "canary"))
    way = routes.way("https://example.org/")
    assert way is not None
    assert (way.user, way.password) == ("ann", "canary")


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ((), None),
        (("direct://",), None),
        (("direct://", HERE), None),
        ((HERE, "direct://"), HERE),
        (("socks://h:1080",), "socks5h://h:1080"),
        (("quic://h:1", HERE), HERE),
        (("nonsense",), None),
    ],
)
def test_the_first_that_the_system_names_and_can_be_used(said: tuple[str, ...], way: str | None) -> None:
    system = System(*said)
    routes = Routes(NetOptions(proxy="system"), NetContext(system_proxies=system))
    found = routes.way("https://example.org/a")
    assert (None if found is None else str(found)) == way
    routes.way("https://example.org/b")
    assert system.asked == ["https://example.org/a"], "an origin is asked for once in a while"
    routes.way("https://example.org:444/b")
    routes.forget()
    routes.way("https://example.org/b")
    assert len(system.asked) == 3
    assert routes.way("http://localhost/") is None
    assert len(system.asked) == 3, "this computer is never asked for"


def test_logins_are_taken_out_of_what_is_chosen() -> None:
    logins = Logins()
    logins.take(None)
    logins.take("system")
    logins.take("http://ann@h:1")
    assert logins.of("http://ann@h:1") is None
    logins.take("http://ann:p%40w@h:1")
    assert logins.of("http://h:1") == Login("ann", "p@w")
    logins.forget("http://h:1")
    assert logins.of("http://h:1") is None
    assert "p@w" not in repr(Login("ann", "p@w"))


def test_a_password_in_any_letters_is_told_in_utf8() -> None:
    told, line = [], WakeableHTTPConnection("h", way=Way())
    for proxy in (Proxy("http", "h", 1, "Zo\u00eb", "\u017elu\u0165"), Proxy("http", "h", 1, "ann")):
        who = ProxyIdentity(Logins(), proxy, None, Interrupt())
        assert who.value("GET", "http://server.example/", line) is None, "it has not been asked for"
        goes_on = who.goes_on(407, {}, line)  # as old ones do, which do not say how
        told.append((goes_on, who.value("GET", "http://server.example/", line)))
    assert told == [(True, "Basic Wm/DqzrFvmx1xaU="), (False, None)]


def test_a_digest_is_worked_out_for_what_stands_in_the_request() -> None:
    proxy, logins = Proxy("http", "h", 1, "ann", "canary"), Logins()
    line, another = WakeableHTTPConnection("h", way=Way()), WakeableHTTPConnection("h", way=Way())
    asked = (("CONNECT", "server.example:443"), ("GET", "http://server.example/a;b?c=d"))
    for count, (method, target) in enumerate(asked, 1):
        who = ProxyIdentity(logins, proxy, None, Interrupt())
        if count == 1:
            assert who.goes_on(407, {"Proxy-Authenticate": 'Digest realm="p", nonce="n", qop="auth"'}, line)
        else:
            assert who.value(method, target, another) is None, "it is for that connection"
        value = who.value(method, target, line) or ""
        said = next(one for one in challenges(value) if one.scheme == "digest").parameters
        first = md5(b"ann:p:canary", usedforsecurity=False).hexdigest()
        second = md5(f"{method}:{target}".encode(), usedforsecurity=False).hexdigest()
        assert said["nc"] == f"{count:08x}"
        whole = f"{first}:n:{said['nc']}:{said['cnonce']}:auth:{second}"
        assert said["uri"] == target
        assert said["response"] == md5(whole.encode(), usedforsecurity=False).hexdigest()
