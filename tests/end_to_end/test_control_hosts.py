"""`headrace host`: rules of hosts, and what was learnt of them, from a terminal."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.host_rules import USER_AGENTS, HostRule
from headrace.profile import Profile
from headrace.settings import Settings, load_settings, save_settings

from tests.support import faults
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.processes import wait_until

HERE = "127.0.0.1"


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def running(control: Control) -> Iterator[subprocess.Popen[str]]:
    with control.running() as process:
        yield process


def test_a_rule_is_set_shown_heeded_changed_and_removed(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    done = control.run(
        "host", HERE, "--connections", "2", "--limit", "5M", "--pause", "0.05", "--user-agent", "Firefox",
        "--referer", "https://shop.example/", "--header", "Accept-Language: de", "--header", "X-Who: me",
    )  # fmt: skip
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "127.0.0.1  2 connections, 5.0 MB/s, a pause of 0.05 s, user agent firefox, "
        "referrer https://shop.example/, Accept-Language: de, X-Who: me\n"
    )
    assert control.run("add", "--wait", plain_server.file(1000, "/a.bin")).status == 0
    (request,) = plain_server.requests
    assert (request.headers["user-agent"], request.headers["x-who"]) == (USER_AGENTS["firefox"], "me")
    (row,) = control.rows("host", HERE, "--user-agent", "", "--pause", "0", "--header", "", "--from-start")
    assert row["host"]["rule"] == {
        "host": HERE,
        "connections": 2,
        "limit": 5_000_000,
        "referrer": "https://shop.example/",
        "from_start": True,
    }
    kept = HostRule(HERE, connections=2, limit=5_000_000, referrer="https://shop.example/", from_start=True)
    wait_until(lambda: load_settings(control.profile.settings).host_rules == (kept,), "it is saved")
    assert control.run("host", HERE, "--remove").status == 0
    gone = control.run("host", HERE, "--remove")
    assert (gone.status, gone.err) == (1, f"headrace: there is no rule for {HERE}\n")
    assert control.run("host").out == ""


def test_a_rule_that_says_nothing_any_more_is_none(control: Control, running: subprocess.Popen[str]) -> None:
    control.run("host", "*.example.org", "--per-download", "3")
    assert [row["host"]["host"] for row in control.rows("host")] == ["*.example.org"]
    assert control.run("host", "www.example.org").out == "www.example.org  as *.example.org\n"
    done = control.run("host", "*.example.org", "--per-download", "0")
    assert (done.status, done.out, control.rows("host")) == (0, "", [])


def test_what_was_learnt_outlives_the_program_and_is_forgotten(control: Control, plain_server: FaultyServer) -> None:
    host = f"{HERE}:{plain_server.port}"
    plain_server.inject(faults.status(429, ("Retry-After", "600"), times=None))
    with control.running():
        control.run("add", plain_server.url("/file"))
        wait_until(lambda: control.run("host", host).status == 0, "it was learnt", 30)
    with control.running():
        (row,) = control.rows("host", HERE)
        assert (row["host"]["host"], row["host"]["rule"], row["host"]["ruled_by"]) == (host, None, None)
        assert row["host"]["known"]["retry_after"] == 600
        assert re.fullmatch(rf"{host}  learnt: it asks to be left alone for (9|10):\d\d\n", control.run("host").out)
        control.run("host", HERE, "--per-download", "1")
        assert f"{host}  as {HERE}  learnt: " in control.run("host").out
        assert control.run("host", HERE, "--forget").out == f"forgotten: {host}\n"
        assert [row["host"]["known"] for row in control.rows("host")] == [None]
        assert control.run("host", "--forget").out == "forgotten: nothing\n"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("a.example", "--header", "Authorization: Bearer x"), 2, "log in at the host"),
        (("a.example", "--header", "Cookie: x=y"), 2, "cookies.txt"),
        (("a.example", "--proxy", "http://me:s3cret@proxy.lan:3128"), 2, "password of a proxy"),
        (("a.example", "--connections", "0.5"), 2, "invalid int"),
        (("a.example", "--connections", "5000"), 2, "from 1 to 1000"),
        (("a b", "--connections", "5"), 2, "no host"),
        (("--connections", "5"), 2, "which host"),
        (("a.example", "--remove", "--limit", "5M"), 2, "either"),
        (("a.example",), 1, "nothing is known"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: Control, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = asked.run("host", *arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    assert "s3cret" not in done.err
    assert load_settings(asked.profile.settings).host_rules == ()


def test_get_heeds_the_rules_of_its_profile(tmp_path: Path, plain_server: FaultyServer) -> None:
    profile = Profile.at(tmp_path / "profile")
    save_settings(
        Settings(tmp_path, host_rules=(HostRule(HERE, user_agent="wget", from_start=True),)), profile.settings
    )
    plain_server.inject(faults.cut(1_000_000))
    done = GetCommand(tmp_path / "here", profile.folder).run(plain_server.file(2_000_000, "/a.bin"))
    assert (done.status, done.err) == (0, "")
    told = [(request.headers["user-agent"], request.range) for request in plain_server.requests]
    assert told == [(USER_AGENTS["wget"], None)] * 2
