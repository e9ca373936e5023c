"""NTLM, Negotiate and Kerberos by pyspnego, an optional extra: which tokens go to and fro. It never sees a socket."""

import importlib
import re
import sys
from base64 import b64decode, b64encode
from functools import lru_cache, partial
from typing import Any, Final

from headrace.logins import Login
from headrace.net.interrupt import Interrupt
from headrace.net.leaving_behind import in_helper

PLUGIN: Final = "windows-login"
"""The extra that brings NTLM, and on Windows everything."""
TICKET_PLUGIN: Final = "kerberos"
"""The extra that brings Kerberos."""
_SECONDS: Final = 60.0
"""How long a KDC may take."""
_WEAK_HASHES: Final = frozenset({"md5", "sha1"})
_CAUSE: Final = re.compile(r"Minor \([0-9]+\): (.+)", re.DOTALL)
"""Where GSSAPI says what is the matter."""
_LONGEST: Final = 200


class WindowsLoginError(Exception):
    """The login cannot go on; the words are the library's, for people."""


def missing_plugin(*, by_ticket: bool) -> str:
    """Return the name of the extra that must be installed first, "" for none. It may have been installed just now."""
    importlib.invalidate_caches()
    # pyspnego says that it has Kerberos whether what it needs for that is there or not
    wanted = ("spnego", "gssapi", "krb5") if by_ticket and sys.platform != "win32" else ("spnego",)
    try:
        for name in wanted:
            importlib.import_module(name)
    except ImportError:
        return TICKET_PLUGIN if by_ticket else PLUGIN
    return ""


class WindowsLogin:
    """One login to a host by NTLM, or by Negotiate; without a login by the ticket of the person. For one thread."""

    def __init__(self, scheme: str, host: str, login: Login | None, certificate: bytes | None = None) -> None:
        """`certificate` is the server's, in DER: the login is bound to it (RFC 5929, tls-server-end-point)."""
        self._host, self._login, self._certificate = host, login, certificate
        # elsewhere than on Windows the library would take a name and a password to a KDC first, for each connection
        self._protocol = "kerberos" if login is None else scheme if sys.platform == "win32" else "ntlm"
        self._context: Any = None

    def answer(self, token: str, interrupt: Interrupt) -> str:
        """Return what answers a token of the server's, "" is the first one; "" where nothing is to be said.

        Raises WindowsLoginError, StoppedError.
        """
        work = partial(self._step, token)
        try:
            if self._protocol == "ntlm":
                return work()
            return in_helper("windows login", work, interrupt, _SECONDS)  # it may ask a KDC
        except TimeoutError as error:
            raise WindowsLoginError(str(error)) from error

    def _step(self, token: str) -> str:
        try:
            if self._context is None:
                self._context = self._begun()
            answered: bytes | None = self._context.step(b64decode(token) or None)
        except Exception as error:  # what strangers send makes the library raise anything
            raise WindowsLoginError(_words(error)) from error
        return b64encode(answered or b"").decode("ascii")

    def _begun(self) -> Any:
        spnego: Any = importlib.import_module("spnego")
        told: dict[str, Any] = {"hostname": self._host, "service": "HTTP"}
        told["channel_bindings"] = None if self._certificate is None else _bound_to(self._certificate)
        who = None if self._login is None else spnego.Password(self._login.user, self._login.password)
        return spnego.client(who, protocol=self._protocol, **told)


def _words(error: Exception) -> str:
    """Return what went wrong as one line, without the general words before the cause."""
    text = str(getattr(error, "base_error", None) or error)
    cause = _CAUSE.search(text)
    return " ".join((cause[1] if cause else text).split())[:_LONGEST]


@lru_cache(maxsize=64)
def _bound_to(certificate: bytes) -> Any:
    """Return what binds a login to a connection; None where no hash is laid down for the certificate's signature."""
    bindings: Any = importlib.import_module("spnego.channel_bindings")
    x509: Any = importlib.import_module("cryptography.x509")
    hashes: Any = importlib.import_module("cryptography.hazmat.primitives.hashes")
    algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    if algorithm is None:
        return None
    digest = hashes.Hash(hashes.SHA256() if algorithm.name in _WEAK_HASHES else algorithm)
    digest.update(certificate)
    return bindings.GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())
