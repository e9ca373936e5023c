"""Rules of hosts: how they are put in force, and taken back. Manager's thread."""

from dataclasses import replace

from headrace.host_notes import HostEntry, host_entries
from headrace.host_patterns import checked_pattern
from headrace.host_rules import HostRule, with_login
from headrace.manager import DownloadManager


def all_hosts(manager: DownloadManager) -> list[HostEntry]:
    """Return every host with a rule, then every other of which something is known."""
    return host_entries(manager.settings.host_rules, manager.hosts.notes())


def rule_for(manager: DownloadManager, host: str) -> HostRule | None:
    """Return the rule that is for a host as it is written, None where there is none. Raises ValueError for no host."""
    pattern = checked_pattern(host)
    return next((rule for rule in manager.settings.host_rules if rule.host == pattern), None)


def put_rule(manager: DownloadManager, rule: HostRule, before: str | None = None) -> None:
    """Put a rule in force, in the place of that for its host, and of that for the host `before`.

    Raises ValueError where there are too many.
    """
    rules, replaced = list(manager.settings.host_rules), {rule.host, before}
    places = [place for place, each in enumerate(rules) if each.host in replaced]
    first = places[0] if places else len(rules)
    others = [each for each in rules[:first] if each.host not in replaced]
    behind = [each for each in rules[first:] if each.host not in replaced]
    manager.apply_settings(replace(manager.settings, host_rules=(*others, rule, *behind)))


def set_login(manager: DownloadManager, host: str, login: str) -> None:
    """Have a host as `addresses.host_of` has it logged in at in one of the ways of `host_rules.LOGINS`; "" as usual.

    Raises ValueError where there are too many rules.
    """
    before = manager.settings.host_rules
    after = with_login(before, host, login)
    if after != before:
        manager.apply_settings(replace(manager.settings, host_rules=after))


def drop_rule(manager: DownloadManager, host: str) -> bool:
    """Have no rule for a host as it is written in one; say whether there was one."""
    before = manager.settings.host_rules
    after = tuple(rule for rule in before if rule.host != host)
    if after != before:
        manager.apply_settings(replace(manager.settings, host_rules=after))
    return after != before
