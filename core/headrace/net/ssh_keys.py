"""Whether the host key that an SSH server shows is its own: by known_hosts, and by what a person has trusted."""

import logging
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import asyncssh

from headrace.errors import DownloadError
from headrace.net.connections import CertificateShown
from headrace.states import Failure, FailureReason
from headrace.trust import fingerprint, value_for

_LOG: Final = logging.getLogger(__name__)
_SYSTEM: Final = Path("/etc/ssh/ssh_known_hosts")


class KeyJudge(asyncssh.SSHClient):
    """Judges the key of one connection, in the loop's thread."""

    def __init__(self, place: str, trusted: tuple[str, ...], *, is_known: bool) -> None:
        """`trusted` are checked entries of the settings; `is_known`: known_hosts has keys of this host."""
        self._place, self._pin, self._is_known = place, value_for(place, trusted), is_known
        self.shown = b""
        """The key, as it goes over the wire."""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Say whether a key that known_hosts does not have is the one that a person trusts."""
        self.shown = key.public_data
        return sha256(self.shown).hexdigest() == self._pin

    def refusal(self) -> Exception:
        """Return what follows from a key that is not trusted."""
        if not self.shown:  # known_hosts calls it revoked, or it is a certificate that nobody vouches for
            return DownloadError(Failure(FailureReason.HOST_KEY_CHANGED, f"{self._place}: its key was revoked"))
        is_other = self._pin is not None or self._is_known
        reason = FailureReason.HOST_KEY_CHANGED if is_other else FailureReason.HOST_KEY_UNKNOWN
        return DownloadError(Failure(reason, f"{self._place}: {fingerprint(sha256(self.shown).hexdigest())}"))


class KeyLooker(asyncssh.SSHClient):
    """Wants nothing but to see the key."""

    def __init__(self) -> None:
        self.shown = b""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Note the key, and go no further."""
        self.shown = key.public_data
        return False

    def refusal(self) -> Exception:
        """Return the key."""
        return CertificateShown(self.shown)


def known_hosts() -> asyncssh.SSHKnownHosts:
    """Return the hosts that OpenSSH knows here, for this person and for all; reads files."""
    files = [Path.home() / ".ssh" / "known_hosts", *([] if sys.platform == "win32" else [_SYSTEM])]
    try:
        return asyncssh.read_known_hosts([str(file) for file in files if file.is_file()])
    except (OSError, ValueError) as error:
        _LOG.warning("known_hosts cannot be used: %s", type(error).__name__)
        return asyncssh.import_known_hosts("")
