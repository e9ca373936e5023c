"""Who may call the server for clients: tokens, names, origins."""

import pytest
from headrace.rpc.access import (
    TokenCheck,
    checked_host,
    checked_origin,
    fresh_token,
    is_allowed_origin,
    is_own_host,
    sealed,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_seal_proves_its_token_alone_and_does_not_hold_it() -> None:
    token = fresh_token()
    seal = sealed(token)
    check = TokenCheck(seal)
    assert token not in seal
    assert sealed(token) != seal
    assert not check.knows(token)
    assert not check.proves(token[:-1])
    assert not check.knows(token)
    assert check.proves(token)
    assert check.knows(token)
    assert not check.knows(token[:-1])
    assert not check.knows("")


@pytest.mark.parametrize("seal", ["", "scrypt", "plain$a$b", "secret"])
def test_without_a_seal_nobody_comes_in(seal: str) -> None:
    assert not TokenCheck(seal).proves("")
    assert not TokenCheck(seal).proves("secret")


def test_a_token_beyond_all_measure_is_not_even_tried() -> None:
    token = "x" * 1025
    assert not TokenCheck(sealed(token)).proves(token)


@pytest.mark.parametrize("host", ["127.0.0.1:6800", "localhost:6800", "LOCALHOST:6800", "[::1]:6800", "nas.lan:6800"])
def test_own_names_count(host: str) -> None:
    assert is_own_host(host, 6800, ["NAS.lan"])


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:6801",
        "evil.com:6800",
        "127.0.0.1.evil.com:6800",
        "evil.com",
        "[::1]",
        "[::2]:6800",
        ":6800",
        "127.0.0.1:6800:6800",
        "localhost:6800@evil.com",
        " localhost:6800",
    ],
)
def test_other_names_do_not(host: str | None) -> None:
    assert not is_own_host(host, 6800, ["nas.lan"])


def test_at_port_80_a_name_may_stand_alone() -> None:
    assert is_own_host("localhost", 80)
    assert is_own_host("[::1]", 80)
    assert is_own_host("localhost:80", 80)


@given(st.text(max_size=40))
def test_any_host_gets_an_answer(host: str) -> None:
    if is_own_host(host, 6800):
        assert host.lower() in {"127.0.0.1:6800", "localhost:6800", "[::1]:6800"}


def test_origins() -> None:
    allowed = {"https://ui.example"}
    assert is_allowed_origin(None, allowed)
    assert is_allowed_origin("https://ui.example", allowed)
    for other in ("null", "https://ui.example:8443", "http://ui.example", "https://evil.ui.example", ""):
        assert not is_allowed_origin(other, allowed)
    assert not is_allowed_origin("null", {"null"})


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Example.org", "https://example.org"),
        (" http://example.org:8080/ ", "http://example.org:8080"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
    ],
)
def test_an_origin_is_written_as_browsers_do(text: str, origin: str) -> None:
    assert checked_origin(text) == origin


@pytest.mark.parametrize(
    "text", ["", "example.org", "https://", "https://a.org/x", "https://a.org?x", "https://u@a.org"]
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        checked_origin(text)


def test_a_name_of_a_machine_has_no_more_than_that() -> None:
    assert checked_host(" NAS.lan ") == "nas.lan"
    assert checked_host("[fe80::1]") == "[fe80::1]"
    for text in ("", "http://nas", "nas:80", "a b", "-x", "a/b"):
        with pytest.raises(ValueError, match="no name of a machine"):
            checked_host(text)
