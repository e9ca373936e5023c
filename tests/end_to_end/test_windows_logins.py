"""NTLM and Kerberos by the command line: `get`, killed and gone on with; rules of hosts; the extra that is missing."""

import signal
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import needs, seeded
from tests.support.control_command import Control
from tests.support.get_command import GetCommand
from tests.support.windows_domain import PASSWORD, USER, Domain

SIZE = 300_000
LARGE = 8_000_000
WHO = f"HEADRACE\\{USER}"


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "target", tmp_path / "profile")


def test_get_logs_in_and_goes_on_where_it_was_killed(
    domain: Domain, get: GetCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = domain.file("ntlm/get.bin", LARGE)
    monkeypatch.setenv("HEADRACE_PASSWORD", PASSWORD)
    with get.start("--json", "--limit", "2M", "--user", WHO, address) as command:
        while command.next_event("progress")["received"] < LARGE // 8:
            pass
        command.process.send_signal(signal.SIGKILL)
        command.process.wait()
    done = get.run("-vv", "--user", WHO, address)
    assert done.status == 0, done.err
    assert seeded.first_difference(get.folder / "get.bin", 1, LARGE) is None
    assert any(status == 206 for _, user, status, _ in domain.asked("ntlm/get.bin") if user == USER)
    assert PASSWORD not in done.out + done.err
    assert "TlRM" not in done.out + done.err
    assert PASSWORD.encode() not in get.state_bytes()


def test_get_shows_a_ticket_where_it_may(
    domain: Domain, get: GetCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs.require_extra("krb5", "kerberos")
    cache = tmp_path / "tickets"
    for name, value in domain.environment(cache).items():
        monkeypatch.setenv(name, value)
    address = domain.file("kerberos/get.bin", SIZE)
    without = get.run("--login", "ticket", address)
    assert without.status == 1
    assert "there is no usable Kerberos ticket" in without.err
    assert "No Kerberos credentials available" in without.err
    domain.log_in(cache)
    done = get.run("--login", "ticket", address)
    assert done.status == 0, done.err
    assert seeded.first_difference(get.folder / "get.bin", 1, SIZE) is None


def test_get_names_the_extra_that_is_missing(
    domain: Domain, get: GetCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / "spnego.py").write_text("raise ImportError('not installed')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    done = get.run("--json", domain.file("ntlm/missing.bin", SIZE))
    (failed,) = done.events("failed")
    assert (done.status, failed["code"]) == (1, 221)
    assert "pip install 'headrace[windows-login]'" in failed["message"]


def test_a_hosts_rule_says_how(domain: Domain, tmp_path: Path) -> None:
    needs.require_extra("krb5", "kerberos")
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    cache = tmp_path / "tickets"
    control = Control(profile, tmp_path / "downloads", domain.environment(cache))
    domain.log_in(cache)
    address = domain.file("kerberos/rule.bin", SIZE)
    with control.running():
        assert control.run("host", "localhost", "--login", "sometimes").status == 2
        assert control.run("host", "localhost", "--login", "ticket").out == "localhost  a Kerberos ticket is shown\n"
        assert control.run("add", "--wait", address).status == 0
        assert control.run("host", "localhost", "--login", "").out == ""
