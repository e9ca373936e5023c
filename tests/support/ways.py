"""The four ways a server case is run in: plain and TLS, over one connection and over eight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pytest

from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer


class _ServerFactory(Protocol):
    def __call__(self, *, tls: bool = ..., line_rate: int | None = ..., send_buffer: int | None = ...) -> FaultyServer:
        """Start a server."""


@dataclass(frozen=True)
class Way:
    """One of the four."""

    tls: bool
    connections: int

    @property
    def settings(self) -> dict[str, Any]:
        """The engine's settings of this way."""
        return {"max_connections": self.connections}

    def server(self, start: _ServerFactory, **facts: Any) -> FaultyServer:
        """Start a server of this way with the fixture `faulty_server`."""
        return start(tls=self.tls, **facts)

    def engine(self, engine: Engine, **changes: Any) -> Engine:
        """Open the engine anew with the settings of this way, and `changes`."""
        engine.restart(**(self.settings | changes))
        return engine

    def __str__(self) -> str:
        return f"{'tls' if self.tls else 'plain'}-{self.connections}"


WAYS: Final = [Way(tls, connections) for tls in (False, True) for connections in (1, 8)]

four_ways: Final[Callable[..., Any]] = pytest.mark.parametrize("way", WAYS, ids=str)
"""Run a test, which takes `way: Way`, in all four; over eight connections where the file is large enough for them."""
