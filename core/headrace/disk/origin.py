"""Marks that say where a file came from, as each system keeps them, without anything secret of the address."""

import ctypes
import errno
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from headrace.addresses import PORTS
from headrace.disk.system_calls import libc

_PATH_CHARACTERS: Final = "/%:@!$&'()*+,;=~-._"
"""What a path may hold as it is (RFC 3986 section 3.3); "%" because most paths come escaped."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file came from; user info, query and fragment may be in it and are left out of every mark."""

    address: str
    referrer: str | None = None


def bare_address(address: str) -> str | None:
    """Return an address without user info, query and fragment, in one line; None where it is no such address."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no port
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in PORTS or not parts.hostname or not _is_host(host) or "\\" in parts.netloc:
        return None
    return urlunsplit((parts.scheme, host, quote(parts.path, safe=_PATH_CHARACTERS, errors="replace"), "", ""))


def _is_host(host: str) -> bool:
    return host.isprintable() and not any(char.isspace() or char in "\\\"'<>%" for char in host)


def set_marks(path: Path, descriptor: int, origin: Origin) -> bool:
    """Mark an open file and return whether all of it could be set. Nothing is raised: a file without marks is whole."""
    address = bare_address(origin.address)
    referrer = bare_address(origin.referrer) if origin.referrer else None
    if address is None:
        return False
    try:
        _set_marks(path, descriptor, address, referrer)
    except (OSError, ValueError):
        return False
    return True


def _set_marks(path: Path, descriptor: int, address: str, referrer: str | None) -> None:
    if sys.platform == "win32":
        Path(f"{path}:Zone.Identifier").write_bytes(zone_identifier(address, referrer))
    elif sys.platform == "darwin":
        for name, value in apple_marks(address, referrer, time.time()).items():
            _set_apple_attribute(descriptor, name, value)
    elif sys.platform == "linux":
        for name, value in xdg_marks(address, referrer).items():
            os.setxattr(descriptor, name, value)
    else:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def xdg_marks(address: str, referrer: str | None) -> Mapping[str, bytes]:
    """Return the attributes that freedesktop.org names for this."""
    marks = {"user.xdg.origin.url": address, "user.xdg.referrer.url": referrer}
    return {name: value.encode() for name, value in marks.items() if value is not None}


def zone_identifier(address: str, referrer: str | None) -> bytes:
    """Return the stream that makes Windows ask before it runs a file of the internet (zone 3)."""
    lines = ["[ZoneTransfer]", "ZoneId=3"]
    if referrer is not None:
        lines.append(f"ReferrerUrl={referrer}")
    return "\r\n".join([*lines, f"HostUrl={address}", ""]).encode()


def apple_marks(address: str, referrer: str | None, now: float) -> Mapping[str, bytes]:
    """Return the attributes that make macOS ask before it opens a file fetched at Unix time `now`, and show its source.

    0081 says: downloaded, and not approved by the user yet.
    """
    import plistlib  # noqa: PLC0415 - loads a parser of XML, which no other system needs
    import uuid  # noqa: PLC0415 - as above

    quarantine = f"0081;{int(now):08x};Headrace;{str(uuid.uuid4()).upper()}"
    places = [address] if referrer is None else [address, referrer]
    where = plistlib.dumps(places, fmt=plistlib.FMT_BINARY)
    return {"com.apple.quarantine": quarantine.encode(), "com.apple.metadata:kMDItemWhereFroms": where}


def _set_apple_attribute(descriptor: int, name: str, value: bytes) -> None:
    call = libc().fsetxattr
    call.argtypes = (
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint32,
        ctypes.c_int,
    )
    if call(descriptor, name.encode(), value, len(value), 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
