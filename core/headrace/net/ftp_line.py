"""One control connection to an FTP server (RFC 959): greeting, TLS (RFC 4217), login, and connections for data."""

import ftplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from headrace.addresses import place_of
from headrace.errors import DownloadError
from headrace.logins import Login
from headrace.net.binding import Way
from headrace.net.connections import Call, CertificateShown
from headrace.net.dialling import Cable, dial
from headrace.net.ftp_replies import port_told
from headrace.net.interrupt import Interrupt
from headrace.net.plugs import Grounds, Terms
from headrace.states import Failure, FailureReason

_LINES: Final = 1_000
"""Lines of one reply, at most."""
_ANONYMOUS: Final = Login("anonymous", "anonymous@")


@dataclass(frozen=True, slots=True)
class FtpPlace:
    """Whom a control connection is to, and as whom."""

    scheme: str
    host: str
    port: int
    login: Login | None
    way: Way

    @property
    def name(self) -> str:
        """How it is called where a certificate of it is trusted."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return place_of(f"{self.scheme}://{host}:{self.port}/")

    @property
    def is_implicit(self) -> bool:
        """Whether TLS begins before the greeting: what `ftps` means, but at the port of plain FTP."""
        return self.scheme == "ftps" and self.port != 21


class FtpLine(ftplib.FTP):
    """The connection, logged in once `begin` returned. One thread at a time; it is woken by `cable`."""

    def __init__(self, place: FtpPlace, grounds: Grounds, terms: Terms) -> None:
        super().__init__()
        self.place, self._grounds, self._terms = place, grounds, terms
        self.cable: Cable | None = None
        self._context: ssl.SSLContext | None = None
        self._der = b""
        self._lines = 0
        self._knows_epsv = True

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self.sock is None

    # -- beginning ---------------------------------------------------------------------------------------------

    def begin(self, call: Call) -> None:
        """Connect and log in. Raises ftplib's errors for refusals, DownloadError, CertificateShown, and network's."""
        place = self.place
        self.host = place.host
        self.cable = dial(place.host, place.port, place.way, self._terms.connect, call)
        self.cable.sock.settimeout(self._terms.silence)
        self._use(self.cable.sock)
        if place.is_implicit:
            self._secure()
        else:
            self._listen()
        self.welcome = self.getresp()
        wants_tls = place.scheme != "ftp" or call.only_certificate
        if not place.is_implicit and (wants_tls or place.login is not None):
            self._upgrade(is_needed=wants_tls)
        if call.only_certificate:
            raise CertificateShown(self._der)
        self._log_in()
        if self._context is not None:
            self.voidcmd("PBSZ 0")
            self.voidcmd("PROT P")
        self.voidcmd("TYPE I")

    def _use(self, sock: Any) -> None:
        self.sock, self.af = sock, sock.family

    def _listen(self) -> None:
        if self.file is not None:
            self.file.close()
        self.file = self.sock.makefile("r", encoding="utf-8", errors="surrogateescape", newline="")  # type: ignore[union-attr]

    def _upgrade(self, *, is_needed: bool) -> None:
        """Begin TLS where the server offers it; a name and a password are told readably only where it does not."""
        try:
            self.voidcmd("AUTH TLS")
        except ftplib.error_perm as error:
            if is_needed:
                raise DownloadError.of(FailureReason.TLS_ERROR, "the server offers no TLS") from error
            return
        self._secure()

    def _log_in(self) -> None:
        login = self.place.login or _ANONYMOUS
        try:
            self.login(login.user, login.password)
        except ftplib.error_perm:
            if self.place.login is not None or self._context is not None:
                raise
            with suppress(ftplib.Error):  # some want TLS before anything else, and say so as they please
                self.voidcmd("AUTH TLS")
                self._secure()
            if not self._der:
                raise
            self.login(login.user, login.password)

    # -- TLS ---------------------------------------------------------------------------------------------------

    def _secure(self) -> None:
        told = self._grounds.tls.for_host(self.place.name)
        self._context = told["ssl_context"]
        plain: Any = self.sock
        sock = self._wrapped(plain, None)
        self._der = sock.getpeercert(binary_form=True) or b""
        pin = told.get("assert_fingerprint")
        if pin is not None and sha256(self._der).hexdigest() != pin:
            raise self._untrusted("it shows another certificate than the one that is trusted")
        self._use(sock)
        if self.cable is not None:
            self.cable.sock = sock
        self._listen()

    def _wrapped(self, sock: Any, session: ssl.SSLSession | None) -> ssl.SSLSocket:
        if self._context is None:
            raise RuntimeError("TLS was not begun")
        try:
            return self._context.wrap_socket(sock, server_hostname=self.place.host, session=session)
        except ssl.SSLCertVerificationError as error:
            raise self._untrusted(error.verify_message) from error

    def _untrusted(self, why: str) -> DownloadError:
        return DownloadError(Failure(FailureReason.TLS_CERTIFICATE, f"{self.place.name}: {why}"))

    # -- data --------------------------------------------------------------------------------------------------

    def retrieve(self, path: str, first: int, call: Call) -> Cable:
        """Begin to receive a file from byte `first` on; return the connection that brings it."""
        cable = self._data_cable(call)
        try:
            if first:
                self.sendcmd(f"REST {first}")
            self.sendcmd(f"RETR {path}")
            if self._context is not None:
                cable.sock = self._wrapped_data(cable.sock)
        except BaseException:
            cable.close()
            raise
        return cable

    def _wrapped_data(self, sock: Any) -> ssl.SSLSocket:
        """Secure a data connection as the same session, which many servers demand, and as the same server."""
        made = self._wrapped(sock, getattr(self.sock, "session", None))
        if not made.session_reused and made.getpeercert(binary_form=True) != self._der:
            made.close()
            raise self._untrusted("its data come with another certificate")
        return made

    def _data_cable(self, call: Call) -> Cable:
        """Connect to where the data will come from: the server itself, through a proxy the host as it was named."""
        port = self._data_port()
        via_proxy = self.place.way.via is not None
        host = self.place.host if via_proxy else self.sock.getpeername()[0]  # type: ignore[union-attr]
        return dial(host, port, self.place.way, self._terms.connect, call)

    def _data_port(self) -> int:
        """Ask by EPSV (RFC 2428), which holds for IPv6 and behind address translation, else by PASV."""
        port = port_told(self.said("EPSV")) if self._knows_epsv else None
        self._knows_epsv = port is not None
        port = port_told(self.sendcmd("PASV")) if port is None else port
        if port is None:
            raise ftplib.error_proto("no port for the data")  # noqa: S321 - an error: nothing is asked in the clear
        return port

    # -- plumbing ----------------------------------------------------------------------------------------------

    def said(self, command: str) -> str:
        """Send a command whose refusal is an answer, too; return the reply."""
        try:
            return str(self.sendcmd(command))
        except (ftplib.error_perm, ftplib.error_temp) as error:
            if str(error).startswith("421"):
                raise
            return str(error)

    def putline(self, line: str) -> None:
        """Send a line; names come back as the bytes they were. Raises DownloadError for more than one line."""
        if any(char in line for char in "\r\n\0"):
            raise DownloadError.of(FailureReason.BAD_ADDRESS, "it holds the end of a line")
        self.sock.sendall(f"{line}\r\n".encode("utf-8", "surrogateescape").replace(b"\xff", b"\xff\xff"))  # type: ignore[union-attr]

    def getline(self) -> str:
        """Read a line. Raises EOFError at the end, ftplib.Error for replies without one."""
        self._lines += 1
        if self._lines > _LINES:
            raise ftplib.error_proto("a reply without an end")  # noqa: S321 - as above
        return str(super().getline())

    def getresp(self) -> str:
        """Read a reply; refusals raise ftplib's errors."""
        self._lines = 0
        return str(super().getresp())

    def patience(self, seconds: float) -> None:
        """Wait so long for replies from now on."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def attach(self, interrupt: Interrupt) -> None:
        """Have a stop end what waits on it."""
        if self.cable is not None:
            self.cable.attach(interrupt)

    def detach(self) -> None:
        """Have stops leave it alone."""
        if self.cable is not None:
            self.cable.detach()

    def close(self) -> None:
        """Close it; twice does no harm."""
        super().close()
        if self.cable is not None:
            self.cable.close()
