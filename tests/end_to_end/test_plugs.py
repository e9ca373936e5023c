"""FTP and SFTP by the commands: killed and gone on with, logged in, a host key looked at and trusted."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.certificates import Certificates
from tests.support.control_command import Control
from tests.support.get_command import GetCommand
from tests.support.proftpd import PASSWORD, SLOW, USER, Ftp, proftpd
from tests.support.sshd import Sshd, sshd

SIZE = 6_000_000
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="proftpd and sshd as Debian has them, SIGKILL")


@pytest.fixture(scope="module")
def ftp(certificates: Certificates) -> Iterator[Ftp]:
    with proftpd(certificates) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    with sshd() as running:
        yield running


def test_a_killed_download_is_continued_by_the_same_command(
    ftp: Ftp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first user gets 2 MB/s a connection; the second command could not be done without what the first left."""
    get = GetCommand(tmp_path / "target", tmp_path / "profile")
    ftp.file("killed.bin", SIZE)
    address = f"ftp://127.0.0.1:{ftp.plain_port}/killed.bin"
    monkeypatch.setenv("HEADRACE_PASSWORD", "wrong")
    refused = get.run("--user", USER, address)
    assert (refused.status, "the server asks for a login; give it with --user" in refused.err) == (1, True)
    monkeypatch.setenv("HEADRACE_PASSWORD", PASSWORD)
    with get.start("--json", "-x", "1", "--user", SLOW, address) as command:
        command.next_event("added")
        for _ in range(2):  # a second apart, the last one far behind a checkpoint
            received = command.next_event("progress")["received"]
        command.process.kill()
        assert command.wait().status not in {0, 130}
    assert 1_000_000 < received < SIZE
    done = get.run("-vv", "--user", USER, address)
    assert (done.status, list(get.files())) == (0, ["killed.bin"]), done.err
    assert seeded.first_difference(get.folder / "killed.bin", 1, SIZE) is None
    assert "answers 206" in done.err
    assert PASSWORD not in done.out + done.err
    assert PASSWORD.encode() not in get.state_bytes()


def test_a_host_key_is_looked_at_and_trusted(server: Sshd, tmp_path: Path) -> None:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    home = server.home(tmp_path / "home", known="")
    control = Control(profile, tmp_path / "downloads", {"HOME": str(home), "SSH_AUTH_SOCK": ""})
    place = f"sftp://127.0.0.1:{server.port}"
    with control.running():
        refused = control.run("add", "--wait", server.file("trusted.bin", SIZE))
        assert refused.status == 1
        assert "the server's host key is not known yet; 'headrace trust' shows it" in refused.err
        first, key, *_ = control.run("trust", place).out.split("\n")
        assert key == " ".join(server.host_key.read_text().split()[:2])
        assert first.startswith(f"{place}  SHA256:")
        assert control.run("trust", "--sha256", first.split()[1], place).status == 0
        assert control.run("wait").status == 0
        assert seeded.first_difference(tmp_path / "downloads" / "trusted.bin", 1, SIZE) is None
        assert control.run("trust", "--forget", place).status == 0
