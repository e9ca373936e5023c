"""Handing addresses to the window that is open already. Loads no Qt: most starts of this kind end here."""

import hashlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from headrace.profile import Profile

MOST_BYTES: Final = 4_000_000
"""A message longer than this is refused."""
_LONGEST_PATH: Final = 80
_PATIENCE: Final = 3.0
ACCEPTED: Final = b"ok\n"


def server_name(profile: Profile) -> str:
    """Return the name of the local server of a profile: one name per profile folder.

    It lies in the profile folder, which is its owner's alone, where the path fits into a socket address (about 100
    bytes); else, and on Windows, it is named from a hash of the path.
    """
    digest = hashlib.sha256(os.fsencode(os.path.normcase(profile.folder.resolve()))).hexdigest()[:24]
    inside = profile.folder / "window.socket"
    if sys.platform == "win32":
        return f"headrace-{digest}"
    if len(os.fsencode(inside)) <= _LONGEST_PATH:
        return str(inside)
    return str(Path(tempfile.gettempdir()) / f"headrace-{digest}")


def message(addresses: Sequence[str], token: str = "") -> bytes:
    """Return the line that asks a window to come to the front and add `addresses`."""
    return json.dumps({"raise": True, "addresses": list(addresses), "token": token}).encode() + b"\n"


def hand_over(profile: Profile, addresses: Sequence[str]) -> bool:
    """Ask the window of `profile` to take `addresses`; False where there is none, or it does not answer in time."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    try:
        return _ask(server_name(profile), message(addresses, token)) == ACCEPTED
    except OSError:
        return False


def _ask(name: str, line: bytes) -> bytes:
    if sys.platform == "win32":
        with Path(rf"\\.\pipe\{name}").open("r+b", buffering=0) as pipe:
            pipe.write(line)
            return pipe.read(len(ACCEPTED)) or b""
    if Path(name).lstat().st_uid != os.getuid():
        raise PermissionError(f"{name} belongs to somebody else")
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(_PATIENCE)
        channel.connect(name)
        channel.sendall(line)
        return channel.recv(len(ACCEPTED))
