"""Who asks: the login for one address, as the server wants it told."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import requests
from requests.auth import HTTPDigestAuth

from headrace.addresses import place_of
from headrace.errors import DownloadError
from headrace.host_rules import BASIC, TICKET, HostRule
from headrace.logins import Login, Logins, basic_field
from headrace.net.challenges import EXCHANGES, READABLE, Challenge, Means, best_of, challenges
from headrace.net.handshakes import Handshake, plugin_needed
from headrace.net.interrupt import Interrupt
from headrace.net.parties import Party

_HTTP: Final = ("http:", "https:")
_FIELD: Final = "Authorization"
_TRIES: Final = 2
"""Answers to one request: of a second the nonce was too old."""


class Identity:
    """Tells it in one request and its repetitions. For one thread.

    What a person gave as a header counts; a name and a password in it are told as Digest where the server wants that.
    """

    def __init__(self, logins: Logins, address: str, own: dict[str, str], rule: HostRule | None = None) -> None:
        """`rule` is that of the very host that is asked."""
        self._logins, self._address, self._own = logins, address, own
        self._place = place_of(address)
        self._asks = "GET", address, 0
        """What is asked, and how often the nonce of a digest was used before."""
        self._given = login_told(own)
        self._may_ask = self._given is not None or not any(name.lower() == "authorization" for name in own)
        self._shows_ticket = self._may_ask and self._given is None and rule is not None and rule.login == TICKET
        self._is_readable = rule is not None and rule.login == BASIC
        self._told = self._tries = 0
        self._challenge: Challenge | None = None
        self._spent: Login | None = None
        """What was refused in the course of this."""
        self._usual = None if address.startswith(_HTTP) else Challenge("basic")
        """How a server wants it that asks for a login before anything else: plugs take it so."""
        self._handshake = self._expected()

    @property
    def party(self) -> Party | None:
        """Whose connection the next request goes out on; None for any that is nobody's."""
        return None if self._handshake is None else self._handshake.party

    def fields(self, interrupt: Interrupt) -> dict[str, str]:
        """Return the headers of a person with what tells who it is, as far as it is known how this server wants it.

        Raises StoppedError, and DownloadError where a login that has begun cannot go on.
        """
        if self._handshake is not None:
            text = self._handshake.text(interrupt)
            return _without(self._own) | ({} if text is None else {_FIELD: text})
        text = self._told_text()
        if text is None:
            return self._own
        self._told += 1
        return _without(self._own) | {_FIELD: text}

    def _told_text(self) -> str | None:
        known = self._challenge or self._before() or self._usual
        if not isinstance(known, Challenge) or known.scheme in EXCHANGES or self._needs_leave(known):
            return None
        login = self._login()
        return None if login is None else _told(login, known, *self._asks)

    def _before(self) -> object | None:
        """Return how it was wanted in other requests."""
        return self._logins.challenge(self._place)

    def _needs_leave(self, known: Challenge) -> bool:
        """Say whether a person would have to agree that the password is told so."""
        return known.scheme == "basic" and not self._is_readable and bool(self._logins.offer(self._place) & EXCHANGES)

    def _expected(self) -> Handshake | None:
        """Return how to log in where this server is known to want its connections logged in."""
        known = self._logins.challenge(self._place)
        if not isinstance(known, Challenge) or known.scheme not in EXCHANGES:
            return None
        if self._shows_ticket and known.scheme == "negotiate":
            return Handshake(known, self._address, None, is_asked=False)
        login = self._login()
        return None if login is None else Handshake(known, self._address, login, is_asked=False)

    def answers(self, response: requests.Response, certificate: bytes | None, interrupt: Interrupt) -> bool:
        """Say whether an answer is to be answered by another try, with `fields` anew; it is not yet read nor closed.

        `certificate` is what the server showed, in DER.
        Raises StoppedError, and DownloadError where a person must install something or get a ticket first, or where the
        server is not whom the login was for.
        """
        offered = challenges(response.headers.get("WWW-Authenticate"))
        if response.status_code == 401:
            return self._refused_with(offered, certificate)
        self._let_in_with(offered, interrupt)
        return False

    def _let_in_with(self, offered: list[Challenge], interrupt: Interrupt) -> None:
        if self._handshake is not None:
            self._handshake.end(offered, interrupt)

    def _refused_with(self, offered: list[Challenge], shown: bytes | None) -> bool:
        if self._handshake is not None and self._handshake.goes_on(offered):
            return True
        self._logins.note_offer(self._place, (one.scheme for one in offered))
        return self._begins([replace(one, token="", certificate=shown) for one in offered])

    def _begins(self, offered: list[Challenge]) -> bool:
        login = self._login()
        best = self._best(offered, login)
        if best is None or best.scheme in EXCHANGES:
            return self._begins_handshake(offered, best, login)
        if login is None or self._tries >= _TRIES or self._is_weaker(best):
            return False
        if self._was_told(best):
            self._logins.refuse(self._place, login)
            return False
        self._go_on_by(best, None)
        return True

    def _best(self, offered: list[Challenge], login: Login | None) -> Challenge | None:
        has_name = login is not None and bool(login.user)
        means = Means(has_name, login is not None and not has_name, self._shows_ticket, self._is_readable)
        return best_of(offered, means)

    def _begins_handshake(self, offered: list[Challenge], best: Challenge | None, login: Login | None) -> bool:
        """Begin to log a connection in, unless that cannot be done or was done already."""
        by_ticket = best is not None and best.scheme == "negotiate" and self._shows_ticket
        failure = plugin_needed(self._place, offered if best is None else [best], by_ticket=by_ticket)
        if best is not None and failure is None:
            failure = self._refused(best, None if by_ticket else login)
        if failure is not None and by_ticket and login is not None:
            self._shows_ticket = False  # what else there is may do
            return self._begins(offered)
        if failure is not None:
            raise failure
        if best is None or (login is not None and login == self._spent) or self._tries >= _TRIES:
            return False
        self._go_on_by(best, Handshake(best, self._address, None if by_ticket else login, is_asked=True))
        return True

    def _refused(self, best: Challenge, login: Login | None) -> DownloadError | None:
        """Take in that a login was refused, if it was; return the failure where it was the ticket."""
        before = self._handshake
        if before is None or not before.tried(best, login):
            return None
        if login is None:
            return before.ticket_needed()
        self._logins.refuse(self._place, login)
        self._spent = login
        return None

    def _go_on_by(self, best: Challenge, handshake: Handshake | None) -> None:
        self._tries += 1
        self._challenge, self._handshake = best, handshake
        self._logins.learn(self._place, best)

    def leave(self) -> None:
        """Close the connection of a login that does not go on."""
        if self._handshake is not None:
            self._handshake.party.leave()

    def _was_told(self, best: Challenge) -> bool:
        """Say whether this very login was told just now, as this server wants it, and refused."""
        if self._told:
            return not best.is_stale
        return self._given is not None and best.scheme == "basic"

    def _is_weaker(self, best: Challenge) -> bool:
        """Say whether it would have the password told readably where it was not before: somebody may stand between."""
        known = self._logins.challenge(self._place)
        if best.scheme not in READABLE or self._is_readable or not self._address.startswith("http:"):
            return False
        return isinstance(known, Challenge) and known.scheme not in READABLE

    def _login(self) -> Login | None:
        if self._given is not None:
            return self._given
        return self._logins.of(self._place) if self._may_ask else None


def _without(own: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in own.items() if name.lower() != "authorization"}


def login_told(headers: Mapping[str, Any]) -> Login | None:
    """Return the login in a request's headers, where it is one of name and password."""
    value = next((str(value) for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return Login(user, password) if colon else None


def _told(login: Login, challenge: Challenge, method: str, address: str, used: int) -> str | None:
    """Return the field's value; None where it cannot be worked out. A nonce was `used` so often before."""
    if challenge.scheme == "bearer":
        return f"Bearer {login.password}"
    if challenge.scheme == "basic":
        return basic_field(login)[1]
    digest: Any = HTTPDigestAuth(login.user, login.password)
    digest.init_per_thread_state()
    digest._thread_local.chal = dict(challenge.parameters)  # noqa: SLF001 - it is given by responses alone otherwise
    digest._thread_local.last_nonce = challenge.parameters["nonce"]  # noqa: SLF001 - as above
    digest._thread_local.nonce_count = used  # noqa: SLF001 - as above
    value: str | None = digest.build_digest_header(method, address)
    return None if value is None else value.encode().decode("latin-1")  # in UTF-8 on the wire (RFC 7616 section 4)
