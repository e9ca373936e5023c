"""Cookies as they are written: a cookies.txt in Netscape's format, or the line of a request. Pure functions."""

from typing import Final
from urllib.parse import urlsplit

from headrace.addresses import place_of
from headrace.cookie_scopes import Cookie

MOST: Final = 10_000
"""Cookies of one text."""
_HEAD: Final = ("# netscape http cookie file", "# http cookie file")
_QUIET: Final = "#HttpOnly_"
"""Stands in front of cookies that a page's scripts do not see."""
_FIELDS: Final = 7
_FLAGS: Final = {"TRUE": True, "FALSE": False}


def read_netscape(text: str) -> tuple[Cookie, ...]:
    """Return the cookies of a cookies.txt, as browsers' add-ons, curl and wget write it; those of no use are left out.

    Raises ValueError with a sentence where it is no such text.
    """
    found: list[Cookie] = []
    lines = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines, 1):
        bare = line.removeprefix(_QUIET)
        if not bare.strip() or bare.startswith("#"):
            continue
        parts = bare.split("\t")
        if len(parts) == _FIELDS - 1:
            parts.append("")  # an editor has cut the tab before an empty value
        if len(parts) != _FIELDS or parts[1] not in _FLAGS or parts[3] not in _FLAGS:
            raise ValueError(f"line {number} is none of a cookies.txt in Netscape's format")
        found += _of_fields(parts)
        if len(found) > MOST:
            raise ValueError(f"{MOST} cookies are the most")
    if not found and not (lines and lines[0].strip().lower().startswith(_HEAD)):
        raise ValueError("this is no cookies.txt in Netscape's format")
    return tuple(found)


def _of_fields(parts: list[str]) -> list[Cookie]:
    domain, below, path, secure, until, name, value = parts
    try:
        seconds = float(until or 0)
        expires = seconds if seconds > 0 else None  # 0: good as long as the browser runs
        return [Cookie(domain, _FLAGS[below], path, _FLAGS[secure], expires, name, value)]
    except ValueError:
        return []


def read_line(text: str, address: str) -> tuple[Cookie, ...]:
    """Return the cookies of a request's line, `Cookie: a=b; c=d` or what follows the colon, for an address's origin.

    Raises ValueError with a sentence.
    """
    bare = text.strip()
    if bare[:7].lower() == "cookie:":
        bare = bare[7:]
    host, place = (urlsplit(address).hostname or "").lower(), place_of(address)
    found: list[Cookie] = []
    for pair in filter(None, map(str.strip, bare.split(";"))):
        name, equals, value = pair.partition("=")
        if not equals or "\n" in pair:
            raise ValueError("cookies are written a=b; c=d, or as a cookies.txt")
        found.append(Cookie(host, False, "/", place.startswith("https:"), None, name.strip(), value.strip(), place))  # noqa: FBT003
    if not found:
        raise ValueError("cookies are written a=b; c=d, or as a cookies.txt")
    return tuple(found)


def read_cookies(text: str, address: str) -> tuple[Cookie, ...]:
    """Return the cookies of a text in either form; a line's are for the origin of `address`. Raises ValueError."""
    return read_netscape(text) if is_netscape(text) else read_line(text, address)


def is_netscape(text: str) -> bool:
    """Say whether a text is meant as a cookies.txt rather than as a line."""
    return "\t" in text or text.lstrip("\ufeff \n").lower().startswith(_HEAD)
