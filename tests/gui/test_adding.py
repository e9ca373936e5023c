"""Addresses that come without a dialog."""

from pathlib import Path

from headrace_gui.main_window import MainWindow

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
