"""What is shown of requests and answers: nothing that is secret, and everything else."""

import pytest
from headrace.masking import MASK, is_secret, masked_address, masked_line, masked_value, secrets_of, shown_name

from tests.support import canaries


@pytest.mark.parametrize(
    "name",
    (
        "Authorization Proxy-Authorization Cookie Set-Cookie Set-Cookie2 X-Api-Key apikey X-Auth-Token Private-Token "
        "X-Amz-Security-Token X-CSRF-Token X-Session-Id X-Goog-Signature Api_Key Ocp-Apim-Subscription-Key "
        "Authentication-Info X-Password x-jwt-assertion Client-Secret"
    ).split(),
)
def test_names_that_carry_secrets(name: str) -> None:
    assert is_secret(name)
    assert is_secret(name.upper())
    assert masked_value(name, "canary") == MASK


@pytest.mark.parametrize(
    "name",
    (
        "Host User-Agent Accept Accept-Encoding Range If-Range Connection Server Date Content-Type Content-Length "
        "Content-Range ETag Last-Modified Accept-Ranges Cache-Control Keep-Alive WWW-Authenticate X-Cache Vary Via"
    ).split(),
)
def test_names_that_carry_none(name: str) -> None:
    assert not is_secret(name)
    assert masked_value(name, "bytes=0-99, x") == "bytes=0-99, x"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://h/a?b=canary&c=2", "https://h/a?b=***&c=***"),
        ("https://user:canary@h/a", "https://***@h/a"),
        ("/a?canarycanary1234canary", "/a?***"),
        ("/a?b=1&canarycanary1234canary&c", "/a?b=***&***&c"),
        ("/a/b.zip?v2", "/a/b.zip?v2"),
        ("/a#access_token=canary", "/a#access_token=***"),
        ("/a", "/a"),
    ],
)
def test_addresses(address: str, shown: str) -> None:
    assert masked_address(address) == shown
    assert masked_line(f"GET {address} HTTP/1.1") == f"GET {shown} HTTP/1.1"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Location", "/b?t=canary", "/b?t=***"),
        ("location", "https://canary:canary@h/b?t=canary", "https://***@h/b?t=***"),
        ("Link", "<https://h/m?sig=canary>; rel=duplicate", "<https://h/m?sig=***>; rel=duplicate"),
        ("Link", '</m?sig=canary>;rel="next", </n>', '</m?sig=***>;rel="next", </n>'),
        ("Content-Security-Policy", "report-uri https://h/r?k=canary", "report-uri https://h/r?k=***"),
        ("Content-Type", "text/plain;charset=utf-8", "text/plain;charset=utf-8"),
        ("Content-Disposition", "attachment;filename=a.zip", "attachment;filename=a.zip"),
    ],
)
def test_addresses_in_values(name: str, value: str, shown: str) -> None:
    assert masked_value(name, value) == shown


def test_what_a_person_gave_is_found_nowhere() -> None:
    own = secrets_of([*canaries.HEADERS, ("Accept-Language", "de")])
    for _, value in canaries.HEADERS:
        assert canaries.found_in(masked_value("X-Echo", f"you sent {value}!", own)) == []
        assert canaries.found_in(masked_line(f"HTTP/1.1 400 No {value}", own)) == []
    assert masked_value("X-Echo", "Bearer canary-authorization", own) == MASK
    assert masked_value("X-Echo", "so canary-authorization it is", own) == f"so {MASK} it is"
    assert masked_value("Content-Language", "de", own) == "de", "too short to be a secret"


def test_lengths_are_bounded_and_cut_no_secret_in_two() -> None:
    assert len(masked_value("X-Long", "x" * 70_000)) == 500
    assert len(masked_line("GET /" + "x" * 70_000)) == 500
    assert len(shown_name("x" * 70_000)) == 100
    own = secrets_of([("X-Api-Key", "canary" * 3)])
    for place in range(470, 520):
        assert "canary" not in masked_value("X-Long", "x" * place + "canary" * 3, own)
