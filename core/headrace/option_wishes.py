"""Options of downloads that are there: what may be wished, checked at once, and put in force."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any, TypedDict

from headrace.addresses import split_credentials
from headrace.item import DownloadItem
from headrace.own_cookies import OwnCookies
from headrace.proxies import bare_choice
from headrace.runner import Runner
from headrace.spec import Checksum, DownloadSpec, IfExists, parse_header

_NOWHERE = "http://localhost/"


class Wishes(TypedDict, total=False):
    """What may be wished; what is left out stays as it is."""

    limit: int | None
    """Bytes per second."""
    connections: int | None
    checksum: Checksum | str | None
    headers: Sequence[tuple[str, str]]
    """All of them anew, a login included."""
    if_exists: IfExists
    mirrors: Sequence[str]
    proxy: str | None
    """As `proxies.checked_choice` reads it; None goes by the settings."""
    cookies: OwnCookies | None
    """None for none but those of the settings."""
    after: tuple[str, ...] | None
    """As `after.After` reads it; None goes by the settings."""


def checked_wishes(given: Wishes) -> dict[str, Any]:
    """Return what is wished as it is kept. Raises ValueError, with a sentence, for what cannot be."""
    wishes: dict[str, Any] = dict(given)
    if isinstance(checksum := given.get("checksum"), str):
        wishes["checksum"] = Checksum.parse(checksum)
    if "headers" in given:
        wishes["headers"] = tuple(parse_header(f"{name}: {value}") for name, value in given["headers"])
    if "mirrors" in given:
        wishes["mirrors"] = tuple(given["mirrors"])
    spec = DownloadSpec(_NOWHERE, Path(), **wishes)
    for name in ("proxy", "after"):
        if name in wishes:
            wishes[name] = getattr(spec, name)
    if "mirrors" in wishes:
        wishes["mirrors"] = tuple(split_credentials(address)[0] for address in spec.mirrors)
    return wishes


def put_in_force(item: DownloadItem, wishes: dict[str, Any], runner: Runner) -> None:
    """Have an unfinished download heed what was wished, its job included as far as that can be told."""
    facts = dict(wishes)
    if "headers" in facts:
        item.headers = facts.pop("headers")
        facts["header_names"] = tuple(name for name, _ in item.headers)
    if "cookies" in facts:
        item.cookies = cookies = facts.pop("cookies")
        facts["cookies"] = None if cookies is None else cookies.mark
        runner.context.cookies.take(cookies)
    if "mirrors" in facts:
        facts["mirrors"] = tuple(address for address in facts["mirrors"] if address != item.record.address)
    if facts.get("proxy") is not None:
        runner.context.logins.take(facts["proxy"])
        facts["proxy"] = bare_choice(facts["proxy"])
    item.note(**facts)
    if "limit" in wishes:
        item.limiter.change(wishes["limit"], monotonic())
    revised: dict[str, Any] = {name: wishes[name] for name in wishes.keys() & {"checksum", "if_exists"}}
    if "connections" in wishes:
        revised["max_connections"] = wishes["connections"] or runner.settings.max_connections
        revised["connections_chosen"] = wishes["connections"] is not None
    if revised:
        runner.revise(item, **revised)
