"""Who asks: the login for one address, as the server wants it told. Basic, Digest and Bearer."""

from base64 import b64decode
from typing import Any, Final

from requests.auth import HTTPDigestAuth

from headrace.addresses import place_of
from headrace.logins import Login, Logins, basic_field
from headrace.net.challenges import Challenge, best_of, challenges

_FIELD: Final = "Authorization"
_TRIES: Final = 2
"""Answers to one request: of a second the nonce was too old."""


class Identity:
    """Tells it in one request and its repetitions. For one thread.

    What a person gave as a header counts; a name and a password in it are told as Digest where the server wants that.
    """

    def __init__(self, logins: Logins, address: str, own: dict[str, str]) -> None:
        self._logins, self._address, self._own = logins, address, own
        self._place = place_of(address)
        self._given = _in_header(own)
        self._may_ask = self._given is not None or not any(name.lower() == "authorization" for name in own)
        self._told = self._tries = 0
        self._challenge: Challenge | None = None

    def fields(self) -> dict[str, str]:
        """Return the headers of a person with what tells who it is, as far as it is known how this server wants it."""
        known = self._challenge or self._logins.challenge(self._place)
        login = self._login() if known is not None else None
        if not isinstance(known, Challenge) or login is None:
            return self._own
        text = _told(login, known, self._address)
        if text is None:
            return self._own
        self._told += 1
        others = {name: value for name, value in self._own.items() if name.lower() != "authorization"}
        return others | {_FIELD: text}

    def answers(self, said: str | None) -> bool:
        """Say whether a 401 with this WWW-Authenticate is to be answered by another try, with `fields` anew."""
        login = self._login()
        if login is None or self._tries >= _TRIES:
            return False
        best = best_of(challenges(said), has_name=bool(login.user))
        if best is None or self._is_weaker(best):
            return False
        if self._was_told(best):
            self._logins.refuse(self._place, login)
            return False
        self._tries += 1
        self._challenge = best
        self._logins.learn(self._place, best)
        return True

    def _was_told(self, best: Challenge) -> bool:
        """Say whether this very login was told just now, as this server wants it, and refused."""
        if self._told:
            return not best.is_stale
        return self._given is not None and best.scheme == "basic"

    def _is_weaker(self, best: Challenge) -> bool:
        """Say whether it would have the password told readably where it was not before: somebody may stand between."""
        known = self._logins.challenge(self._place)
        plain = self._address.startswith("http:")
        return plain and best.scheme != "digest" and isinstance(known, Challenge) and known.scheme == "digest"

    def _login(self) -> Login | None:
        if self._given is not None:
            return self._given
        return self._logins.of(self._place) if self._may_ask else None


def _in_header(own: dict[str, str]) -> Login | None:
    """Return the login in a person's own header, where it is one of name and password."""
    value = next((value for name, value in own.items() if name.lower() == "authorization"), "")
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return Login(user, password) if colon else None


def _told(login: Login, challenge: Challenge, address: str) -> str | None:
    """Return the field's value; None where it cannot be worked out."""
    if challenge.scheme == "bearer":
        return f"Bearer {login.password}"
    if challenge.scheme == "basic":
        return basic_field(login)[1]
    digest: Any = HTTPDigestAuth(login.user, login.password)
    digest.init_per_thread_state()
    digest._thread_local.chal = dict(challenge.parameters)  # noqa: SLF001 - it is given by responses alone otherwise
    value: str | None = digest.build_digest_header("GET", address)
    return None if value is None else value.encode().decode("latin-1")  # in UTF-8 on the wire (RFC 7616 section 4)
