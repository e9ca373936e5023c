"""The second start hands over to the first: a real local server and a real client process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace_gui.desktop.hand_over import MOST_BYTES, hand_over, message, server_name
from headrace_gui.desktop.single_instance import InstanceServer, read_message
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

ADDRESSES = ["https://a.org/1.zip", "https://a.org/ä b".replace(" ", "%20")]


def listens(profile: Profile) -> bool:
    channel = QLocalSocket()
    channel.connectToServer(server_name(profile))
    return channel.waitForConnected(5000)


@pytest.fixture
def server(qtbot: QtBot, profile: Profile) -> InstanceServer:
    server = InstanceServer(profile)
    assert listens(profile)
    return server


def start_client(profile: Profile, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "import sys; from headrace_gui.main import main; sys.exit(main())"]
    return subprocess.Popen([*command, "--profile", str(profile.folder), *arguments], stderr=subprocess.PIPE)


def test_a_second_start_hands_its_addresses_over(qtbot: QtBot, profile: Profile, server: InstanceServer) -> None:
    with qtbot.waitSignal(server.asked, timeout=10_000) as caught:
        client = start_client(profile, *ADDRESSES)
    assert caught.args is not None
    assert caught.args[0] == ADDRESSES
    _, errors = client.communicate(timeout=10)
    assert (client.returncode, errors) == (0, b"")
    server.close()


def test_without_a_server_nothing_is_handed_over(profile: Profile) -> None:
    assert not hand_over(profile, ADDRESSES)


def test_a_socket_left_by_a_crash_is_no_server_and_no_obstacle(qtbot: QtBot, profile: Profile) -> None:
    Path(server_name(profile)).touch()
    assert not hand_over(profile, ADDRESSES)
    server = InstanceServer(profile)
    assert listens(profile)
    server.close()
    assert not Path(server_name(profile)).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe")
def test_where_nobody_can_listen_that_is_logged(
    qtbot: QtBot, profile: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    (Path(server_name(profile)) / "in the way").mkdir(parents=True)
    server = InstanceServer(profile)
    assert server_name(profile) in caplog.text
    server.close()


def test_profiles_have_servers_of_their_own(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / ("deep" * 30), tmp_path / ("deeq" * 30)]
    names = [server_name(Profile.at(folder)) for folder in folders]
    assert len(set(names)) == 4
    assert all(len(name) < 100 for name in names)


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"[]\n",
        b'{"addresses": []}\n',
        b'{"raise": true, "addresses": "x"}\n',
        json.dumps({"raise": True, "addresses": ["file:///etc/passwd"]}).encode() + b"\n",
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_a_bad_message_is_dropped(qtbot: QtBot, profile: Profile, server: InstanceServer, line: bytes) -> None:
    heard: list[object] = []
    server.asked.connect(lambda addresses, _token: heard.append(addresses))
    client = QLocalSocket()
    client.connectToServer(server_name(profile))
    with qtbot.waitSignal(client.disconnected, timeout=5_000):
        client.write(line)
    assert heard == []
    server.close()


def test_a_message_survives_the_journey() -> None:
    assert read_message(message(ADDRESSES, "token")) == (ADDRESSES, "token")


def test_a_checksum_in_an_address_survives_it_too() -> None:
    address = f"https://example.org/a.iso#sha256={'ab' * 32}"
    assert read_message(message([address, "https://example.org/b#top"])) == ([address, "https://example.org/b"], "")
