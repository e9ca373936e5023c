"""SFTP from a real OpenSSH server: whole and in parts, its key known, unknown and changed, who logs in and how."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from headrace.errors import DownloadError
from headrace.logging_in import log_in
from headrace.logins import Login
from headrace.net.sftp_plug import path_of
from headrace.states import DownloadState, FailureReason, Notice
from headrace.trust import fingerprint
from headrace.trusting import distrust, host_untrusted, look, trust

from tests.support import proxies, seeded
from tests.support.engine import Engine
from tests.support.processes import wait_until
from tests.support.sshd import Sshd, make_key, sshd

_R = FailureReason
SIZE: Final = 12_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    """Return a running server."""
    with sshd() as running:
        yield running


@pytest.fixture
def home(server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of somebody who knows the server and has a key for it, and no agent."""
    folder = server.home(tmp_path / "home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return folder


def is_right(path: Path, size: int = SIZE, seed: int = 1) -> bool:
    return seeded.first_difference(path, seed, size) is None


@pytest.mark.parametrize("connections", [1, 5])
def test_a_file(engine: Engine, server: Sshd, home: Path, connections: int) -> None:
    download_id = engine.add(server.file(f"a-{connections}.bin", SIZE), connections=connections)
    path = engine.fetched(download_id)
    assert is_right(path)
    assert path.name == f"a-{connections}.bin"
    assert not set(engine.snapshot(download_id).notices) - {Notice.ORIGIN_NOT_MARKED}


def test_an_empty_one_and_one_with_an_odd_name(engine: Engine, server: Sshd, home: Path) -> None:
    assert engine.fetched(engine.add(server.file("empty.bin", 0))).stat().st_size == 0
    odd = server.file("a b#%.bin", 1000)
    address = odd.replace("%", "%25").replace(" ", "%20").replace("#", "%23")
    assert is_right(engine.fetched(engine.add(address)), 1000)


def test_what_is_not_there_and_what_is_no_file(engine: Engine, server: Sshd, home: Path) -> None:
    base = f"sftp://127.0.0.1:{server.port}"
    assert engine.failed(engine.add(f"{base}{server.folder}/none.bin")) is _R.NOT_FOUND
    assert engine.failed(engine.add(f"{base}{server.folder}/files")) is _R.NOT_FOUND
    assert engine.failed(engine.add(f"{base}/")) is _R.BAD_ADDRESS


@pytest.mark.parametrize(
    ("address", "path"), [("sftp://h/a%20b", b"/a b"), ("sftp://h/~/a/b", b"a/b"), ("sftp://h/%FF", b"/\xff")]
)
def test_paths(address: str, path: bytes) -> None:
    assert path_of(address) == path
    with pytest.raises(DownloadError):
        path_of(f"{address}%00")


def test_paused_and_gone_on_with_after_a_restart(engine: Engine, server: Sshd, home: Path) -> None:
    address, began = server.file("paused.bin", SIZE), monotonic()
    download_id = engine.add(address, connections=2, limit=3_000_000)
    engine.until_received(download_id, 1_500_000)
    assert monotonic() - began > 0.3, "the limit holds"
    began = monotonic()
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.until_still()
    assert monotonic() - began < 1.0
    received = engine.snapshot(download_id).received
    assert received < SIZE
    engine.restart()
    engine.manager.changes.set_options([download_id], limit=None)
    engine.manager.resume([download_id])
    assert is_right(engine.fetched(download_id))
    assert Notice.RESTARTED_NO_RESUME not in engine.snapshot(download_id).notices


def test_a_pause_ends_a_connection_that_hangs(engine: Engine, server: Sshd, home: Path) -> None:
    """The session's process is held still: nothing comes, and nothing ends."""
    download_id = engine.add(server.file("hanging.bin", SIZE), connections=1, limit=3_000_000)
    engine.until_received(download_id, 500_000)
    held = _sessions(server)
    assert held
    try:
        for number in held:
            os.kill(number, signal.SIGSTOP)
        engine.manager.changes.set_options([download_id], limit=None)
        engine.until(lambda: engine.snapshot(download_id).received > 500_000)
        began = monotonic()
        engine.manager.pause([download_id])
        engine.until_state(download_id, DownloadState.PAUSED)
        engine.until_still()
        assert monotonic() - began < 1.0
    finally:
        for number in held:
            os.kill(number, signal.SIGCONT)
    engine.manager.resume([download_id])
    assert is_right(engine.fetched(download_id))


def test_a_lost_connection_is_gone_on_from(engine: Engine, server: Sshd, home: Path) -> None:
    download_id = engine.add(server.file("lost.bin", SIZE), connections=2, limit=4_000_000)
    engine.until_received(download_id, 1_000_000)
    for number in _sessions(server):
        os.kill(number, signal.SIGKILL)
    assert is_right(engine.fetched(download_id))


def _sessions(server: Sshd) -> list[int]:
    """Return the processes that the server has made for its clients."""
    listed = subprocess.run(["pgrep", "-P", str(server.process)], capture_output=True, text=True, check=False).stdout
    first = [int(number) for number in listed.split()]
    below = subprocess.run(
        ["pgrep", "-P", ",".join(map(str, first))], capture_output=True, text=True, check=False
    ).stdout
    return first + [int(number) for number in below.split()]


def test_a_key_nobody_knows_is_shown_trusted_and_distrusted(engine: Engine, server: Sshd, home: Path) -> None:
    (home / ".ssh" / "known_hosts").unlink()
    download_id = engine.add(server.file("unknown.bin", SIZE))
    failure = engine.outcome(download_id).failure
    assert failure is not None
    place = f"sftp://127.0.0.1:{server.port}"
    shown = subprocess.run(["ssh-keygen", "-lf", server.host_key], capture_output=True, text=True, check=True).stdout
    assert (failure.reason, failure.detail) == (_R.HOST_KEY_UNKNOWN, f"{place}: {shown.split()[1]}")
    assert host_untrusted(failure) == place
    looking = look(engine.manager, place)
    engine.until(looking.done)
    assert looking.result().fault == ""
    assert looking.result().written == shown.split()[1] == fingerprint(looking.result().digest)
    assert trust(engine.manager, place, looking.result().digest) == [download_id]
    assert is_right(engine.fetched(download_id))
    assert distrust(engine.manager, place)
    assert engine.failed(engine.add(server.file("once-more.bin", SIZE))) is _R.HOST_KEY_UNKNOWN


def test_a_key_that_has_changed_is_told_as_such(engine: Engine, server: Sshd, home: Path) -> None:
    make_key(home / "other")
    host, *_ = server.known.split()
    (home / ".ssh" / "known_hosts").write_text(f"{host} {(home / 'other.pub').read_text()}")
    assert engine.failed(engine.add(server.file("changed.bin", SIZE))) is _R.HOST_KEY_CHANGED
    (home / ".ssh" / "known_hosts").unlink()
    engine.restart(trusted_certificates=(f"sftp://127.0.0.1:{server.port}={'0a' * 32}",))
    assert engine.failed(engine.add(server.file("changed-too.bin", SIZE))) is _R.HOST_KEY_CHANGED


def test_who_has_no_key_is_asked_for_a_login(engine: Engine, server: Sshd, home: Path) -> None:
    (home / ".ssh" / "id_ed25519").unlink()
    download_id = engine.add(server.file("login.bin", SIZE))
    failure = engine.outcome(download_id).failure
    assert failure is not None
    place = f"sftp://127.0.0.1:{server.port}"
    assert (failure.reason, failure.detail) == (_R.LOGIN_NEEDED, place)
    log_in(engine.manager, place, Login("nobody", "canary wrong"))
    assert engine.failed(download_id) is _R.LOGIN_NEEDED
    assert engine.manager.net_context.logins.refusals(place) == 1


def test_an_agent_has_the_key(
    engine: Engine, server: Sshd, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".ssh" / "id_ed25519").rename(home / "key")
    place = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", place], stdout=subprocess.DEVNULL)
    try:
        wait_until(place.exists, "the agent answers")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
        subprocess.run(["ssh-add", "-q", home / "key"], check=True)
        assert is_right(engine.fetched(engine.add(server.file("agent.bin", SIZE))))
    finally:
        agent.terminate()
        agent.wait()


def test_through_a_socks_proxy_and_never_past_one(engine: Engine, server: Sshd, home: Path, tmp_path: Path) -> None:
    with proxies.microsocks(tmp_path) as port:
        proxy = f"socks5://127.0.0.1:{port}"
        assert is_right(engine.fetched(engine.add(server.file("socks.bin", SIZE), proxy=proxy)))
    refused = engine.outcome(engine.add(server.file("http.bin", SIZE), proxy="http://127.0.0.1:1")).failure
    assert refused is not None
    assert (refused.reason, refused.detail) == (_R.PROXY_REFUSED, "http://127.0.0.1:1: only SOCKS proxies carry SFTP")


def test_what_is_no_ssh_server(engine: Engine, home: Path, scripted_port: int) -> None:
    download_id = engine.add(f"sftp://127.0.0.1:{scripted_port}/a.bin")
    engine.until_state(download_id, DownloadState.CONNECTING, DownloadState.RETRY_WAIT)
    began = monotonic()
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    engine.until_still()
    assert monotonic() - began < 1.0


@pytest.fixture
def scripted_port() -> Iterator[int]:
    """Return a port where nobody says anything."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield int(mute.getsockname()[1])
