"""The options of curl and wget that matter to a download: what each changes in a draft. Pure functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import Final
from urllib.parse import quote_plus

from headrace.proxies import parse_proxy
from headrace.rates import parse_rate
from headrace.spec import parse_header


class Remark(Enum):
    """What a command asks for that is not done."""

    PROXY = "proxy"
    CERTIFICATE = "certificate"
    """It trusts any server, or other authorities than usual."""
    COOKIE_FILE = "cookie file"
    OTHER_FILE = "file"
    """It reads options, headers or addresses from a file."""
    RANGE = "range"
    """It wants a part of the file."""
    LOGIN_KIND = "login"
    """It logs in by a scheme that is not known here, such as NTLM."""
    HEADER = "header"
    """A header of it cannot be sent."""


@dataclass(slots=True)
class Draft:
    """What was read of one command so far."""

    addresses: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    headers: dict[str, tuple[str, str]] = field(default_factory=dict)
    usual: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Headers from options of their own; one that is given as a header comes before."""
    data: list[str] = field(default_factory=list)
    """What is sent, or with `as_query` asked for; of what is in a file an empty text."""
    query: list[str] = field(default_factory=list)
    login: tuple[str, str] | None = None
    proxy: str | None = None
    """As curl takes it: the scheme and the port may be missing."""
    cookie_file: str | None = None
    """A file of cookies that is named in full, maybe from the home folder on."""
    proxy_login: tuple[str, str] | None = None
    limit: int | None = None
    literal: bool = False
    as_query: bool = False
    method: str = "GET"
    sends: bool = False
    whole_site: bool = False
    remarks: set[Remark] = field(default_factory=set)


Take = Callable[[Draft, str], None]

_PORT: Final = re.compile(r":[0-9]+\Z")
_USUAL_PORT: Final = 1080
"""Of a proxy for which curl is given none."""
_NOT_SENT: Final = frozenset(
    (
        "range if-range accept-encoding host content-length content-type transfer-encoding connection keep-alive te "
        "upgrade if-none-match if-modified-since if-match if-unmodified-since"
    ).split()
)
"""Headers a browser's own request had that would spoil a download's, or that belong to the connection."""
_CURL_VALUES: Final = frozenset(
    (
        "alt-svc aws-sigv4 cert cert-type ciphers connect-timeout connect-to continue-at cookie-jar create-file-mode "
        "crlfile curves delegation dns-interface dns-servers doh-url dump-header ech engine etag-compare etag-save "
        "expect100-timeout happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hsts interface ip-tos "
        "keepalive-cnt keepalive-time key key-type libcurl local-port login-options max-filesize max-redirs max-time "
        "netrc-file output-dir parallel-max pass pinnedpubkey proto proto-default proto-redir quote random-file rate "
        "request-target resolve retry retry-delay retry-max-time service-name speed-limit speed-time stderr "
        "time-cond tls13-ciphers tls-max tlspassword tlsuser trace trace-ascii trace-config unix-socket variable "
        "vlan-priority write-out noproxy ftp-port telnet-option"
    ).split()
)
_CURL_SHORT: Final = MappingProxyType(
    {
        **dict(zip("AbcCdDeEFgGhHIkK", (
            "user-agent", "cookie", "cookie-jar", "continue-at", "data", "dump-header", "referer", "cert", "form",
            "globoff", "get", "help", "header", "head", "insecure", "config",
        ), strict=True)),
        **dict(zip("moOPQrtTuUwxXyYz", (
            "max-time", "output", "remote-name", "ftp-port", "quote", "range", "telnet-option", "upload-file", "user",
            "proxy-user", "write-out", "proxy", "request", "speed-time", "speed-limit", "time-cond",
        ), strict=True)),
    }
)  # fmt: skip
_WGET_VALUES: Final = frozenset(
    (
        "accept append-output base bind-address ca-certificate ca-directory certificate certificate-type "
        "connect-timeout cut-dirs default-page directory-prefix dns-timeout domains exclude-directories "
        "execute include-directories level output-file prefer-family private-key progress quota random-file "
        "read-timeout reject restrict-file-names save-cookies secure-protocol start-pos timeout tries wait waitretry "
        "backups max-redirect ciphers local-encoding remote-encoding report-speed compression"
    ).split()
)
_WGET_SHORT: Final = MappingProxyType(
    {
        "U": "user-agent", "O": "output-document", "P": "directory-prefix", "i": "input-file", "o": "output-file",
        "a": "append-output", "e": "execute", "t": "tries", "T": "timeout", "w": "wait", "Q": "quota", "l": "level",
        "A": "accept", "R": "reject", "D": "domains", "I": "include-directories", "X": "exclude-directories",
        "B": "base", "r": "recursive", "m": "mirror", "p": "page-requisites",
    }
)  # fmt: skip


