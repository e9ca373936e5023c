"""From what a person chose in the add dialog to downloads: specs, and what goes before them."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from headrace.cookie_choices import CookieChoice
from headrace.filters import Category
from headrace.manager import DownloadManager
from headrace.naming import numbered
from headrace.own_cookies import OwnCookies
from headrace.spec import DownloadSpec, IfExists

from headrace_gui.dialogs.add_clashes import Clash, ClashKind, Way
from headrace_gui.dialogs.add_more import Extras
from headrace_gui.dialogs.candidates import Candidate

_AT_ONCE: Final = 50
"""Downloads added between two looks at the event loop, after each of which the list is painted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One download of an order."""

    candidate: Candidate
    name: str = ""
    """What it will be called as far as anybody knows; told for those that clash."""
    clash: Clash | None = None
    way: Way = Way.SKIP
    folder: Path | None = None
    """Where the rules put it, of those that clash; None where they are not asked."""


@dataclass(frozen=True, slots=True)
class Order:
    """All that was chosen."""

    wanted: Iterable[Wanted]
    folder: Path
    paused: bool = False
    name: str | None = None
    """The name a person wrote, for a single one."""
    extras: Extras = field(default_factory=Extras)
    category: str | None = None
    queue: str = ""
    by_rules: bool = False
    """Whether nobody chose the folder; it is the usual one then."""

    def carry_out(
        self, manager: DownloadManager, is_free: Callable[[Path, str], bool], done: Callable[[list[str]], object]
    ) -> Generator[None, None, None]:
        """Add everything in steps, then call `done` with the ids. `is_free` says that no download makes such a file."""
        ids: list[str] = []
        rest = iter(self.wanted)
        while some := list(islice(rest, _AT_ONCE)):
            replaced = [one.clash.id for one in some if one.clash and one.clash.id and _begins_anew(one)]
            if replaced:
                manager.remove(replaced)
            ids += manager.add([_spec(one, self, is_free) for one in some])
            yield
        done(ids)


def _begins_anew(one: Wanted) -> bool:
    return one.way is Way.REPLACE and one.clash is not None and one.clash.kind is ClashKind.UNFINISHED


def _spec(one: Wanted, order: Order, is_free: Callable[[Path, str], bool]) -> DownloadSpec:
    candidate, extras = one.candidate, order.extras
    headers = {name.lower(): (name, value) for name, value in (*candidate.headers, *extras.headers)}
    overwritten, pinned = _overwritten(one, order), one.folder if _is_pinned(one) else None
    return DownloadSpec(
        candidate.key,
        pinned or order.folder,
        name=overwritten or _name(one, order, is_free),
        headers=tuple(headers.values()),
        checksum=extras.checksum or candidate.checksum,
        limit=extras.limit or candidate.limit,
        connections=extras.connections,
        if_exists=IfExists.OVERWRITE if overwritten else IfExists.RENAME,
        paused=order.paused,
        mirrors=extras.mirrors,
        proxy=extras.proxy or candidate.proxy,
        cookies=cookies_of(candidate, extras.cookies, private=extras.private),
        after=extras.after,
        category=None if order.category is None else Category(order.category),
        queue=order.queue,
        by_rules=order.by_rules and pinned is None,
        private=extras.private,
    )


def cookies_of(candidate: Candidate, choice: CookieChoice | None, *, private: bool = False) -> OwnCookies | None:
    """Return the cookies that a download of it has of its own; those that were chosen count more than a command's."""
    return candidate.cookies if choice is None else choice.for_address(candidate.key, private=private)


def _is_pinned(one: Wanted) -> bool:
    """Say whether it is about the very file or download that is there, so that the rules are not to be asked again."""
    if one.clash is None:
        return False
    begun = one.clash.kind in (ClashKind.UNFINISHED, ClashKind.RIVAL)
    return one.way is Way.RESUME or (one.way is Way.AGAIN and begun) or (one.way is Way.REPLACE and not begun)


def _overwritten(one: Wanted, order: Order) -> str | None:
    """Return the name of the file that a person agreed to lose: that one, whatever the server calls the new one."""
    clash, name = one.clash, order.name or one.candidate.wanted_name
    if one.way is not Way.REPLACE or clash is None or clash.kind not in (ClashKind.FINISHED, ClashKind.FILE):
        return None
    return clash.name if name in (None, clash.name) else None


def _name(one: Wanted, order: Order, is_free: Callable[[Path, str], bool]) -> str | None:
    """Return the name to ask for; a new one where the list has a download that would go on instead."""
    name = order.name or one.candidate.wanted_name
    taken = one.clash is not None and one.clash.kind in (ClashKind.UNFINISHED, ClashKind.RIVAL)
    if one.way is not Way.AGAIN or not taken:
        return name
    folder = one.folder or order.folder
    if name is not None and is_free(folder, name):
        return name
    numbers = (numbered(name or one.name, number) for number in range(2, 10_000))
    return next((each for each in numbers if is_free(folder, each)), None)
