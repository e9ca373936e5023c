"""One SSH connection with its SFTP session: dialled by us, spoken by asyncssh, used by one thread at a time."""

import getpass
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import asyncssh

from headrace.addresses import place_of
from headrace.errors import DownloadError
from headrace.logins import Login
from headrace.net.binding import Way
from headrace.net.connections import Call
from headrace.net.dialling import Cable, dial
from headrace.net.loop_thread import LoopThread, wait_for
from headrace.net.plugs import Grounds, Terms
from headrace.net.ssh_keys import KeyJudge, KeyLooker, known_hosts
from headrace.states import FailureReason

_BY_PASSWORD: Final = ("password", "keyboard-interactive", "publickey")
_BY_KEY: Final = ("publickey",)
_CIPHERS: Final = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr"
"""The quick ones first: all of them are safe."""


@dataclass(frozen=True, slots=True)
class SftpPlace:
    """Whom a connection is to, and as whom."""

    host: str
    port: int
    login: Login | None
    way: Way

    @property
    def name(self) -> str:
        """How it is called where a key of it is trusted."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return place_of(f"sftp://{host}:{self.port}/")


class SftpLine:
    """The connection. `begin` makes it; it is closed from any thread."""

    def __init__(self, place: SftpPlace, grounds: Grounds, loop: LoopThread) -> None:
        self.place, self._grounds, self._thread = place, grounds, loop
        self.loop = loop.enter()
        self._is_inside = True
        self._lock = Lock()
        self.cable: Cable | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    @property
    def sftp(self) -> asyncssh.SFTPClient:
        """The session, once there is one."""
        if self._sftp is None:
            raise ConnectionResetError("there is no session")
        return self._sftp

    @property
    def is_closed(self) -> bool:
        """Whether it can be used no more."""
        return not self._is_inside or self._connection is None or self._connection.is_closed()

    def begin(self, call: Call, terms: Terms) -> None:
        """Connect and log in. Raises asyncssh's errors for refusals, DownloadError, CertificateShown, and network's."""
        self.cable = dial(self.place.host, self.place.port, self.place.way, terms.connect, call)
        self.cable.sock.settimeout(0.0)
        judge = self._judge(call)
        try:
            wait_for(self.loop, self._begin(judge), terms.silence, call.interrupt)
        except asyncssh.HostKeyNotVerifiable as error:
            raise judge.refusal() from error
        except asyncssh.KeyExchangeFailed as error:
            raise DownloadError.of(FailureReason.TLS_ERROR, "no common cipher or key exchange") from error

    def _judge(self, call: Call) -> KeyJudge | KeyLooker:
        if call.only_certificate:
            return KeyLooker()
        self._known = known_hosts()
        is_known = bool(self._known.match(self.place.host, "", self.place.port)[0])
        return KeyJudge(self.place.name, self._grounds.options.trusted_certificates, is_known=is_known)

    async def _begin(self, judge: KeyJudge | KeyLooker) -> None:
        login = self.place.login
        options: dict[str, Any] = {"password": login.password} if login is not None and login.password else {}
        known = b"" if isinstance(judge, KeyLooker) else self._known
        self._connection = await asyncssh.connect(
            self.place.host,
            self.place.port,
            sock=self.cable.sock if self.cable is not None else None,
            username=login.user if login is not None and login.user else getpass.getuser(),
            client_factory=lambda: judge,
            known_hosts=known,
            config=None,  # it could lead past the chosen proxy
            gss_host=None,
            preferred_auth=_BY_PASSWORD if options else _BY_KEY,
            encryption_algs=_CIPHERS,
            connect_timeout=None,
            **options,
        )
        self._sftp = await self._connection.start_sftp_client()

    def close(self) -> None:
        """Close it; any thread, twice does no harm, and it does not wait."""
        with self._lock:
            if not self._is_inside:
                return
            self._is_inside = False
        if self._connection is not None:
            self.loop.call_soon_threadsafe(self._connection.abort)
        elif self.cable is not None:
            self.loop.call_soon_threadsafe(self.cable.sock.close)
        if self.cable is not None:
            self.cable.let_go()
        self._thread.leave()
