"""The one line of the first run."""

from pathlib import Path

import pytest
from headrace_gui.first_run import FirstRunStrip, is_first_run
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot


@pytest.fixture
def keeper(tmp_path: Path) -> PreferenceKeeper:
    return PreferenceKeeper(tmp_path / "window.ini")


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme, keeper: PreferenceKeeper) -> FirstRunStrip:
    strip = FirstRunStrip(theme, IconSet(), keeper)
    qtbot.addWidget(strip)
    strip.resize(900, strip.sizeHint().height())
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def test_it_is_for_the_first_run_alone(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "window.ini")
    assert is_first_run(memory)
    memory.write()
    assert not is_first_run(Memory(tmp_path / "window.ini"))


def test_the_watch_is_offered_and_follows_other_choices(strip: FirstRunStrip, keeper: PreferenceKeeper) -> None:
    assert not strip.watch.isChecked()
    strip.watch.click()
    assert keeper.now.watch_clipboard
    keeper.change(watch_clipboard=False)
    assert not strip.watch.isChecked()


def test_it_closes_for_good_by_mouse_or_keyboard(qtbot: QtBot, strip: FirstRunStrip) -> None:
    close = strip.findChild(QAbstractButton, "plain")
    assert close is not None
    assert close.accessibleName() == "Close this message"
    with qtbot.waitSignal(strip.closed):
        QTest.keyClick(close, Qt.Key.Key_Space)
    assert not strip.isVisible()


@pytest.mark.parametrize("width", [600, 1180])
def test_nothing_is_cut_off(strip: FirstRunStrip, width: int) -> None:
    strip.resize(width, strip.heightForWidth(width))
    label = strip._text
    assert label.heightForWidth(label.width()) <= label.height()
    assert strip.watch.width() >= strip.watch.sizeHint().width()
