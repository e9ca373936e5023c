"""Autostart, trash, what was told, closing, task bar and wakefulness: each by itself."""

import ctypes
import os
import plistlib
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from headrace_gui.desktop import awake as awake_module
from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.autostart import (
    Autostart,
    desktop_entry,
    launch_agent,
    own_command,
    quoted,
    windows_command,
)
from headrace_gui.desktop.awake import Awake, MacHolder, WindowsHolder
from headrace_gui.desktop.closing import Close, decide
from headrace_gui.desktop.taskbar_windows import WindowsTaskbar, make_task_bar_list, state_of
from headrace_gui.desktop.told import first_time, is_told
from headrace_gui.desktop.trash import to_trash
from headrace_gui.memory import Memory
from headrace_gui.preferences import Closing
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

# Autostart


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of our own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return tmp_path


def test_the_entry_is_made_and_taken_away(home: Path) -> None:
    autostart = Autostart(["/usr/bin/headrace"], "linux")
    assert not autostart.is_enabled()
    autostart.set_enabled(True)
    entry = home / ".config" / "autostart" / "headrace.desktop"
    assert "Exec=/usr/bin/headrace --hidden" in entry.read_text().splitlines()
    assert autostart.is_enabled()
    autostart.set_enabled(False)
    autostart.set_enabled(False)
    assert not entry.exists()
    assert not autostart.is_enabled()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled = false"])
def test_an_entry_turned_off_elsewhere_is_not_in_force(home: Path, line: str) -> None:
    autostart = Autostart(["headrace"], "linux")
    autostart.set_enabled(True)
    entry = home / ".config" / "autostart" / "headrace.desktop"
    entry.write_text(f"[Desktop Entry]\nExec=headrace\n{line}\n")
    assert not autostart.is_enabled()
    autostart.set_enabled(True)
    assert autostart.is_enabled()


