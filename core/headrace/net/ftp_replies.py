"""What replies of FTP servers mean (RFC 959 section 4.2, RFC 3659, RFC 4217). Pure functions."""

import re
from calendar import timegm
from time import strptime
from typing import Final

_TIME: Final = re.compile(r"213[ \t]+([0-9]{14})(?:\.[0-9]+)?\s*")
_SIZE: Final = re.compile(r"213[ \t]+([0-9]{1,19})\s*")
_EPSV: Final = re.compile(r"229[ \t].*?\((.)\1\1([0-9]{1,5})\1\).*", re.DOTALL)
_PASV: Final = re.compile(r"227[ \t].*?(?:[0-9]{1,3},){4}([0-9]{1,3}),([0-9]{1,3}).*", re.DOTALL)
_FULL: Final = re.compile(r"too many|maximum|connections|limit|busy|try (?:again )?later", re.IGNORECASE)
_DENIED: Final = re.compile(r"permission|denied|not permitted|not allowed|forbidden|unauthori[sz]ed", re.IGNORECASE)


def size_told(reply: str) -> int | None:
    """Read an answer to SIZE; None for anything else."""
    match = _SIZE.fullmatch(reply)
    return int(match[1]) if match else None


def time_told(reply: str) -> int | None:
    """Read an answer to MDTM, in Unix seconds; None for anything else. Fractions of seconds are left out."""
    match = _TIME.fullmatch(reply)
    try:
        return timegm(strptime(match[1], "%Y%m%d%H%M%S")) if match else None
    except (ValueError, OverflowError):
        return None


def port_told(reply: str) -> int | None:
    """Read where data will come from, out of an answer to EPSV or PASV; None for anything else. The host is left out.

    Whoever believes the host can be sent anywhere (CVE-2020-27619).
    """
    if match := _EPSV.fullmatch(reply):
        port = int(match[2])
    elif match := _PASV.fullmatch(reply):
        port = int(match[1]) << 8 | int(match[2])
    else:
        return None
    return port if 0 < port < 65_536 else None


def login_status(reply: str) -> int:
    """Return the status of HTTP for a refused login: 401, or 503 where there is only no room."""
    return 503 if reply.startswith("4") or _FULL.search(reply) else 401


def file_status(reply: str) -> int:
    """Return the status of HTTP for a refused file."""
    if reply.startswith("4"):
        return 503
    if reply.startswith(("530", "532")):
        return 401
    if reply.startswith(("550", "553", "552")):
        return 403 if _DENIED.search(reply) else 404
    return 400
