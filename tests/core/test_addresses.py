import time

import pytest
from headrace.addresses import addresses_in, checked_address, host_of, origin_of, redacted, split_credentials
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

TRICKY = st.text("ab.:/\\@[]?#%&=; \t\r\n\0-_~é\u2100\u202e\ud800Ⅻ1", max_size=30)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://h/f", "http://h/f"),
        ("  https://h/f\n", "https://h/f"),
        ("HTTP://Host.Example", "http://Host.Example/"),
        ("http://h?x=1", "http://h/?x=1"),
        ("http://h/f?", "http://h/f"),
        ("http://h/f?x??", "http://h/f?x??"),
        ("http://h:8080", "http://h:8080/"),
        ("http://h:080/f", "http://h:080/f"),
        ("HTTPS://h/f", "https://h/f"),
        ("http://h/f#part", "http://h/f"),
        ("http://u:p@h/f", "http://u:p@h/f"),
        ("http://[::1]:8080/f", "http://[::1]:8080/f"),
        ("http://bücher.example/ü", "http://bücher.example/ü"),
        ("http://h/a%20b%2Fc", "http://h/a%20b%2Fc"),
        ("http://h/a|b{c}", "http://h/a|b{c}"),
        ("http://h/C:\\x", "http://h/C:\\x"),
    ],
)
def test_accepted(text: str, address: str) -> None:
    assert checked_address(text) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin with"),
        ("h/f", "does not begin with"),
        ("file:///etc/passwd", "does not begin with"),
        ("gopher://h/f", "does not begin with"),
        ("javascript:alert(1)", "does not begin with"),
        ("data:text/plain,x", "does not begin with"),
        ("\\\\srv\\share", "does not begin with"),
        ("http:/h/f", "names no host"),
        ("http://", "names no host"),
        ("http:///f", "names no host"),
        ("http://user@/f", "names no host"),
        ("http://:80/f", "names no host"),
        ("http://h/a b", "spaces or control"),
        ("http://h/a\r\nX: y", "spaces or control"),
        ("http://h/\0", "spaces or control"),
        ("http://h/\x9b2J", "spaces or control"),
        ("http://h/\udcff", "spaces or control"),
        ("http://h\u3000/f", "spaces or control"),
        ("http://evil.example\\@good.example/f", "backslash"),
        ("http://[::1", "host or port"),
        ("http://a]@[::1", "host or port"),
        ("http://h:99999/", "host or port"),
        ("http://h:0/", "host or port"),
        ("http://h:x/", "host or port"),
        ("http://a℀b/", "host or port"),
    ],
)
def test_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://user:CANARY@h /",
        "http://user:CANARY@h℀/",
        "http://user:CANARY@h:99999/",
        "http://user:CAN@ARY:CANARY@h:x/",
        "gopher://user:CANARY@h/f?token=CANARY",
        "http://:CANARY@/?a=CANARY&b=CANARY",
        "http://h:x/#access_token=CANARY",
    ],
)
def test_a_refusal_keeps_secrets(text: str) -> None:
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        checked_address(text)
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.one_of(TRICKY, TRICKY.map("http://".__add__), st.text().map("https://".__add__)))
def test_what_is_accepted_stays_as_it_is(text: str) -> None:
    try:
        address = checked_address(text)
    except ValueError:
        return
    assert checked_address(address) == address
    assert address.encode("utf-8").startswith(b"http")
    assert host_of(address)


@given(st.text("ab.:/\\@[]?#%&=;_~1", max_size=20).map("http://".__add__))
def test_the_host_shown_is_the_host_asked(text: str) -> None:
    try:
        asked = parse_url(checked_address(text)).host or ""
    except (ValueError, LocationParseError):
        return
    assert origin_of(checked_address(text))[1] == asked.strip("[]").lower()


