"""One download of one file in one of the four ways, and what the server saw of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from headrace.addresses import host_of

from tests.conftest import ServerFactory
from tests.support import seeded
from tests.support.engine import Engine
from tests.support.faults import When
from tests.support.invariant import assert_invariant
from tests.support.replies import Request, Resource
from tests.support.ways import Way

SMALL: Final = 1_500_000
"""Bytes fetched over one connection."""
LARGE: Final = 6 << 20
"""Bytes that are worth eight connections."""
RATE: Final = 2_000_000
"""Bytes/s of each of eight connections, so that they are still at work when the further ones are added."""


class Scene:
    """A server that has the file, and an engine that knows how many connections it is to have."""

    def __init__(self, way: Way, engine: Engine, start: ServerFactory, **settings: Any) -> None:
        self.way, self.engine = way, way.engine(engine, **settings)
        self.server = way.server(start)
        self.resource = Resource("/file", size=LARGE if self.many else SMALL, rate=RATE if self.many else None)
        self.serve()

    @property
    def many(self) -> bool:
        """Whether there are eight connections."""
        return self.way.connections > 1

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.resource.length

    @property
    def address(self) -> str:
        """Where the file is."""
        return self.server.url(self.resource.path)

    def serve(self, **facts: Any) -> None:
        """Change facts of the file."""
        self.resource = replace(self.resource, **facts)
        self.server.add(self.resource)

    def further(self, request: Request) -> bool:
        """Match what one connection asks first, and what further ones ask where there are several."""
        return bool(request.range_start) if self.many else request.nth == 1

    def only(self, *numbers: int) -> When:
        """Match `further` requests: the numbered ones among them, from 1."""
        seen: list[Request] = []

        def matches(request: Request) -> bool:
            if not self.further(request):
                return False
            seen.append(request)
            return len(seen) in numbers

        return matches

    def add(self, **wishes: Any) -> str:
        """Begin to fetch the file."""
        if self.many:  # else it takes seconds until eight are tried
            self.engine.manager._runner.hosts.learn(host_of(self.address), self.way.connections)
        return self.engine.add(self.address, **wishes)

    def arrives(self, **wishes: Any) -> Path:
        """Fetch the file; see that it is right, and that all that must always hold does."""
        path = self.engine.fetched(self.add(**wishes))
        assert path.read_bytes() == self.content()
        assert self.engine.parts() == []
        assert_invariant(self.engine, self.server)
        assert not self.many or self.server.connections_peak > 1 or not self.is_divisible
        return path

    @property
    def is_divisible(self) -> bool:
        """Whether the file may come in several parts at once."""
        return self.resource.etag is not None and self.resource.accepts_ranges

    def content(self) -> bytes:
        """Return what the file must hold."""
        known = self.resource.content
        return seeded.body(self.resource.seed, 0, self.size) if known is None else known

    def asked(self) -> list[tuple[int, int]]:
        """Return, for every request that brought body bytes, where it began and how many bytes went out."""
        return [(request.range_start or 0, request.body_sent) for request in self.server.requests]
