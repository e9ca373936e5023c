"""The rules applied: to what is added, to what its server says of it, and to what is there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headrace.addresses import checked_address, split_credentials
from headrace.category_entries import places
from headrace.counters import Counters, Promised
from headrace.disk.file_names import name_from_address, safe_name
from headrace.filters import Category, category_named
from headrace.rule_templates import counts
from headrace.rules import Facts, Placed, placed
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import Placing
from headrace.store.records import DownloadRecord

Placer = Callable[[str, str | None, int | None], Placed]
"""Says where a file goes of that name, type (type/subtype) and size in bytes. Any thread."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be added, as far as is known of it before."""

    address: str
    name: str | None = None
    """What its server calls it; None goes by the address."""
    media_type: str | None = None
    size: int | None = None
    category: Category | None = None
    queue: str = ""


def on_the_wall(at: float) -> datetime:
    """Return Unix seconds as people here read them off the clock."""
    return datetime.fromtimestamp(at, tz=UTC).astimezone()


def sorts(settings: Settings, queue: str = "") -> bool:
    """Say whether rules, or what a person said of categories or of a queue, may send a download of it anywhere."""
    return bool(settings.rules) or places(settings.categories) or settings.options_of(queue).folder is not None


def ground_of(settings: Settings, queue: str) -> Path:
    """Return the folder of a queue: its own, else that of all."""
    return settings.options_of(queue).folder or settings.download_folder


def _placed(settings: Settings, facts: Facts) -> Placed:
    """Ask the rules, from the folder of the queue on: the one it is in, else the one that they put it in."""
    found = placed(settings.rules, facts, ground_of(settings, facts.queue))
    if facts.queue or not found.queue or settings.options_of(found.queue).folder is None:
        return found
    return placed(settings.rules, facts, ground_of(settings, found.queue))


def preview(offer: Offer, settings: Settings, now: float) -> Placed:
    """Say where the rules put what is added at `now` (Unix seconds). Raises ValueError for what is no address."""
    bare, _ = split_credentials(checked_address(offer.address))
    name = safe_name(offer.name, fallback=name_from_address(bare)) if offer.name else name_from_address(bare)
    facts = Facts(bare, name, on_the_wall(now), offer.media_type, offer.size, offer.category, offer.queue)
    return _placed(settings, facts)


def by_rules(spec: DownloadSpec, settings: Settings, now: float) -> tuple[DownloadSpec, dict[str, Any]]:
    """Return what is added at `now` (Unix seconds) as the rules want it, and what its record says of that besides.

    Its server may know a better name or type: until it answers, the place is open. That of a recording is not.
    """
    if not (spec.by_rules and sorts(settings, spec.queue)) or spec.partial is not None:
        return spec, {}
    found = preview(Offer(spec.address, spec.name, None, spec.size, spec.category, spec.queue), settings, now)
    facts: dict[str, Any] = {"placing": Placing.OPEN, "added_at": now}
    if found.name is not None and spec.name is None:
        facts |= {"name": found.name}
    if spec.recording is not None:
        facts |= {} if found.counter is None or spec.name is not None else {"name": found.counter.named(1)}
        facts |= {"placing": Placing.SETTLED, "name_wanted": spec.name is not None or found.name is not None}
    wanted = replace(
        spec,
        folder=found.folder,
        category=spec.category or category_named(found.category),
        queue=spec.queue or found.queue or "",
        priority=spec.priority or found.priority or 0,
        paused=spec.paused or found.paused,
    )
    return wanted, facts


def placer_of(
    record: DownloadRecord, settings: Settings, counters: Counters, promised: Callable[[], Promised]
) -> Placer | None:
    """Return what settles the place of a download once its server has answered; None where that is done.

    `promised` is asked at once, and only where a name counts.
    """
    if record.placing is not Placing.OPEN:
        return None
    others = tuple(promised()) if any(counts(rule.name) for rule in settings.rules) else ()

    def place(name: str, media_type: str | None, size: int | None) -> Placed:
        category = category_named(record.category)
        facts = Facts(record.address, name, on_the_wall(record.added_at), media_type, size, category, record.queue)
        found = _placed(settings, facts)
        if found.counter is None or record.name_wanted:
            return found
        return replace(found, name=counters.name(record.id, found.folder, found.counter, others))

    return place


def settled(record: DownloadRecord, found: Placed) -> dict[str, Any]:
    """Return the facts of a record whose place is settled; what somebody chose meanwhile stays."""
    facts: dict[str, Any] = {
        "folder": found.folder,
        "placing": Placing.SETTLED,
        "category": record.category or found.category,
        "queue": record.queue or found.queue or "",
        "priority": record.priority or found.priority or 0,
    }
    named = found.name is not None and not record.name_wanted
    return facts | ({"name": found.name, "name_wanted": True} if named else {})


def folder_by_rules(one: DownloadSnapshot, settings: Settings, content_type: str | None = None) -> Path:
    """Return the folder where the rules want a download that is there; its name stays, for it may be their work."""
    category, media_type = category_named(one.category), (content_type or "").partition(";")[0].strip().lower()
    facts = Facts(one.address, one.name, on_the_wall(one.added_at), media_type, one.total, category, one.queue)
    return _placed(settings, facts).folder
