"""HTTP/2 by the command line: the rule of a host, a kill, and the same command again."""

from pathlib import Path

import pytest
from headrace.host_rules import HostRule
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.certificates import Certificates
from tests.support.control_command import Control
from tests.support.get_command import GetCommand
from tests.support.nginx import serving

MIB = 1 << 20
SIZE = 8 * MIB


@pytest.mark.needs("nginx")
def test_a_killed_download_is_continued_by_the_same_command(tmp_path: Path, certificates: Certificates) -> None:
    with serving(tmp_path / "nginx", certificates, limit_rate=2 * MIB, http2=True) as server:
        server.file("file", SIZE)
        address = server.url("file", tls=True)
        profile = Profile.at(tmp_path / "profile")
        rule = HostRule(f"127.0.0.1:{server.tls_port}", http_version="2", per_download=2)
        save_settings(Settings(tmp_path, ca_file=certificates.ca_file, host_rules=(rule,)), profile.settings)
        get = GetCommand(tmp_path / "target", profile.folder)
        with get.start("--json", address) as command:
            received = 0
            while received < 2 * MIB:
                received = command.next_event("progress")["received"]
            command.process.kill()
            assert command.wait().status not in {0, 130}
        assert received < SIZE
        done = get.run(address)
        assert (done.status, done.err) == (0, "")
        assert seeded.first_difference(get.folder / "file", 1, SIZE) is None
        lines = (server.log_file.parent / "access.log").read_text(encoding="utf-8").splitlines()
        assert {line.split('"')[1].split()[-1] for line in lines} == {"HTTP/2.0"}
        assert any('" 206 ' in line for line in lines)


def test_the_version_is_a_rule_of_the_host(tmp_path: Path) -> None:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    control = Control(profile, tmp_path / "downloads")
    with control.running():
        assert "HTTP/2" in control.run("host", "files.example", "--http", "2").out
        assert "HTTP/2" not in control.run("host", "files.example", "--connections", "2", "--http", "1.1").out
