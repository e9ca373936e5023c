"""The switch for programs made for aria2, thrown while the window's engine runs."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.rpc.access import sealed
from headrace.settings import Settings
from headrace_gui.main_window import MainWindow
from headrace_gui.serving import Serving
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from tests.support.dead_ends import refusing_port
from tests.support.fronts import OffStage


class Window(QObject):
    """As much of a window as it needs."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def show_message(self, text: str) -> None:
        self.messages.append(text)


@pytest.fixture
def manager(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Iterator[DownloadManager]:
    manager = DownloadManager(profile, Settings(tmp_path))
    qtbot.waitUntil(lambda: manager.is_loaded)
    yield manager
    assert manager.shut_down()


def listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(5)
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_it_serves_while_the_switch_is_on(manager: DownloadManager) -> None:
    window, port, other = Window(), refusing_port(), refusing_port()
    Serving(cast(MainWindow, window), manager, OffStage())
    seal = sealed("token")
    manager.apply_settings(replace(manager.settings, rpc=True, rpc_port=port))
    assert not listens(port)  # nobody knows a token
    manager.apply_settings(replace(manager.settings, rpc_secret=seal))
    assert listens(port)
    manager.apply_settings(replace(manager.settings, rpc_port=other))
    assert (listens(port), listens(other)) == (False, True)
    manager.apply_settings(replace(manager.settings, rpc=False))
    assert not listens(other)
    manager.apply_settings(replace(manager.settings, rpc=True))
    assert listens(other)
    window.closed.emit()
    assert not listens(other)
    assert window.messages == []


def test_a_port_that_is_taken_is_told(manager: DownloadManager) -> None:
    window = Window()
    Serving(cast(MainWindow, window), manager, OffStage())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        manager.apply_settings(replace(manager.settings, rpc=True, rpc_port=port, rpc_secret=sealed("token")))
    (message,) = window.messages
    assert f"at port {port}" in message
    assert "Choose another port" in message
    manager.apply_settings(replace(manager.settings, limit=1000))
    assert len(window.messages) == 1
    window.closed.emit()
