"""Cookies out of real browsers, set by a real server, taken by the commands and told to that server alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from headrace.jars.faults import JarError
from headrace.jars.taking import cookies_from
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import faults, needs, seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.firefox import browsing
from tests.support.processes import wait_until
from tests.support.replies import Request, Resource

SIZE = 300_000
LATER = "Max-Age=10000"
HEARD = {"127.0.0.1/members/big.bin": {"session=mine"}, "127.0.0.1/free.bin": {None}}
"""What the server hears of two downloads: its own cookie where it belongs, and never the other site's."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def control(tmp_path: Path, home: Path) -> Control:
    """Give the commands of a user with a home of their own."""
    profile = Profile.at(home / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    control = Control(profile, tmp_path / "downloads", {"HOME": str(home)})
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        control.env.pop(name, None)
    return control


@pytest.fixture
def shop(plain_server: FaultyServer) -> FaultyServer:
    """Give a server that lets members in alone, behind another site that leaves a cookie of its own."""
    page = plain_server.url("/members/page")
    other = (("Set-Cookie", f"other=canary; Path=/; {LATER}"),)
    plain_server.add(Resource("/first", redirect=page, headers=other))
    session = (("Set-Cookie", f"session=mine; Path=/members; HttpOnly; {LATER}"),)
    text = b"<!doctype html><title>Shop</title>in"
    plain_server.add(Resource("/members/page", content=text, content_type="text/html", headers=session))
    for path in ("/members/big.bin", "/free.bin"):
        plain_server.file(SIZE, path)
    plain_server.inject(faults.status(403, times=None, when=_is_stranger))
    return plain_server


def _is_stranger(request: Request) -> bool:
    return request.path == "/members/big.bin" and request.headers.get("cookie") != "session=mine"


def first(shop: FaultyServer) -> str:
    """Return the address of the other site, which leads on to the shop."""
    return shop.url("/first").replace("127.0.0.1", "localhost")


def is_taken(browser: str, shop: FaultyServer, home: Path) -> bool:
    try:
        return bool(cookies_from(browser, [shop.url("/members/big.bin")], home).cookies)
    except JarError:
        return False


def told(shop: FaultyServer, since: int) -> dict[str, set[str | None]]:
    """Return which cookies came with requests for each path on each host; browsers ask for an icon when they like."""
    found: dict[str, set[str | None]] = {}
    for request in shop.requests[since:]:
        if request.path == "/favicon.ico":
            continue
        place = f"{request.headers['host'].partition(':')[0]}{request.path}"
        found.setdefault(place, set()).add(request.headers.get("cookie"))
    return found


@pytest.mark.needs("firefox-esr", "firefox-esr")
@pytest.mark.skipif(sys.platform != "linux", reason="looks where the browser looks there")
def test_what_firefox_was_given_goes_to_whom_it_belongs(control: Control, shop: FaultyServer, home: Path) -> None:
    with browsing(home / ".mozilla" / "firefox" / "x.default", control.env) as firefox:
        firefox.open(first(shop))
        wait_until(lambda: is_taken("firefox", shop, home), "the browser has noted it down", timeout=30)
        since = len(shop.requests)
        paths = [shop.url("/members/big.bin"), shop.url("/free.bin")]
        done = control.run("get", "-d", str(control.folder), "--cookies-from", "firefox:default", *paths)
    assert (done.status, "1 cookie for 127.0.0.1 from Firefox, default" in done.err) == (0, True), done
    assert seeded.first_difference(control.folder / "big.bin", 1, SIZE) is None
    assert told(shop, since) == HEARD
    for path in control.profile.folder.rglob("*"):
        assert not path.is_file() or b"session=mine" not in path.read_bytes(), path


@pytest.mark.needs("chromium", "chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="looks where the browser looks there")
def test_what_chromium_was_given_goes_to_whom_it_belongs(control: Control, shop: FaultyServer, home: Path) -> None:
    options = ["--headless", "--no-first-run", "--disable-gpu", "--password-store=basic", "--timeout=5000"]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []
    folder = home / ".config" / "chromium"
    command = [needs.require("chromium"), *options, f"--user-data-dir={folder}", "--dump-dom", first(shop)]
    seen = subprocess.run(command, env=control.env, capture_output=True, text=True, timeout=60, check=False)
    assert "<title>Shop</title>" in seen.stdout, seen
    assert is_taken("chromium", shop, home)
    since = len(shop.requests)
    with control.running():
        paths = [shop.url("/members/big.bin"), shop.url("/free.bin")]
        done = control.run("add", "--wait", "--cookies-from", "chromium", *paths)
        assert (done.status, "1 cookie for 127.0.0.1 from Chromium" in done.err) == (0, True), done
    assert seeded.first_difference(control.folder / "big.bin", 1, SIZE) is None
    assert told(shop, since) == HEARD
    for path in control.profile.folder.rglob("*"):
        assert not path.is_file() or b"session=mine" not in path.read_bytes(), path