def _header(draft: Draft, value: str) -> None:
    if value.startswith("@"):
        draft.remarks.add(Remark.OTHER_FILE)
        return
    name = value.lstrip(":").partition(":")[0].strip().lower()
    if value.startswith(":") or name in _NOT_SENT or name.startswith("proxy-") or not value.partition(":")[2].strip():
        return
    try:
        draft.headers[name] = parse_header(value)
    except ValueError:
        draft.remarks.add(Remark.HEADER)


def _usual(name: str) -> Take:
    """Return what takes the value of a header that has an option of its own."""

    def take(draft: Draft, value: str) -> None:
        if value.strip():
            try:
                draft.usual[name.lower()] = parse_header(f"{name}: {value.removesuffix(';auto')}")
            except ValueError:
                draft.remarks.add(Remark.HEADER)

    return take


def _cookie(draft: Draft, value: str) -> None:
    if "=" in value:
        _usual("Cookie")(draft, value)
    else:
        _cookie_file(draft, value)


def _cookie_file(draft: Draft, value: str) -> None:
    if value.startswith("~/") or PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute():
        draft.cookie_file = value
    elif value and value != "-":  # the command's own folder is not known here
        draft.remarks.add(Remark.COOKIE_FILE)


def _login(draft: Draft, value: str) -> None:
    user, _, password = value.partition(":")
    draft.login = (user, password)


def _user(draft: Draft, value: str) -> None:
    draft.login = (value, draft.login[1] if draft.login else "")


def _password(draft: Draft, value: str) -> None:
    draft.login = (draft.login[0] if draft.login else "", value)


def _remark(remark: Remark) -> Take:
    return lambda draft, _: draft.remarks.add(remark)


def _proxy(scheme: str = "http") -> Take:
    def take(draft: Draft, value: str) -> None:
        draft.proxy = value if "://" in value or not value else f"{scheme}://{value}"

    return take


def _proxy_login(draft: Draft, value: str) -> None:
    user, _, password = value.partition(":")
    draft.proxy_login = (user, password)


def proxy_of(draft: Draft) -> str | None:
    """Return the proxy of a command as `proxies.checked_choice` has it, remarking one that cannot be used."""
    if not draft.proxy:
        return None
    given = draft.proxy.rstrip("/")
    try:
        found = parse_proxy(given if _PORT.search(given) else f"{given}:{_USUAL_PORT}")
    except ValueError:
        draft.remarks.add(Remark.PROXY)
        return None
    if draft.proxy_login is not None:
        found = replace(found, user=draft.proxy_login[0], password=draft.proxy_login[1])
    return found.address


def _raw_data(draft: Draft, value: str) -> None:
    draft.data.append(value)


def _data(draft: Draft, value: str) -> None:
    if value.startswith("@"):
        draft.remarks.add(Remark.OTHER_FILE)
    draft.data.append("" if value.startswith("@") else value)


def _encoded_data(draft: Draft, value: str) -> None:
    draft.data.append(_encoded(draft, value))


def _query(draft: Draft, value: str) -> None:
    draft.query.append(value[1:] if value.startswith("+") else _encoded(draft, value))


