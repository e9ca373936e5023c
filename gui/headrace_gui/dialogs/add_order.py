"""From what a person chose in the add dialog to downloads: specs, what goes before them, what is set after them."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from headrace.manager import DownloadManager
from headrace.naming import numbered
from headrace.spec import DownloadSpec, IfExists

from headrace_gui.dialogs.add_clashes import Clash, ClashKind, Way
from headrace_gui.dialogs.add_more import Extras
from headrace_gui.dialogs.candidates import Candidate

_AT_ONCE: Final = 50
"""Downloads added between two looks at the event loop."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One download of an order."""

    candidate: Candidate
    name: str = ""
    """What it will be called as far as anybody knows; told for those that clash."""
    clash: Clash | None = None
    way: Way = Way.SKIP


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


def carry_out(
    order: Order, manager: DownloadManager, is_free: Callable[[Path, str], bool], done: Callable[[list[str]], object]
) -> Generator[None, None, None]:
    """Add everything in steps, then call `done` with the ids. `is_free` says whether no download makes such a file."""
    ids: list[str] = []
    rest = iter(order.wanted)
    while some := list(islice(rest, _AT_ONCE)):
        replaced = [one.clash.id for one in some if one.clash and one.clash.id and _begins_anew(one)]
        if replaced:
            manager.remove(replaced)
        ids += manager.add([_spec(one, order, is_free) for one in some])
        yield
    if order.category is not None:
        manager.changes.set_category(ids, order.category)
    if order.queue:
        manager.changes.set_queue(ids, order.queue)
    done(ids)


def _begins_anew(one: Wanted) -> bool:
    return one.way is Way.REPLACE and one.clash is not None and one.clash.kind is ClashKind.UNFINISHED


def _spec(one: Wanted, order: Order, is_free: Callable[[Path, str], bool]) -> DownloadSpec:
    candidate, extras = one.candidate, order.extras
    headers = {name.lower(): (name, value) for name, value in (*candidate.headers, *extras.headers)}
    return DownloadSpec(
        candidate.key,
        order.folder,
        name=_name(one, order, is_free),
        headers=tuple(headers.values()),
        checksum=extras.checksum or candidate.checksum,
        limit=extras.limit or candidate.limit,
        connections=extras.connections,
        if_exists=IfExists.OVERWRITE if _overwrites(one) else IfExists.RENAME,
        paused=order.paused,
        mirrors=extras.mirrors,
    )


def _overwrites(one: Wanted) -> bool:
    kinds = (ClashKind.FINISHED, ClashKind.FILE)
    return one.way is Way.REPLACE and one.clash is not None and one.clash.kind in kinds


def _name(one: Wanted, order: Order, is_free: Callable[[Path, str], bool]) -> str | None:
    """Return the name to ask for; a new one where the list has a download that would go on instead."""
    name = order.name or one.candidate.wanted_name
    taken = one.clash is not None and one.clash.kind in (ClashKind.UNFINISHED, ClashKind.RIVAL)
    if one.way is not Way.AGAIN or not taken:
        return name
    if name is not None and is_free(order.folder, name):
        return name
    numbers = (numbered(name or one.name, number) for number in range(2, 10_000))
    return next((each for each in numbers if is_free(order.folder, each)), None)
