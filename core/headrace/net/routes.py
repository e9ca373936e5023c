"""Which way a request takes: directly, or through which proxy."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Final
from urllib import request

from headrace.addresses import origin_of
from headrace.net_options import NetContext, NetOptions
from headrace.proxies import DIRECT, ENVIRONMENT, SYSTEM, Proxy, goes_past, parse_proxy

_LOG: Final = logging.getLogger(__name__)
_FRESH: Final = 60.0
"""Seconds for which what the system said of an origin is believed."""
_REMEMBERED: Final = 1_000
"""Origins."""


class Routes:
    """Decides for every request anew. Thread-safe."""

    def __init__(self, options: NetOptions, context: NetContext) -> None:
        self._options, self._logins, self._system = options, context.logins, context.system_proxies
        self._hosts = context.hosts
        self._lock = Lock()
        self._said: dict[tuple[str, str, int], tuple[float, Proxy | None]] = {}

    def way(self, address: str, own: str | None = None) -> Proxy | None:
        """Return the proxy for an address, with its login if one is known, or None.

        `own` is what was chosen for this download, else the host's rule counts; where either says something, the
        settings and their exceptions do not.
        """
        rule = self._hosts.of(address) if own is None else None
        own = rule.proxy if rule is not None and rule.proxy else own
        choice = self._options.proxy if own is None else own
        if choice == DIRECT:
            return None
        try:
            host = origin_of(address)[1]
        except ValueError:  # no address: who is to ask it says so
            return None
        if own is None and goes_past(host, self._options.no_proxy):
            return None
        if choice == SYSTEM:
            return self._known(self._of_system(address))
        if choice == ENVIRONMENT:
            return self._known(_of_environment(address))
        return self._known(parse_proxy(choice))

    def forget(self) -> None:
        """Ask the system anew: the network may be another one."""
        with self._lock:
            self._said.clear()

    def _known(self, proxy: Proxy | None) -> Proxy | None:
        """Return a proxy with what is known of its login."""
        if proxy is None:
            return None
        login = self._logins.of(proxy.place)
        if login is None or proxy.user not in (None, login.user):
            return proxy
        return replace(proxy, user=login.user, password=login.password)

    def _of_system(self, address: str) -> Proxy | None:
        origin, now = origin_of(address), monotonic()
        with self._lock:
            until, known = self._said.get(origin, (0.0, None))
        if now < until:
            return known
        found = _first(self._system(address))
        with self._lock:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            self._said[origin] = (now + _FRESH, found)
        return found


def _of_environment(address: str) -> Proxy | None:
    scheme, host, port = origin_of(address)
    said = request.getproxies_environment()
    if request.proxy_bypass_environment(f"{host}:{port}", said):  # type: ignore[attr-defined]  # absent from its stubs
        return None
    text = said.get(scheme) or said.get("all")
    return _first((text,)) if text else None


def _first(said: Sequence[str]) -> Proxy | None:
    """Return the first that can be used, as browsers do; None where it is no proxy."""
    for text in said:
        if text.startswith("direct:"):
            return None
        try:
            return parse_proxy(text.replace("socks://", "socks5h://", 1))
        except ValueError as error:
            _LOG.warning("a proxy in the system's settings cannot be used: %s", error)
    return None
