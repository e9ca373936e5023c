"""For whom a connection is logged in: NTLM and Negotiate log in a connection, and nobody else may ask over it then."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol


class Connection(Protocol):
    """A connection, as urllib3 has it."""

    @property
    def is_closed(self) -> bool:
        """Whether it must connect before it is used."""

    def close(self) -> None:
        """Close it; twice does no harm."""


class Party:
    """Who asks, in one login. For one thread; `key` may be shared by many, who then use each other's connections."""

    def __init__(self, key: Hashable, *, wants_new: bool = False) -> None:
        self.key = key
        """Where it is, and by which login."""
        self.wants_new = wants_new
        """Whether a login begins, which needs a connection that none was begun on."""
        self._holds = False
        self._held: Connection | None = None

    @property
    def has_line(self) -> bool:
        """Whether the connection on which the login goes on is there."""
        return self._held is not None

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Keep the connection that is given back meanwhile: the next request goes out on it and on no other."""
        self._holds = True
        try:
            yield
        finally:
            self._holds = False

    def take(self) -> Connection | None:
        """Return the connection that was kept, if there is one."""
        held, self._held = self._held, None
        return held

    def keeps(self, connection: Connection) -> bool:
        """Be given a connection back; say whether it is kept."""
        if not self._holds or connection.is_closed:
            return False
        self._held = connection
        return True

    def leave(self) -> None:
        """Close the connection that was kept: nobody else can finish that login."""
        held = self.take()
        if held is not None:
            held.close()


class Apart:
    """Connections that wait for a request of their own party. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_key: dict[Hashable, list[Connection]] = {}

    def take(self, key: Hashable) -> Connection | None:
        """Return an open connection of a party, the one used last; None where there is none."""
        with self._lock:
            usable = [one for one in self._by_key.pop(key, ()) if not one.is_closed]
            found = usable.pop() if usable else None
            if usable:
                self._by_key[key] = usable
            return found

    def put(self, key: Hashable, connection: Connection) -> None:
        """Have a connection wait; those that were closed meanwhile are forgotten."""
        with self._lock:
            for other, waiting in list(self._by_key.items()):
                self._by_key[other] = [one for one in waiting if not one.is_closed]
                if not self._by_key[other]:
                    del self._by_key[other]
            self._by_key.setdefault(key, []).append(connection)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            waiting = [one for each in self._by_key.values() for one in each]
            self._by_key.clear()
        for connection in waiting:
            connection.close()
