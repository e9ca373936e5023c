"""What happens to each file when it is there, in the window: extracted, opened, told, stopped; its settings."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from headrace.automation.aftermath import Extraction
from headrace.manager import DownloadManager
from headrace.states import DownloadState
from headrace.unpacking.kinds import Fault, Unpacked
from headrace_gui import following as module
from headrace_gui.action_table import Act
from headrace_gui.after_choice import AFTER_CHOICES, after_name
from headrace_gui.background import Background
from headrace_gui.desktop import sounds
from headrace_gui.desktop.sounds import play_sound, sound_command
from headrace_gui.dialogs.properties_dialog import PropertiesDialog
from headrace_gui.following import Following
from headrace_gui.main_window import MainWindow
from headrace_gui.settings_pages.after_field import AfterField
from headrace_gui.theme import Theme
from headrace_gui.unpack_words import FAULTS, extracted, extracting, refusal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.support.archives import tree, zipped
from tests.support.fake_manager import FakeManager, make_snapshot


@pytest.fixture
def following(window: MainWindow, manager: FakeManager) -> Following:
    return Following(window, cast(DownloadManager, manager), lambda: None)


@pytest.fixture
def archive(window: MainWindow, manager: FakeManager, tmp_path: Path) -> Path:
    """Return a finished archive that is chosen in the list."""
    path = zipped(tmp_path / "a.zip", {"one": b"1", "two": b"2"})
    manager.put(make_snapshot("a.zip", id="a", folder=tmp_path, state=DownloadState.COMPLETED))
    window.table.choose(["a"])
    return path


def buttons(window: MainWindow) -> dict[str, QToolButton]:
    return {each.text(): each for each in window.toasts.findChildren(QToolButton)}


def test_an_archive_is_extracted_by_its_menu(
    qtbot: QtBot, window: MainWindow, following: Following, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(module, "open_path", opened.append)
    action = window.actions_of[Act.EXTRACT]
    assert (action.isVisible(), action.isEnabled()) == (True, True)
    action.trigger()
    done = extracted("a.zip", 2, 0)
    qtbot.waitUntil(lambda: done in window.toasts.texts())
    assert tree(archive.parent / "a") == {"one": b"1", "two": b"2"}
    assert window.status._work.text() == ""
    buttons(window)["Open"].click()
    assert opened == [archive.parent / "a"]


@pytest.mark.parametrize(
    ("name", "state", "offered"),
    [
        ("a.zip", DownloadState.COMPLETED, True),
        ("a.rar", DownloadState.COMPLETED, True),
        ("a.iso", DownloadState.COMPLETED, False),
        ("a.zip", DownloadState.PAUSED, False),
    ],
)
def test_what_can_be_extracted_is_offered(
    window: MainWindow, manager: FakeManager, name: str, state: DownloadState, offered: bool
) -> None:
    manager.put(make_snapshot(name, id="a", state=state))
    window.table.choose(["a"])
    assert window.actions_of[Act.EXTRACT].isVisible() is offered


def test_how_far_it_is_stands_in_the_status_bar(window: MainWindow, following: Following) -> None:
    following.tell(Extraction("a", "a.zip", 0.0))
    assert window.toasts.texts() == [extracting("a.zip")]
    following.tell(Extraction("a", "a.zip", 0.42))
    assert window.toasts.texts() == [extracting("a.zip")], "said once"
    assert window.status._work.isVisible()
    assert window.status._work.text().startswith(extracting("a.zip"))
    assert "42" in window.status._work.text()
    following.tell(Extraction("a", "a.zip", done=Unpacked(Path("/d/a"), 1, 3)))
    assert not window.status._work.isVisible()
    assert window.toasts.texts()[-1] == extracted("a.zip", 1, 3)


def test_it_can_be_stopped(window: MainWindow, following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[list[str]] = []
    monkeypatch.setattr(following.aftermath, "stop", stopped.append)
    following.tell(Extraction("a", "a.zip", 0.0))
    buttons(window)["Stop"].click()
    assert stopped == [["a"]]
    following.tell(Extraction("a", "a.zip", fault=Fault.STOPPED))
    assert window.toasts.texts() == [refusal("a.zip", Fault.STOPPED, "")]


def test_who_asks_again_while_it_goes_on_may_stop_it(
    window: MainWindow, following: Following, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following.aftermath, "extract", lambda _ids: [])
    following._fractions["a"] = Extraction("a", "a.zip", 0.5)
    window.actions_of[Act.EXTRACT].trigger()
    assert window.toasts.texts() == [extracting("a.zip")]


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.STOPPED])
def test_what_goes_wrong_stays_until_it_is_read(window: MainWindow, following: Following, fault: Fault) -> None:
    following.tell(Extraction("a", "a.zip", fault=fault, detail="the detail"))
    said = window.message_bar.text()
    assert said == refusal("a.zip", fault, "the detail")
    assert "{" not in said


def test_every_fault_has_words() -> None:
    assert set(FAULTS) == set(Fault)


def test_files_are_opened_and_folders_of_archives(
    window: MainWindow, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    monkeypatch.setattr(module, "open_path", done.append)
    monkeypatch.setattr(window.commands, "open_one", done.append)
    following.open(make_snapshot("a.txt", id="a"), None)
    following.open(make_snapshot("b.zip", id="b"), Path("/d/b"))
    assert done == ["a", Path("/d/b")]


# -- sounds


def finder(*there: str) -> sounds.Finder:
    return lambda name: f"/usr/bin/{name}" if name in there else None


@pytest.mark.parametrize(
    ("sound", "platform", "there", "command"),
    [
        ("", "linux", ("canberra-gtk-play", "paplay"), ("canberra-gtk-play", "--id=complete-download")),
        ("/my.wav", "linux", ("canberra-gtk-play", "paplay"), ("paplay", "/my.wav")),
        ("/my.wav", "linux", ("aplay",), ("aplay", "-q", "/my.wav")),
        ("/my.wav", "linux", (), None),
        ("", "darwin", (), ("/usr/bin/afplay", "/System/Library/Sounds/Glass.aiff")),
        ("/my.mp3", "darwin", (), ("/usr/bin/afplay", "/my.mp3")),
    ],
)
def test_each_desktop_plays_by_what_it_has(
    sound: str, platform: str, there: tuple[str, ...], command: tuple[str, ...] | None
) -> None:
    found = sound_command(sound, platform, finder(*there))
    assert (None if found is None else tuple(found)) == command


def test_windows_plays_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[tuple[str, int]] = []
    made_up: Any = SimpleNamespace(SND_ASYNC=1, SND_NODEFAULT=2, SND_FILENAME=4, SND_ALIAS=8)
    made_up.PlaySound = lambda sound, flags: played.append((sound, flags))
    monkeypatch.setitem(sys.modules, "winsound", made_up)
    assert (play_sound("", "win32"), play_sound("C:\\a.wav", "win32")) == (True, True)
    assert played == [("SystemAsterisk", 11), ("C:\\a.wav", 7)]

    def broken(*_: object) -> None:
        raise RuntimeError("no device")

    made_up.PlaySound = broken
    assert play_sound("", "win32") is False


def test_a_sound_is_played_beside_the_window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = tmp_path / "heard"
    monkeypatch.setattr(sounds, "sound_command", lambda sound, _platform: ("/bin/sh", "-c", f"touch {heard}", sound))
    assert play_sound("/a.wav", "linux")
    qtbot.waitUntil(heard.exists)
    sounds._run(("/no/such/player",))  # logged
    sounds._run(("/bin/sh", "-c", "exit 1"))
    assert isinstance(subprocess.SubprocessError(), Exception)


def test_a_desktop_without_a_player_says_so(
    window: MainWindow, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "play_sound", lambda _sound: False)
    following.play("")
    assert window.toasts.texts() == ["There is no program here that plays sounds"]


# -- what is wished


@pytest.fixture
def field(qtbot: QtBot, theme: Theme) -> AfterField:
    field = AfterField(theme, None)
    qtbot.addWidget(field)
    field.describe("When a file is there", "It is done to each file.")
    field.show_value(())
    field.show()
    return field


def test_steps_are_ticked(field: AfterField) -> None:
    wanted: list[tuple[str, ...]] = []
    field.wanted.connect(wanted.append)
    for box in (field.opens, field.extracts, field.trashes, field.sounds):
        box.click()
    assert wanted == [
        ("open",), ("extract", "open"), ("extract", "trash", "open"), ("extract", "trash", "open", "sound"),
    ]  # fmt: skip
    field.extracts.click()
    assert wanted[-1] == ("open", "sound"), "without extracting there is nothing to throw away"
    assert not field.trashes.isEnabled()


def test_a_folder_and_a_sound_are_written_in_full(qtbot: QtBot, field: AfterField) -> None:
    wanted: list[tuple[str, ...]] = []
    refused: list[str] = []
    field.wanted.connect(wanted.append)
    field.refused.connect(refused.append)
    assert not field.folder.isVisible()
    field.moves.click()
    assert (field.folder.isVisible(), wanted) == (True, []), "the folder is still to be written"
    QTest.keyClicks(field.folder, "elsewhere")
    field.folder.editingFinished.emit()
    assert (refused, wanted) == (["Write the folder in full."], [])
    field.folder.setText("")
    QTest.keyClicks(field.folder, "/elsewhere")
    field.folder.editingFinished.emit()
    field.sounds.click()
    QTest.keyClicks(field.file, "bell.wav")
    field.file.editingFinished.emit()
    assert refused[1:] == ["Write the file in full."]
    assert wanted == [("move=/elsewhere",), ("move=/elsewhere", "sound")]


def test_what_is_in_force_is_shown(field: AfterField) -> None:
    field.show_value(("move=/elsewhere", "extract", "sound=/bell.wav"))
    boxes = (field.opens, field.extracts, field.trashes, field.sounds, field.moves)
    assert [box.isChecked() for box in boxes] == [False, True, False, True, True]
    assert (field.folder.text(), field.file.text()) == ("/elsewhere", "/bell.wav")


def test_one_download_may_have_its_own(qtbot: QtBot, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a", after=("open",)))
    dialog = PropertiesDialog(cast(DownloadManager, manager), manager.snapshots(), Background())
    qtbot.addWidget(dialog)
    assert dialog.after.currentText() == after_name(("open",))
    row = [steps for steps, _ in AFTER_CHOICES].index(("extract", "trash"))
    dialog.after.setCurrentIndex(row)
    assert dialog.confirm()
    assert manager.calls[-1] == ("set_options", (["a"], {"after": ("extract", "trash")}))


def test_what_a_command_said_is_shown_as_it_was_said(qtbot: QtBot, manager: FakeManager) -> None:
    own = ("extract", "open", "sound")
    manager.put(make_snapshot("a.zip", id="a", after=own), make_snapshot("b.zip", id="b"))
    one = PropertiesDialog(cast(DownloadManager, manager), manager.snapshots()[:1], Background())
    qtbot.addWidget(one)
    assert one.after.currentText() == "extract, open, sound"
    both = PropertiesDialog(cast(DownloadManager, manager), manager.snapshots(), Background())
    qtbot.addWidget(both)
    assert both.after.currentIndex() == -1
    both.after.setCurrentIndex(0)
    assert both.confirm()
    assert manager.calls[-1] == ("set_options", (["a", "b"], {"after": None}))
    assert replace(manager.settings, after_each=own).after_each == own
