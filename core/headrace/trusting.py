"""Certificates that were not trusted: which downloads wait for one to be, what it is, and how they go on."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Thread

from headrace.errors import DownloadError
from headrace.failed import failed_over
from headrace.manager import DownloadManager
from headrace.states import Failure, FailureReason
from headrace.trust import checked_host, fingerprint, spaced, value_for

_SECONDS = 15.0
_REASONS = (FailureReason.TLS_CERTIFICATE, FailureReason.HOST_KEY_UNKNOWN, FailureReason.HOST_KEY_CHANGED)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a host shows, a certificate in DER or the key of an SSH server, or why it does not."""

    host: str
    certificate: bytes = b""
    fault: str = ""

    @property
    def digest(self) -> str:
        """Its SHA-256, in hexadecimal digits."""
        return sha256(self.certificate).hexdigest()

    @property
    def is_key(self) -> bool:
        """Whether it is a host key."""
        return shows_key(self.host)

    @property
    def written(self) -> str:
        """The digest as people compare it: OpenSSH writes that of keys in its own way."""
        return fingerprint(self.digest) if self.is_key else spaced(self.digest)


def shows_key(host: str) -> bool:
    """Say whether a host, as `trust.checked_host` has it, shows a key instead of a certificate."""
    return host.startswith("sftp://")


def host_untrusted(failure: Failure | None) -> str | None:
    """Return the host whose certificate or key was not trusted; None where a failure is another one."""
    if failure is None or failure.reason not in _REASONS:
        return None
    host, colon, _ = failure.detail.partition(": ")
    try:
        return checked_host(host) if colon else None
    except ValueError:
        return None


def trust(manager: DownloadManager, host: str, digest: str) -> list[str]:
    """Trust this one certificate at that host; have all go on that failed over it, and return their ids.

    Manager's thread. Raises ValueError.
    """
    settings = manager.settings
    others = [entry for entry in settings.trusted_certificates if not value_for(host, (entry,))]
    manager.apply_settings(replace(settings, trusted_certificates=(*others, f"{host}={digest}")))
    ids = failed_over(manager, host_untrusted, host)
    manager.resume(ids)
    return ids


def distrust(manager: DownloadManager, host: str) -> bool:
    """Trust no certificate at that host but those that are in order; say whether one was. Manager's thread."""
    before = manager.settings.trusted_certificates
    after = tuple(entry for entry in before if not value_for(host, (entry,)))
    manager.apply_settings(replace(manager.settings, trusted_certificates=after))
    return after != before


def look(manager: DownloadManager, host: str, proxy: str | None = None) -> Future[Shown]:
    """Look at the certificate of a host, in a thread of its own. Manager's thread."""
    options, context, found = manager.settings.net, manager.net_context, Future[Shown]()

    def work() -> None:
        from headrace.net.interrupt import Interrupt  # noqa: PLC0415 - loads the network, which may not be there yet
        from headrace.net.shown_certificate import shown_certificate  # noqa: PLC0415 - as above

        try:
            der = shown_certificate(host, options, context, proxy, Interrupt(), _SECONDS)
            found.set_result(Shown(host, der))
        except DownloadError as error:
            found.set_result(Shown(host, fault=error.failure.detail or error.failure.reason.name))
        except Exception as error:  # noqa: BLE001 - whoever asked waits for an answer
            found.set_result(Shown(host, fault=type(error).__name__))

    Thread(target=work, name="certificate", daemon=True).start()
    return found
