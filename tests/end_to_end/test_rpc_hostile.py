"""What the server for clients does with those who must not come in, and with those who come in heaps."""

import contextlib
import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests
import websocket
from headrace.control.channel import Channel
from headrace.control.lines import request_line
from headrace.profile import Profile
from headrace.rpc.server import MOST_BYTES, MOST_CONNECTIONS, QUIET_SECONDS
from headrace.settings import Settings, load_settings, save_settings

from tests.support.control_command import Control
from tests.support.dead_ends import refusing_port
from tests.support.rpc_clients import TOKEN, Rpc, RpcFaultError, own_server

ALLOWED = "https://ui.example"
CALL = {"jsonrpc": "2.0", "id": "1", "method": "aria2.getVersion", "params": [f"token:{TOKEN}"]}


def control_in(folder: Path) -> Control:
    profile = Profile.at(folder / "profile")
    save_settings(Settings(folder / "downloads", rpc_origins=(ALLOWED,)), profile.settings)
    return Control(profile, folder / "downloads")


@pytest.fixture
def control(tmp_path: Path) -> Control:
    return control_in(tmp_path)


@pytest.fixture
def rpc(control: Control) -> Iterator[Rpc]:
    with own_server(control) as server:
        yield server


@pytest.fixture(scope="module")
def asked_rpc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rpc]:
    """For tests that leave nothing behind."""
    with own_server(control_in(tmp_path_factory.mktemp("asked"))) as server:
        yield server


