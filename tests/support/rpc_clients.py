"""Ways to talk to a server for aria2's clients: this program's, and aria2's own beside it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import requests

from tests.support import needs
from tests.support.control_command import Control
from tests.support.dead_ends import refusing_port
from tests.support.processes import end

TOKEN: Final = "s3cret-canary"  # noqa: S105 - of a test
_SECONDS: Final = 30.0


class RpcFaultError(Exception):
    """What a server refused."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Rpc:
    """A server, and the plainest of clients."""

    port: int
    token: str = TOKEN

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/jsonrpc"

    def post(self, body: Any, **headers: str) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.url, data=data, headers=headers, timeout=_SECONDS)

    def __call__(self, method: str, *given: Any) -> Any:
        """Call a method of aria2. Raises RpcFaultError."""
        body = {"jsonrpc": "2.0", "id": "x", "method": f"aria2.{method}", "params": [f"token:{self.token}", *given]}
        answer = self.post(body).json()
        if "error" in answer:
            raise RpcFaultError(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    def until(self, gid: str, *states: str) -> dict[str, Any]:
        """Wait until a download is in one of these states."""
        deadline = monotonic() + _SECONDS
        while (status := self("tellStatus", gid))["status"] not in states:
            assert monotonic() < deadline, status
            sleep(0.02)
        found: dict[str, Any] = status
        return found

    def answers(self) -> bool:
        """Say whether somebody is there."""
        try:
            self("getVersion")
        except requests.ConnectionError:
            return False
        return True

    def until_it_answers(self, process: "subprocess.Popen[Any]") -> None:
        deadline = monotonic() + _SECONDS
        while not self.answers():
            assert process.poll() is None
            assert monotonic() < deadline
            sleep(0.02)


@contextmanager
def own_server(control: Control) -> Iterator[Rpc]:
    """Run the engine without a window, with its server for clients."""
    secret = control.profile.folder / "secret"
    secret.write_text(TOKEN + "\n", encoding="utf-8")
    port = refusing_port()
    command = control.command("run", "--rpc", "--rpc-port", str(port), "--rpc-secret-file", str(secret))
    with running(command, control.env, Rpc(port)) as rpc:
        yield rpc


@contextmanager
def aria2_server(folder: Path) -> Iterator[Rpc]:
    """Run aria2 itself."""
    port = refusing_port()
    command = [needs.require("aria2c"), "--enable-rpc", f"--rpc-listen-port={port}", f"--rpc-secret={TOKEN}", "-q"]
    with running([*command, "--no-conf", f"--dir={folder}", "--disable-ipv6"], None, Rpc(port)) as rpc:
        yield rpc


@contextmanager
def running(command: list[str], env: dict[str, str] | None, rpc: Rpc) -> Iterator[Rpc]:
    """Run a server for as long as the block."""
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        rpc.until_it_answers(process)
        yield rpc
    finally:
        end(process)
