"""Downloads from a browser: the host alone, its installation, and a real Chromium with the extension in it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from headrace.browser.messages import CHROMIUM_ID, FIREFOX_ID, MOST_BYTES, NAME, read_frame, write_frame
from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace_resources.files import browser_folder

from tests.support import faults, needs, seeded
from tests.support.certificates import Certificates
from tests.support.control_command import Control
from tests.support.desktop import Desktop
from tests.support.faulty_server import FaultyServer
from tests.support.firefox import browsing
from tests.support.nginx import Nginx, serving
from tests.support.processes import wait_until
from tests.support.replies import Resource

SIZE = 4_000_003
ORIGIN = f"chrome-extension://{CHROMIUM_ID}/"
PROGRAM = "import sys; from headrace_gui.main import main; sys.exit(main())"
PAGE = (
    '<!doctype html><title>Shop</title><script>document.cookie = "session=canary; path=/"</script>'
    '<a href="members/big.zip" style="display:block;font-size:80px;padding:120px;background:#ddf">Get it</a>'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def control(tmp_path: Path, home: Path) -> Iterator[Control]:
    """Give a program of a user with a home of their own; it is ended if a browser started it."""
    profile = Profile.at(home / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    control = Control(profile, tmp_path / "downloads", {"HOME": str(home), "HEADRACE_PROFILE": str(profile.folder)})
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        control.env.pop(name, None)
    yield control
    control.run("quit")
    wait_until(lambda: control.run("list", "--no-start").status == 1, "the program has ended")


def asked(control: Control, *messages: dict[str, Any], caller: str = ORIGIN) -> list[dict[str, Any]]:
    """Start the host as a browser does, say all messages, and return the answers."""
    said = io.BytesIO()
    for message in messages:
        write_frame(said, message)
    return heard(control, said.getvalue(), caller)


def heard(control: Control, said: bytes, caller: str = ORIGIN) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", PROGRAM, "native-host", caller]
    done = subprocess.run(command, input=said, capture_output=True, env=control.env, timeout=60, check=False)
    assert done.stderr == b""
    stream, answers = io.BytesIO(done.stdout), []
    while body := read_frame(stream):
        answers.append(json.loads(body))
    return answers


# -- the host --------------------------------------------------------------------------------------------------


def test_the_host_hands_over_and_starts_the_program(control: Control, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE, "/a.zip")
    download = {"address": address, "cookies": "a=canary", "referrer": "http://page/", "user_agent": "B/1"}
    added, status = asked(control, {"id": 7, "do": "add", "downloads": [download]}, {"id": 8, "do": "status"})
    assert (added["id"], added["ok"], added["added"][0]["name"]) == (7, True, "a.zip")
    assert (status["id"], status["ok"]) == (8, True)
    assert control.run("wait").out == f"finished {control.folder / 'a.zip'}\n"
    assert seeded.first_difference(control.folder / "a.zip", 1, SIZE) is None
    sent = {name.lower(): value for name, value in plain_server.requests[0].headers.items()}
    assert (sent["cookie"], sent["referer"], sent["user-agent"]) == ("a=canary", "http://page/", "B/1")
    for path in control.profile.folder.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path


def test_the_host_goes_on_with_what_the_browser_left(
    control: Control, tmp_path: Path, plain_server: FaultyServer
) -> None:
    address = plain_server.file(SIZE, "/a.zip")
    target = tmp_path / "kept" / "a.zip"
    target.parent.mkdir()
    unfinished = target.with_name("a.zip.crdownload")
    unfinished.write_bytes(seeded.body(1, 0, 3_000_000))
    downloads = [
        {"address": address, "left": str(target)},
        {"address": plain_server.file(SIZE, "/b.zip"), "left": str(tmp_path / "nothing.zip")},
    ]
    (answer,) = asked(control, {"id": 7, "do": "add", "downloads": downloads})
    assert [each["name"] for each in answer["added"]] == ["a.zip", "b.zip"]
    assert control.run("wait").status == 0
    assert seeded.first_difference(target, 1, SIZE) is None
    assert not unfinished.exists()
    assert plain_server.body_sent < 2 * SIZE - 1_500_000
    assert seeded.first_difference(control.folder / "b.zip", 1, SIZE) is None


@pytest.mark.parametrize("caller", ["chrome-extension://" + "a" * 32 + "/", "evil@example.org", ""])
def test_another_extension_is_not_served(control: Control, caller: str) -> None:
    (answer,) = asked(control, {"id": 1, "do": "status"}, caller=caller)
    assert answer == {"ok": False, "error": "this extension may not use Headrace"}


def test_bad_messages_are_answered_and_lose_nothing(control: Control) -> None:
    with control.running():
        messages: list[dict[str, Any]] = [
            {"id": 1, "do": "fly"},
            {"id": 2, "do": "add", "downloads": [{"address": "file:///etc/passwd"}]},
            {"id": 3},
            {"id": 4, "do": "open"},
            {"id": 5, "do": "status"},
        ]
        answers = asked(control, *messages, caller=FIREFOX_ID)
        assert [(answer["id"], answer["ok"]) for answer in answers] == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1)]
        assert answers[4]["totals"]["waiting"] == 0
        (answer,) = heard(control, (MOST_BYTES + 1).to_bytes(4, sys.byteorder) + b"x" * 100)
        assert "are the most" in answer["error"]


def test_status_alone_starts_nothing(control: Control) -> None:
    (answer,) = asked(control, {"id": 1, "do": "status"})
    assert not answer["ok"]
    assert "no program runs" in answer["error"]


# -- the installation ------------------------------------------------------------------------------------------


def browser(control: Control, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, "browser", *arguments]
    return subprocess.run(command, env=control.env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="looks where browsers look there")
def test_browsers_are_told_and_untold(control: Control, home: Path) -> None:
    none = browser(control, "install")
    assert (none.returncode, "no browser was started here yet" in none.stderr) == (2, True)
    (home / ".config" / "chromium").mkdir(parents=True)
    (home / ".mozilla").mkdir()
    done = browser(control, "install", "--extension-id", "b" * 32)
    assert done.returncode == 0
    chromium = home / ".config" / "chromium" / "NativeMessagingHosts" / f"{NAME}.json"
    firefox = home / ".mozilla" / "native-messaging-hosts" / f"{NAME}.json"
    told = json.loads(chromium.read_text(encoding="utf-8"))
    assert told["allowed_origins"] == [ORIGIN, f"chrome-extension://{'b' * 32}/"]
    assert json.loads(firefox.read_text(encoding="utf-8"))["allowed_extensions"][0] == FIREFOX_ID
    assert Path(told["path"]).stat().st_mode & 0o777 == 0o700
    assert browser(control, "status").stdout.count("installed, ") == 2
    assert asked(control, {"id": 1, "do": "fly"}, caller=f"chrome-extension://{'b' * 32}/")[0]["id"] == 1
    assert "Firefox: removed" in browser(control, "remove", "firefox").stdout
    assert "Firefox: not installed" in browser(control, "status").stdout
    assert not firefox.exists()
    assert "Firefox: was not installed" in browser(control, "remove", "Firefox").stdout
    assert browser(control, "install", "Netscape").returncode == 2


def test_the_extension_is_whole() -> None:
    folder = browser_folder()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    named = [manifest["background"]["service_worker"], manifest["action"]["default_popup"], *manifest["icons"].values()]
    named += [manifest["options_ui"]["page"], *manifest["content_scripts"][0]["js"]]
    assert [name for name in named if not (folder / name).is_file()] == []
    assert manifest["browser_specific_settings"]["gecko"]["id"] == FIREFOX_ID


# -- Chromium --------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path, certificates: Certificates) -> Iterator[Nginx]:
    with serving(tmp_path / "shop", certificates) as server:
        members = server.root / "members"
        members.mkdir()
        server.file("members/big.zip", SIZE)
        (server.root / "page.html").write_text(PAGE, encoding="utf-8")
        yield server


def chromium(*arguments: str) -> list[str]:
    options = ["--no-first-run", "--no-default-browser-check", "--disable-gpu", "--password-store=basic"]
    options += ["--disable-features=DisableLoadExtensionCommandLineSwitch", "--window-size=1200,800"]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []
    return [needs.require("chromium"), *options, *arguments]


@pytest.mark.needs("chromium", "chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="clicks on an X display")
def test_what_chromium_left_is_gone_on_with_by_a_click(
    control: Control, stage: Desktop, home: Path, plain_server: FaultyServer
) -> None:
    address = plain_server.add(Resource("/big.mp3", size=SIZE, disposition="attachment; filename=big.mp3"))
    plain_server.inject(faults.cut(3_000_000, when=faults.nth(1)))
    plain_server.inject(faults.cut(0, times=None, when=faults.from_nth(2)))
    preferences = home / ".config" / "chromium" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"safebrowsing": {"enabled": false}}')  # else the name waits for an answer of its service
    env = control.env | {"DISPLAY": stage.display}
    unfinished = home / "Downloads" / "big.mp3.crdownload"
    with stage.program(chromium(address), env=env):
        wait_until(lambda: len(plain_server.requests) >= 6, "the browser has given up", timeout=60)
        assert unfinished.stat().st_size == 3_000_000
        sleep(2)  # until it has noted that down, in a database of its own
    plain_server.heal()
    assert browser(control, "install", "chromium").returncode == 0
    popup = f"chrome-extension://{CHROMIUM_ID}/popup.html"
    before = plain_server.body_sent
    page = plain_server.add(Resource("/page", content=b"<title>Shop</title>", content_type="text/html"))
    with stage.program(chromium(f"--load-extension={browser_folder()}", page), env=env):
        stage.wait_for_window("^Shop", timeout=60)
        sleep(2)  # until the extension has loaded
        stage.key("ctrl+l")
        stage.type(popup)
        stage.key("Return")
        window = stage.wait_for_window("^Headrace", timeout=60)
        sleep(1)  # until the page has asked what there is
        stage.click(window.width // 2, window.height - 60, window=window)
        stage.key("Tab", "Tab", "Tab", "Return")
        wait_until(lambda: control.run("list", "--no-start").out.count("completed") == 1, "it arrived", timeout=60)
    assert plain_server.body_sent - before < SIZE - 2_000_000
    assert seeded.first_difference(home / "Downloads" / "big.mp3", 1, SIZE) is None


@pytest.mark.needs("chromium", "chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="clicks on an X display")
def test_a_click_in_chromium_ends_as_a_verified_file(control: Control, stage: Desktop, shop: Nginx, home: Path) -> None:
    assert browser(control, "install", "chromium").returncode == 0
    command = chromium(f"--load-extension={browser_folder()}", shop.url("page.html"))
    with stage.program(command, env=control.env | {"DISPLAY": stage.display}):
        window = stage.wait_for_window("^Shop", timeout=60)
        sleep(2)  # until the extension has loaded, which nothing outside of the browser shows
        stage.click(window.width // 2, window.height // 2, window=window)
        wait_until(lambda: control.run("list", "--no-start").out.count("completed") == 1, "it arrived", timeout=60)
    row = control.rows("info", "big.zip")[0]
    assert (row["address"], row["received"]) == (shop.url("members/big.zip"), SIZE)
    assert seeded.first_difference(control.folder / "big.zip", 1, SIZE) is None
    assert list(home.glob("Downloads/*")) == []  # the browser kept nothing


# -- Firefox ---------------------------------------------------------------------------------------------------


@pytest.mark.needs("firefox-esr", "firefox-esr")
@pytest.mark.skipif(sys.platform != "linux", reason="looks where the browser looks there")
@pytest.mark.parametrize("private", [False, True], ids=["usual", "private"])
def test_a_click_in_firefox_ends_as_a_verified_file(
    control: Control, shop: Nginx, home: Path, *, private: bool
) -> None:
    profile = home / ".mozilla" / "firefox" / "x.default"
    profile.parent.mkdir(parents=True)
    assert browser(control, "install", "firefox").returncode == 0
    with browsing(profile, control.env, private=private) as firefox:
        firefox.install(browser_folder())
        firefox.open(shop.url("page.html"))
        firefox.click("a")
        wait_until(lambda: control.run("list", "--no-start").out.count("completed") == 1, "it arrived", timeout=60)
    row = control.rows("info", "big.zip")[0]
    assert (row["address"], row["received"]) == (shop.url("members/big.zip"), SIZE)
    assert row["private"] is private
    assert len(control.rows("history")) == (0 if private else 1)
    assert seeded.first_difference(control.folder / "big.zip", 1, SIZE) is None
    wait_until(lambda: not list(home.glob("Downloads/*")), "the browser keeps nothing, not even an empty file")


@pytest.mark.needs("firefox-esr", "firefox-esr")
@pytest.mark.skipif(sys.platform != "linux", reason="looks where the browser looks there")
def test_what_firefox_left_is_taken_over_by_its_name_alone(
    control: Control, home: Path, plain_server: FaultyServer
) -> None:
    stall = plain_server.inject(faults.stall(3_000_000, times=None))
    address = plain_server.add(Resource("/big.bin", size=SIZE, disposition="attachment; filename=big.bin"))
    page = plain_server.add(Resource("/page", content=f'<a href="{address}">x</a>'.encode(), content_type="text/html"))
    profile = home / ".mozilla" / "firefox" / "x.default"
    with browsing(profile, control.env) as firefox:
        firefox.open(page)
        firefox.click("a")
        wait_until(lambda: any(part.stat().st_size > 2_000_000 for part in _parts(home)), "it has begun", timeout=60)
        wait_until((profile / "downloads.json").exists, "it is noted down", timeout=60)
    stall.gate.release.set()
    plain_server.heal()
    (part,) = _parts(home)
    with control.running():
        before = plain_server.body_sent
        assert control.run("add", "--wait", "--take-over", str(part)).status == 0
        assert plain_server.body_sent - before < SIZE - 1_500_000
    assert [path.name for path in (home / "Downloads").iterdir()] == ["big.bin"]
    assert seeded.first_difference(home / "Downloads" / "big.bin", 1, SIZE) is None


def _parts(home: Path) -> list[Path]:
    return list(home.glob("Downloads/*.part"))
