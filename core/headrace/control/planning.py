"""`headrace when-done`: says what happens when all is done, or has something happen then."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Protocol

from headrace.control.lines import Arguments
from headrace.finale import Deed, checked_deed


class Plan(Protocol):
    """What of a running program knows of it. In the manager's thread."""

    def choose(self, deed: Deed, *, always: bool = False) -> None:
        """Have `deed` happen when all is done, this time or `always`; NOTHING also ends a countdown."""

    def able(self) -> Future[frozenset[Deed]]:
        """Return what can be done here and now, once the system has been asked."""

    def facts(self) -> Mapping[str, Any]:
        """Return the "deed" that is planned, and the "seconds_left", None while nothing is being counted."""


def planned(given: Arguments, plan: Plan | None, later: float) -> Iterator[Mapping[str, Any] | float]:
    """Choose a "deed", this time or "always", and answer with what is planned; `later` is yielded while waiting.

    Raises ValueError with a sentence, for what cannot be done here too.
    """
    given.only("deed", "always")
    if plan is None:
        raise ValueError("this program does nothing when all is done")
    wanted = given.text("deed")
    deed = None if wanted is None else Deed(checked_deed(wanted))
    asking = plan.able()
    while not asking.done():
        yield later
    able = [one.value for one in Deed if one in asking.result()]
    if deed is not None:
        if deed.value not in able:
            raise ValueError(f"{deed.value} cannot be done here without a password, only: {', '.join(able)}")
        plan.choose(deed, always=given.flag("always"))
    yield {**plan.facts(), "possible": able}
