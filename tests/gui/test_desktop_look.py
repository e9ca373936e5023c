"""What each system says of looks, out of what it keeps."""

import ctypes
import plistlib
from pathlib import Path
from typing import Any

import pytest
from headrace_gui.background import Background
from headrace_gui.desktop.portal_look import look_of
from headrace_gui.desktop.system_look import Look, SystemLook, accent_of, mac_look, windows_look
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

_APPEARANCE, _GNOME = "org.freedesktop.appearance", "org.gnome.desktop.interface"


@pytest.mark.parametrize(
    ("parts", "colour"),
    [((0.0, 0.5, 1.0), "#0080ff"), ((1, 1, 1), "#ffffff"), ((-1.0, 0.0, 0.0), None), ((0.0, 1.1, 0.0), None)],
)
def test_colours_out_of_range_mean_none(parts: tuple[float, float, float], colour: str | None) -> None:
    assert accent_of(*parts) == colour


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ({}, Look()),
        ({(_APPEARANCE, "accent-color"): (0.0, 0.0, 1.0)}, Look("#0000ff")),
        ({(_APPEARANCE, "accent-color"): "blue"}, Look()),
        ({(_GNOME, "enable-animations"): True}, Look(None, False)),
        ({(_GNOME, "enable-animations"): False}, Look(None, True)),
        ({(_APPEARANCE, "reduced-motion"): 1, (_GNOME, "enable-animations"): True}, Look(None, True)),
        ({(_APPEARANCE, "contrast"): 0}, Look(None, None, False)),
        ({(_APPEARANCE, "contrast"): 1}, Look(None, None, True)),
        ({("org.gnome.desktop.a11y.interface", "high-contrast"): True}, Look(None, None, True)),
    ],
)
def test_the_settings_of_a_portal(values: dict[tuple[str, str], Any], look: Look) -> None:
    assert look_of(values) == look


class User32:
    """Answers as the library of Windows does."""

    def __init__(self, animation: int, contrast: int) -> None:
        self._values = {0x1042: animation, 0x0042: contrast}

    def SystemParametersInfoW(self, what: int, _size: int, where: Any, _flags: int) -> int:
        answer = where._obj
        if isinstance(answer, ctypes.c_int):
            answer.value = self._values[what]
        else:
            assert answer.size == ctypes.sizeof(answer)
            answer.flags = self._values[what]
        return 1


@pytest.mark.parametrize(
    ("accent", "user", "look"),
    [
        (0xFFEF7015, User32(1, 0), Look("#1570ef", False, False)),
        (None, User32(0, 1), Look(None, True, True)),
        (0xFF0000FF, None, Look("#ff0000")),
    ],
)
def test_the_settings_of_windows(accent: int | None, user: User32 | None, look: Look) -> None:
    assert windows_look(accent, user) == look


def test_the_settings_of_macos(tmp_path: Path) -> None:
    assert mac_look(tmp_path) == Look("#007aff")
    (tmp_path / ".GlobalPreferences.plist").write_bytes(plistlib.dumps({"AppleAccentColor": 5}))
    (tmp_path / "com.apple.universalaccess.plist").write_bytes(
        plistlib.dumps({"reduceMotion": True, "increaseContrast": False})
    )
    assert mac_look(tmp_path) == Look("#953d96", True, False)
    (tmp_path / ".GlobalPreferences.plist").write_text("no such format")
    assert mac_look(tmp_path).accent == "#007aff"


def test_a_change_is_told_once(qtbot: QtBot, qapp: QApplication) -> None:
    system = SystemLook(qapp)
    heard: list[Look] = []
    system.changed.connect(heard.append)
    for look in (None, Look(), Look("#ff0000"), Look("#ff0000"), None):
        system.take(look)
    assert heard == [Look("#ff0000")]
    assert system.now == Look("#ff0000")


def test_macos_is_asked_beside_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    system = SystemLook(qapp)
    with qtbot.waitSignal(system.changed) as got:
        system.follow(None, Background(qapp), qapp, "darwin")
    assert got.args == [Look("#007aff")]


def test_without_anybody_to_ask_nothing_is_known(qapp: QApplication) -> None:
    system = SystemLook(qapp)
    system.follow(None, Background(qapp), qapp, "linux")
    assert system.now == Look()
