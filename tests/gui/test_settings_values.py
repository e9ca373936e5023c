"""What the desktop says of the start with the session: the answer to the newest question counts."""

from pathlib import Path
from threading import Event
from typing import cast

from headrace.manager import DownloadManager
from headrace_gui.background import Background
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_pages.values import SettingValues
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager


class SlowDesktop:
    """Says at first that nothing starts, once it is let; then that the program does."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_say, self.has_said = Event(), Event()

    def is_enabled(self) -> bool:
        self.asked += 1
        if self.asked > 1:
            return True
        assert self.may_say.wait(10)
        self.has_said.set()
        return False

    def set_enabled(self, enabled: bool, /) -> None:
        raise AssertionError(enabled)


def test_an_older_answer_of_the_desktop_comes_too_late(qtbot: QtBot, tmp_path: Path) -> None:
    desktop, keeper = SlowDesktop(), PreferenceKeeper(tmp_path / "window.ini")
    values = SettingValues(cast(DownloadManager, FakeManager()), keeper, desktop, Background())
    values.refresh()
    qtbot.waitUntil(lambda: desktop.asked == 1)
    values.refresh()
    qtbot.waitUntil(lambda: values["autostart"] is True)
    desktop.may_say.set()
    assert desktop.has_said.wait(10)
    qtbot.wait(50)
    assert values["autostart"] is True
