"""The desktop's message bus (D-Bus), used without ever waiting for it.

Qt's own binding is not enough here: from Python it can send no unsigned numbers, which most of these interfaces want.
Its wire format is jeepney's; the socket belongs to Qt's event loop.
"""

import logging
import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    MessageFlag,
    MessageType,
    Parser,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.auth import Authenticator
from jeepney.bus import get_connectable_addresses
from jeepney.fds import FileDescriptor, fds_buf_size
from PySide6.QtCore import QObject, QSocketNotifier, QTimer

from headrace_gui.desktop.message_bus import Answer, Heard, Methods, Remote

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 65_536


@dataclass(frozen=True, slots=True)
class _Listener:
    rule: Any
    call: Heard


def session_address() -> str:
    """Return where the session's bus is; "" where nothing says so."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={runtime}/bus" if runtime else "")


def system_address() -> str:
    """Return where the machine's bus is."""
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/run/dbus/system_bus_socket"


class Bus(QObject):
    """One connection, made when first wanted. An absent bus is silent: each call is answered with None.

    All callbacks come from the event loop, never from within a call. Where the bus goes away it stays away.
    """

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._socket: socket.socket | None = None
        self._is_over = False
        self._notifiers: tuple[QSocketNotifier, ...] = ()
        self._greeting: Any = Authenticator(enable_fds=True)
        self._parser: Any = Parser()
        self._serials = count(1)
        self._waiting: dict[int, Answer] = {}
        self._listeners: list[_Listener] = []
        self._served: dict[tuple[str, str], Methods] = {}
        self._queue: deque[bytes] = deque()
        self._unsent = b""

    @property
    def is_there(self) -> bool:
        """Whether the bus was found, once something has been sent."""
        return self._socket is not None

    def call(
        self,
        to: Remote,
        method: str,
        signature: str = "",
        values: tuple[Any, ...] = (),
        then: Answer | None = None,
        *,
        start: bool = True,
    ) -> None:
        """Call a method; `start` lets the bus start a program that does not run. Variants are (signature, value)."""
        message = new_method_call(DBusAddress(*_jeepney_order(to)), method, signature or None, values)
        message.header.flags |= 0 if start else MessageFlag.no_auto_start
        message.header.flags |= 0 if then else MessageFlag.no_reply_expected
        self._send(message, then)

    def tell(self, path: str, interface: str, name: str, signature: str, values: tuple[Any, ...]) -> None:
        """Send a signal to whoever listens."""
        self._send(new_signal(DBusAddress(path, interface=interface), name, signature, values), None)

    def listen(self, interface: str, name: str, call: Heard, *, path: str | None = None, first: str = "") -> None:
        """Call `call` with the values of each such signal; `first` is what its first value must be."""
        rule = MatchRule(type="signal", interface=interface, member=name, path=path)
        if first:
            rule.add_arg_condition(0, first)
        self._listeners.append(_Listener(rule, call))
        self._send(message_bus.AddMatch(rule), None)

    def serve(self, path: str, interface: str, methods: Methods) -> None:
        """Let others call methods, which answer nothing; what does not fit is refused."""
        self._served[path, interface] = methods

    def watch_name(self, name: str, call: Callable[[bool], object]) -> None:
        """Call `call` with whether a program has this name: soon, and at each change. Never without a bus."""
        self.listen(message_bus.interface, "NameOwnerChanged", lambda _name, _old, new: call(bool(new)), first=name)
        self._send(message_bus.NameHasOwner(name), lambda answer: None if answer is None else call(answer[0]))

    def close(self) -> None:
        """Hang up; what has not been answered is answered with None."""
        self._is_over = True
        for notifier in self._notifiers:
            notifier.setEnabled(False)
            notifier.deleteLater()
        self._notifiers = ()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        unanswered, self._waiting = self._waiting, {}
        for then in unanswered.values():
            self._refuse(then)

    # Sending

    def _send(self, message: Any, then: Answer | None) -> None:
        if self._socket is None and not self._is_over:
            self._connect()
        if self._socket is None:
            self._refuse(then)
            return
        serial = next(self._serials)
        if then is not None:
            self._waiting[serial] = then
        self._queue.append(message.serialise(serial=serial))
        if self._greeting.authenticated:
            self._flush()

    def _refuse(self, then: Answer | None) -> None:
        if then is not None:
            QTimer.singleShot(0, self, lambda: then(None))

    def _connect(self) -> None:
        try:
            self._socket = _connected(self._address)
        except (OSError, RuntimeError, ValueError, LookupError) as error:
            self._is_over = True
            _LOG.info("no message bus at %r: %s", self._address, error)
            return
        number = self._socket.fileno()
        reader = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
        writer = QSocketNotifier(number, QSocketNotifier.Type.Write, self)
        reader.activated.connect(self._read)
        writer.activated.connect(self._flush)
        writer.setEnabled(False)
        self._notifiers = (reader, writer)
        self._unsent = self._greeting.data_to_send()
        self._queue.append(message_bus.Hello().serialise(serial=next(self._serials)))
        self._flush()

    def _flush(self) -> None:
        """Send as much as goes; the rest when the socket says so."""
        if self._greeting.authenticated:
            self._unsent += b"".join(self._queue)
            self._queue.clear()
        try:
            while self._socket is not None and self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError as error:
            self._fail(error)
        if self._notifiers:
            self._notifiers[1].setEnabled(bool(self._unsent))

    # Receiving

    def _read(self) -> None:
        while (message := self._next()) is not None:
            self._take(message)

    def _next(self) -> Any:
        """Return a message that has come whole; None where there is none yet, or somebody hung up."""
        try:
            while self._socket is not None:
                if not self._greeting.authenticated:
                    self._greet(self._socket.recv(_AT_ONCE))
                elif (message := self._parser.get_next_message()) is not None:
                    return message
                else:
                    self._parser.add_data(*_received(self._socket, self._parser.bytes_desired()))
        except BlockingIOError:
            pass
        except (OSError, ValueError, LookupError, AssertionError, struct.error) as error:
            self._fail(error)
        return None

    def _greet(self, data: bytes) -> None:
        if not data:
            raise ConnectionResetError("the bus hung up")
        self._greeting.feed(data)
        self._unsent += self._greeting.data_to_send() or (b"BEGIN\r\n" if self._greeting.authenticated else b"")
        self._flush()

    def _take(self, message: Any) -> None:
        kind, fields = message.header.message_type, message.header.fields
        if kind is MessageType.signal:
            for listener in [each for each in self._listeners if each.rule.matches(message)]:
                listener.call(*message.body)
        elif kind is MessageType.method_call:
            self._answer(message)
        elif kind in (MessageType.method_return, MessageType.error):
            then = self._waiting.pop(fields.get(HeaderFields.reply_serial, 0), None)
            failed = kind is MessageType.error
            if failed:
                _LOG.debug("the bus answered %s %s", fields.get(HeaderFields.error_name), message.body)
            if then is not None:
                then(None if failed else message.body)

    def _answer(self, message: Any) -> None:
        """Do what somebody calls for, after their answer is on its way: they wait for it."""
        fields = message.header.fields
        place = fields.get(HeaderFields.path, ""), fields.get(HeaderFields.interface, "")
        signature, call = self._served.get(place, {}).get(fields.get(HeaderFields.member, ""), ("", None))
        fits = call is not None and fields.get(HeaderFields.signature, "") == signature
        if not message.header.flags & MessageFlag.no_reply_expected:
            refused = "org.freedesktop.DBus.Error.UnknownMethod", "s", ("there is no such method here",)
            self._send(new_method_return(message) if fits else new_error(message, *refused), None)
        if fits and call is not None:
            call(*message.body)

    def _fail(self, error: Exception) -> None:
        _LOG.info("the message bus at %r is lost: %s", self._address, error)
        self.close()


def _jeepney_order(to: Remote) -> tuple[str, str, str]:
    return to.path, to.service, to.interface


def _connected(address: str) -> socket.socket:
    channel = socket.socket(socket.AddressFamily["AF_UNIX"])  # by name, as some systems have none
    channel.setblocking(False)  # noqa: FBT003 - the standard library's signature
    try:
        channel.connect(next(get_connectable_addresses(address)))
    except BaseException:
        channel.close()
        raise
    return channel


def _received(channel: Any, wanted: int) -> tuple[bytes, list[FileDescriptor]]:
    data, extra, _flags, _sender = channel.recvmsg(wanted, fds_buf_size())
    if not data:
        raise ConnectionResetError("the bus hung up")
    return data, FileDescriptor.from_ancdata(extra)
