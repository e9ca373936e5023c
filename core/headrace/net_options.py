"""What the network is told by settings, and what it draws on besides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headrace.cookie_keeping import CookieKeeping
from headrace.host_book import HostBook
from headrace.logins import Logins
from headrace.proxies import DIRECT, NO_PROXY

SystemProxies = Callable[[str], Sequence[str]]
"""Says what the system's settings want for an address: proxies, the best first, `direct://` or none for no proxy.

It is called in worker threads, may take seconds, and raises nothing."""


Count = Callable[[int], object]
"""Is told how many bytes came, in any thread, as often as some come."""


def no_system(_address: str) -> Sequence[str]:
    """Know of no settings of the system's."""
    return ()


Met = Callable[[Any, Callable[[Any], None]], None]
"""Is told of a socket that is connected, and what binds another one to the same way out, in the thread that did it."""


def no_met(_sock: Any, _bind: Callable[[Any], None]) -> None:
    """Note nobody."""


def no_count(_size: int) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class NetOptions:
    """How requests go out, by the settings."""

    ca_file: Path | None = None
    """PEM file with certificate authorities trusted besides the system's."""
    proxy: str = DIRECT
    """Which way is chosen, as `proxies.checked_choice` has it, without a password."""
    no_proxy: tuple[str, ...] = NO_PROXY
    """What goes past it."""
    tls_minimum: str = "1.2"
    """The oldest version of TLS that is spoken, one of `trust.VERSIONS`."""
    trusted_certificates: tuple[str, ...] = ()
    """`HOST=SHA256`: certificates that are let pass at one host, as `trust.checked_trust` has them."""
    client_certificates: tuple[str, ...] = ()
    """`HOST=FILE`: PEM files with certificate and key that are shown to one host, as `trust.checked_own` has them."""
    cookie_file: Path | None = None
    """A cookies.txt whose cookies go to whom they belong; None for none."""
    binding: str = ""
    """The address or interface of this computer that connections go out by; "" for any."""
    ip_version: str = "any"
    """Which addresses of servers are used: "any", "4" or "6"."""
    verifies: bool = True
    """Whether certificates are looked at; for who only wants to see one."""


@dataclass(slots=True)
class NetContext:
    """What requests draw on besides settings; to be filled in before the first of them."""

    logins: Logins = field(default_factory=Logins)
    system_proxies: SystemProxies = no_system
    met: Met = no_met
    """Is told whom connections are made to."""
    cookies: CookieKeeping = field(default_factory=CookieKeeping)
    """Cookies of downloads that the keyring keeps."""
    hosts: HostBook = field(default_factory=HostBook)
    """The rules of hosts; they may change at any time."""
    count: Count = no_count
    """Is told of the bytes of all bodies as they come off the sockets."""
    count_unwritten: Count = no_count
    """The same for downloads of which nothing is to be kept."""

    def adopt(self, other: "NetContext") -> None:
        """Draw on what another draws on, but for the keyring and the rules of hosts; bytes are counted as before."""
        other.logins.keychain = self.logins.keychain
        self.logins, self.system_proxies = other.logins, other.system_proxies
