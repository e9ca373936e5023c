"""Proxies: how people write them, and which addresses go past them. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import quote, unquote, urlsplit

DIRECT: Final = "direct"
"""No proxy."""
SYSTEM: Final = "system"
"""What the desktop's settings say, PAC files included where the system reads them."""
ENVIRONMENT: Final = "environment"
"""What http_proxy, https_proxy, all_proxy and no_proxy say."""
WORDS: Final = (DIRECT, SYSTEM, ENVIRONMENT)
SCHEMES: Final = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
"""Kinds of proxies; of the last two, one is asked for addresses that were looked up here, the other for names."""
NO_PROXY: Final = ("localhost", "127.0.0.0/8", "::1")
"""What goes past a proxy unless somebody says otherwise: this computer."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy. Its password is shown nowhere."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS."""
        return self.scheme.startswith("socks")

    @property
    def looks_names_up(self) -> bool:
        """Whether it is told names, and looks them up itself."""
        return self.scheme not in ("socks4", "socks5")

    @property
    def bare(self) -> "Proxy":
        """The same without the password, as it may be kept and shown."""
        return replace(self, password=None)

    @property
    def place(self) -> str:
        """Where a login for it belongs."""
        return str(replace(self, user=None))

    def __str__(self) -> str:
        """Return it as it may be kept and shown: without the password."""
        user = "" if self.user is None else f"{quote(self.user, safe='')}@"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{user}{host}:{self.port}"

    @property
    def address(self) -> str:
        """The address with all that is known of the login, for the library that connects."""
        if self.password is None:
            return str(self)
        login = f"{quote(self.user or '', safe='')}:{quote(self.password, safe='')}"
        return f"{self.scheme}://{login}@{self.place.partition('://')[2]}"


def parse_proxy(text: str) -> Proxy:
    """Read `scheme://user:password@host:port`; without a scheme it speaks HTTP. Raise ValueError with a sentence."""
    given = text.strip()
    if any(ord(char) < 33 or ord(char) == 127 for char in given):
        raise ValueError("the address of a proxy holds a space or a control character")
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        port = parts.port
    except ValueError:
        raise ValueError("the host or port of the proxy is not valid") from None
    if parts.scheme.lower() not in SCHEMES:
        raise ValueError(f"a proxy speaks one of {', '.join(SCHEMES)}")
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("write the proxy as http://proxy.example:3128 or socks5h://127.0.0.1:1080")
    if not port:
        raise ValueError("write the port of the proxy as well, as in http://proxy.example:3128")
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    return Proxy(parts.scheme.lower(), parts.hostname, port, user, password)


def checked_choice(text: str) -> str:
    """Return which way is chosen: one of WORDS, or a proxy as it was given. Raise ValueError with a sentence."""
    word = text.strip().lower()
    return word if word in WORDS else parse_proxy(text).address


def bare_choice(choice: str) -> str:
    """Return a checked choice without its password."""
    return choice if choice in WORDS else str(parse_proxy(choice).bare)


def checked_exception(text: str) -> str:
    """Return one entry of the list of what goes past the proxy. Raise ValueError with a sentence.

    A host counts with all below it (`example.org`, also written `*.example.org`), a network by its prefix
    (`10.0.0.0/8`), `<local>` is every name without a dot, `*` everything.
    """
    entry = text.strip().lower()
    if entry in ("*", "<local>"):
        return entry
    if "/" in entry:
        try:
            return str(ip_network(entry, strict=False))
        except ValueError:
            raise ValueError(f"{text[:60]!r} is not a network such as 10.0.0.0/8") from None
    bare = entry.removeprefix("*.").removeprefix(".").strip("[]")
    if not bare or any(char in bare for char in "*/@?# \t\\") or (":" in bare and not _is_address(bare)):
        raise ValueError(f"{text[:60]!r} is no host, network, <local> or *")
    return bare


def goes_past(host: str, exceptions: Iterable[str]) -> bool:
    """Say whether requests to a host go past the proxy, by a list of checked exceptions."""
    host = host.lower().rstrip(".").strip("[]")
    return any(_matches(host, entry) for entry in exceptions)


def _matches(host: str, entry: str) -> bool:
    if entry == "*":
        return True
    if entry == "<local>":
        return "." not in host and ":" not in host
    if "/" in entry:
        return _is_address(host) and ip_address(host.partition("%")[0]) in ip_network(entry)
    return host == entry or host.endswith(f".{entry}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
