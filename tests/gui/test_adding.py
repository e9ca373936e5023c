"""Addresses that come without a dialog, and checksums that come with an address."""

from pathlib import Path
from typing import cast

import pytest
from headrace.checksums import Checksum
from headrace.manager import DownloadManager
from headrace_gui.main_window import MainWindow
from headrace_gui.window_front import WindowFront
from pytestqt.qtbot import QtBot

from tests.support.add_stage import dialog_behind
from tests.support.fake_manager import FakeManager


def test_addresses_of_the_command_line_are_added_without_a_dialog(
    window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    manager.is_loaded = False
    window.adding.add_at_once(["https://example.org/a.iso"])
    assert manager.snapshots() == []
    manager.is_loaded = True
    manager.loaded.emit()
    manager.loaded.emit()
    assert [(one.address, one.folder) for one in manager.snapshots()] == [("https://example.org/a.iso", tmp_path)]
    assert window.adding.dialog is None
    assert len(window.table.selected_ids()) == 1


WITH_SUM = f"https://example.org/a.iso#sha256={'ab' * 32}"


@pytest.mark.parametrize("paused", [False, True])
def test_a_checksum_in_an_address_goes_through_the_dialog(
    window: MainWindow, manager: FakeManager, paused: bool
) -> None:
    dialog = dialog_behind(window.adding.open([WITH_SUM, "https://example.org/b.iso"]))
    dialog._later.click() if paused else dialog._now.click()
    ((_, specs),) = manager.calls
    assert [(spec.address, spec.checksum, spec.paused) for spec in specs] == [
        ("https://example.org/a.iso", Checksum("sha256", "ab" * 32), paused),
        ("https://example.org/b.iso", None, paused),
    ]


def test_a_checksum_in_an_address_of_the_command_line_counts(window: MainWindow, manager: FakeManager) -> None:
    window.adding.add_at_once([WITH_SUM])
    ((_, specs),) = manager.calls
    assert [spec.checksum for spec in specs] == [Checksum("sha256", "ab" * 32)]


@pytest.mark.parametrize("private", [True, False])
def test_what_comes_from_a_private_window_is_private_in_the_dialog(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, private: bool
) -> None:
    front = WindowFront(window, cast(DownloadManager, manager))
    front.offer("https://example.org/a.iso", private=private)
    qtbot.waitUntil(lambda: window.adding.dialog is not None and window.adding.dialog.isVisible())
    dialog = dialog_behind(window.adding.dialog)
    assert dialog._more.fields.private.isVisible() is private
    dialog._now.click()
    ((_, specs),) = manager.calls
    assert [spec.private for spec in specs] == [private]
