"""What servers say of how to log in (WWW-Authenticate, RFC 9110 section 11.6.1). Pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - a pattern
_END: Final = r"(?=[ \t]*(?:,|\Z))"
_PARAMETER: Final = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN})){_END}')
_SCHEME: Final = re.compile(rf"({_TOKEN})(?:[ \t]+([0-9A-Za-z\-._~+/]+=*){_END})?(?=[ \t,]|\Z)")
_GAP: Final = re.compile(r"[ \t,]*")
_LONGEST: Final = 16_384
"""Characters that are looked at."""
_ALGORITHMS: Final = frozenset({"MD5", "MD5-SESS", "SHA", "SHA-256", "SHA-512"})
"""Of RFC 7616 and others, those that are worked out here."""
EXCHANGES: Final = frozenset({"ntlm", "negotiate"})
"""Schemes that log a connection in, by tokens that go to and fro (RFC 4559, MS-NTHT)."""
READABLE: Final = frozenset({"basic", "bearer"})
"""Schemes that tell the secret itself."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in: the scheme in small letters, parameters by names in small letters."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    """What stands in the place of parameters, in base64."""
    certificate: bytes | None = field(default=None, repr=False)
    """What the server showed with it, in DER; None where it showed none, or it does not matter."""

    @property
    def is_stale(self) -> bool:
        """Whether the login was right and only the nonce too old (RFC 7616 section 3.3)."""
        return self.parameters.get("stale", "").lower() == "true"


def challenges(said: str | None) -> list[Challenge]:
    """Return the ways that are offered, in their order; what makes no sense is passed over."""
    found: list[tuple[str, dict[str, str], str]] = []
    for scheme, parameter in _parts((said or "")[:_LONGEST]):
        if scheme:
            found.append((scheme.lower(), {}, parameter[1]))
        elif found:
            found[-1][1].setdefault(parameter[0].lower(), parameter[1])
    return [Challenge(*one) for one in found]


def _parts(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield schemes with the token behind them, or names and values of parameters."""
    place = _GAP.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    while place < len(text):
        if match := _PARAMETER.match(text, place):
            quoted = match[2]
            yield "", (match[1], match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        elif match := _SCHEME.match(text, place):
            yield match[1], ("", match[2] or "")
        end = match.end() if match else max(text.find(",", place), place + 1)
        place = _GAP.match(text, end).end()  # type: ignore[union-attr]  # as above


@dataclass(frozen=True, slots=True)
class Means:
    """With what an offer could be answered."""

    has_name: bool = False
    """Whether there is a name and a password."""
    has_token: bool = False
    has_ticket: bool = False
    """Whether the ticket of the person may be shown (Kerberos)."""
    readable: bool = False
    """Whether a person agreed that the password is told readably, whatever else is offered."""


def best_of(offered: list[Challenge], means: Means) -> Challenge | None:
    """Return the safest that can be answered; None for none.

    A ticket comes first, then a digest, then NTLM and Negotiate. Beside these the password is told readably only where
    a person agreed.
    """
    by_scheme = {
        one.scheme: one for one in reversed(offered) if one.scheme != "digest" or _is_known_digest(one.parameters)
    }
    safe = ("ntlm", "negotiate")
    wanted = ["negotiate"] if means.has_ticket else []
    if means.has_name:
        wanted += ["digest", *(("basic", *safe) if means.readable else safe)]
        wanted += [] if by_scheme.keys() & EXCHANGES else ["basic"]
    wanted += ["bearer"] if means.has_token else []
    return next((by_scheme[scheme] for scheme in wanted if scheme in by_scheme), None)


def _is_known_digest(parameters: Mapping[str, str]) -> bool:
    quality = [each.strip() for each in parameters.get("qop", "auth").split(",")]
    algorithm = parameters.get("algorithm", "MD5").upper()
    return {"realm", "nonce"} <= parameters.keys() and "auth" in quality and algorithm in _ALGORITHMS
