"""Secrets that are easy to find again: where one of these words turns up, something was told that was not to be."""

from base64 import b64encode
from typing import Final

WORD: Final = "canary"
"""In every secret that must not be kept anywhere."""
LOGIN: Final = ("canaryuser", "canary:pass/word")
TOKEN: Final = b64encode(":".join(LOGIN).encode()).decode()
"""The login as it goes over the wire (RFC 7617)."""
TICKETS: Final = ("ntlm tlrmtvntu", "negotiate y")
"""What tokens of NTLM and Kerberos begin with, behind the name of the scheme, in small letters."""
HEADERS: Final = (
    ("Authorization", "Bearer canary-authorization"),
    ("Cookie", "session=canary-cookie"),
    ("X-Api-Key", "canary-key"),
    ("Referer", "https://forum.example/thread?token=canary-referer"),
    ("Proxy-Authorization", "Basic canary-proxy"),
)
SIGNATURE: Final = "magpie"
"""In the signature of an address: the database needs it to go on, so it may be there, and nowhere else."""
SIGNED: Final = f"?sig={SIGNATURE}-signature&Expires=1#token={SIGNATURE}-fragment"


def found_in(text: str | bytes, *, signatures: bool = True) -> list[str]:
    """Return the lines of `text` with a secret in them; signatures of addresses only where asked for."""
    lines = (text if isinstance(text, str) else text.decode("latin-1")).splitlines()
    words = (WORD, TOKEN.lower(), *TICKETS, *((SIGNATURE,) if signatures else ()))
    return [line[:200] for line in lines if any(word in line.lower() for word in words)]
