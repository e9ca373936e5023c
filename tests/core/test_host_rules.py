"""Rules of hosts: which hosts they hold for, what they may say, and JSON both ways."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from headrace.addresses import host_of
from headrace.host_notes import HostNote, host_entries
from headrace.host_patterns import checked_pattern, key_of, place_in, place_named
from headrace.host_rules import (
    LOGINS,
    USER_AGENTS,
    HostRule,
    RuleIndex,
    checked_header,
    checked_host_rules,
    rule_from_json,
    rule_json,
    with_login,
)
from headrace.net.manners import with_manners
from headrace.settings import Settings, load_settings, save_settings
from hypothesis import given
from hypothesis import strategies as st

LABELS = st.text("abcxyz0-", min_size=1, max_size=5).filter(lambda label: label.strip("-") == label and label > ":")
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
PORTS = st.sampled_from([None, 80, 443, 8080])
PATTERNS = st.tuples(st.sampled_from(["", "*."]), NAMES, PORTS).map(
    lambda parts: f"{parts[0]}{parts[1]}{'' if parts[2] is None else f':{parts[2]}'}"
)
RULES = st.builds(
    HostRule,
    host=PATTERNS,
    connections=st.none() | st.integers(1, 1000),
    per_download=st.none() | st.integers(1, 64),
    limit=st.none() | st.integers(1, 1 << 50),
    pause=st.none() | st.floats(0.01, 3600),
    user_agent=st.sampled_from(["", "firefox", "headrace", "Mine/1.0"]),
    referrer=st.sampled_from(["", "https://example.org/page"]),
    headers=st.sampled_from([(), (("Accept-Language", "de"), ("X-Who", "me"))]),
    proxy=st.sampled_from(["", "direct", "http://proxy.lan:3128", "socks5h://me@127.0.0.1:1080"]),
    from_start=st.booleans(),
    login=st.sampled_from(["", *LOGINS]),
    http_version=st.sampled_from(["", "1.1", "2"]),
)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Example.ORG", "example.org"),
        (" example.org. ", "example.org"),
        ("*.Example.org", "*.example.org"),
        (".example.org", "*.example.org"),
        ("nas.lan:8080", "nas.lan:8080"),
        ("https://user@example.org/some/path?x=1", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.BÜCHER.example:81", "*.xn--bcher-kva.example:81"),
        ("[2001:DB8::0:1]", "[2001:db8::1]"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[::1]:8080", "[::1]:8080"),
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("localhost", "localhost"),
        ("_dmarc.example", "_dmarc.example"),
    ],
)
def test_hosts_are_kept_in_one_way(given_text: str, kept: str) -> None:
    assert checked_pattern(given_text) == kept
    assert checked_pattern(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "*.", "a b", "example.org:0", "example.org:65536", "example.org:http", "*.127.0.0.1", "*.[::1]"),
        *("ex*mple.org", "-a.org", "a-.org", "a..b", "[::1", "::1]:80", "[::1]x", "user@example.org", "1.2.3.4.5"),
        *("a" * 64, ".".join(["a" * 60] * 5), "https://", "gopher://example.org/", "example.org/path", "*.*.org"),
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        checked_pattern(text)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://example.org/file", "example.org"),
        ("https://EXAMPLE.org.:8443/file", "example.org:8443"),
        ("http://example.org/file", "example.org"),
        ("https://www.example.org/file", "*.example.org"),
        ("https://a.cdn.example.org/file", "*.cdn.example.org"),
        ("https://cdn.example.org:444/file", "*.cdn.example.org:444"),
        ("https://b.cdn.example.org:444/file", "*.cdn.example.org:444"),
        ("https://notexample.org/file", None),
        ("https://org/file", None),
        ("http://[2001:db8:0::1]:81/file", "[2001:db8::1]"),
        ("http://bücher.example/file", "xn--bcher-kva.example"),
        ("http://xn--bcher-kva.example/file", "xn--bcher-kva.example"),
        ("http://secure.example/file", None),
        ("https://secure.example/file", "secure.example:443"),
    ],
)
def test_the_most_specific_rule_holds(address: str, found: str | None) -> None:
    hosts = (
        *("example.org", "example.org:8443", "*.example.org", "*.cdn.example.org", "*.cdn.example.org:444"),
        *("[2001:db8::1]", "xn--bcher-kva.example", "secure.example:443"),
    )
    rule = RuleIndex(map(HostRule, hosts)).of(*place_in(address))
    assert (None if rule is None else rule.host) == found


def test_a_host_without_a_port_is_known_by_the_usual_ones() -> None:
    index = RuleIndex([HostRule("example.org:443"), HostRule("nas.lan:8080")])
    found = [index.of(*place_named(host)) for host in ("example.org", "example.org:80", "nas.lan", "nas.lan:8080")]
    assert [rule and rule.host for rule in found] == ["example.org:443", None, None, "nas.lan:8080"]


@given(st.lists(PATTERNS, max_size=6), NAMES, st.sampled_from([80, 443, 8080]))
def test_of_the_rules_that_fit_the_most_specific_holds(patterns: list[str], host: str, port: int) -> None:
    rules = {checked_pattern(pattern): HostRule(pattern) for pattern in patterns}
    found = RuleIndex(rules.values()).of(host, (port,))
    fitting = [pattern for pattern in rules if _fits(pattern, host, port)]
    assert (found.host if found else None) == (max(fitting, key=_specific) if fitting else None)


def _fits(pattern: str, host: str, port: int) -> bool:
    name, wanted = key_of(pattern)
    bare = name.removeprefix("*.")
    below = name != bare and host.endswith(f".{bare}")
    return wanted in (None, port) and (host == bare or below)


def _specific(pattern: str) -> tuple[bool, int, bool]:
    name, port = key_of(pattern)
    return not name.startswith("*."), len(name), port is not None


@given(st.from_regex(r"[a-z.:\[\]*0-9-]{0,20}", fullmatch=True))
def test_whatever_is_typed_is_kept_in_one_way_or_refused(text: str) -> None:
    try:
        kept = checked_pattern(text)
    except ValueError:
        return
    assert checked_pattern(kept) == kept
    assert RuleIndex([HostRule(kept)]).by_host[kept].host == kept


@given(RULES)
def test_json_says_all_of_a_rule(rule: HostRule) -> None:
    assert rule_from_json(json.loads(json.dumps(rule_json(rule)))) == rule
    assert rule_json(HostRule(rule.host)) == {"host": rule.host}
    assert rule.is_empty is (len(rule_json(rule)) == 1)


@given(st.lists(RULES, max_size=4, unique_by=lambda rule: rule.host))
def test_settings_keep_rules(tmp_path_factory: pytest.TempPathFactory, rules: list[HostRule]) -> None:
    path = tmp_path_factory.getbasetemp() / "settings.json"
    settings = Settings(path.parent, host_rules=tuple(rules))
    save_settings(settings, path)
    assert load_settings(path) == settings


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["host", "headers", "a"]), inner),
    max_leaves=6,
)


@given(JUNK, st.sampled_from(["connections", "limit", "pause", "user_agent", "referrer", "headers", "proxy", "host"]))
def test_junk_in_the_file_is_refused_in_one_way(junk: Any, name: str) -> None:
    for values in (junk, [{"host": "example.org", name: junk}]):
        rules: tuple[HostRule, ...] = ()
        with suppress(ValueError):
            rules = checked_host_rules(values)
        assert all(isinstance(rule, HostRule) for rule in rules)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"connections": 0}, "connections .* from 1 to 1000"),
        ({"per_download": 65}, "per_download .* from 1 to 64"),
        ({"limit": 1.5}, "limit"),
        ({"pause": 0}, "pause"),
        ({"pause": float("nan")}, "pause"),
        ({"user_agent": "a\nb"}, "control character"),
        ({"user_agent": "a" * 1001}, "1000 characters"),
        ({"referrer": "example.org"}, "http"),
        ({"referrer": "https://me:secret@example.org/"}, "login"),
        ({"proxy": "http://me:secret@proxy.lan:3128"}, "password"),
        ({"proxy": "nonsense"}, "port"),
        ({"headers": (("Authorization", "Bearer x"),)}, "log in at the host"),
        ({"headers": (("X-Api-Key", "x"),)}, "log in at the host"),
        ({"headers": (("Cookie", "a=b"),)}, "cookies.txt"),
        ({"headers": (("Proxy-Authorization", "x"),)}, "login of a proxy"),
        ({"headers": (("Range", "bytes=0-"),)}, "program itself"),
        ({"headers": (("Referer", "x"),)}, "field of its own"),
        ({"from_start": 1}, "true or false"),
        ({"http_version": "3"}, "1.1 or 2"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        replace(HostRule("example.org"), **changes)
    assert "secret@" not in str(refused.value)


def test_two_rules_for_one_host_are_one_too_many() -> None:
    with pytest.raises(ValueError, match="two rules"):
        checked_host_rules([{"host": "Example.org"}, {"host": "example.org."}])


def test_a_header_is_kept_once_whatever_the_case() -> None:
    rule = HostRule("example.org", headers=(("X-Who", "me"), ("x-who", "you")))
    assert rule.headers == (("x-who", "you"),)
    assert checked_header("Accept-Language:  de ") == ("Accept-Language", "de")


def test_a_rule_gives_way_to_what_a_download_says_itself() -> None:
    rule = HostRule("a.example", user_agent="FireFox", referrer="https://b.example/", headers=(("X-Who", "me"),))
    assert rule.user_agent == "firefox"
    told = with_manners(rule, {"x-who": "you", "Range": "bytes=5-", "If-Range": '"v"'})
    assert told == {
        "User-Agent": USER_AGENTS["firefox"],
        "Referer": "https://b.example/",
        "x-who": "you",
        "Range": "bytes=5-",
        "If-Range": '"v"',
    }
    assert with_manners(HostRule("a.example", from_start=True), {"range": "bytes=5-", "A": "b"}) == {"A": "b"}
    assert with_manners(None, {"A": "b"}) == {"A": "b"}
    assert HostRule("a.example", user_agent="headrace").fields == {}


def test_the_list_has_every_host_once() -> None:
    rules = [HostRule("*.example.org"), HostRule("nas.lan")]
    notes = [HostNote("www.example.org", 4), HostNote("nas.lan", 2), HostNote("else.example", rotating=True)]
    found = [(entry.host, entry.rule is not None, entry.note, entry.by) for entry in host_entries(rules, notes)]
    assert found == [
        ("*.example.org", True, None, "*.example.org"),
        ("nas.lan", True, notes[1], "nas.lan"),
        ("else.example", False, notes[2], ""),
        ("www.example.org", False, notes[0], "*.example.org"),
    ]


@given(NAMES, st.sampled_from(["http", "https"]), PORTS)
def test_addresses_and_what_they_are_called_have_the_same_rule(host: str, scheme: str, port: int | None) -> None:
    address = f"{scheme}://{host}{'' if port is None else f':{port}'}/file"
    rules = RuleIndex([HostRule(host), HostRule(f"*.{host}:8080")])
    assert rules.of(*place_in(address)) == rules.of(*place_named(host_of(address)))


@given(st.lists(RULES, max_size=4, unique_by=lambda rule: rule.host), NAMES, PORTS, st.sampled_from(["", *LOGINS]))
def test_a_host_is_logged_in_at_as_was_said_and_all_else_stays(
    rules: list[HostRule], name: str, port: int | None, login: str
) -> None:
    host = name if port is None else f"{name}:{port}"
    try:
        place = place_named(checked_pattern(host))
    except ValueError:  # such as 1.2, an address that is none
        return
    before, after = RuleIndex(rules).of(*place), RuleIndex(with_login(rules, host, login)).of(*place)
    assert ("" if after is None else after.login) == login
    usual = HostRule("x.example")
    assert replace(after or usual, host="x.example", login="") == replace(before or usual, host="x.example", login="")
    others = {rule.host: rule for rule in rules if rule.host != checked_pattern(host)}
    assert {rule.host: rule for rule in with_login(rules, host, login) if rule.host in others} == others


def test_a_login_is_one_of_the_words() -> None:
    with pytest.raises(ValueError, match="login of a host's rule must be one of ticket, basic"):
        HostRule("a.example", login="kerberos")
    with pytest.raises(ValueError, match="must be a text"):
        HostRule("a.example", login=True)  # type: ignore[arg-type]  # as a file may have it
