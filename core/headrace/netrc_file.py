"""Logins out of the file .netrc, for who switches that on."""

import logging
import netrc
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from headrace.addresses import PORTS
from headrace.logins import Login

_LOG: Final = logging.getLogger(__name__)


def login_in_netrc(place: str) -> Login | None:
    """Return the login of a server's place out of NETRC, ~/.netrc or ~/_netrc, `default` included; reads the file."""
    parts = urlsplit(place)
    if parts.scheme not in PORTS or not parts.hostname:
        return None
    path = _path()
    if path is None:
        return None
    try:
        found = netrc.netrc(str(path)).authenticators(parts.hostname)
    except (OSError, netrc.NetrcParseError, UnicodeError) as error:
        _LOG.warning("%s cannot be used: %s", path.name, type(error).__name__)
        return None
    return None if found is None else Login(found[0] or "", found[2] or "")


def _path() -> Path | None:
    given = os.environ.get("NETRC")
    names = ("_netrc", ".netrc") if sys.platform == "win32" else (".netrc", "_netrc")
    try:
        places = [Path(given)] if given else [Path.home() / name for name in names]
    except RuntimeError:  # there is no home
        return None
    return next((place for place in places if place.is_file()), None)
