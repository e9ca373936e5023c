"""Which servers are trusted in spite of their certificates, and which are shown one of ours. Pure functions."""

import re
from base64 import b64encode
from pathlib import PurePath
from typing import Final

from headrace.addresses import checked_address, host_of

VERSIONS: Final = ("1.2", "1.3")
"""The oldest version of TLS that is spoken, as it may be chosen."""
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def checked_host(text: str) -> str:
    """Return a host with its port where that is not 443, as `addresses.host_of` has it. Raise ValueError."""
    bare = text.strip().lower()
    if not bare or any(char in bare for char in "/?#@= ;,"):
        raise ValueError(f"{text[:60]!r} is no host such as example.org or example.org:8443")
    return host_of(checked_address(f"https://{bare}/"))


def checked_trust(text: str) -> str:
    """Return `HOST=SHA256`, in small letters without colons. Raise ValueError with a sentence."""
    host, _, digest = text.partition("=")
    digest = digest.strip().lower().removeprefix("sha256:").replace(":", "")
    if not _HEX.fullmatch(digest):
        raise ValueError("write a trusted certificate as example.org=SHA-256 of it, 64 digits from 0 to f")
    return f"{checked_host(host)}={digest}"


def checked_own(text: str) -> str:
    """Return `HOST=FILE`, the file being given in full. Raise ValueError with a sentence."""
    host, _, file = text.partition("=")
    if not PurePath(file.strip()).is_absolute():
        raise ValueError("write a client certificate as example.org=/whole/path/of/file.pem")
    return f"{checked_host(host)}={file.strip()}"


def value_for(host: str, entries: tuple[str, ...]) -> str | None:
    """Return what checked entries say of a host as `addresses.host_of` has it; of several, the last."""
    found = [value for name, _, value in (entry.partition("=") for entry in entries) if name == host]
    return found[-1] if found else None


def pem_of(der: bytes) -> str:
    """Return a certificate as text (RFC 7468)."""
    text = b64encode(der).decode("ascii")
    lines = [text[place : place + 64] for place in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"))


def spaced(digest: str) -> str:
    """Return a digest as people compare it: pairs in capitals with colons between."""
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2)).upper()