@pytest.mark.parametrize(("given", "used"), [("/{home}/settings", "settings"), ("relative", ".config")])
def test_the_folder_of_settings_is_respected(
    home: Path, monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", given.replace("/{home}", str(home)))
    Autostart(["headrace"], "linux").set_enabled(True)
    assert (home / used / "autostart" / "headrace.desktop").is_file()


def test_an_entry_that_starts_something_else_is_not_this_one(home: Path) -> None:
    Autostart(["/old/headrace"], "linux").set_enabled(True)
    assert not Autostart(["/new/headrace"], "linux").is_enabled()
    Autostart(["/old/headrace"], "darwin").set_enabled(True)
    assert not Autostart(["/new/headrace"], "darwin").is_enabled()


def test_lines_that_desktops_add_do_not_turn_an_entry_off(home: Path) -> None:
    autostart = Autostart(["headrace"], "linux")
    autostart.set_enabled(True)
    entry = home / ".config" / "autostart" / "headrace.desktop"
    entry.write_text(entry.read_text() + "X-GNOME-Autostart-Delay=5\n")
    assert autostart.is_enabled()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_each_profile_has_an_entry_of_its_own(home: Path, platform: str) -> None:
    profiles = (None, Path("/a"), Path("/b"))
    usual, one, other = [Autostart(own_command(each), platform, profile=each) for each in profiles]
    usual.set_enabled(True)
    one.set_enabled(True)
    assert (usual.is_enabled(), one.is_enabled(), other.is_enabled()) == (True, True, False)
    usual.set_enabled(False)
    other.set_enabled(True)
    assert (usual.is_enabled(), one.is_enabled(), other.is_enabled()) == (False, True, True)
    places = [path for path in home.rglob("*") if path.is_file()]
    assert len(places) == 2
    if platform == "darwin":
        assert [plistlib.loads(each.read_bytes())["Label"] for each in places] == [each.stem for each in places]


def test_macos_gets_an_agent(home: Path) -> None:
    autostart = Autostart(["/Applications/Headrace.app/Contents/MacOS/headrace"], "darwin")
    autostart.set_enabled(True)
    [agent] = (home / "Library" / "LaunchAgents").iterdir()
    assert plistlib.loads(agent.read_bytes())["ProgramArguments"][-1] == "--hidden"
    assert autostart.is_enabled()


def test_a_folder_that_cannot_be_written_is_an_error(home: Path) -> None:
    (home / ".config").write_text("in the way")
    with pytest.raises(OSError, match="autostart"):
        Autostart(["headrace"], "linux").set_enabled(True)


WORDS = [
    "plain",
    "/opt/my apps/headrace",
    'say "hi"',
    "a\\b",
    "$HOME",
    "`x`",
    "100%",
    "tab\there",
    "ünïcode",
    "",
    "a=b",
]


@pytest.mark.parametrize("word", WORDS)
def test_words_of_a_command_survive_both_layers_of_escapes(word: str) -> None:
    """Read them back as the specification says: the string's escapes first, then quotes, then field codes."""
    string = _unescaped(quoted(word), {"n": "\n", "t": "\t"})
    if string.startswith('"'):
        assert string.endswith('"')
        string = _unescaped(string[1:-1], {})
    else:
        assert not set(string) & set(" \t\n\"'\\><~|&;$*?#()`")
    assert string.replace("%%", "%") == word


def _unescaped(text: str, special: dict[str, str]) -> str:
    return re.sub(r"\\(.)", lambda found: special.get(found.group(1), found.group(1)), text)


def test_the_entry_is_complete() -> None:
    lines = desktop_entry(["headrace", "--profile", "/a b"]).splitlines()
    assert lines[:3] == ["[Desktop Entry]", "Type=Application", "Name=Headrace"]
    assert 'Exec=headrace --profile "/a b"' in lines


def test_other_systems_get_their_own_command_lines() -> None:
    assert windows_command([r"C:\My Programs\headrace.exe", "--hidden"]) == r'"C:\My Programs\headrace.exe" --hidden'
    assert plistlib.loads(launch_agent(["headrace"]))["RunAtLoad"] is True


def test_the_own_command_starts_what_runs_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/headrace"])
    assert own_command(Path("/p")) == ["/usr/bin/headrace", "--profile", "/p"]
    monkeypatch.setattr(sys, "argv", ["/src/headrace_gui/main.py"])
    assert own_command()[1:] == ["-m", "headrace_gui.main"]
    monkeypatch.setenv("APPIMAGE", "/apps/Headrace.AppImage")
    assert own_command() == ["/apps/Headrace.AppImage"]


# Trash


def test_a_file_goes_to_the_trash_of_its_home(home: Path) -> None:
    (home / ".local" / "share").mkdir(parents=True)
    file = home / "a file.bin"
    file.write_bytes(b"x" * 1000)
    assert to_trash(file)
    assert not file.exists()
    [thrown] = [each for each in home.rglob("a file.bin*") if each.is_file() and each.suffix == ".bin"]
    assert thrown.read_bytes() == b"x" * 1000


def test_what_is_not_there_cannot_go_to_the_trash(home: Path) -> None:
    assert not to_trash(home / "nothing.bin")
    assert not to_trash(Path("relative.bin"))


# Told, closing


def test_what_was_told_stays_told(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "window.ini")
    assert not is_told(memory, "in_tray")
    assert first_time(memory, "in_tray")
    assert not first_time(memory, "in_tray")
    memory.write()
    assert is_told(Memory(tmp_path / "window.ini"), "in_tray")
    assert first_time(memory, "something else")


@pytest.mark.parametrize(
    ("preference", "by_hand", "has_tray", "is_explained", "expected"),
    [
        (Closing.QUIT, True, True, False, Close.QUIT),
        (Closing.TRAY, True, True, False, Close.HIDE_AND_EXPLAIN),
        (Closing.TRAY, True, True, True, Close.HIDE),
        (Closing.TRAY, True, False, True, Close.QUIT),
        (Closing.TRAY, False, True, True, Close.QUIT),
    ],
)
def test_closing(preference: Closing, by_hand: bool, has_tray: bool, is_explained: bool, expected: Close) -> None:
    assert decide(preference, by_hand=by_hand, has_tray=has_tray, is_explained=is_explained) is expected


# Task bar of Windows, by an object of our own with the same table of methods


class TaskBarObject:
    """Notes the calls of the methods it is expected to have."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        pointer, number = ctypes.c_void_p, ctypes.c_uint64
        value = ctypes.CFUNCTYPE(ctypes.c_long, pointer, pointer, number, number)
        state = ctypes.CFUNCTYPE(ctypes.c_long, pointer, pointer, ctypes.c_int)
        self._kept = (value(self._value), state(self._state))
        self._table = (ctypes.c_void_p * 11)()
        self._table[9], self._table[10] = (ctypes.cast(each, pointer).value for each in self._kept)
        self._start = pointer(ctypes.addressof(self._table))
        self.pointer = pointer(ctypes.addressof(self._start))

    def _value(self, _this: int, window: int, done: int, whole: int) -> int:
        self.calls.append(("value", window, done, whole))
        return 0

    def _state(self, _this: int, window: int, state: int) -> int:
        self.calls.append(("state", window, state))
        return 0


def test_the_task_bar_of_windows_gets_state_and_value() -> None:
    there = TaskBarObject()
    bar = WindowsTaskbar(42, there.pointer)
    bar.show(Activity(2, 0.25), urgent=False)
    bar.show(Activity(0, None), urgent=False)
    assert there.calls == [("state", 42, 2), ("value", 42, 2500, 10_000), ("state", 42, 0)]


def test_without_a_task_bar_nothing_happens() -> None:
    if sys.platform != "win32":
        assert make_task_bar_list() is None
    WindowsTaskbar(42, None).show(Activity(1, 0.5), urgent=True)


@pytest.mark.parametrize(
    ("activity", "urgent", "state"),
    [(Activity(), True, 0), (Activity(1), False, 1), (Activity(1, 0.5), False, 2), (Activity(1, 0.5), True, 4)],
)
def test_states_of_the_task_bar(activity: Activity, urgent: bool, state: int) -> None:
    assert state_of(activity, urgent=urgent) == state


# Awake


class Held:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def hold(self, reason: str) -> None:
        self.calls.append(reason)

    def release(self) -> None:
        self.calls.append("")


def test_the_machine_is_held_once_and_let_go_a_little_later(
    qtbot: QtBot, qapp: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awake_module, "LINGER_MS", 60)
    held = Held()
    awake = Awake(held, qapp)
    for wanted in (False, True, True, False, False, True):
        awake.hold(wanted)
    qtbot.wait(150)
    assert held.calls == ["Downloads are running"], "a pause shorter than that changes nothing"
    awake.hold(False)
    qtbot.waitUntil(lambda: held.calls == ["Downloads are running", ""])
    awake.close()
    assert len(held.calls) == 2


def test_windows_is_asked_to_keep_the_system_but_not_the_screen() -> None:
    flags: list[int] = []

    class Kernel:
        def SetThreadExecutionState(self, value: ctypes.c_uint32) -> None:
            flags.append(value.value)

    holder = WindowsHolder(Kernel())
    holder.hold("")
    holder.release()
    assert flags == [0x8000_0001, 0x8000_0000]


@pytest.mark.skipif(sys.platform == "win32", reason="runs a script")
def test_the_process_of_macos_runs_while_it_is_held(qtbot: QtBot, qapp: QObject, tmp_path: Path) -> None:
    script, noted = tmp_path / "caffeinate", tmp_path / "noted"
    script.write_text(f'#!/bin/sh\necho "$@" > "{noted}"\nexec sleep 60\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    holder = MacHolder(str(script), qapp)
    holder.hold("")
    qtbot.waitUntil(lambda: noted.exists() and noted.read_text().endswith("\n"))
    assert noted.read_text().split() == ["-i", "-w", str(os.getpid())]
    holder.release()
    assert holder._process.state() is holder._process.ProcessState.NotRunning


def test_a_missing_program_is_no_trouble(qtbot: QtBot, qapp: QObject, tmp_path: Path) -> None:
    holder = MacHolder(str(tmp_path / "none"), qapp)
    with qtbot.waitSignal(holder._process.errorOccurred):
        holder.hold("")
    holder.release()