def test_nobody_listens_unless_it_is_switched_on(control: Control) -> None:
    with control.running() as process:
        listening = Path(f"/proc/{process.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        inodes = {line.split()[9] for line in listening if line.split()[3] == "0A"}
        own = {str(path.readlink()) for path in Path(f"/proc/{process.pid}/fd").iterdir()}
        assert not {f"socket:[{inode}]" for inode in inodes} & own


# -- web pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://evil.example", "Content-Type": "text/plain"},
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Host": "127.0.0.1:1"},
        {"Host": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Host": "evil.example:{port}"},
        {"Origin": "http://evil.example:{port}", "Host": "evil.example:{port}"},
    ],
)
def test_a_page_of_another_site_gets_nothing(asked_rpc: Rpc, headers: dict[str, str]) -> None:
    headers = {name: value.format(port=asked_rpc.port) for name, value in headers.items()}
    given = b64encode(json.dumps(CALL["params"]).encode()).decode()
    query = {"method": "aria2.getVersion", "id": "1", "params": given, "jsoncallback": "cb"}
    answers = [
        requests.post(asked_rpc.url, json=CALL, headers=headers, timeout=20),
        requests.get(asked_rpc.url, params=query, headers=headers, timeout=20),
        requests.options(asked_rpc.url, headers=headers | {"Access-Control-Request-Method": "POST"}, timeout=20),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "1.37" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
def test_a_page_of_another_site_gets_no_websocket(asked_rpc: Rpc, origin: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(asked_rpc.url.replace("http", "ws", 1), origin=origin, timeout=20)


def test_a_page_that_is_allowed_may_call(asked_rpc: Rpc) -> None:
    asked = {"Origin": ALLOWED, "Access-Control-Request-Method": "POST"}
    before = requests.options(asked_rpc.url, headers=asked, timeout=20)
    assert (before.status_code, before.headers["Access-Control-Allow-Origin"]) == (200, ALLOWED)
    answer = asked_rpc.post(CALL, Origin=ALLOWED)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, ALLOWED)
    address = asked_rpc.url.replace("http", "ws", 1)
    with contextlib.closing(websocket.create_connection(address, origin=ALLOWED)) as talk:
        talk.send(json.dumps(CALL))
        assert json.loads(talk.recv())["result"]["version"] == "1.37.0"


# -- tokens ----------------------------------------------------------------------------------------------------


def test_a_wrong_token_costs_time_and_nobody_else_any(rpc: Rpc) -> None:
    rpc("getVersion")  # the right one was proven
    wrong = [Rpc(rpc.port, f"guess{number}") for number in range(10)]
    refused: list[float] = []

    def guess(one: Rpc) -> None:
        began = monotonic()
        with contextlib.suppress(RpcFaultError):
            one("getVersion")
            raise AssertionError("let in")
        refused.append(monotonic() - began)

    threads = [threading.Thread(target=guess, args=(one,)) for one in wrong]
    for thread in threads:
        thread.start()
    sleep(0.3)
    began = monotonic()
    assert rpc("getVersion")["version"] == "1.37.0"
    assert monotonic() - began < 1.0
    for thread in threads:
        thread.join()
    assert len(refused) == 10
    assert max(refused) > 5.0


def test_the_token_is_nowhere_on_disk_and_on_no_command_line(control: Control, rpc: Rpc) -> None:
    rpc("getVersion")
    rpc("changeGlobalOption", {"max-concurrent-downloads": "3"})
    deadline = monotonic() + 20
    while load_settings(control.profile.settings).max_running != 3:
        assert monotonic() < deadline
    (control.profile.folder / "secret").unlink()
    for path in control.profile.folder.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
    assert load_settings(control.profile.settings).rpc_secret.startswith("scrypt$")


def test_without_a_token_one_is_made_and_told_once(control: Control) -> None:
    port = refusing_port()
    with control.running("--rpc", "--rpc-port", str(port)) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("headrace: the token for clients is ")
        rpc = Rpc(port, line.split()[-1])
        rpc.until_it_answers(process)
        assert rpc("getVersion")["version"] == "1.37.0"


# -- heaps -----------------------------------------------------------------------------------------------------


@pytest.fixture
def lateness(control: Control) -> Iterator[Callable[[], float]]:
    """Ask the program by its other door all the while; return how long the longest answer took, in seconds."""
    over, waits = threading.Event(), [0.0]

    def ask() -> None:
        while not over.wait(0.02):
            began = monotonic()
            with Channel(control.profile) as channel:
                list(channel.ask(request_line("hello"), patience=60.0))
            waits.append(monotonic() - began)

    thread = threading.Thread(target=ask)

    def longest() -> float:
        if not thread.is_alive():
            thread.start()
        return max(waits)

    yield longest
    over.set()
    if thread.ident:
        thread.join()


def raw(rpc: Rpc) -> socket.socket:
    return socket.create_connection(("127.0.0.1", rpc.port), timeout=60)


def test_a_gibibyte_is_not_swallowed(rpc: Rpc, lateness: Callable[[], float]) -> None:
    lateness()
    with raw(rpc) as one, contextlib.suppress(ConnectionError):
        head = f"POST /jsonrpc HTTP/1.1\r\nHost: 127.0.0.1:{rpc.port}\r\nContent-Length: {1 << 30}\r\n\r\n"
        one.sendall(head.encode())
        sent, piece = 0, b"[" * (1 << 20)
        while sent < 1 << 30:
            one.sendall(piece)
            sent += len(piece)
    assert sent < 1 << 29
    assert rpc("getVersion")["version"] == "1.37.0"
    assert lateness() < 1.0


def test_a_message_without_end_is_not_swallowed(rpc: Rpc) -> None:
    talk = websocket.create_connection(rpc.url.replace("http", "ws", 1), timeout=20)
    with contextlib.suppress(ConnectionError):
        talk.send("[" * (MOST_BYTES + 1))
    with pytest.raises((websocket.WebSocketException, ConnectionError)):
        all(talk.recv() for _ in range(10))
    talk.shutdown()  # type: ignore[no-untyped-call]
    assert rpc("getVersion")["version"] == "1.37.0"


def test_ten_thousand_connections_leave_the_program_be(rpc: Rpc, lateness: Callable[[], float]) -> None:
    lateness()
    held = []
    with contextlib.ExitStack() as stack:
        for number in range(10_000):
            one = raw(rpc)
            if number < 500:
                held.append(stack.enter_context(one))
            else:
                one.close()
        deadline = monotonic() + 20
        while sum(map(is_open, held)) > MOST_CONNECTIONS:
            assert monotonic() < deadline
            sleep(0.1)
        assert lateness() < 1.0
    assert rpc_answers_soon(rpc)
    assert lateness() < 1.0


def is_open(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def rpc_answers_soon(rpc: Rpc) -> bool:
    deadline = monotonic() + 20
    while monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            return bool(rpc("getVersion")["version"] == "1.37.0")
        sleep(0.1)
    return False


BEGUN = (
    b"",
    b"POST /jsonrpc HTTP/1.1\r\nHost: ",
    b"POST /jsonrpc HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100\r\n\r\n{",
)


def test_requests_that_never_end_are_ended(asked_rpc: Rpc) -> None:
    def seconds(begun: bytes) -> float:
        began = monotonic()
        with raw(asked_rpc) as one:
            one.sendall(begun.replace(b"{port}", str(asked_rpc.port).encode()))
            one.settimeout(QUIET_SECONDS + 10)
            with contextlib.suppress(ConnectionError):
                while one.recv(1000):
                    pass
        return monotonic() - began

    with ThreadPoolExecutor(len(BEGUN)) as all_at_once:
        took = list(all_at_once.map(seconds, BEGUN))
    assert all(QUIET_SECONDS - 1 < each < QUIET_SECONDS + 5 for each in took), took


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        json.dumps([CALL] * 10_001).encode(),
        b"\xff\xfe",
        b'{"jsonrpc":"2.0","id":1,"method":"aria2.tellStopped","params":["token:%b",0,99999999999999999999]}'
        % TOKEN.encode(),
        b'{"jsonrpc":"2.0","id":1,"method":["x"],"params":{}}',
        b'{"jsonrpc":"2.0","id":1,"method":"aria2.addUri","params":["token:%b",["http://h/x"],{"out":["a",7]}]}'
        % TOKEN.encode(),
        b'{"jsonrpc":"2.0","id":1,"method":"aria2.changeGlobalOption","params":["token:%b",[]]}' % TOKEN.encode(),
    ],
)
def test_nonsense_gets_an_answer(asked_rpc: Rpc, body: bytes) -> None:
    answer: Any = asked_rpc.post(body).json()
    assert "error" in answer or answer.get("result") == []
    assert asked_rpc("getGlobalStat")["numWaiting"] == "0"
