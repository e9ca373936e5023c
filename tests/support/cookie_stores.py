"""Stores of cookies as browsers write them, for one person's home."""

import json
import sqlite3
from contextlib import closing
from hashlib import pbkdf2_hmac, sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

LATER: Final = 1_900_000_000
"""Unix seconds."""
_EPOCH: Final = 11_644_473_600

FirefoxRow = tuple[str, str, str, str, int, int, str]
"""Host, name, value, path, expiry, isSecure, originAttributes."""


def firefox_store(home: Path, *rows: FirefoxRow, profile: str = "x1.default") -> Path:
    """Write a profile whose rows are still in the log beside the database, as while Firefox runs."""
    store = home / ".mozilla" / "firefox" / profile / "cookies.sqlite"
    store.parent.mkdir(parents=True, exist_ok=True)
    copy = store.with_name("making")
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "CREATE TABLE moz_cookies (host TEXT, name TEXT, value TEXT, path TEXT, expiry INTEGER, isSecure INTEGER,"
            " originAttributes TEXT)"
        )
        connection.executemany("INSERT INTO moz_cookies VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        store.write_bytes(copy.read_bytes())
        store.with_name("cookies.sqlite-wal").write_bytes(copy.with_name("making-wal").read_bytes())
    copy.unlink()
    return store


def enciphered(
    value: str, domain: str, secret: bytes = b"peanuts", prefix: bytes = b"v10", *, hashed: bool = True
) -> bytes:
    """Return a value as Chromium writes it on Linux."""
    data = (sha256(domain.encode()).digest() if hashed else b"") + value.encode()
    pad = 16 - len(data) % 16
    key = pbkdf2_hmac("sha1", secret, b"saltysalt", 1, 16)
    work = Cipher(algorithms.AES(key), modes.CBC(b" " * 16)).encryptor()
    return prefix + work.update(data + bytes([pad]) * pad) + work.finalize()


def chromium_store(
    home: Path, *rows: tuple[str, str, str, bytes, str, int, int], version: int = 24, profile: str = "Default"
) -> Path:
    """Write a profile: host_key, name, value, encrypted_value, path, Unix seconds or 0, is_secure."""
    base = home / ".config" / "chromium"
    store = base / profile / "Network" / "Cookies"
    store.parent.mkdir(parents=True, exist_ok=True)
    names = {"profile": {"info_cache": {"Default": {"name": "Ann"}, "Profile 1": {"name": "Bo"}}}}
    (base / "Local State").write_text(json.dumps(names))
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(version),))
        connection.execute(
            "CREATE TABLE cookies (host_key TEXT, name TEXT, value TEXT, encrypted_value BLOB, path TEXT,"
            " expires_utc INTEGER, is_secure INTEGER, top_frame_site_key TEXT)"
        )
        for host, name, value, sealed, path, until, secure in rows:
            micro = (until + _EPOCH) * 1_000_000 if until else 0
            frame = "https://frame.example" if name == "framed" else ""
            facts = (host, name, value, sealed, path, micro, secure, frame)
            connection.execute("INSERT INTO cookies VALUES (?, ?, ?, ?, ?, ?, ?, ?)", facts)
    return store
