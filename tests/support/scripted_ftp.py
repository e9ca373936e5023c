"""An FTP server that does as it is told, for what real ones do seldom. Every connection has a thread of its own."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final

TOLD: Final = "20200913122640"
"""When the file was changed, as MDTM says it."""


@dataclass
class ScriptedFtp:
    """One file under every name; what is done to it is changed by tests before they ask."""

    content: bytes
    replies: dict[str, str] = field(default_factory=dict)
    """By command, or by command and argument, what is said instead of the usual."""
    sent: int | None = None
    """Bytes of a file after which the connection for data is closed; None for all."""
    silent: bool = False
    """Whether it says nothing more then, and keeps the connection open until the client leaves."""
    host: str = "127,0,0,1"
    """What PASV names."""
    commands: list[str] = field(default_factory=list)
    """All that was asked."""
    port: int = 0
    reached: Event = field(default_factory=Event)
    """Set once the bytes are sent."""
    _open: list[socket.socket] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def url(self, name: str = "a.bin") -> str:
        """Return an address of the file."""
        return f"ftp://127.0.0.1:{self.port}/{name}"

    def asked(self, command: str) -> list[str]:
        """Return the arguments that a command came with."""
        return [line.partition(" ")[2] for line in self.commands if line.partition(" ")[0] == command]

    def keep(self, sock: socket.socket) -> socket.socket:
        """Have a socket closed at the end at the latest."""
        with self._lock:
            self._open.append(sock)
        return sock

    def close(self) -> None:
        """Close what is open."""
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


class _Talk:
    """One control connection."""

    def __init__(self, server: ScriptedFtp, sock: socket.socket) -> None:
        self._server, self._sock = server, sock
        self._first = 0
        self._listener: socket.socket | None = None

    def run(self) -> None:
        with contextlib.suppress(OSError), self._sock, self._sock.makefile("r", newline="\r\n") as lines:
            self._say(self._server.replies.get("welcome", "220 hello"))
            for line in lines:
                self._do(line.strip())

    def _say(self, text: str) -> None:
        self._sock.sendall(f"{text}\r\n".encode())

    def _do(self, line: str) -> None:
        self._server.commands.append(line)
        command, _, argument = line.partition(" ")
        instead = self._server.replies.get(line) or self._server.replies.get(command)
        if instead is not None:
            self._say(instead)
            return
        answer: Callable[[str], None] = getattr(self, f"_{command.lower()}", self._unknown)
        answer(argument)

    def _unknown(self, _: str) -> None:
        self._say("502 not here")

    def _user(self, _: str) -> None:
        self._say("331 and the password?")

    def _pass(self, _: str) -> None:
        self._say("230 come in")

    def _type(self, _: str) -> None:
        self._say("200 so be it")

    def _size(self, _: str) -> None:
        self._say(f"213 {len(self._server.content)}")

    def _mdtm(self, _: str) -> None:
        self._say(f"213 {TOLD}")

    def _rest(self, argument: str) -> None:
        self._first = int(argument)
        self._say("350 from there")

    def _listen(self) -> int:
        self._listener = self._server.keep(socket.create_server(("127.0.0.1", 0)))
        return int(self._listener.getsockname()[1])

    def _epsv(self, _: str) -> None:
        self._say(f"229 here (|||{self._listen()}|)")

    def _pasv(self, _: str) -> None:
        high, low = divmod(self._listen(), 256)
        self._say(f"227 here ({self._server.host},{high},{low})")

    def _retr(self, _: str) -> None:
        server, first, listener = self._server, self._first, self._listener
        self._first, self._listener = 0, None
        if listener is None:
            self._say("425 no connection")
            return
        self._say("150 here it comes")
        with listener:
            data = server.keep(listener.accept()[0])
        with data, contextlib.suppress(OSError):
            end = None if server.sent is None else first + server.sent
            data.sendall(server.content[first:end])
            server.reached.set()
            if server.silent:
                data.recv(1)
        self._say("226 done" if end is None or end >= len(server.content) else "426 broken off")


@contextlib.contextmanager
def scripted_ftp(content: bytes) -> Iterator[ScriptedFtp]:
    """Run a server of one file."""
    server = ScriptedFtp(content)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = int(listener.getsockname()[1])
        threads: list[Thread] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    threads.append(Thread(target=_Talk(server, server.keep(sock)).run, name="ftp"))
                    threads[-1].start()

        accepting = Thread(target=accept, name="ftp accept")
        accepting.start()
        try:
            yield server
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            accepting.join()
            server.close()
            for thread in threads:
                thread.join()
