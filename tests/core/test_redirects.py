"""Where redirects lead: which are followed, which are refused, and what a person may allow."""

import pytest
from headrace.errors import DownloadError
from headrace.net.private_hosts import Reach, reach_of
from headrace.net.redirects import next_address
from headrace.permissions import Permission
from headrace.states import FailureReason
from hypothesis import given
from hypothesis import strategies as st

R = FailureReason
HERE = "https://example.org/a/b.bin?x=1"


def refusal(address: str, location: str | None, *allow: Permission) -> FailureReason | None:
    """Say why a redirect is refused; None where it is followed."""
    try:
        next_address(address, location, frozenset(allow))
    except DownloadError as error:
        return error.failure.reason
    return None


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://other.test/c", "https://other.test/c"),
        ("HTTPS://Other.test/c", "https://Other.test/c"),
        ("/c", "https://example.org/c"),
        ("c", "https://example.org/a/c"),
        ("?y=2", "https://example.org/a/b.bin?y=2"),
        ("#part", "https://example.org/a/b.bin?x=1"),
        ("../../../../etc/passwd", "https://example.org/etc/passwd"),
        ("//other.test/c", "https://other.test/c"),
        ("https://other.test", "https://other.test/"),
        ("https://user:pw@other.test/c", "https://other.test/c"),
        ("https://a:b@c:d@other.test/c", "https://other.test/c"),
        ("https://other.test:8443/c#frag", "https://other.test:8443/c"),
        ("https://[2001:db8::1]:8443/c", "https://[2001:db8::1]:8443/c"),
        ("/a file (1)", "https://example.org/a%20file%20(1)"),
        ("/100%25/%C3%BC", "https://example.org/100%25/%C3%BC"),
        ("/\xc3\xbc", "https://example.org/%C3%BC"),
        ("/\xfc", "https://example.org/%FC"),
        ('/a"b<c>|d^', "https://example.org/a%22b%3Cc%3E%7Cd%5E"),
        ("/a\\b", "https://example.org/a%5Cb"),
        ("https://", "https://example.org/a/b.bin?x=1"),
    ],
)
def test_a_redirect_leads_somewhere(location: str, target: str) -> None:
    assert next_address(HERE, location) == target


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (None, R.BAD_RESPONSE),
        ("", R.BAD_RESPONSE),
        ("/" + "x" * 65536, R.BAD_RESPONSE),
        ("http://example.org/c", R.UNSAFE_REDIRECT),
        ("http://other.test/c", R.UNSAFE_REDIRECT),
        ("file:///etc/passwd", R.UNSAFE_REDIRECT),
        ("ftp://other.test/c", R.UNSAFE_REDIRECT),
        ("javascript:alert(1)", R.UNSAFE_REDIRECT),
        ("data:text/plain,hello", R.UNSAFE_REDIRECT),
        ("mailto:a@b", R.UNSAFE_REDIRECT),
        ("smb://host/share", R.UNSAFE_REDIRECT),
        ("http://[::1", R.UNSAFE_REDIRECT),
        ("https://[::1", R.UNSAFE_REDIRECT),
        ("https://a]@[::1", R.UNSAFE_REDIRECT),
        ("https://other.test:99999/", R.UNSAFE_REDIRECT),
        ("https://other.test:0/", R.UNSAFE_REDIRECT),
        ("https://other.test:port/", R.UNSAFE_REDIRECT),
        ("https://user:pw@/", R.UNSAFE_REDIRECT),
        ("\\\\host\\share", R.UNSAFE_REDIRECT),
        ("/\\host", R.UNSAFE_REDIRECT),
        ("https:\\\\host\\share", R.UNSAFE_REDIRECT),
        (" \\host", R.UNSAFE_REDIRECT),
    ],
)
def test_a_redirect_is_refused(location: str | None, reason: FailureReason) -> None:
    with pytest.raises(DownloadError) as caught:
        next_address(HERE, location)
    assert caught.value.failure.reason is reason


def test_a_redirect_from_http_may_lead_to_https() -> None:
    assert next_address("http://example.org/a", "https://example.org/a") == "https://example.org/a"


@given(st.text(st.characters(max_codepoint=255), max_size=200))
def test_any_location_leads_to_http_or_is_refused(location: str) -> None:
    for address in (HERE, "http://example.org/"):
        try:
            target = next_address(address, location)
        except DownloadError:
            continue
        assert target.startswith(("https://", "http://"))
        assert target.isascii()
        assert "@" not in target.split("/")[2]
        assert not (address.startswith("https") and target.startswith("http:"))


