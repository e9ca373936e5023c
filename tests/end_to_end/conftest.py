"""Someone at a real desktop, and a server for them; the desktop is shared by the tests of a module."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace_gui.desktop.bus import Bus
from pytestqt.qtbot import QtBot

from tests.support.control_command import Control
from tests.support.desktop import Desktop, running_desktop
from tests.support.nginx import Nginx
from tests.support.person import Person, profile_for
from tests.support.session_bus import PrivateBus, private_bus

SLOW: Final = 100_000
"""Bytes per second of each connection."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Return a desktop with room beside the window."""
    with running_desktop(tmp_path_factory.mktemp("stage"), "1400x900") as desktop:
        yield desktop


@pytest.fixture(scope="module")
def asked_control(tmp_path_factory: pytest.TempPathFactory) -> Control:
    """Return a place for an engine that tests share which change nothing; there is a queue 'night'."""
    folder = tmp_path_factory.mktemp("asked")
    profile = Profile.at(folder / "profile")
    save_settings(Settings(folder / "downloads", queues=("night",)), profile.settings)
    return Control(profile, folder / "downloads")


@pytest.fixture(scope="module")
def asked(asked_control: Control) -> Iterator[Control]:
    """Return commands to that engine, running."""
    with asked_control.running():
        yield asked_control


@pytest.fixture
def person(stage: Desktop, tmp_path: Path) -> Person:
    """Return someone at the desktop, with a fresh profile."""
    return Person(stage, profile_for(tmp_path))


@pytest.fixture
def slow_server(limited_nginx: Callable[[int], Nginx]) -> Nginx:
    """Return a server whose files take a while."""
    return limited_nginx(SLOW)


@pytest.fixture
def session() -> Iterator[PrivateBus]:
    """Return a bus that is ours alone."""
    with private_bus() as running:
        yield running


@pytest.fixture
def bus(qtbot: QtBot, session: PrivateBus) -> Iterator[Bus]:
    """Return our connection to it."""
    bus = Bus(session.address)
    yield bus
    bus.close()
