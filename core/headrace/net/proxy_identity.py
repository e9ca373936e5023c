"""Who asks a proxy that speaks HTTP: the login for one request through it, or one tunnel (RFC 9110 section 11.7)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from headrace.errors import DownloadError
from headrace.host_rules import HostRule
from headrace.logins import Login, Logins
from headrace.net.challenges import Challenge, challenges
from headrace.net.identity import Identity
from headrace.net.interrupt import Interrupt
from headrace.net.parties import Connection
from headrace.net.proxy_failures import asks_for_login
from headrace.proxies import Proxy

_UNSAID = "Basic"
"""What is wanted by proxies that do not say what they want."""


@dataclass(slots=True)
class Nonce:
    """What a proxy wants a digest made with, and how often that was done."""

    challenge: Challenge
    used: int = 0


class ProxyLine(Connection, Protocol):
    """A connection to a proxy."""

    nonce: Nonce | None
    """Of a digest, for this connection alone: squid takes counts of a nonce only in their order."""


class ProxyIdentity(Identity):
    """Tells it in one request and its repetitions, which go over one connection where it is that which is logged in."""

    def __init__(self, logins: Logins, proxy: Proxy, rule: HostRule | None, interrupt: Interrupt) -> None:
        """`rule` is that of the host of the proxy."""
        self._known = None if proxy.password is None else Login(proxy.user or "", proxy.password)
        self._interrupt = interrupt
        self._nonce: Nonce | None = None
        super().__init__(logins, proxy.place, {}, rule)

    def value(self, method: str, target: str, line: ProxyLine) -> str | None:
        """Return what Proxy-Authorization says in a request over a connection; None where it says nothing.

        `target` is as it stands in the request. Raises StoppedError, and DownloadError where a login cannot go on.
        """
        self._nonce = self._nonce_at(line)
        used = 0 if self._nonce is None else self._nonce.used
        self._asks = method, f"x:{target}", used  # requests takes for the target what stands behind the scheme
        if self.party is not None and self.party.take() is line:
            self._keep(line)
        with _of_a_proxy():
            value = self.fields(self._interrupt).get("Authorization")
        if self._nonce is not None and value is not None:
            self._nonce.used += 1
        return value

    def _nonce_at(self, line: ProxyLine) -> Nonce | None:
        own = self._challenge
        if own is not None and (line.nonce is None or line.nonce.challenge is not own):
            line.nonce = Nonce(own) if own.scheme == "digest" else None
        return line.nonce

    def goes_on(self, status: int, said: Mapping[str, str], line: ProxyLine | None) -> bool:
        """Take in an answer with its headers; say whether the same is to be asked again.

        `line` is the connection, where the proxy goes on using it. Raises as `Identity.answers`.
        """
        offered = challenges(said.get("Proxy-Authenticate"))
        with _of_a_proxy():
            if not asks_for_login(status, said.get("Server")):
                self._let_in_with(offered, self._interrupt)
                return False
            goes_on = self._refused_with(offered or challenges(_UNSAID), None)
        if line is not None:
            self._keep(line)
        return goes_on

    def _keep(self, line: ProxyLine) -> None:
        if self.party is not None:
            with self.party.holding():
                self.party.keeps(line)

    def _before(self) -> object | None:
        if self._nonce is not None:
            return self._nonce.challenge
        known = super()._before()
        return None if isinstance(known, Challenge) and known.scheme == "digest" else known

    def _was_told(self, best: Challenge) -> bool:
        return self._challenge is not None and super()._was_told(best)  # what was known before may hold no longer

    def _login(self) -> Login | None:
        return self._known


@contextmanager
def _of_a_proxy() -> Iterator[None]:
    """Have failures say that it is a proxy which wants something."""
    try:
        yield
    except DownloadError as error:
        raise DownloadError(replace(error.failure, status=407)) from error
