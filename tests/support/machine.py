"""How fast this machine is at this moment: the same virtual machine is half as fast again an hour later."""

import time
from typing import Final

_REFERENCE: Final = 0.0055
"""CPU seconds of the loop below on the machine that bounds in seconds were set on, with nothing beside it."""
_MOST: Final = 2.0


def slowness() -> float:
    """Return by how much a bound in seconds is to be multiplied now: by 1 to 2."""
    return min(_MOST, max(1.0, min(_loop() for _ in range(5)) / _REFERENCE))


def _loop() -> float:
    began = time.thread_time()
    sum(number * number for number in range(100_000))
    return time.thread_time() - began