OWN_MACHINE = """127.0.0.1 127.1 127.255.255.255 127.0.0.1. 2130706433 0x7f000001 0x7F.0.0.1 0177.0.0.1 017700000001
    0x7f.1 127.0.1 0 0.0.0.0 localhost LOCALHOST localhost. a.b.localhost localhost.localdomain ip6-localhost
    ::1 [::1] 0:0:0:0:0:0:0:1 :: ::ffff:127.0.0.1 ::ffff:7f00:1 ::127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: ::1%lo
    \uff11\uff12\uff17.0.0.1 127\u30020\u30020\u30021 \u24db\u24deca\u24dbhost""".split()
PRIVATE = """10.0.0.1 10.1 172.16.0.1 172.31.255.255 192.168.1.1 3232235777 0xc0a80101 0300.0250.1.1 169.254.169.254
    100.64.0.1 100.127.255.255 198.18.0.1 224.0.0.1 255.255.255.255 fc00::1 fd12:3456::1 fe80::1 fe80::1%25eth0 fec0::1
    ff02::1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::c0a8:101 2002:c0a8:101::1 printer.local metadata.google.internal
    fritz.lan x.home.arpa router NAS wiki.intranet""".split()
PUBLIC = """8.8.8.8 1.1.1.1 9.255.255.255 11.0.0.0 172.15.255.255 172.32.0.0 192.167.255.255 100.63.255.255 100.128.0.0
    126.255.255.255 128.0.0.1 134744072 2001:db8::1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 example.org
    localhost.example.org local.example 127.0.0.1.example.org 10.0.0.1.nip.example mylocal.test 999.1.1.1 1.2.3.4.5
    256.0.0.1 08.8.8.8 0x.example 1.2.3. xn--bcher-kva.example""".split()


@pytest.mark.parametrize("host", OWN_MACHINE)
def test_own_machine(host: str) -> None:
    assert reach_of(host) is Reach.OWN_MACHINE


@pytest.mark.parametrize("host", PRIVATE)
def test_private(host: str) -> None:
    assert reach_of(host) is Reach.PRIVATE


@pytest.mark.parametrize("host", PUBLIC)
def test_public(host: str) -> None:
    assert reach_of(host) is Reach.PUBLIC


@given(st.integers(0, (1 << 32) - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
def test_every_spelling_of_an_address_lies_where_the_usual_one_does(number: int, form: str) -> None:
    usual = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    mixed = f"0x{number >> 24:x}.{number & 0xFFFFFF}"
    assert reach_of(form.format(number)) is reach_of(mixed) is reach_of(usual)


@given(st.text(max_size=40))
def test_any_text_is_somewhere(host: str) -> None:
    assert reach_of(host) in Reach


INWARDS = [
    ("http://example.org/", "http://127.0.0.1/"),
    ("http://example.org/", "http://169.254.169.254/latest/meta-data/"),
    ("http://example.org/", "http://192.168.0.1/"),
    ("http://example.org/", "//0x7f.1:631/"),
    ("http://example.org/", "http://me:pw@[::ffff:10.0.0.1]/"),
    ("http://8.8.8.8/", "http://localhost:9091/"),
    ("http://192.168.0.7/", "http://127.0.0.1:9091/"),
    ("http://nas/", "http://localhost/"),
]
ALONG = [
    ("http://127.0.0.1:1/", "http://127.0.0.1:2/"),
    ("http://127.0.0.1:1/", "http://192.168.0.1/"),
    ("http://192.168.0.1/", "http://10.0.0.1/"),
    ("http://nas/", "http://example.org/"),
    ("http://example.org/", "http://8.8.8.8/"),
]


@pytest.mark.parametrize(("address", "location"), INWARDS)
def test_a_redirect_inwards_needs_leave(address: str, location: str) -> None:
    assert refusal(address, location) is R.PRIVATE_REDIRECT
    assert refusal(address, location, Permission.PLAIN_HTTP, Permission.ANY_TYPE) is R.PRIVATE_REDIRECT
    assert refusal(address, location, Permission.PRIVATE_ADDRESS) is None


@pytest.mark.parametrize(("address", "location"), ALONG)
def test_a_redirect_outwards_or_along_does_not(address: str, location: str) -> None:
    assert refusal(address, location) is None


def test_plain_http_needs_leave_of_its_own() -> None:
    location = "http://127.0.0.1/"
    assert refusal(HERE, location, Permission.PRIVATE_ADDRESS) is R.UNSAFE_REDIRECT
    assert refusal(HERE, location, Permission.PLAIN_HTTP) is R.PRIVATE_REDIRECT
    assert refusal(HERE, location, Permission.PLAIN_HTTP, Permission.PRIVATE_ADDRESS) is None
    assert refusal(HERE, "file:///etc/passwd", *Permission) is R.UNSAFE_REDIRECT


def test_the_host_refused_is_told_and_nothing_else_of_the_address() -> None:
    with pytest.raises(DownloadError) as caught:
        next_address("http://example.org/", "http://me:pw@192.168.0.1:8080/?token=canary")
    assert caught.value.failure.detail == "192.168.0.1:8080"
