"""Which servers are trusted in spite of their certificates, and which are shown one of ours. Pure functions."""

import re
from base64 import b64decode, b64encode
from pathlib import PurePath
from typing import Final

from headrace.addresses import PORTS, checked_address, host_of, place_of

VERSIONS: Final = ("1.2", "1.3")
"""The oldest version of TLS that is spoken, as it may be chosen."""
_OTHERS: Final = tuple(scheme for scheme in PORTS if scheme not in ("http", "https"))
_OPENSSH: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def checked_host(text: str) -> str:
    """Return a host with its port where that is not 443, as `addresses.host_of` has it. Raise ValueError.

    Where something else than HTTPS is spoken it is the place, as `addresses.place_of` has it: `sftp://nas.lan`.
    """
    scheme, _, rest = text.strip().lower().rpartition("://")
    bare = rest.removesuffix("/") if scheme else rest
    if not bare or any(char in bare for char in "/?#@= ;,") or scheme not in ("", "https", *_OTHERS):
        raise ValueError(f"{text[:60]!r} is no host such as example.org, example.org:8443 or sftp://example.org")
    address = checked_address(f"{scheme or 'https'}://{bare}/")
    return place_of(address) if scheme in _OTHERS else host_of(address)


def checked_trust(text: str) -> str:
    """Return `HOST=SHA256`, in small letters without colons. Raise ValueError with a sentence."""
    host, _, digest = text.partition("=")
    return f"{checked_host(host)}={_digest(digest.strip())}"


def _digest(text: str) -> str:
    """Read a SHA-256 in hexadecimal digits, or as OpenSSH writes it."""
    if _OPENSSH.fullmatch(text):
        return b64decode(f"{text[7:]}=").hex()
    digest = text.lower().removeprefix("sha256:").replace(":", "")
    if not _HEX.fullmatch(digest):
        raise ValueError("write a trusted certificate as example.org=SHA-256 of it, 64 digits from 0 to f")
    return digest


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


def key_line(blob: bytes) -> str:
    """Return a host key as OpenSSH writes it (RFC 4253 section 6.6): its kind, which it begins with, and Base64."""
    kind = blob[4 : 4 + int.from_bytes(blob[:4])]
    return f"{kind.decode('ascii', 'replace')} {b64encode(blob).decode('ascii')}"


def fingerprint(digest: str) -> str:
    """Return a digest of a host key as OpenSSH writes it: `SHA256:` and Base64 without its end."""
    return f"SHA256:{b64encode(bytes.fromhex(digest)).decode('ascii').rstrip('=')}"


def spaced(digest: str) -> str:
    """Return a digest as people compare it: pairs in capitals with colons between."""
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2)).upper()
