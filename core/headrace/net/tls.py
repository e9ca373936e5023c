"""How connections are secured: whom we trust, which certificates are let pass, and who we show ourselves to be."""

import errno
import os
import ssl
import sys
from pathlib import Path
from threading import Lock
from typing import Any, Final

import certifi
import truststore
from urllib3.util.ssl_ import create_urllib3_context

from headrace.errors import DownloadError
from headrace.net_options import NetOptions
from headrace.states import FailureReason
from headrace.trust import value_for

_VERSIONS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_HAS_OWN_JUDGE: Final = sys.platform in ("win32", "darwin")
"""Whether the system judges certificates itself, better than by a list of authorities."""


class TLSSocket(ssl.SSLSocket):
    """A socket that is closed where its peer is gone before the handshake: Python asks for the name of the peer first.

    Older versions (3.11.7 is one) leave the descriptor open then, until garbage is collected.
    """

    def getpeername(self) -> Any:
        """Return the peer's address. Raises OSError: ConnectionResetError where nobody is there to shake hands with."""
        try:
            return super().getpeername()
        except OSError:
            if self.version() is not None:
                raise
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from None


class TlsContexts:
    """One context for all servers, made with the first need; others for those with an entry of their own. Thread-safe.

    A certificate that is trusted for one host is known by its digest, and no other is let pass there.
    """

    def __init__(self, options: NetOptions, protocols: tuple[str, ...] = ()) -> None:
        """`protocols` are offered to servers, the best first (ALPN, RFC 7301); none for HTTP/1.1."""
        self._options, self._protocols = options, protocols
        self._lock = Lock()
        self._made: dict[tuple[bool, str | None], ssl.SSLContext] = {}

    def usual(self) -> ssl.SSLContext:
        """Return that of all servers, and of proxies. Raises DownloadError where a file cannot be used."""
        return self._context(verifies=True, own=None)

    def for_host(self, host: str) -> dict[str, Any]:
        """Return what urllib3 is to be told for a host as `addresses.host_of` has it. Raises DownloadError."""
        pinned = value_for(host, self._options.trusted_certificates)
        verifies = pinned is None and self._options.verifies
        context = self._context(verifies=verifies, own=value_for(host, self._options.client_certificates))
        told: dict[str, Any] = {"ssl_context": context}
        if not verifies:
            told["cert_reqs"] = "CERT_NONE"
        if pinned is not None:
            told["assert_fingerprint"] = pinned
        return told

    def _context(self, *, verifies: bool, own: str | None) -> ssl.SSLContext:
        with self._lock:
            found = self._made.get((verifies, own))
            if found is None:
                found = self._made[verifies, own] = _context(self._options, verifies=verifies, own=own)
                if self._protocols:
                    _offer(found, self._protocols)
            return found


def _offer(context: ssl.SSLContext, protocols: tuple[str, ...]) -> None:
    """Have these protocols be offered: urllib3 sets its own with each handshake."""
    context.set_alpn_protocols(protocols)
    vars(context)["set_alpn_protocols"] = lambda _protocols: None


def _context(options: NetOptions, *, verifies: bool, own: str | None) -> ssl.SSLContext:
    context = system_context() if _HAS_OWN_JUDGE and verifies else listed_context()
    if options.ca_file is not None:
        try:
            context.load_verify_locations(options.ca_file)
        except OSError as error:  # missing, or no certificates: ssl.SSLError is one too
            raise DownloadError.of(FailureReason.TLS_CERTIFICATE, f"{options.ca_file.name} cannot be used") from error
    if own is not None:
        _show_own(context, Path(own))
    context.minimum_version = _VERSIONS[options.tls_minimum]
    # Python tells OpenSSL 3 to take a cut stream for its end; then no connection could tell one from the other
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.check_hostname = verifies
    context.verify_mode = ssl.CERT_REQUIRED if verifies else ssl.CERT_NONE
    return context


def listed_context() -> ssl.SSLContext:
    """Return a context that trusts the authorities listed by the system, and by certifi where it lists none."""
    context = create_urllib3_context()
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.sslsocket_class = TLSSocket
    return context


def system_context() -> ssl.SSLContext:
    """Return a context whose certificates are judged by the system itself."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context._ctx.sslsocket_class = TLSSocket  # noqa: SLF001 - what it wraps makes the sockets
    return context


def _show_own(context: ssl.SSLContext, file: Path) -> None:
    """Have a certificate of ours shown to who asks for one; a key with a password is refused, not asked for."""
    try:
        context.load_cert_chain(file, password=lambda: "")
    except ssl.SSLError as error:
        why = f"{file.name} needs a certificate and a key without a password"
        raise DownloadError.of(FailureReason.CLIENT_CERTIFICATE, why) from error
    except (OSError, ValueError) as error:
        raise DownloadError.of(FailureReason.CLIENT_CERTIFICATE, f"{file.name} cannot be read") from error
