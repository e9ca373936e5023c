"""The program as desktops call it, against a real dbus-daemon."""

from typing import Any

import pytest
from headrace_gui.desktop.application import INTERFACE, NAME, PATH, Application
from headrace_gui.desktop.bus import Bus
from headrace_gui.desktop.message_bus import Remote
from pytestqt.qtbot import QtBot

from tests.support.session_bus import PrivateBus

US = Remote(NAME, PATH, INTERFACE)
ECHO = Remote("test.Echo", "/echo", "test.Echo")


@pytest.fixture
def heard(bus: Bus, session: PrivateBus, qtbot: QtBot) -> list[tuple[Any, ...]]:
    """Return what the application is called for; it has its name when this returns."""
    found: list[tuple[Any, ...]] = []
    served = Application(bus, bus)
    served.activated.connect(lambda token: found.append(("activated", token)))
    served.opened.connect(lambda uris, token: found.append(("opened", uris, token)))
    served.asked.connect(lambda name, token: found.append(("asked", name, token)))
    qtbot.waitUntil(lambda: session.has_owner(NAME))
    return found


def test_a_desktop_calls_the_window_hands_over_and_asks(
    qtbot: QtBot, session: PrivateBus, heard: list[tuple[Any, ...]]
) -> None:
    desktop = Bus(session.address)
    answers: list[object] = []
    token = {"activation-token": ("s", "t1"), "desktop-startup-id": ("s", "t2")}
    desktop.call(US, "Activate", "a{sv}", (token,), answers.append)
    desktop.call(US, "Open", "asa{sv}", (["https://h/a", "file:///x.meta4"], {}), answers.append)
    desktop.call(US, "ActivateAction", "sava{sv}", ("pause", [], {"desktop-startup-id": ("s", "t2")}), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert answers == [(), (), ()]
    assert heard == [
        ("activated", "t1"),
        ("opened", ["https://h/a", "file:///x.meta4"], ""),
        ("asked", "pause", "t2"),
    ]
    desktop.close()


@pytest.mark.parametrize(
    ("method", "signature", "values"),
    [("Fly", "", ()), ("Activate", "s", ("x",)), ("Open", "as", (["https://h/"],)), ("Activate", "", ())],
)
def test_what_does_not_fit_is_refused(
    method: str,
    signature: str,
    values: tuple[Any, ...],
    qtbot: QtBot,
    session: PrivateBus,
    heard: list[tuple[Any, ...]],
) -> None:
    desktop = Bus(session.address)
    answers: list[object] = []
    desktop.call(US, method, signature, values, answers.append)
    desktop.call(US._replace(path="/elsewhere"), "Activate", "a{sv}", ({},), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert (answers, heard) == ([None, None], [])
    desktop.close()


def test_a_second_window_leaves_the_name_to_the_first(
    qtbot: QtBot, session: PrivateBus, heard: list[tuple[Any, ...]]
) -> None:
    second, desktop = Bus(session.address), Bus(session.address)
    late: list[str] = []
    Application(second, second).activated.connect(late.append)
    second.call(ECHO, "Echo", start=False, then=lambda _: desktop.call(US, "Activate", "a{sv}", ({},)))
    qtbot.waitUntil(lambda: heard == [("activated", "")])
    assert late == []
    second.close()
    desktop.close()
