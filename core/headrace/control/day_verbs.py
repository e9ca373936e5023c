"""What commands ask of queues, of data budgets and of the quiet limit."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from headrace.budget_book import with_budget
from headrace.budgets import Budget, Standing, checked_place
from headrace.control.choosing import NoneSuchError
from headrace.control.lines import Arguments
from headrace.manager import DownloadManager
from headrace.queue_options import QueueOptions, with_options
from headrace.settings import checked_queue_name

_OPTIONS: Final = ("limit", "running", "folder", "hours")


def queue(manager: DownloadManager, given: Arguments) -> Iterator[Mapping[str, Any]]:
    """Answer with queues, all where none is named; add, rename, remove, hold, release one, or set its options.

    An option of 0 or "" is none. Raises ValueError, and changes nothing, for what cannot be.
    """
    given.only("name", "add", "remove", "rename", "hold", "release", *_OPTIONS)
    name = given.text("name")
    if name is None:
        yield from ({"queue": row_of(manager, each)} for each in ("", *manager.settings.queues))
        return
    if given.flag("add"):
        _add(manager, name)
    elif name and name not in manager.settings.queues:
        raise NoneSuchError(f"there is no queue {name!r}; 'headrace queue {name} --add' makes one")
    if given.flag("remove"):
        manager.changes.remove_queue(name)
        return
    _set(manager, name, given)
    new = given.text("rename")
    if new is not None:
        manager.changes.rename_queue(name, checked_queue_name(new))
    yield {"queue": row_of(manager, name if new is None else checked_queue_name(new))}


def _add(manager: DownloadManager, name: str) -> None:
    if name not in manager.settings.queues:
        queues = (*manager.settings.queues, checked_queue_name(name))
        manager.apply_settings(replace(manager.settings, queues=queues))


def _set(manager: DownloadManager, name: str, given: Arguments) -> None:
    before = manager.settings
    options = before.options_of(name)
    limit, running = given.number("limit"), given.number("running")
    folder, hours = given.text("folder"), given.text("hours")
    wanted = QueueOptions(
        name,
        options.folder if folder is None else Path(folder) if folder else None,
        options.limit if limit is None else limit or None,
        options.max_running if running is None else running or None,
        options.hours if hours is None else hours,
    )
    held = [each for each in before.held_queues if each != name or not given.flag("release")]
    held += [name] if given.flag("hold") else []
    after = replace(before, queue_options=with_options(before.queue_options, wanted), held_queues=tuple(held))
    if after != before:
        manager.apply_settings(after)


def row_of(manager: DownloadManager, name: str) -> dict[str, Any]:
    """Return what is known of a queue, "" being the main one."""
    settings, hold = manager.settings, manager.holds.get(name)
    options = settings.options_of(name)
    return {
        "name": name,
        "held": name in settings.held_queues,
        "waits_for": None if hold is None else hold.reason.value,
        "until": None if hold is None else hold.until,
        "limit": options.limit,
        "running": options.max_running,
        "folder": None if options.folder is None else str(options.folder),
        "hours": options.hours,
        "downloads": len(manager.ids_in_queue(name)),
    }


def budget(manager: DownloadManager, given: Arguments) -> Iterator[Mapping[str, Any]]:
    """Answer with how each data budget stands, after changing one where something is said; an amount of 0 removes it.

    Raises ValueError, and changes nothing, where it is not clear which one is meant.
    """
    given.only("amount", "period", "day", "where")
    amount, day, settings = given.number("amount"), given.number("day"), manager.settings
    wanted = (amount, given.text("period"), day, given.text("where"))
    if amount is not None or day is not None:
        manager.apply_settings(replace(settings, budgets=with_budget(settings.budgets, *wanted)))
    shown = [each for each in manager.budgets_now() if amount is not None or _is_meant(each.plan, wanted[1], wanted[3])]
    yield from map(_budget_row, shown)
    if not shown:
        yield {"budget": None}


def _is_meant(budget: Budget, period: str | None, where: str | None) -> bool:
    return period in (None, budget.period) and (where is None or checked_place(where) == budget.where)


def _budget_row(now: Standing) -> dict[str, Any]:
    return {
        "budget": now.plan.amount,
        "period": now.plan.period,
        "day": now.plan.day,
        "where": now.plan.where,
        "used": now.used,
        "ends": now.end.isoformat(),
        "forecast": now.forecast,
        "counts_here": now.here,
        "spent": now.is_spent,
    }


def quiet(manager: DownloadManager, given: Arguments) -> Iterator[Mapping[str, Any]]:
    """Make it quiet, or end that, where `on` or `off` is said; answer with what is so then."""
    given.only("on", "off")
    wanted = given.flag("on") or (manager.settings.quiet and not given.flag("off"))
    if wanted is not manager.settings.quiet:
        manager.apply_settings(replace(manager.settings, quiet=wanted))
    totals, yielding = manager.totals(), manager.yielding
    yield {
        "quiet": totals.is_quiet,
        "limit": totals.limit,
        "hours": manager.settings.quiet_hours,
        "leaving_room": None if yielding is None else yielding._asdict(),
    }