def _encoded(draft: Draft, value: str) -> str:
    """Encode `content`, `=content` or `name=content`, the name as it is; of `@file` and `name@file` nothing is left."""
    name, *marked = re.split("([=@])", value, maxsplit=1)
    if marked[:1] == ["@"]:
        draft.remarks.add(Remark.OTHER_FILE)
        return ""
    encoded = quote_plus(marked[1] if marked else name, safe="~", errors="replace")
    return f"{name}={encoded}" if marked and name else encoded


def _sends(draft: Draft, _value: str) -> None:
    draft.sends = True


def _method(draft: Draft, value: str) -> None:
    draft.method = value.upper()


def _head(draft: Draft, _value: str) -> None:
    draft.method = "HEAD"


def _name(draft: Draft, value: str) -> None:
    name = value.replace("\\", "/").rpartition("/")[2]
    draft.names.append(None if value in ("-", "/dev/null", "NUL") else name or None)


def _own_name(draft: Draft, _value: str) -> None:
    draft.names.append(None)


def _address(draft: Draft, value: str) -> None:
    draft.addresses.append(value)


def _literal(draft: Draft, _value: str) -> None:
    draft.literal = True


def _as_query(draft: Draft, _value: str) -> None:
    draft.as_query = True


def _limit(draft: Draft, value: str) -> None:
    try:
        draft.limit = parse_rate(value) or None
    except ValueError:
        draft.limit = None


def _site(draft: Draft, _value: str) -> None:
    draft.whole_site = True


WITH_VALUE: Mapping[str, Mapping[str, Take]] = MappingProxyType(
    {
        "curl": {
            "header": _header,
            "user-agent": _usual("User-Agent"),
            "referer": _usual("Referer"),
            "cookie": _cookie,
            "user": _login,
            "oauth2-bearer": lambda draft, value: _usual("Authorization")(draft, f"Bearer {value}"),
            "request": _method,
            "output": _name,
            "url": _address,
            "limit-rate": _limit,
            "range": _remark(Remark.RANGE),
            "config": _remark(Remark.OTHER_FILE),
            "data-raw": _raw_data,
            "data-urlencode": _encoded_data,
            "url-query": _query,
            **dict.fromkeys(("data", "data-binary", "data-ascii"), _data),
            **dict.fromkeys(("form", "form-string", "json", "upload-file"), _sends),
            **dict.fromkeys(("proxy", "proxy1.0"), _proxy()),
            **{name: _proxy(name) for name in ("socks4", "socks4a", "socks5")},
            "socks5-hostname": _proxy("socks5h"),
            "proxy-user": _proxy_login,
            **dict.fromkeys(("preproxy", "proxy-header", "proxy-cacert"), _remark(Remark.PROXY)),
            **dict.fromkeys(("cacert", "capath"), _remark(Remark.CERTIFICATE)),
        },
        "wget": {
            "header": _header,
            "user-agent": _usual("User-Agent"),
            "referer": _usual("Referer"),
            "output-document": _name,
            "limit-rate": _limit,
            "method": _method,
            "load-cookies": _cookie_file,
            "input-file": _remark(Remark.OTHER_FILE),
            **dict.fromkeys(("user", "http-user"), _user),
            **dict.fromkeys(("password", "http-password"), _password),
            **dict.fromkeys(("post-data", "post-file", "body-data", "body-file"), _sends),
        },
    }
)
FLAGS: Mapping[str, Mapping[str, Take]] = MappingProxyType(
    {
        "curl": {
            "remote-name": _own_name,
            "head": _head,
            "get": _as_query,
            "globoff": _literal,
            "insecure": _remark(Remark.CERTIFICATE),
            **dict.fromkeys(("ntlm", "negotiate"), _remark(Remark.LOGIN_KIND)),
        },
        "wget": {
            "spider": _head,
            "no-check-certificate": _remark(Remark.CERTIFICATE),
            **dict.fromkeys(("recursive", "mirror", "page-requisites"), _site),
        },
    }
)
SILENT_VALUES: Final = MappingProxyType({"curl": _CURL_VALUES, "wget": _WGET_VALUES})
SHORT: Final = MappingProxyType({"curl": _CURL_SHORT, "wget": _WGET_SHORT})
