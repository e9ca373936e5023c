"""Cookies out of browsers' stores: which are taken, what stays as it was, and what is said where none can be read."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from headrace.cookie_scopes import Cookie
from headrace.jars import chromium_keys
from headrace.jars.chromium import chromium_cookies
from headrace.jars.chromium_keys import Keys, keyring_secret
from headrace.jars.faults import Fault, JarError
from headrace.jars.profiles import browser_profiles, chosen_profile
from headrace.jars.taking import cookies_from, own_of, take_cookies

from tests.support.cookie_stores import LATER, chromium_store, enciphered, firefox_store

SITE = "https://files.example.org/members/a.iso"


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder that copies are made in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def names(cookies: Any) -> list[str]:
    return sorted(one.name for one in cookies)


def test_firefox_gives_those_of_the_site_alone(tmp_path: Path, temporary: Path) -> None:
    store = firefox_store(
        tmp_path,
        (".example.org", "wide", "1", "/", LATER, 1, ""),
        ("files.example.org", "own", "2", "/members", LATER * 1000, 0, ""),
        (".files.example.org", "dotted", "3", "/", LATER, 0, ""),
        ("example.org", "parents own", "canary", "/", LATER, 0, ""),
        ("www.example.org", "sister", "canary", "/", LATER, 0, ""),
        (".org", "super", "canary", "/", LATER, 0, ""),
        ("badexample.org", "bad", "canary", "/", LATER, 0, ""),
        (".example.org", "boxed", "canary", "/", LATER, 0, "^userContextId=2"),
        (".example.org", "split", "canary", "/", LATER, 0, "^partitionKey=%28https%2Cx%29"),
        (".example.org", "old", "canary", "/", 1_000_000, 0, ""),
    )
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in store.parent.iterdir()}
    taken = cookies_from("firefox", [SITE, SITE + "?2"], tmp_path)
    assert names(taken.cookies) == ["dotted", "own", "wide"]
    assert Cookie("files.example.org", False, "/members", False, float(LATER), "own", "2") in taken.cookies
    assert (taken.hosts, taken.domains) == (("files.example.org",), ("example.org", "files.example.org"))
    assert "canary" not in repr(taken)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in store.parent.iterdir()} == before
    assert list(temporary.iterdir()) == []


def test_of_several_profiles_the_last_used_counts_unless_one_is_named(tmp_path: Path) -> None:
    old = firefox_store(tmp_path, profile="a1.work")
    new = firefox_store(tmp_path, profile="b2.default-release")
    for path in old.parent.iterdir():
        os.utime(path, (1, 1))
    chromium_store(tmp_path)
    chromium_store(tmp_path, profile="Profile 1")
    assert {one.title for one in browser_profiles(tmp_path)} == {
        "Firefox, work",
        "Firefox, default-release",
        "Chromium, Ann",
        "Chromium, Bo",
    }
    assert chosen_profile("Firefox", tmp_path).store == new
    for text in ("firefox:work", "firefox:A1.work", f"firefox:{old.parent}"):
        assert chosen_profile(text, tmp_path).store == old
    assert chosen_profile("chromium:bo", tmp_path).name == "Bo"
    for text, fault in (("firefox:x", Fault.NO_PROFILE), ("brave", Fault.NO_BROWSER), (":", Fault.NO_BROWSER)):
        with pytest.raises(JarError) as told:
            chosen_profile(text, tmp_path)
        assert told.value.fault is fault


@pytest.mark.parametrize(("platform", "base"), [("darwin", "Library/Application Support"), ("win32", "AppData")])
def test_other_systems_keep_them_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, base: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    firefox = {"darwin": "Firefox/Profiles", "win32": "Roaming/Mozilla/Firefox/Profiles"}[platform]
    chrome = {"darwin": "Google/Chrome", "win32": r"Local/Google\Chrome/User Data"}[platform]
    for store in (f"{firefox}/x.default/cookies.sqlite", f"{chrome}/Default/Network/Cookies"):
        path = tmp_path / base / store
        path.parent.mkdir(parents=True)
        path.touch()
    assert {one.title for one in browser_profiles(tmp_path)} == {"Firefox, default", "Chrome, Default"}


ROWS = (
    (".example.org", "wide", "", enciphered("1", ".example.org"), "/", LATER, 1),
    ("files.example.org", "plain", "2", b"", "/", 0, 0),
    ("files.example.org", "empty", "", enciphered("", "files.example.org"), "/", LATER, 0),
    ("files.example.org", "framed", "", enciphered("canary", "files.example.org"), "/", LATER, 0),
    ("files.example.org", "moved", "", enciphered("canary", "evil.example"), "/", LATER, 0),
    ("other.example", "other", "", enciphered("canary", "other.example"), "/", LATER, 0),
)


def test_chromium_gives_those_of_the_site_alone(tmp_path: Path) -> None:
    chromium_store(tmp_path, *ROWS)
    taken = cookies_from("chromium", [SITE], tmp_path)
    found = {one.name: (one.value, one.below, one.secure, one.expires) for one in taken.cookies}
    assert found == {
        "wide": ("1", True, True, float(LATER)),
        "plain": ("2", False, False, None),
        "empty": ("", False, False, float(LATER)),
    }
    own = own_of(taken, SITE)
    assert own is not None
    assert names(own.cookies) == ["empty", "plain", "wide"]
    assert own_of(taken, "https://elsewhere.example/") is None


@pytest.mark.parametrize(
    ("prefix", "secret", "given", "version", "value"),
    [
        (b"v11", b"from the keyring", b"from the keyring", 24, "1"),
        (b"v11", b"from the keyring", b"from the keyring", 20, "1"),
        (b"v11", b"", b"from the keyring", 24, "1"),
        (b"v11", b"from the keyring", None, 24, None),
        (b"v10", b"another", b"from the keyring", 24, None),
        (b"v20", b"peanuts", b"from the keyring", 24, None),
    ],
)
def test_the_key_is_by_the_prefix(
    tmp_path: Path, prefix: bytes, secret: bytes, given: bytes | None, version: int, value: str | None
) -> None:
    sealed = enciphered("1", "files.example.org", secret, prefix, hashed=version >= 24)
    chromium_store(tmp_path, ("files.example.org", "a", "", sealed, "/", LATER, 0), version=version)
    asked: list[str] = []
    keys = Keys("Chromium", lambda browser: asked.append(browser) or given)  # type: ignore[func-returns-value]
    profile = chosen_profile("chromium", tmp_path)
    if value is None:
        with pytest.raises(JarError, match="keyring"):
            chromium_cookies(profile, "files.example.org", keys)
    else:
        assert [one.value for one in chromium_cookies(profile, "files.example.org", keys)] == [value]
    assert asked == (["Chromium"] if prefix == b"v11" else []), "it is asked only where that is of use, and once"


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = firefox_store(tmp_path)
    store.write_bytes(b"no database at all, " * 100)
    store.with_name(f"{store.name}-wal").unlink()
    chromium_store(tmp_path, *ROWS)
    with pytest.raises(JarError, match="cookies of Firefox, default cannot be read"):
        cookies_from("firefox", [SITE], tmp_path)
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, chromium_keys.LIBRARY, None)
        with pytest.raises(JarError, match=r"pip install 'headrace\[browsers\]'"):
            cookies_from("chromium", [SITE], tmp_path)
    profile = chosen_profile("chromium", tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(JarError, match="on Windows so that no other program"):
        take_cookies(profile, [SITE])


def test_a_keyring_that_breaks_gives_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "secretstorage", None)
    assert keyring_secret("Chromium") is None


def test_a_browser_that_writes_meanwhile_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = firefox_store(tmp_path, ("files.example.org", "a", "1", "/", LATER, 0, ""))
    copied, real = [], shutil.copyfile

    def disturbed(source: Path, target: Path) -> None:
        real(source, target)
        copied.append(source.name)
        if len(copied) == 1:
            os.utime(store, (5, 5))

    monkeypatch.setattr(shutil, "copyfile", disturbed)
    assert names(cookies_from("firefox", [SITE], tmp_path).cookies) == ["a"]
    assert copied == ["cookies.sqlite", "cookies.sqlite-wal"] * 2
