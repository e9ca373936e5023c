"""Cookies that servers set along one attempt: each goes back to the very origin it came from, and nowhere else."""

from http.cookiejar import Cookie
from typing import Any, Final

import requests
from requests.cookies import MockRequest, RequestsCookieJar

from headrace.addresses import origin_of
from headrace.net.cookie_sources import CookieSource

_MOST: Final = 50
"""Cookies kept for one origin, as browsers do at least (RFC 6265 section 6.1)."""
_LARGEST: Final = 4096
"""Characters of one cookie's name and value."""


class OriginCookies(RequestsCookieJar):
    """A session's cookies, one jar per origin: scheme, host and port. For one thread.

    A jar of requests gives a host's cookies to every port, and to subdomains. Neither is the server that set them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: CookieSource | None = None
        """Cookies of a person's own, which a server may replace by setting others of their names."""
        self._by_origin: dict[tuple[str, str, int], RequestsCookieJar] = {}

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep what an answer sets; requests calls this with every answer."""
        jar = self._by_origin.setdefault(origin_of(request.get_full_url()), RequestsCookieJar())
        for cookie in jar.make_cookies(response, request):
            if len(jar) < _MOST and _size(cookie) <= _LARGEST:
                jar.set_cookie_if_ok(cookie, request)

    def header_fields(self, address: str) -> dict[str, str]:
        """Return the Cookie header for `address`; empty where its origin has set none."""
        kept = {} if self.kept is None else self.kept.pairs(address)
        jar = self._by_origin.get(origin_of(address))
        if jar is None and not kept:
            return {}
        request: Any = MockRequest(requests.Request("GET", address).prepare())
        if jar is not None:
            jar.add_cookie_header(request)
        fields = dict(request.get_new_headers())
        return fields if not kept else _together(kept, fields)


def _together(kept: dict[str, str], fields: dict[str, str]) -> dict[str, str]:
    """Return the header with the cookies of both; of one name, what the server set counts."""
    name = next((name for name in fields if name.lower() == "cookie"), "Cookie")
    set_now = fields.get(name, "")
    names = {pair.partition("=")[0] for pair in set_now.split("; ")}
    own = [f"{key}={value}" for key, value in kept.items() if key not in names]
    return {**fields, name: "; ".join([*own, set_now] if set_now else own)}


def _size(cookie: Cookie) -> int:
    return len(cookie.name) + len(cookie.value or "")


def cookies_of(session: requests.Session) -> OriginCookies:
    """Return the session's cookies by origin; they take the place of the jar that a plain session has."""
    if not isinstance(session.cookies, OriginCookies):
        session.cookies = OriginCookies()
        session.cookies.kept = getattr(session, "cookie_source", None)
    return session.cookies
