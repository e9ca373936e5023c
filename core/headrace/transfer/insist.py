"""The end of a job: what must be done then is done even where memory runs out in the middle of it."""

from collections.abc import Callable
from typing import Final

_TIMES: Final = 3
"""A shortage is often over with the memory that an exception on its way up gives back."""


def insist(act: Callable[[], object]) -> Exception | None:
    """Do `act`, which may be done twice, again where it raises; return what it raised the last time, None for none."""
    raised: Exception | None = None
    for _ in range(_TIMES):
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever it is, what follows has to be done too
            raised = error
        else:
            return None
    return raised
