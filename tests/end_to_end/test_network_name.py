"""What a network is called, asked of a made-up NetworkManager on a real bus."""

from collections.abc import Iterator

import pytest
from headrace_gui.desktop.bus import Bus
from headrace_gui.desktop.network_name import PATH, PROPERTIES, SERVICE, NetworkName
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from tests.support.session_bus import Asked, PrivateBus, Program, private_bus


class Manager:
    """NetworkManager as far as it is asked: which connection leads into the world, and what it is called."""

    def __init__(self) -> None:
        self.names = {"/home": "Home net", "/phone": "Phone"}
        self.primary = "/home"
        self.program: Program | None = None

    def join(self, bus: PrivateBus) -> None:
        self.program = bus.program(SERVICE, {"Get": self._get})

    def _get(self, asked: Asked) -> tuple[str, tuple[object, ...]]:
        if asked.values == (SERVICE, "PrimaryConnection"):
            return "v", (("o", self.primary),)
        return "v", (("s", self.names[self.primary]),)

    def turn_to(self, path: str, *, gone: bool = False) -> None:
        assert self.program is not None
        self.primary = path
        values = {} if gone else {"PrimaryConnection": ("o", path)}
        others = ["PrimaryConnection"] if gone else []
        self.program.tell(PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", (SERVICE, values, others))


@pytest.fixture
def system() -> Iterator[PrivateBus]:
    with private_bus() as found:
        yield found


@pytest.fixture
def bus(system: PrivateBus, qapp: QCoreApplication) -> Iterator[Bus]:
    made = Bus(system.address)
    yield made
    made.close()


def test_the_name_is_told_and_followed(qtbot: QtBot, system: PrivateBus, bus: Bus) -> None:
    manager, told = Manager(), list[str]()
    manager.join(system)
    NetworkName(bus, told.append, bus)
    qtbot.waitUntil(lambda: told == ["Home net"])
    manager.turn_to("/phone")
    qtbot.waitUntil(lambda: told == ["Home net", "Phone"])
    manager.turn_to("/", gone=True)
    qtbot.waitUntil(lambda: told == ["Home net", "Phone", ""])
    manager.turn_to("/home")
    qtbot.waitUntil(lambda: told[-1] == "Home net")
    assert manager.program is not None
    manager.program.close()
    qtbot.waitUntil(lambda: told[-1] == "")


def test_who_comes_later_is_asked_then(qtbot: QtBot, system: PrivateBus, bus: Bus) -> None:
    manager, told, answers = Manager(), list[str](), list[object]()
    NetworkName(bus, told.append, bus)
    bus.watch_name("test.Nobody", answers.append)
    qtbot.waitUntil(lambda: answers == [False])
    assert told == []
    manager.join(system)
    qtbot.waitUntil(lambda: told == ["Home net"])


def test_without_a_bus_no_network_has_a_name(qtbot: QtBot) -> None:
    told, answers = list[str](), list[object]()
    bus = Bus("unix:path=/nowhere/at/all")
    NetworkName(bus, told.append, bus)
    bus.watch_name(SERVICE, answers.append)
    assert not bus.is_there
    assert told == answers == []
    bus.close()
