"""What the parts of the manager share: the list, who runs it, who remembers it, and ways to be heard."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headrace.item import DownloadItem
from headrace.outcomes import ChangeOutcome
from headrace.roster import Roster
from headrace.runner import Runner
from headrace.settings import Settings
from headrace.store.sqlite_store import SqliteStore
from headrace.storyteller import Storyteller


@dataclass(frozen=True, slots=True)
class Desk:
    """For the manager's thread; only `post` may be called from any other."""

    roster: Roster
    runner: Runner
    store: SqliteStore
    story: Storyteller
    post: Callable[[Callable[[], None]], None]
    """Has a task done in the manager's thread, soon, and what it changed told."""
    save: Callable[[DownloadItem], None]
    """Has an item's record written, and its snapshot told."""
    show: Callable[[DownloadItem], None]
    """Has its snapshot told."""
    settle: Callable[[], None]
    """Ends every change that was not posted: starts what may start, tells what changed."""
    stop: Callable[[Iterable[DownloadItem]], None]
    """Stops the jobs of these, a few in each turn of the event loop where they are many."""
    sweep: Callable[[Iterable[Callable[[], object]]], None]
    """Has these called in order, a few in each turn, and settles after each: nothing starts before the last of them."""
    finish: Callable[[], None]
    """Calls at once what of the sweeps is still to be called."""
    soon: Callable[[Iterable[Callable[[], object]]], None]
    """Has these called in order, a few in each turn, while everything else goes on."""
    apply: Callable[[Settings], None]
    """Puts settings in force."""
    tell: Callable[[ChangeOutcome], None]
    tell_order: Callable[[], None]
