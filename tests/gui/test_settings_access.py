"""The page of other programs: a token that is shown once, and who may come in."""

from pathlib import Path

import pytest
from headrace.rpc.access import TokenCheck
from headrace_gui.settings_pages.controls import SwitchField
from headrace_gui.settings_pages.number_field import NumberField
from headrace_gui.settings_pages.secret_field import SecretField
from headrace_gui.settings_pages.words_field import (
    WordsField,
    read_command,
    read_folders,
    read_hosts,
    read_origins,
    read_watch_folder,
    read_webhook,
)
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.settings_stage import Scene, click, write


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("https://Example.ORG", ("https://example.org",)),
        (
            "https://a.org/, http://b.org:81;chrome-extension://abc",
            ("https://a.org", "http://b.org:81", "chrome-extension://abc"),
        ),
        ("https://a.org https://a.org", ("https://a.org",)),
    ],
)
def test_origins_are_read(text: str, found: tuple[str, ...]) -> None:
    assert read_origins(text) == (found, "")


@pytest.mark.parametrize("text", ["example.org", "https://a.org/path", "*", "https://u:p@a.org", "null"])
def test_what_is_no_origin_is_named(text: str) -> None:
    found, fault = read_origins(f"https://fine.org {text}")
    assert found == ()
    assert text in fault


def test_hosts_and_folders_are_read() -> None:
    assert read_hosts("NAS.lan, box") == (("nas.lan", "box"), "")
    assert "http://nas" in read_hosts("http://nas")[1]
    here = Path("/data").absolute()
    assert read_folders(f"{here}; {here / 'a b'};") == ((here, here / "a b"), "")
    assert read_folders("data")[1]


def test_a_port_is_written_as_the_name_it_is(scene: Scene, qtbot: QtBot) -> None:
    click(scene.control("rpc", SwitchField).switch)
    field = scene.control("rpc_port", NumberField)
    assert field.edit.text() == "6800"
    write(field.edit, "16800")
    qtbot.waitUntil(lambda: scene.manager.settings.rpc_port == 16800)


def test_a_new_token_is_shown_copied_and_kept_as_its_proof_alone(scene: Scene, qtbot: QtBot) -> None:
    click(scene.control("rpc", SwitchField).switch)
    field = scene.control("rpc_secret", SecretField)
    qtbot.waitUntil(lambda: bool(field.edit.text()))  # made as the switch was thrown: without one nobody comes in
    first = field.edit.text()
    click(field.make)
    qtbot.waitUntil(lambda: field.edit.text() != first)
    token = field.edit.text()
    seal = scene.manager.settings.rpc_secret
    assert token not in seal
    assert TokenCheck(seal).proves(token)
    assert not TokenCheck(seal).proves(token + "x")
    click(field.copy)
    assert QGuiApplication.clipboard().text() == token
    scene.dialog.values.put({"rpc_secret": "scrypt$another$one"})
    assert token not in field.edit.text()
    assert not field.copy.isEnabled()


def test_origins_that_are_typed_are_in_force(scene: Scene, qtbot: QtBot) -> None:
    click(scene.control("rpc", SwitchField).switch)
    field = scene.control("rpc_origins", WordsField)
    write(field.edit, "https://ui.example")
    qtbot.waitUntil(lambda: scene.manager.settings.rpc_origins == ("https://ui.example",))
    write(field.edit, "nonsense")
    qtbot.waitUntil(lambda: "nonsense" in scene.row("rpc_origins").words.complaint.text())
    assert scene.manager.settings.rpc_origins == ("https://ui.example",)


def test_commands_and_their_like_are_read() -> None:
    assert read_command("sh -c 'x y' {path}") == (("sh", "-c", "x y", "{path}"), "")
    assert read_command("") == ((), "")
    assert "quotation" in read_command("sh 'x")[1]
    assert read_command("{path}")[1] == "Begin with a program."
    assert "{path}, {folder}" in read_command("sh {name}")[1]
    assert read_webhook(" ") == ("", "")
    assert read_webhook("https://h/x") == ("https://h/x", "")
    assert "https://" in read_webhook("h/x")[1]
    here = Path("/data").absolute()
    assert (read_watch_folder(""), read_watch_folder(f" {here} ")) == ((None, ""), (here, ""))
    assert read_watch_folder("data")[1]


def test_a_command_that_is_typed_is_in_force_and_shown_as_it_was(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("command_finished", WordsField)
    write(field.edit, "notify-send 'all done' {path}")
    wanted = ("notify-send", "all done", "{path}")
    qtbot.waitUntil(lambda: scene.manager.settings.command_finished == wanted)
    field.show_value(wanted)
    assert field.edit.text() == "notify-send 'all done' {path}"
    write(field.edit, "notify-send {secret}")
    qtbot.waitUntil(lambda: "{path}" in scene.row("command_finished").words.complaint.text())
    assert scene.manager.settings.command_finished == wanted
    folder = scene.control("watch_folder", WordsField)
    here = Path("/inbox").absolute()
    write(folder.edit, str(here))
    qtbot.waitUntil(lambda: scene.manager.settings.watch_folder == here)
    folder.edit.selectAll()
    QTest.keyClick(folder.edit, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: scene.manager.settings.watch_folder is None)
