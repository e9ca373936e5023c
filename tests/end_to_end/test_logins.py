"""Logins and trust by the command line; logins kept by a real keyring."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.conftest import ServerFactory
from tests.support import apache, needs, seeded
from tests.support.apache import Apache
from tests.support.control_command import Control
from tests.support.get_command import GetCommand
from tests.support.nginx import Nginx
from tests.support.processes import end
from tests.support.session_bus import PrivateBus

SIZE = 300_000


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def keyring(session: PrivateBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a keyring of our own on a bus of our own."""
    daemon = needs.require("gnome-keyring-daemon")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.address)
    process = subprocess.Popen(
        [daemon, "--foreground", "--unlock", "--components=secrets"],
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(b"of the tests")
    process.stdin.close()
    yield
    end(process)


def state(profile: Profile) -> str:
    return "".join(path.read_text(errors="replace") for path in profile.folder.iterdir() if path.is_file())


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_get_logs_in(members: Apache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    get = GetCommand(tmp_path / "target", tmp_path / "profile")
    address = members.file(f"{kind}/get.bin", SIZE)
    refused = get.run(address)
    assert (refused.status, "the server asks for a login; give it with --user" in refused.err) == (1, True)
    assert get.run("--user", apache.USER, address).status == 2
    monkeypatch.setenv("HEADRACE_PASSWORD", apache.PASSWORD)
    done = get.run("-vv", "--user", apache.USER, address)
    assert done.status == 0, done.err
    assert seeded.first_difference(get.folder / "get.bin", 1, SIZE) is None
    assert apache.PASSWORD not in done.out + done.err
    assert apache.PASSWORD.encode() not in get.state_bytes()


def test_what_waits_goes_on_with_a_login(members: Apache, control: Control) -> None:
    addresses = [members.file(f"digest/{number}.bin", SIZE) for number in range(3)]
    with control.running():
        assert control.run("add", "--wait", *addresses).status == 1
        done = control.run("login", "--user", apache.USER, addresses[0], stdin=f"{apache.PASSWORD}\n")
        assert (done.status, done.err) == (0, "")
        assert control.run("wait").status == 0
        kept = control.run("login", "--user", apache.USER, "--keep", addresses[0], stdin=apache.PASSWORD)
        assert (kept.status, kept.err) == (2, "headrace: it is not kept: there is no keyring\n")
        assert control.run("login", "gopher://h/", stdin="x").status == 2
    assert apache.PASSWORD not in state(control.profile)


def test_a_keyring_keeps_it_for_the_next_start(keyring: None, members: Apache, control: Control) -> None:
    address = members.file("basic/kept.bin", SIZE)
    place = address.removesuffix("/basic/kept.bin")
    with control.running():
        done = control.run("login", "--user", apache.USER, "--keep", place, stdin=apache.PASSWORD)
        assert (done.status, done.err) == (0, "")
    with control.running():
        assert control.run("login").out == f"{place}  {apache.USER}\n"
        assert control.run("add", "--wait", address).status == 0
        assert control.run("login", "--forget", place).status == 0
        assert control.run("login").out == ""
        assert control.run("add", "--wait", f"{address}?2").status == 1
    assert apache.PASSWORD not in state(control.profile)


def test_a_certificate_is_looked_at_and_trusted(control: Control, faulty_server: ServerFactory) -> None:
    server = faulty_server(tls=True)
    address = server.file(SIZE)
    host = address.partition("://")[2].partition("/")[0]
    with control.running():
        refused = control.run("add", "--wait", address)
        assert "the server's certificate is not trusted; 'headrace trust' shows it" in refused.err
        shown = control.run("trust", host)
        assert shown.out.startswith(f"{host}  SHA-256 ")
        assert "-----BEGIN CERTIFICATE-----\n" in shown.out
        digest = shown.out.split()[2]
        assert control.run("trust", "--sha256", "12", host).status == 2
        assert control.run("trust", "--sha256", digest, host).status == 0
        assert control.run("wait").status == 0
        assert control.run("trust").out == f"{host}={digest.replace(':', '').lower()}\n"
        assert control.run("trust", "--forget", host).status == 0
        assert control.run("trust", "--forget", host).status == 1
        assert control.run("add", "--wait", f"{address}?2").status == 1


def test_get_sends_the_cookies_of_a_file(nginx: Nginx, tmp_path: Path) -> None:
    (nginx.root / "members").mkdir(exist_ok=True)
    nginx.file("members/get.bin", SIZE)
    get, path = GetCommand(tmp_path / "target", tmp_path / "profile"), tmp_path / "cookies.txt"
    address = nginx.url("members/get.bin")
    assert get.run("--cookies", str(path), address).status == 2
    path.write_text("no cookies")
    refused = get.run("--cookies", str(path), address)
    assert (refused.status, "is not a cookies.txt" in refused.err) == (2, True)
    path.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tcanary\n")
    done = get.run("-vv", "--cookies", str(path), address)
    assert done.status == 0, done.err
    assert "canary" not in done.out + done.err
    assert b"canary" not in get.state_bytes()
