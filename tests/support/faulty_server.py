"""A scripted HTTP/1.1 server on raw sockets: right until a fault says otherwise, and it remembers all requests."""

import select
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from tests.support.connection import Connection, Pace
from tests.support.faults import Fault, Welcome
from tests.support.replies import Reply, Request, Resource, right_reply

_JOIN_SECONDS: Final = 5.0


class FaultyServer:
    """Serves on 127.0.0.1 and a free port from `with` to the end of the block; no thread and no socket is left behind.

    All methods may be called from any thread.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        line_rate: int | None = None,
        send_buffer: int | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        """Serve over `tls` where given; `line_rate` bytes/s are shared by all connections."""
        self._tls = tls
        self._send_buffer = send_buffer
        self.line = Pace(line_rate)
        self.stopped = threading.Event()
        self._changed = threading.Condition()
        self._resources: dict[str, Resource] = {}
        self._faults: list[Fault] = []
        self._welcomes: list[Welcome] = []
        self._requests: list[Request] = []
        self._connections: dict[int, Connection] = {}
        self.peers: list[str] = []
        """The addresses that connections came from, in their order."""
        self._accepted = 0
        self._peak = 0
        self._listener = socket.create_server((address, 0), backlog=512)
        self._waker, self._wake = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name="faulty-accept", daemon=True)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and thread; once is enough. Raises RuntimeError if a thread stays."""
        if self.stopped.is_set():
            return
        self.stopped.set()
        self._wake.send(b"x")
        self._acceptor.join(_JOIN_SECONDS)
        with self._changed:
            connections = list(self._connections.values())
            self._changed.notify_all()
        for connection in connections:
            connection.wake()
        for connection in connections:
            connection.thread.join(_JOIN_SECONDS)
        for own in (self._listener, self._waker, self._wake):
            own.close()
        if self._acceptor.is_alive() or any(connection.thread.is_alive() for connection in connections):
            raise RuntimeError("a thread of the faulty server did not end")

    # What is served, and what goes wrong.

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def url(self, path: str = "/file", host: str = "127.0.0.1") -> str:
        """Return the address of `path` on this server."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def add(self, resource: Resource) -> str:
        """Serve `resource` from now on, in the place of an earlier one with its path; return its address."""
        with self._changed:
            self._resources[resource.path] = resource
        return self.url(resource.path)

    def file(self, size: int, path: str = "/file", seed: int = 1) -> str:
        """Serve `size` seeded bytes with a strong ETag; return the address."""
        return self.add(Resource(path, size=size, seed=seed))

    def inject(self, fault: Fault) -> Fault:
        """Let `fault` spoil the requests it matches from now on; return it."""
        with self._changed:
            self._faults.append(fault)
        return fault

    def welcome(self, welcome: Welcome) -> Welcome:
        """Receive the next connections in this way; return it."""
        with self._changed:
            self._welcomes.append(welcome)
        return welcome

    def heal(self) -> None:
        """Forget all faults and let go of every reply that is held."""
        with self._changed:
            faults, self._faults = self._faults, []
            welcomes, self._welcomes = self._welcomes, []
        for gate in [fault.gate for fault in faults] + [welcome.gate for welcome in welcomes]:
            gate.release.set()

    # What was seen.

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order of their arrival."""
        with self._changed:
            return list(self._requests)

    @property
    def body_sent(self) -> int:
        """Body bytes of all replies given to the system so far."""
        with self._changed:
            return sum(request.body_sent for request in self._requests)

    @property
    def connections_accepted(self) -> int:
        """Connections accepted so far."""
        with self._changed:
            return self._accepted

    @property
    def connections_open(self) -> int:
        """Connections open now."""
        with self._changed:
            return len(self._connections)

    @property
    def connections_peak(self) -> int:
        """The largest number of connections a client had open at one time."""
        with self._changed:
            return self._peak

    def wait_until(self, condition: Callable[[Self], bool], timeout: float = 10.0) -> None:
        """Wait until `condition(self)` holds; it is asked whenever something happens. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), timeout):
                raise TimeoutError(f"not seen within {timeout} s; requests: {self._requests}")

    def wait_for_request(self, number: int, timeout: float = 10.0) -> Request:
        """Wait for the request with this number, counted from 1, and return it. Raises TimeoutError."""
        self.wait_until(lambda server: len(server.requests) >= number, timeout)
        return self.requests[number - 1]

    # For the connections.

    def note(self, change: Callable[[], None] = lambda: None) -> None:
        """Make a change to what was seen, and wake whoever waits for it."""
        with self._changed:
            change()
            self._changed.notify_all()

    def received(self, request: Request) -> None:
        """Enter `request` into the log and number it."""
        with self._changed:
            request.number = len(self._requests) + 1
            request.nth = sum(other.path == request.path for other in self._requests) + 1
            self._requests.append(request)
            self._changed.notify_all()

    def reply(self, request: Request) -> Reply:
        """Make the reply to `request`, spoilt by the faults that take it."""
        with self._changed:
            faults = [fault for fault in self._faults if fault.takes(request)]
            resource = self._resources.get(request.path)
        for fault in faults:
            resource = fault.swap(resource) if resource else None
        reply = right_reply(resource, request)
        for fault in faults:
            reply = fault.edit(reply, request) or reply
        return reply

    def gone(self, connection: Connection) -> None:
        """Forget `connection`, which has ended."""
        self.note(lambda: self._forget(connection))

    def _forget(self, connection: Connection) -> None:
        self._connections.pop(connection.number, None)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            ready, _, _ = select.select([self._listener, self._waker], [], [])
            if self._waker in ready:
                return
            sock, (host, *_) = self._listener.accept()
            self.peers.append(host)
            if self._send_buffer is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
            self._take(sock)

    def _take(self, sock: socket.socket) -> None:
        with self._changed:
            self._accepted += 1
            connection = Connection(self, self._accepted, sock, self._tls, self._next_welcome())
            self._connections[connection.number] = connection
            self._peak = max(self._peak, sum(not one.is_left for one in self._connections.values()))
            self._changed.notify_all()
        connection.thread.start()

    def _next_welcome(self) -> Welcome | None:
        for welcome in self._welcomes:
            if welcome.times is None:
                return welcome
            if welcome.times > 0:
                welcome.times -= 1
                return welcome
        return None
