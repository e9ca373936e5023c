"""Rules, and what they say of downloads, as commands are answered: JSON objects."""

from dataclasses import asdict
from typing import Any

from headrace.addresses import redacted
from headrace.rules import Rule
from headrace.settings import Settings
from headrace.sorting import Offer, preview
from headrace.tidying import Move


def rule_json(number: int, rule: Rule) -> dict[str, Any]:
    """Return a rule with its number, from 1; what it says nothing of is left out."""
    said = {key: value for key, value in asdict(rule).items() if value not in (None, "", (), False) or key == "enabled"}
    return {"number": number, **said}


def placed_json(offer: Offer, settings: Settings, now: float) -> dict[str, Any]:
    """Return where the rules put something, and which of them do. Raises ValueError for what is no address."""
    found = preview(offer, settings, now)
    return {
        "address": redacted(offer.address),
        "rules": [number + 1 for number in found.rules],
        "titles": [settings.rules[number].title for number in found.rules],
        "folder": str(found.folder),
        "name": found.path.name,
        "category": found.category,
        "queue": found.queue,
        "priority": found.priority,
        "paused": found.paused,
    }


def move_json(move: Move) -> dict[str, Any]:
    """Return a download that moves."""
    return {"id": move.id, "name": move.name, "from": str(move.source), "to": str(move.target)}
