"""Cookies out of the store of Chromium and its kin: values are enciphered, by a key that the system's keyring has.

Cookies that belong to a page within another site's page (partitioned ones) are left where they are.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from headrace.cookie_scopes import Cookie
from headrace.jars.chromium_keys import Keys
from headrace.jars.copying import opened_copy
from headrace.jars.faults import Fault, JarError
from headrace.jars.profiles import BrowserProfile
from headrace.jars.rows import domain_keys, fitting

_EPOCH: Final = 11_644_473_600
"""Seconds from 1601, where dates begin, to 1970."""
_HASHED: Final = 24
"""From this version of the store on the digest of the domain stands in front of each value."""
_WANTED: Final = "host_key name value encrypted_value path expires_utc is_secure".split()

Row = tuple[str, str, str, bytes, str, int, int]


def chromium_cookies(profile: BrowserProfile, host: str, keys: Keys) -> list[Cookie]:
    """Return the cookies that a host may get. Raises OSError, sqlite3.Error, JarError where none can be read."""
    rows, version = _rows(profile, host)
    found: list[Cookie] = []
    sealed = 0
    for domain, name, plain, enciphered, path, until, secure in rows:
        value = plain if not enciphered else _value(enciphered, domain, keys, hashed=version >= _HASHED)
        if value is None:
            sealed += 1
            continue
        seconds = until / 1_000_000 - _EPOCH if until else None
        found += fitting(domain, path, secure, seconds, (name, value))
    if sealed and not found:
        raise JarError(Fault.KEYRING, profile.browser)
    return found


def _rows(profile: BrowserProfile, host: str) -> tuple[Sequence[Row], int]:
    names = domain_keys(host)
    marks = ",".join("?" * len(names))
    with opened_copy(profile.store) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(cookies)")}
        whole = " AND top_frame_site_key = ''" if "top_frame_site_key" in columns else ""
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone() or (0,)
        query = f"SELECT {', '.join(_WANTED)} FROM cookies WHERE host_key IN ({marks}){whole}"  # noqa: S608 - ours
        return connection.execute(query, names).fetchall(), int(version)


def _value(enciphered: bytes, domain: str, keys: Keys, *, hashed: bool) -> str | None:
    """Return a value in clear; None where no key fits. With a digest in front it is known which key fits."""
    digest = sha256(domain.encode()).digest() if hashed else b""
    for key in keys.for_prefix(enciphered[:3]):
        clear = _deciphered(enciphered[3:], key)
        if clear is not None and clear.startswith(digest):
            try:
                return clear.removeprefix(digest).decode()
            except UnicodeDecodeError:
                continue
    return None


def _deciphered(data: bytes, key: bytes) -> bytes | None:
    """Undo AES-128 in CBC with PKCS #7; None where the key is wrong."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - an optional extra

    if not data or len(data) % 16:
        return None
    work: Any = Cipher(algorithms.AES(key), modes.CBC(b" " * 16)).decryptor()
    clear: bytes = work.update(data) + work.finalize()
    pad = clear[-1]
    return clear[:-pad] if 1 <= pad <= 16 and clear.endswith(bytes([pad]) * pad) else None
