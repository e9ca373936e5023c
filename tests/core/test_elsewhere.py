"""Addresses that other programs are for: found in texts, refused by name."""

import pytest
from headrace.addresses import checked_address
from headrace.elsewhere import is_media_host, magnets_in

LINK = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=a.iso&tr=udp%3A%2F%2Ft.example%3A80"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LINK, [LINK]),
        (f"see <{LINK}>, and\n{LINK} again", [LINK]),
        (LINK.replace("magnet", "MAGNET"), [LINK.replace("magnet", "MAGNET")]),
        ("https://example.org/magnet:?xt=1", []),
        ("electromagnet:?xt=1", []),
        ("magnet:", []),
        ("", []),
    ],
)
def test_magnet_links_are_found(text: str, found: list[str]) -> None:
    assert magnets_in(text) == found


def test_no_more_than_twenty_are_taken() -> None:
    assert len(magnets_in(" ".join(f"magnet:?xt={number}" for number in range(1000)))) == 20


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (LINK, "is a magnet link: a torrent client is for it"),
        ("gopher://ann:canary@example.org/a", "does not begin with http://, https://, ftp:// or sftp://"),
        ("gopher://example.org/a", "does not begin with http://, https://, ftp:// or sftp://"),
        ("ftp.example.org/a", "does not begin with http://, https://, ftp:// or sftp://"),
    ],
)
def test_what_cannot_be_fetched_is_refused_by_name(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"http|magnet|FTP") as refusal:
        checked_address(address)
    assert str(refusal.value).endswith(said)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("host", "media"),
    [
        ("youtube.com", True),
        ("www.youtube.com", True),
        ("m.YouTube.com:443", True),
        ("artist.bandcamp.com", True),
        ("youtu.be", True),
        ("notyoutube.com", False),
        ("youtube.com.evil.example", False),
        ("example.org", False),
        ("", False),
        ("[::1]:80", False),
    ],
)
def test_hosts_of_media_are_known_by_their_domain(host: str, *, media: bool) -> None:
    assert is_media_host(host) is media
