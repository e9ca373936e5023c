"""What the tests of ways through the window share: one way, from a window at rest, without a stall."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.support.person import Person

MIB: Final = 1 << 20
CHANGED: Final = "?token=2"
"""Makes an address another one of the same file."""
LONGEST_STALL: Final = 0.05
"""Seconds."""
_TRIES: Final = 3
"""A stall of the window's own comes each time; one that comes of a busy machine does not."""


class StalledError(AssertionError):
    """The window's event loop stood still too long."""


@contextmanager
def flow(person: Person, *addresses: str) -> Iterator[None]:
    """Let someone go one way through a window opened anew. Raises StalledError if it stood still meanwhile."""
    with person.using(*addresses):
        person.look.until_at_rest()
        began = time.monotonic()
        yield
        stalls = person.look.stalls()
        print(f"{time.monotonic() - began:.1f} s, gaps over 20 ms: {[round(gap * 1000) for gap, _ in stalls]}")
    worst = [f"{gap * 1000:.0f} ms in {place}" for gap, place in stalls if gap > LONGEST_STALL]
    if worst:
        raise StalledError("\n".join(worst))


def never_stalls(test: Callable[..., None]) -> Callable[..., None]:
    """Have a test of a `person` pass if the window does not stand still in one of three tries."""

    @functools.wraps(test)
    def tried(*, person: Person, **fixtures: Any) -> None:
        for _ in range(_TRIES - 1):
            try:
                return test(person=person, **fixtures)
            except StalledError:
                person.begin_anew()
        return test(person=person, **fixtures)

    return tried
