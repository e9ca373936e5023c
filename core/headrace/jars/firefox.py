"""Cookies out of Firefox's store: of the default container, not of private windows, and those with a date alone.

What is to last until Firefox ends is in its memory, and nowhere else.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from headrace.cookie_scopes import Cookie
from headrace.jars.copying import opened_copy
from headrace.jars.rows import domain_keys, fitting

_MILLISECONDS: Final = 100_000_000_000
"""From here on a date is none in seconds: newer versions count milliseconds."""


def firefox_cookies(store: Path, host: str) -> list[Cookie]:
    """Return the cookies that a host may get. Raises OSError, sqlite3.Error."""
    keys = domain_keys(host)
    marks = ",".join("?" * len(keys))
    with opened_copy(store) as connection:
        rows: Sequence[tuple[str, str, str, str, int, int]] = connection.execute(
            "SELECT host, name, value, path, expiry, isSecure FROM moz_cookies"  # noqa: S608 - marks alone
            f" WHERE originAttributes = '' AND host IN ({marks})",
            keys,
        ).fetchall()
    return [
        one
        for domain, name, value, path, until, secure in rows
        for one in fitting(domain, path, secure, until / 1000 if until >= _MILLISECONDS else until, (name, value))
    ]
