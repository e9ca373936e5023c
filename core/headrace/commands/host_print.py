"""What `headrace host` prints: one host a line, its rule, and what was learnt of it. Pure but for the clock."""

from collections.abc import Iterator
from time import time
from typing import Any

from rich.filesize import decimal

from headrace.host_rules import BASIC, TICKET
from headrace.messages import clock_text


def host_line(host: dict[str, Any]) -> str:
    """Return a host with its rule and what is known of it as one line."""
    parts = [", ".join(_ruled(host["rule"] or {}))]
    if host["rule"] is None and host["ruled_by"]:
        parts = [f"as {host['ruled_by']}"]
    learnt = ", ".join(_learnt(host["known"] or {}, time()))
    parts.append(f"learnt: {learnt}" if learnt else "")
    return "  ".join([host["host"], *filter(None, parts)])


def _ruled(rule: dict[str, Any]) -> Iterator[str]:
    for name, words in (("connections", "{} connections"), ("per_download", "{} per download")):
        if name in rule:
            yield words.format(rule[name])
    if "limit" in rule:
        yield f"{decimal(rule['limit'])}/s"
    if "pause" in rule:
        yield f"a pause of {rule['pause']:g} s"
    for name, words in (("user_agent", "user agent {}"), ("referrer", "referrer {}"), ("proxy", "proxy {}")):
        if name in rule:
            yield words.format(rule[name])
    yield from (f"{name}: {value}" for name, value in rule.get("headers", ()))
    if "login" in rule:
        yield {TICKET: "a Kerberos ticket is shown", BASIC: "the password is told readably"}[rule["login"]]
    if rule.get("from_start"):
        yield "no ranges"
    if "http_version" in rule:
        yield f"HTTP/{rule['http_version']}"


def _learnt(known: dict[str, Any], now: float) -> Iterator[str]:
    if known.get("useful_connections"):
        yield f"{known['useful_connections']} connections help"
    if known.get("ceiling"):
        yield f"it bore {known['ceiling']} when it refused more"
    if known.get("retry_after") is not None:
        left = max(0.0, known["retry_until"] - now)
        yield f"it asks to be left alone for {clock_text(left)}" if left else f"Retry-After {known['retry_after']:g} s"
    if known.get("tags_rotate"):
        yield "its tags change without cause"
    if known.get("ranges_failed_at"):
        yield "ranges failed"
