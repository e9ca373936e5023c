"""The face of the desktop's message bus, for all that may have to do without it: nothing is loaded for this."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias

Answer: TypeAlias = Callable[[tuple[Any, ...] | None], object]
"""What is called with the values of an answer; None for an error, or where there is no bus."""
Heard: TypeAlias = Callable[..., object]
Methods: TypeAlias = Mapping[str, tuple[str, Heard]]
"""By name: the types of a method's values, and what is called with them."""


class Remote(NamedTuple):
    """One interface of one object of a program on the bus."""

    service: str
    path: str
    interface: str


class MessageBus(Protocol):
    """A connection that never waits. An absent bus is silent: each call is answered with None."""

    @property
    def is_there(self) -> bool:
        """Whether the bus was found, once something has been sent."""

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

    def tell(self, path: str, interface: str, name: str, signature: str, values: tuple[Any, ...]) -> None:
        """Send a signal to whoever listens."""

    def listen(self, interface: str, name: str, call: Heard, *, path: str | None = None, first: str = "") -> None:
        """Call `call` with the values of each such signal; `first` is what its first value must be."""

    def serve(self, path: str, interface: str, methods: Methods) -> None:
        """Let others call methods, which answer nothing; what does not fit is refused."""

    def watch_name(self, name: str, call: Callable[[bool], object]) -> None:
        """Call `call` with whether a program has this name: soon, and at each change. Never without a bus."""

    def close(self) -> None:
        """Hang up; what has not been answered is answered with None."""
