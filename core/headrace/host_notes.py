"""HostNote: what was found out about a host, as it is kept and shown. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from headrace.host_patterns import place_named
from headrace.host_rules import HostRule, RuleIndex

CEILING_SECONDS: Final = 600.0
"""For which a host that refused connections is not asked for more than it bore."""
RANGES_SECONDS: Final = 3600.0
"""For which no ranges are asked for where they failed."""


@dataclass(frozen=True, slots=True)
class HostNote:
    """What is worth remembering of a host beyond the life of the process; times are Unix seconds."""

    host: str
    """As `addresses.host_of` has it."""
    useful: int | None = None
    """Connections that helped one download the last time, None where never found out."""
    rotating: bool = False
    """Whether its entity tags differ although the content does not."""
    ceiling: int | None = None
    """Connections that it bore when it refused more."""
    refused_at: float | None = None
    retry_after: float | None = None
    """Seconds that it last asked to be left alone (Retry-After, RFC 9110 section 10.2.3)."""
    retry_at: float | None = None
    """When it did."""
    ranges_failed_at: float | None = None
    """When it last answered a range wrongly."""
    seen_at: float = 0.0
    """When something was last found out, or it was last asked."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing worth remembering."""
        facts = self.useful, self.ceiling, self.retry_after, self.ranges_failed_at
        return not self.rotating and all(fact is None for fact in facts)

    @property
    def retry_until(self) -> float | None:
        """Return until when it asked to be left alone."""
        return None if self.retry_at is None or self.retry_after is None else self.retry_at + self.retry_after

    def ceiling_now(self, now: float) -> int | None:
        """Return how many connections it bears at Unix time `now`, None where it has not refused of late."""
        return self.ceiling if self.refused_at is not None and now - self.refused_at < CEILING_SECONDS else None

    def ranges_fail_now(self, now: float) -> bool:
        """Say whether ranges are not asked for at Unix time `now`."""
        return self.ranges_failed_at is not None and now - self.ranges_failed_at < RANGES_SECONDS


@dataclass(frozen=True, slots=True)
class HostEntry:
    """A host of the list: with a rule of its own, with what was found out, or both."""

    host: str
    rule: HostRule | None = None
    """The one that is for this very host as it is written."""
    note: HostNote | None = None
    by: str = ""
    """The host of the rule that holds for it, be it of another; "" for none."""


def host_entries(rules: Iterable[HostRule], notes: Iterable[HostNote]) -> list[HostEntry]:
    """Return all hosts with rules, as they are ordered, then those of which something is known, by name."""
    rules, known = tuple(rules), {note.host: note for note in notes}
    index = RuleIndex(rules)
    found = [HostEntry(rule.host, rule, known.pop(rule.host, None), rule.host) for rule in rules]
    return found + [HostEntry(host, None, known[host], _rule_for(index, host)) for host in sorted(known)]


def ruled_by(host: str, rules: Iterable[HostRule]) -> str:
    """Return the host of the rule that holds for one as `addresses.host_of` has it; "" for none."""
    return _rule_for(RuleIndex(rules), host)


def notes_under(pattern: str, notes: Iterable[HostNote]) -> list[HostNote]:
    """Return what is known of the hosts that a rule for `pattern` would hold for."""
    index = RuleIndex([HostRule(pattern)])
    return [note for note in notes if _rule_for(index, note.host)]


def _rule_for(index: RuleIndex, host: str) -> str:
    try:
        rule = index.of(*place_named(host))
    except ValueError:
        return ""
    return "" if rule is None else rule.host


def note_json(note: HostNote) -> dict[str, Any]:
    """Return what is known of a host, as JSON has it."""
    return {
        "host": note.host,
        "useful_connections": note.useful,
        "tags_rotate": note.rotating,
        "ceiling": note.ceiling,
        "refused_at": note.refused_at,
        "retry_after": note.retry_after,
        "retry_until": note.retry_until,
        "ranges_failed_at": note.ranges_failed_at,
        "seen": note.seen_at,
    }
