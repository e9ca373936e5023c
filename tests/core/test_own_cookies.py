"""The cookies of one download: what is stored, what is kept in the keyring, and what a choice comes to."""

from pathlib import Path
from typing import Any

import pytest
from headrace.cookie_choices import CookieChoice, chosen, cookie_file, pasted
from headrace.cookie_keeping import CookieKeeping
from headrace.cookie_scopes import Cookie
from headrace.own_cookies import (
    GIVEN,
    OwnCookies,
    cookies_from_json,
    cookies_to_json,
    file_in,
    key_in,
    remembered,
)
from headrace.spec import DownloadSpec

from tests.support.keychains import MemoryKeychain
from tests.support.processes import wait_until

KEY = "0123456789abcdef"
FILE = Path("/home/ann/cookies.txt").absolute()
COOKIE = Cookie("example.org", True, "/", True, 1_900_000_000.0, "id", "canary")
ALL = [OwnCookies((COOKIE,)), OwnCookies((COOKIE,), key=KEY), OwnCookies(key=KEY), OwnCookies(path=FILE)]


@pytest.mark.parametrize("own", ALL)
def test_what_is_stored_leads_back_and_has_no_secret(own: OwnCookies) -> None:
    back = remembered(own.mark)
    assert back == {GIVEN: None}.get(own.mark, OwnCookies(path=own.path, key=own.key) if own.mark != GIVEN else None)
    assert "canary" not in own.mark + repr(own)
    assert (key_in(own.mark), file_in(own.mark)) == (own.key, str(own.path or ""))
    assert cookies_from_json(cookies_to_json(own)) == own


@pytest.mark.parametrize("mark", [None, "", GIVEN, "kept:no key", "file:relative", "else"])
def test_other_marks_lead_nowhere(mark: str | None) -> None:
    assert remembered(mark) is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "there are no cookies"),
        ({"path": FILE, "key": KEY}, "not both"),
        ({"path": FILE, "cookies": (COOKIE,)}, "not both"),
        ({"path": Path("cookies.txt")}, "named in full"),
        ({"path": FILE.with_name("a\udc80")}, "Unicode"),
        ({"key": "x"}, "16 hexadecimal"),
    ],
)
def test_what_cannot_be_meant_is_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        OwnCookies(**facts)


@pytest.mark.parametrize("values", [None, {}, {"file": 1}, {"given": "a=b"}, {"given": [[1]]}, {"files": "x"}])
def test_bad_json_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match="cookie"):
        cookies_from_json(values)


def test_a_private_download_has_nothing_kept() -> None:
    with pytest.raises(ValueError, match="private"):
        DownloadSpec("http://h.example/", Path("/x"), cookies=OwnCookies((COOKIE,), key=KEY), private=True)
    choice = chosen([COOKIE], keep=True)
    assert choice.for_address("http://h.example/", private=True).key == ""


# -- what a person chooses -------------------------------------------------------------------------------------


def test_a_pasted_line_is_each_addresses_own() -> None:
    choice = pasted("Cookie: a=canary", "http://one.example/", keep=True)
    one, two = (choice.for_address(f"http://{host}.example/x") for host in ("one", "two"))
    assert [each.cookies[0].origin for each in (one, two)] == ["http://one.example", "http://two.example"]
    assert len({one.key, two.key, choice.key}) == 3
    assert choice.for_address("http://one.example/y") == one
    assert "canary" not in repr(choice)


def test_a_pasted_file_is_the_same_for_all() -> None:
    choice = pasted("h.example\tFALSE\t/\tFALSE\t0\ta\tb\n", "http://one.example/")
    assert choice.domains == ("h.example",)
    assert choice.for_address("http://one.example/") == choice.for_address("http://two.example/")
    for nothing in ("# Netscape HTTP Cookie File\n", "nothing"):
        with pytest.raises(ValueError, match="cookies"):
            pasted(nothing, "http://one.example/")


def test_a_file_stays_a_file() -> None:
    assert CookieChoice(path=FILE).for_address("http://h.example/") == OwnCookies(path=FILE)
    assert cookie_file(None) is None
    assert cookie_file("cookies.txt") is None
    assert cookie_file("~/cookies.txt") == OwnCookies(path=Path.home() / "cookies.txt")


# -- the keyring -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30, 1_000])
def test_the_keyring_keeps_them_in_pieces(count: int) -> None:
    keychain = MemoryKeychain()
    keeping = CookieKeeping(keychain)
    cookies = tuple(Cookie("h.example", False, "/", False, None, f"n{number}", "é" * 20) for number in range(count))
    keeping.take(OwnCookies(cookies, key=KEY))
    wait_until(lambda: keeping.read(KEY) == cookies, "they are kept")
    assert max(len(login.password) for login in keychain.kept.values()) <= 1_280
    assert CookieKeeping(keychain).read(KEY) == cookies


def test_what_nobody_needs_any_more_is_forgotten() -> None:
    keychain = MemoryKeychain()
    for key in (KEY, "f" * 16):
        CookieKeeping(keychain).take(OwnCookies((COOKIE,), key=key))
    wait_until(lambda: len(keychain.kept) == 2, "both are kept")
    later = CookieKeeping(keychain)
    later.take(OwnCookies((COOKIE,), key="a" * 16))
    later.leave_only({KEY})
    wait_until(lambda: set(keychain.kept) == {f"{KEY}/0", f"{'a' * 16}/0"}, "one is forgotten")


def test_a_keyring_that_refuses_or_was_altered_gives_none() -> None:
    keychain = MemoryKeychain()
    keeping = CookieKeeping(keychain)
    assert keeping.read(KEY) is None
    keychain.refuses = True
    keeping.take(OwnCookies((COOKIE,), key=KEY))
    assert keeping.read(KEY) is None
    keychain.refuses = False
    keeping.take(None)
    keeping.take(OwnCookies(key=KEY))
    wait_until(lambda: keeping.read(KEY) is None, "nothing was kept")
    CookieKeeping(keychain).take(OwnCookies((COOKIE,), key=KEY))
    wait_until(lambda: bool(keychain.kept), "it is kept")
    place, login = next(iter(keychain.kept.items()))
    keychain.kept[place] = type(login)(login.user, login.password[:-5])
    assert keeping.read(KEY) is None