@given(st.text("ab.-_:/\\@?#%\n\t 19A", max_size=20), st.sampled_from(["http", "https"]))
def test_the_short_way_to_the_host_leads_to_the_same(text: str, scheme: str) -> None:
    try:
        scheme, host, port = origin_of(f"{scheme}://{text}")
    except ValueError:
        return
    usual = {"http": 80, "https": 443}[scheme]
    assert host_of(f"{scheme}://{text}") == (host if port == usual else f"{host}:{port}")


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("http://h/f", "h", ("http", "h", 80)),
        ("http://H.Example:80/f", "h.example", ("http", "h.example", 80)),
        ("https://h:443/f", "h", ("https", "h", 443)),
        ("https://h:80/f", "h:80", ("https", "h", 80)),
        ("http://good.example@evil.example/f", "evil.example", ("http", "evil.example", 80)),
        ("http://u:p@h:8080/f", "h:8080", ("http", "h", 8080)),
        ("http://[::1]/f", "[::1]", ("http", "::1", 80)),
        ("http://[::1]:8080/f", "[::1]:8080", ("http", "::1", 8080)),
    ],
)
def test_the_real_host(address: str, host: str, origin: tuple[str, str, int]) -> None:
    assert host_of(address) == host
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("address", "bare", "credentials"),
    [
        ("http://h/f", "http://h/f", None),
        ("http://u:p@h/f?q#x", "http://h/f?q#x", ("u", "p")),
        ("http://u@h/", "http://h/", ("u", "")),
        ("http://u%40x:p%3A%2F@h/", "http://h/", ("u@x", "p:/")),
        ("http://u:p@q@h/", "http://h/", ("u", "p@q")),
        ("http://@h/", "http://h/", ("", "")),
    ],
)
def test_credentials(address: str, bare: str, credentials: tuple[str, str] | None) -> None:
    assert split_credentials(address) == (bare, credentials)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h/f", "http://h/f"),
        ("http://u:p@h/f", "http://***@h/f"),
        ("http://u:p@q@h/f", "http://***@h/f"),
        ("http://h/f?a=1&b=2;c=3", "http://h/f?a=***&b=***;c=***"),
        ("http://h/f?sig=a/b+c==", "http://h/f?sig=***"),
        ("http://h/f#token=x", "http://h/f#token=***"),
        ("http://h/f?flag&a=", "http://h/f?flag&a="),
        ("404 for http://u:p@h/?k=s in http://x/?k=s", "404 for http://***@h/?k=*** in http://x/?k=***"),
        ("mail me@h.example about a = b", "mail me@h.example about a = b"),
    ],
)
def test_redaction(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert redacted(shown) == shown


@given(st.text("ab/?#&;=:@ .", max_size=20), st.sampled_from(["?t=", "&t=", ";t=", "#t="]))
def test_no_secret_survives_redaction(noise: str, before: str) -> None:
    assert "CANARY" not in redacted(f"http://h/{noise}{before}CANARY")
    assert "CANARY" not in redacted(f"{noise} http://u:CANARY@h/{noise}")


@pytest.mark.parametrize("piece", ["?", "?a", "://", "://a", "a=", ";", "#=", "@", "http://", ")", "http://h/)]}"])
def test_long_rubbish_takes_no_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.perf_counter()
    redacted(text)
    addresses_in(text)
    addresses_in("http://h/" + text)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("no address, not even www.example.com", []),
        ("see http://h/a, https://h/b.", ["http://h/a", "https://h/b"]),
        ("http://h/a http://h/a\thttp://h/b", ["http://h/a", "http://h/b"]),
        ("<a href='http://h/a'>http://h/b</a>", ["http://h/a", "http://h/b"]),
        ("[text](http://h/a) (http://h/b).", ["http://h/a", "http://h/b"]),
        ("(see http://h/wiki/A_(b))", ["http://h/wiki/A_(b)"]),
        ("http://h/wiki/A_(b)", ["http://h/wiki/A_(b)"]),
        ("(is it http://h/a?) (no: http://h/b.)", ["http://h/a", "http://h/b"]),
        ("http://[::1]/", ["http://[::1]/"]),
        ("HTTP://H/A", ["HTTP://H/A"]),
        ("gopher://h/a file:///b", []),
        ("ftp://h/a SFTP://h/b ftps://h/c,", ["ftp://h/a", "SFTP://h/b", "ftps://h/c"]),
        ("http:// http://. https://)", []),
        ('wget "http://h/a?b=c&d=e" -O x', ["http://h/a?b=c&d=e"]),
    ],
)
def test_addresses_in_text(text: str, found: list[str]) -> None:
    assert addresses_in(text) == found


@given(st.lists(st.sampled_from(["http://h/a", "https://h/b?c=d", "http://h/(x)"])), st.sampled_from([" ", "\n", " <"]))
def test_every_address_is_found_once_in_order(addresses: list[str], between: str) -> None:
    assert addresses_in(between.join(addresses)) == list(dict.fromkeys(addresses))
