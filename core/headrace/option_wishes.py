"""Options of downloads that are there: what may be wished, checked at once, and put in force."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from headrace.addresses import split_credentials
from headrace.item import DownloadItem
from headrace.outcomes import KEEP, Keep
from headrace.runner import Runner
from headrace.spec import Checksum, DownloadSpec, IfExists, parse_header

_NOWHERE = "http://localhost/"


def checked_wishes(
    limit: int | Keep | None,
    connections: int | Keep | None,
    checksum: Checksum | str | Keep | None,
    headers: Sequence[tuple[str, str]] | Keep,
    if_exists: IfExists | Keep,
    mirrors: Sequence[str] | Keep,
) -> dict[str, Any]:
    """Return what is not to stay as it is, by its name. Raises ValueError, with a sentence, for what cannot be."""
    given: dict[str, Any] = {
        "limit": limit,
        "connections": connections,
        "checksum": Checksum.parse(checksum) if isinstance(checksum, str) else checksum,
        "headers": headers if isinstance(headers, Keep) else tuple(parse_header(f"{n}: {v}") for n, v in headers),
        "if_exists": if_exists,
        "mirrors": mirrors if isinstance(mirrors, Keep) else tuple(mirrors),
    }
    wishes = {name: value for name, value in given.items() if value is not KEEP}
    spec = DownloadSpec(_NOWHERE, Path(), **wishes)
    if "mirrors" in wishes:
        wishes["mirrors"] = tuple(split_credentials(address)[0] for address in spec.mirrors)
    return wishes


def put_in_force(item: DownloadItem, wishes: dict[str, Any], runner: Runner) -> None:
    """Have an unfinished download heed what was wished, its job included as far as that can be told."""
    facts = dict(wishes)
    if "headers" in facts:
        item.headers = facts.pop("headers")
        facts["header_names"] = tuple(name for name, _ in item.headers)
    if "mirrors" in facts:
        facts["mirrors"] = tuple(address for address in facts["mirrors"] if address != item.record.address)
    item.note(**facts)
    if "limit" in wishes:
        item.limiter.change(wishes["limit"], monotonic())
    revised: dict[str, Any] = {name: wishes[name] for name in wishes.keys() & {"checksum", "if_exists"}}
    if "connections" in wishes:
        revised["max_connections"] = wishes["connections"] or runner.settings.max_connections
    if revised:
        runner.revise(item, **revised)
