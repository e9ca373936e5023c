"""The composition root with the real manager, in a process of its own: start, hand over, end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from headrace.brought import Brought
from headrace.control.channel import server_name
from headrace.disk.profile_lock import ProfileLock
from headrace.manager import DownloadManager, ProfileInUseError
from headrace.profile import Profile
from headrace_gui import app
from headrace_gui.beginning import in_use_sentence, usable_settings
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager

MAIN = "import sys; from headrace_gui.main import main; sys.exit(main())"


def start(profile: Profile, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "--profile", str(profile.folder), *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def first(profile: Profile) -> Iterator[subprocess.Popen[str]]:
    process = start(profile)
    deadline = time.monotonic() + 20
    while not Path(server_name(profile)).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=10)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_soon(first: subprocess.Popen[str], profile: Profile, number: int) -> None:
    first.send_signal(number)
    _, errors = first.communicate(timeout=10)
    assert first.returncode == 0
    assert "Traceback" not in errors
    assert profile.window.exists()
    assert not Path(server_name(profile)).exists()


def test_a_second_start_ends_at_once(first: subprocess.Popen[str], profile: Profile) -> None:
    second = start(profile, "https://example.org/x.zip")
    assert second.communicate(timeout=10) == ("", "")
    assert second.returncode == 0
    assert first.poll() is None


def test_a_profile_held_by_another_command_is_told_in_one_sentence(profile: Profile) -> None:
    lock = ProfileLock(profile.lock, "get")
    window = start(profile)
    output, errors = window.communicate(timeout=20)
    lock.release()
    assert (window.returncode, output) == (1, "")
    assert f"is in use by a running 'headrace get' (process {os.getpid()})" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(("ended", "exits"), [(True, []), (False, [3])])
def test_a_thread_that_hangs_does_not_keep_the_process(
    monkeypatch: pytest.MonkeyPatch, ended: bool, exits: list[int]
) -> None:
    found: list[int] = []
    manager = FakeManager()
    monkeypatch.setattr(manager, "shut_down", lambda: ended)
    monkeypatch.setattr(os, "_exit", found.append)
    app._end(cast(DownloadManager, manager), 3)
    assert found == exits


class Bare(QObject):
    """As much of a window as can be made where a library is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[object] = []
        self.adding = SimpleNamespace(add_at_once=lambda addresses, _rows: self.done.append(addresses))

    def show(self) -> None:
        self.done.append("shown")


def test_addresses_are_added_even_where_nobody_can_hand_over_more(
    qtbot: QtBot, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "headrace_gui.desktop.control_server", None)
    window = Bare()
    with qtbot.captureExceptions() as raised:
        app._begin(cast(Any, window), cast(Any, None), profile, Brought(("https://example.org/a.zip",)), [])
        qtbot.waitUntil(lambda: len(raised) == 1)
    assert raised[0][0] is ModuleNotFoundError
    assert window.done == [("https://example.org/a.zip",)]


def test_a_hidden_window_is_shown_where_the_desktop_cannot_be_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "headrace_gui.desktop_ties", None)
    window, missing = Bare(), cast(Any, None)
    app._Desktop(missing, cast(Any, window), missing, missing, missing, missing, missing)._make(hidden=True)
    assert window.done == ["shown"]
    assert len(caplog.records) == 1


def test_unusable_settings_are_kept_aside(profile: Profile) -> None:
    profile.settings.write_text('{"max_running": 0}')
    settings, complaint = usable_settings(profile)
    assert settings.max_running == 4
    assert "max_running" in complaint
    assert complaint.endswith("kept as settings.json.bad.")
    assert (profile.folder / "settings.json.bad").read_text() == '{"max_running": 0}'
    assert usable_settings(profile) == (settings, "")


def test_a_second_bad_file_does_not_overwrite_the_first(profile: Profile) -> None:
    for text in ("{", "["):
        profile.settings.write_text(text)
        usable_settings(profile)
    kept = sorted(profile.folder.glob("settings.json.bad*"))
    assert [path.read_text() for path in kept] == ["{", "["]


@pytest.mark.parametrize(("role", "words"), [("get", "'headrace get'"), ("window", "window"), ("", "another program")])
def test_who_has_the_profile_is_said(profile: Profile, role: str, words: str) -> None:
    error = ProfileInUseError(profile.folder, 4711, role)
    assert words in in_use_sentence(error, profile)
    assert "(process 4711)" in in_use_sentence(error, profile)
