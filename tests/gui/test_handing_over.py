"""What the window hands to other programs: magnet links to the system's handler, pages of media to a real program."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.actions import media_page, possible
from headrace_gui.drops import holds_addresses
from headrace_gui.handing_over import HandingOver
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QMimeData, QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

LINK = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=an%20iso&tr=udp%3A%2F%2Ft.example%3A80"
_S = DownloadState


class TorrentClient(QObject):
    """The program of the system for magnet links."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def client() -> Iterator[TorrentClient]:
    client = TorrentClient()
    QDesktopServices.setUrlHandler("magnet", client, "take")  # type: ignore[arg-type]  # bytes, as the stubs have it, are refused
    yield client
    QDesktopServices.unsetUrlHandler("magnet")


@pytest.fixture
def handing(window: MainWindow) -> HandingOver:
    return HandingOver(window)


def chosen(window: MainWindow, manager: FakeManager, folder: Path, host: str = "www.youtube.com") -> None:
    manager.put(make_snapshot("watch", id="a", host=host, state=_S.COMPLETED, folder=folder))
    window.table.choose(["a"])


def test_pasted_magnet_links_are_offered_to_the_torrent_client(
    window: MainWindow, manager: FakeManager, handing: HandingOver, client: TorrentClient
) -> None:
    QGuiApplication.clipboard().setText(f"two of them: {LINK} and {LINK}2")
    window.actions_of[Act.PASTE].trigger()
    assert window.toasts.texts() == ["Magnet links are for a torrent client"]
    assert window.adding.dialog is None
    assert client.opened == [], "nothing is opened unasked"
    (button,) = [each for each in window.toasts.findChildren(QToolButton) if each.text() == "Open there"]
    button.click()
    assert client.opened == [LINK, f"{LINK}2"]
    assert manager.calls == []


def test_dropped_magnet_links_are_offered_too(window: MainWindow, handing: HandingOver) -> None:
    data = QMimeData()
    data.setText(LINK)
    assert holds_addresses(data)
    assert window.adding.drop(data)
    assert window.toasts.texts() == ["Magnet links are for a torrent client"]


def test_pages_of_media_can_be_handed_over() -> None:
    page = make_snapshot(host="youtu.be")
    led = make_snapshot(state=_S.FAILED, failure=Failure(FailureReason.NOT_THE_FILE))
    assert media_page([page]) is page
    assert Act.HAND_OVER in possible([led])
    assert Act.HAND_OVER not in possible([make_snapshot()])
    assert Act.HAND_OVER not in possible([page, led])


def test_the_program_gets_the_address_behind_a_double_dash(
    window: MainWindow,
    manager: FakeManager,
    handing: HandingOver,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told, program = tmp_path / "told", tmp_path / "bin" / "yt-dlp"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$PWD\" \"$@\" > '{told}.new' && mv '{told}.new' '{told}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    chosen(window, manager, tmp_path)
    window.actions_of[Act.HAND_OVER].trigger()
    qtbot.waitUntil(told.exists, timeout=10_000)
    assert told.read_text().splitlines() == [
        str(tmp_path), "--paths", str(tmp_path), "--", "https://www.youtube.com/watch",
    ]  # fmt: skip
    qtbot.waitUntil(lambda: bool(window.toasts.texts()))
    assert window.toasts.texts() == [f"yt-dlp fetches it to {tmp_path}; Headrace does not follow how far it is"]


def test_a_program_that_is_missing_is_named(
    window: MainWindow,
    manager: FakeManager,
    handing: HandingOver,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    chosen(window, manager, tmp_path)
    window.actions_of[Act.HAND_OVER].trigger()
    qtbot.waitUntil(lambda: bool(window.toasts.texts()))
    assert window.toasts.texts() == ["This page needs yt-dlp, which is not installed. Install it and try again."]
