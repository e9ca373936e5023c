"""Rules of hosts, and what was found out about them, in words."""

from collections.abc import Iterator
from typing import Final

from headrace.host_notes import HostEntry, HostNote
from headrace.host_patterns import EVERY
from headrace.host_rules import BASIC, OWN_NAME, TICKET, HostRule

from headrace_gui import units
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, isolated, translate

_AGENTS: Final = {OWN_NAME: "Headrace", "curl": "curl"} | {
    name: name.capitalize() for name in ("firefox", "chrome", "edge", "safari", "wget")
}
"""Names of programs, which are the same in all languages."""
_WAYS: Final = {
    "direct": QT_TRANSLATE_NOOP("Hosts", "directly"),
    "system": QT_TRANSLATE_NOOP("Hosts", "as the system does"),
    "environment": QT_TRANSLATE_NOOP("Hosts", "as the environment says"),
}

_LOGINS: Final = {
    "": QT_TRANSLATE_NOOP("Hosts", "As usual"),
    TICKET: QT_TRANSLATE_NOOP("Hosts", "By my Kerberos ticket"),
    BASIC: QT_TRANSLATE_NOOP("Hosts", "By password, readably (Basic)"),
}


def agent_name(agent: str) -> str:
    """Return what a user agent of a rule is called."""
    return _AGENTS.get(agent, agent)


def scope_sentence(pattern: str) -> str:
    """Say which hosts a checked pattern is for."""
    bare = pattern.removeprefix(EVERY)
    if bare != pattern:
        return translate("Hosts", "Holds for {host} and all hosts below it, together.").format(host=isolated(bare))
    return translate("Hosts", "Holds for {host} alone.").format(host=isolated(pattern))


def entry_words(entry: HostEntry) -> str:
    """Write what holds for a host, "" for nothing special."""
    if entry.rule is not None:
        return SEPARATOR.join(_rule_parts(entry.rule)) or translate("Hosts", "nothing special")
    return translate("Hosts", "as {host}").format(host=isolated(entry.by)) if entry.by else ""


def _rule_parts(rule: HostRule) -> Iterator[str]:
    if rule.connections is not None:
        yield translate("Hosts", "%Ln connection(s)", "", rule.connections)
    if rule.per_download is not None:
        yield translate("Hosts", "%Ln per download", "", rule.per_download)
    if rule.limit is not None:
        yield units.speed(rule.limit)
    if rule.pause is not None:
        yield translate("Hosts", "pause of {seconds} s").format(seconds=_short(rule.pause))
    if rule.user_agent:
        yield isolated(agent_name(rule.user_agent))
    if rule.referrer:
        yield translate("Hosts", "referrer")
    if rule.headers:
        yield translate("Hosts", "%Ln header(s)", "", len(rule.headers))
    if rule.proxy:
        way = _WAYS.get(rule.proxy)
        yield translate("Hosts", way) if way else translate("Hosts", "by {proxy}").format(proxy=isolated(rule.proxy))
    yield from _login_parts(rule)
    yield from _speech_parts(rule)


def _speech_parts(rule: HostRule) -> Iterator[str]:
    if rule.from_start:
        yield translate("Hosts", "no ranges")
    if rule.http_version:
        yield f"HTTP/{rule.http_version}"


def _login_parts(rule: HostRule) -> Iterator[str]:
    if rule.login:
        yield login_words(rule.login)


def login_words(login: str) -> str:
    """Say how logging in differs by a rule's word for it."""
    return translate("Hosts", _LOGINS[login])


def _short(number: float) -> str:
    return units.number(number, 0 if number == int(number) else 2)


def facts_of(note: HostNote, now: float) -> list[str]:
    """Write what was found out about a host, one sentence each; `now` in Unix seconds."""
    return list(_facts(note, now))


def _facts(note: HostNote, now: float) -> Iterator[str]:
    if note.useful is not None:
        yield translate("Hosts", "%Ln connection(s) helped a download", "", note.useful)
    if note.ceiling is not None and note.refused_at is not None:
        bore = translate("Hosts", "bore %Ln connection(s) when it refused more", "", note.ceiling)
        yield f"{bore} ({units.moment(note.refused_at, now)})"
    if note.retry_after is not None and note.retry_until is not None:
        yield _retry_words(note.retry_until, now)
    if note.rotating:
        yield translate("Hosts", "its tags change although files do not")
    if note.ranges_failed_at is not None:
        failed = translate("Hosts", "answered a range wrongly ({when})")
        yield failed.format(when=units.moment(note.ranges_failed_at, now))


def _retry_words(until: float, now: float) -> str:
    if until > now:
        asks = translate("Hosts", "asks to be left alone for {time}")
        return asks.format(time=units.duration(until - now))
    return translate("Hosts", "asked to be left alone until {when}").format(when=units.moment(until, now))


def seen_words(note: HostNote | None, now: float) -> str:
    """Write when a host was last seen, "" where that is unknown."""
    return "" if note is None or not note.seen_at else units.moment(note.seen_at, now)
