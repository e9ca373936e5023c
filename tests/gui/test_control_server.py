"""Commands and later starts reach the running program: a real local server, real clients, real processes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.brought import Brought
from headrace.control import peer
from headrace.control.channel import Channel, RefusedError, server_name
from headrace.control.lines import MOST_BYTES, line_of, request_line
from headrace.control.operator import Operator
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace_gui.desktop import control_server
from headrace_gui.desktop.control_server import MOST_TALKS, ControlServer
from headrace_gui.desktop.hand_over import hand_over
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.fronts import OffStage

ADDRESSES = ["https://a.org/1.zip", "https://a.org/ä b".replace(" ", "%20")]


class Ears:
    """A server of a manager that is played, and what its front was asked for."""

    def __init__(self, profile: Profile) -> None:
        self.front = OffStage()
        self.operator = Operator(cast(DownloadManager, FakeManager()), self.front)
        self.server = ControlServer(profile, self.operator)


@pytest.fixture
def ears(qtbot: QtBot, profile: Profile) -> Iterator[Ears]:
    ears = Ears(profile)
    assert listens(profile)
    yield ears
    ears.server.close()


def listens(profile: Profile) -> bool:
    channel = QLocalSocket()
    channel.connectToServer(server_name(profile))
    return channel.waitForConnected(5000)


@pytest.fixture
def connect(ears: Ears, profile: Profile, qtbot: QtBot) -> Iterator[Callable[[], QLocalSocket]]:
    """Connects to the server, again and again; all is closed at the end."""
    clients: list[QLocalSocket] = []

    def connected() -> QLocalSocket:
        clients.append(QLocalSocket())
        clients[-1].connectToServer(server_name(profile))
        assert clients[-1].waitForConnected(5000)
        QCoreApplication.processEvents()  # the server takes it up: few may wait for that
        return clients[-1]

    yield connected
    for client in clients:
        client.abort()
    qtbot.waitUntil(lambda: ears.server._talks == 0)


def start_client(profile: Profile, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "import sys; from headrace_gui.main import main; sys.exit(main())"]
    return subprocess.Popen([*command, "--profile", str(profile.folder), *arguments], stderr=subprocess.PIPE)


def asked(qtbot: QtBot, profile: Profile, line: bytes) -> list[Any]:
    """Ask in a thread, as commands do, while the event loop runs; return the answers, or what was raised."""
    found: list[Any] = []

    def ask() -> None:
        try:
            with Channel(profile) as channel:
                found.extend(channel.ask(line))
        except (RefusedError, OSError) as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=20_000)
    return found


def test_a_second_start_hands_its_addresses_over(qtbot: QtBot, profile: Profile, ears: Ears) -> None:
    client = start_client(profile, *ADDRESSES)
    qtbot.waitUntil(lambda: bool(ears.front.asked), timeout=10_000)
    assert ears.front.asked == [("come up", ADDRESSES, "")]
    qtbot.waitUntil(lambda: client.poll() is not None, timeout=10_000)
    _, errors = client.communicate(timeout=10)
    assert (client.returncode, errors) == (0, b"")


def test_without_a_server_nothing_is_handed_over(profile: Profile) -> None:
    assert not hand_over(profile, Brought(tuple(ADDRESSES)))


def test_a_socket_left_by_a_crash_is_no_server_and_no_obstacle(qtbot: QtBot, profile: Profile) -> None:
    Path(server_name(profile)).touch()
    assert not hand_over(profile, Brought(tuple(ADDRESSES)))
    ears = Ears(profile)
    assert listens(profile)
    ears.server.close()
    assert not Path(server_name(profile)).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe")
def test_the_socket_is_its_owners_alone(ears: Ears, profile: Profile) -> None:
    assert Path(server_name(profile)).stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe")
def test_where_nobody_can_listen_that_is_logged(
    qtbot: QtBot, profile: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    (Path(server_name(profile)) / "in the way").mkdir(parents=True)
    ears = Ears(profile)
    assert server_name(profile) in caplog.text
    ears.server.close()


def test_profiles_have_servers_of_their_own(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / ("deep" * 30), tmp_path / ("deeq" * 30)]
    names = [server_name(Profile.at(folder)) for folder in folders]
    assert len(set(names)) == 4
    assert all(len(name) < 100 for name in names)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"no json\n", "a line is not JSON"),
        (b"[]\n", "a line is not a JSON object"),
        (b"{}\n", "a line asks for nothing"),
        (b'{"do": ["add"]}\n', "a line asks for nothing"),
        (b"[" * 100_000 + b"\n", "a line is not JSON"),
        (b'{"do": "fly"}\n', "this program knows no 'fly'"),
        (b'{"do": "list", "whcih": []}\n', "there is no argument 'whcih' here"),
        (b'{"do": "raise", "addresses": "x"}\n', "addresses must be a list"),
        (b'{"do": "raise", "addresses": [7]}\n', "addresses must be a list of texts"),
        (line_of({"do": "raise", "addresses": ["file:///etc/passwd"]}), "does not begin with http"),
        (b'{"do": "list", "all": 1}\n', "all must be true or false"),
        (b'{"do": "list", "state": "tired"}\n', "the state must be one of"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_does_nothing(
    qtbot: QtBot, profile: Profile, ears: Ears, line: bytes, sentence: str
) -> None:
    (error,) = asked(qtbot, profile, line)
    assert isinstance(error, RefusedError)
    assert error.kind == "usage"
    assert sentence in str(error)
    assert ears.front.asked == []


def test_a_line_without_end_is_cut_off(
    qtbot: QtBot, profile: Profile, ears: Ears, connect: Callable[[], QLocalSocket]
) -> None:
    client = connect()
    with qtbot.waitSignal(client.disconnected, timeout=20_000):
        client.write(b"x" * (MOST_BYTES + 1))
    assert asked(qtbot, profile, request_line("quit")) == []
    assert ears.front.asked == [("quit",)]


def test_several_requests_of_one_connection_are_answered_in_order(
    qtbot: QtBot, profile: Profile, ears: Ears, connect: Callable[[], QLocalSocket]
) -> None:
    client = connect()
    received = bytearray()
    client.readyRead.connect(lambda: received.extend(client.readAll().data()))
    client.write(b'{"do":"hello"}\nnonsense\n{"do":"hello"}\n{"do":')
    qtbot.waitUntil(lambda: received.count(b"\n") == 5)
    answers = [json.loads(line) for line in received.splitlines()]
    assert [answer.get("ok") for answer in answers] == [None, True, False, None, True]
    client.write(b'"hello"}\n')
    qtbot.waitUntil(lambda: received.count(b"\n") == 7)


def test_who_asks_and_goes_away_leaves_nothing_behind(
    qtbot: QtBot, profile: Profile, ears: Ears, connect: Callable[[], QLocalSocket]
) -> None:
    for _ in range(MOST_TALKS + 5):
        client = connect()
        client.write(b'{"do":"wait","all":true}\n{"do":"hello"}\n')
        client.flush()
        client.abort()
        qtbot.wait(1)
    qtbot.waitUntil(lambda: ears.server._talks == 0)
    assert asked(qtbot, profile, request_line("raise", addresses=ADDRESSES)) == []


def test_more_connections_than_anybody_needs_are_closed(
    qtbot: QtBot, profile: Profile, ears: Ears, connect: Callable[[], QLocalSocket]
) -> None:
    last = [connect() for _ in range(MOST_TALKS + 1)][-1]
    qtbot.waitUntil(lambda: last.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert ears.server._talks == MOST_TALKS


def test_another_user_is_not_heard(qtbot: QtBot, profile: Profile, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_server, "is_own", lambda _: False)
    (error,) = asked(qtbot, profile, request_line("quit"))
    assert isinstance(error, OSError)
    assert ears.front.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="there the pipe admits nobody else")
def test_whose_the_other_end_is(
    ears: Ears, profile: Profile, monkeypatch: pytest.MonkeyPatch, connect: Callable[[], QLocalSocket]
) -> None:
    client = connect()
    descriptor = int(client.socketDescriptor())
    assert peer.is_own(descriptor)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert not peer.is_own(descriptor)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe")
def test_a_socket_of_another_user_is_not_spoken_to(
    ears: Ears, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    with pytest.raises(PermissionError):
        Channel(profile)


def test_a_front_without_a_window_refuses_to_come_up(
    qtbot: QtBot, profile: Profile, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_addresses: object, _activation: str) -> None:
        raise ValueError("there is no window")

    monkeypatch.setattr(ears.front, "come_up", refuse)
    (error,) = asked(qtbot, profile, request_line("raise"))
    assert str(error) == "there is no window"


def test_a_checksum_in_an_address_survives_the_journey(qtbot: QtBot, profile: Profile, ears: Ears) -> None:
    address = f"https://example.org/a.iso#sha256={'ab' * 32}"
    line = request_line("raise", addresses=[address, "https://example.org/b#top"], activation="t")
    assert asked(qtbot, profile, line) == []
    assert ears.front.asked == [("come up", [address, "https://example.org/b"], "t")]
