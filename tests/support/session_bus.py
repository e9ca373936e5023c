"""A private message bus with made-up desktop programs on it, which note what they are asked and answer by table."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_error, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support import needs
from tests.support.processes import end

_CONFIG: Final = """<busconfig>
<type>session</type>
<listen>unix:path={socket}</listen>
{services}
<policy context="default">
  <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""
_TURN_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Asked:
    """One call that came: what it was, and with which values of which types."""

    member: str
    signature: str
    values: tuple[Any, ...]


Answers = dict[str, Callable[[Asked], tuple[str, tuple[Any, ...]]]]
"""By method: the types and values of its answer; a method that is missing is refused."""


@dataclass
class Program:
    """A program on the bus, in a thread of its own. Signals of others that it hears are noted as well."""

    address: str
    name: str
    answers: Answers
    hears: tuple[str, ...] = ()
    asked: list[Asked] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection: DBusConnection = open_dbus_connection(self.address, enable_fds=True)
        if self.name:
            self._connection.send_and_get_reply(message_bus.RequestName(self.name))
        for interface in self.hears:
            self._connection.send_and_get_reply(message_bus.AddMatch(_all_of(interface)))
        self._over = Event()
        self._thread = Thread(target=self._serve, name=f"bus-{self.name}")
        self._thread.start()

    def calls(self, member: str) -> list[tuple[Any, ...]]:
        """Return the values of all calls of `member` so far."""
        return [each.values for each in list(self.asked) if each.member == member]

    def tell(self, path: str, interface: str, name: str, signature: str, values: tuple[Any, ...]) -> None:
        """Send a signal."""
        self._connection.send(new_signal(DBusAddress(path, interface=interface), name, signature, values))

    def close(self) -> None:
        """Leave the bus."""
        self._over.set()
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                self._take(self._connection.receive(timeout=_TURN_SECONDS))
            except TimeoutError:
                continue
            except OSError:  # the bus has ended
                return

    def _take(self, message: Any) -> None:
        fields, kind = message.header.fields, message.header.message_type
        if kind not in (MessageType.method_call, MessageType.signal):
            return
        if fields.get(HeaderFields.sender) == "org.freedesktop.DBus":
            return
        asked = Asked(fields[HeaderFields.member], fields.get(HeaderFields.signature, ""), message.body)
        self.asked.append(asked)
        self.senders.append(fields.get(HeaderFields.sender, ""))
        if kind is MessageType.method_call and not message.header.flags & 1:
            self._connection.send(self._answer(message, asked))

    def _answer(self, message: Any, asked: Asked) -> Any:
        answer = self.answers.get(asked.member)
        if answer is None:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("no such method",))
        signature, values = answer(asked)
        return new_method_return(message, signature or None, values)


def _all_of(interface: str) -> str:
    return f"type='signal',interface='{interface}'"


@dataclass
class PrivateBus:
    """A running bus."""

    address: str
    stop: Callable[[], object]
    """Ends the bus before its time."""
    _stack: contextlib.ExitStack

    def has_owner(self, name: str) -> bool:
        """Say whether a program of that name has joined."""
        with open_dbus_connection(self.address) as connection:
            return bool(connection.send_and_get_reply(message_bus.NameHasOwner(name)).body[0])

    def program(self, name: str, answers: Answers | None = None, *, hears: tuple[str, ...] = ()) -> Program:
        """Let a program join that owns `name` until the bus ends."""
        program = Program(self.address, name, answers or {}, hears)
        self._stack.callback(program.close)
        return program


@contextlib.contextmanager
def private_bus(services: Path | None = None) -> Iterator[PrivateBus]:
    """Run a bus of our own, which starts programs as `services` says; skips the test where there is no dbus-daemon."""
    daemon = needs.require("dbus-daemon", "dbus-daemon")
    with tempfile.TemporaryDirectory(prefix="bus") as name, contextlib.ExitStack() as stack:
        folder = Path(name)  # short: the name of a socket has about 100 bytes at most
        config, listening = folder / "bus.conf", folder / "bus"
        starts = "" if services is None else f"<servicedir>{services}</servicedir>"
        config.write_text(_CONFIG.format(socket=listening, services=starts), encoding="utf-8")
        process = subprocess.Popen(
            [daemon, f"--config-file={config}", "--nofork", "--nopidfile"], stderr=subprocess.DEVNULL
        )
        stack.callback(end, process)
        _wait_for(listening)
        yield PrivateBus(f"unix:path={listening}", lambda: end(process), stack)


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.socket(socket.AddressFamily["AF_UNIX"]) as channel:
            channel.connect(os.fspath(path))
            return
        time.sleep(0.01)
    raise TimeoutError("the bus does not listen")
