"""What commands may ask of hosts: rules and what was found out, to be seen, set, and forgotten. Manager's thread."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from headrace.control.choosing import NoneSuchError
from headrace.control.lines import Arguments
from headrace.extras import require_for_version
from headrace.host_notes import HostEntry, note_json, notes_under, ruled_by
from headrace.host_patterns import checked_pattern
from headrace.host_rules import HostRule, checked_header, rule_json
from headrace.manager import DownloadManager
from headrace.ruling import all_hosts, drop_rule, put_rule, rule_for

_NUMBERS: Final = ("connections", "per_download", "limit", "pause")
_TEXTS: Final = ("user_agent", "referrer", "proxy", "login", "http_version")


def host_answers(manager: DownloadManager, given: Arguments) -> Iterator[Mapping[str, Any]]:
    """Change a `host`'s rule by `changes`, `remove` it, `forget` what was found out; answer with how it stands then.

    Without a host answer with all of them, or forget all. Raises ValueError, NoneSuchError.
    """
    given.only("host", "changes", "remove", "forget")
    name, changes = given.text("host"), given.mapping("changes")
    if name is None:
        if given.flag("forget"):
            yield {"forgotten": manager.hosts.forget()}
        else:
            yield from ({"host": _json(entry)} for entry in all_hosts(manager))
        return
    pattern = checked_pattern(name)
    if changes is not None:
        require_for_version(str(changes.get("http_version")))
    if given.flag("remove") and not drop_rule(manager, pattern):
        raise NoneSuchError(f"there is no rule for {pattern}")
    if given.flag("forget"):
        known = [note.host for note in notes_under(pattern, manager.hosts.notes())]
        yield {"forgotten": manager.hosts.forget(known)}
    if changes is not None:
        _change(manager, pattern, changes)
    if changes is not None or not (given.flag("remove") or given.flag("forget")):
        yield from _shown(manager, pattern, must=changes is None)


def _change(manager: DownloadManager, pattern: str, changes: Mapping[str, Any]) -> None:
    """Put a rule in force with these changes; one that says nothing any more is none."""
    rule = replace(rule_for(manager, pattern) or HostRule(pattern), **_meant(changes))
    if rule.is_empty:
        drop_rule(manager, pattern)
    else:
        put_rule(manager, rule)


def _meant(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes as a rule has them: 0 and "" are none."""
    meant: dict[str, Any] = {}
    for name, value in changes.items():
        if name in _NUMBERS:
            meant[name] = value or None
        elif name in _TEXTS or name == "from_start":
            meant[name] = value
        elif name == "headers" and isinstance(value, list) and all(isinstance(line, str) for line in value):
            meant[name] = tuple(checked_header(line) for line in value if line.strip())
        else:
            raise ValueError(f"a host's rule has no {name[:40]!r} that could be changed so")
    return meant


def _shown(manager: DownloadManager, pattern: str, *, must: bool) -> Iterator[Mapping[str, Any]]:
    entries = {entry.host: entry for entry in all_hosts(manager)}
    own = entries.get(pattern)
    under = [note.host for note in notes_under(pattern, manager.hosts.notes()) if note.host != pattern]
    found = [own] if own is not None else []
    found += [entries[host] for host in under if host in entries]
    if not found and (by := ruled_by(pattern, manager.settings.host_rules)):
        found = [HostEntry(pattern, by=by)]
    if not found and must:
        raise NoneSuchError(f"there is no rule for {pattern}, and nothing is known of it")
    yield from ({"host": _json(entry)} for entry in found)


def _json(entry: HostEntry) -> dict[str, Any]:
    return {
        "host": entry.host,
        "rule": None if entry.rule is None else rule_json(entry.rule),
        "ruled_by": entry.by or None,
        "known": None if entry.note is None else note_json(entry.note),
    }
