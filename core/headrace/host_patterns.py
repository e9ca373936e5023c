"""Hosts as rules name them: `example.org`, `*.example.org`, `nas.lan:8080`, `[2001:db8::1]`. Pure functions."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from headrace.addresses import checked_address, host_of, origin_of

EVERY: Final = "*."
"""Before a name: it, and all below it."""
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST: Final = 253
"""Characters of a name, at most (RFC 1035 section 2.3.4)."""
_USUAL_PORTS: Final = (443, 80)

Key = tuple[str, int | None]
"""A name as rules are found by it, and a port, None for any."""


def plain_host(host: str) -> str:
    """Return a host as it is compared: in small letters and ASCII (RFC 5891), without brackets and last dot.

    Raise ValueError for a name that cannot be written so.
    """
    bare = host.strip().strip("[]").lower().removesuffix(".")
    if (address := _as_address(bare)) is not None:
        return address
    if bare.isascii():
        return bare
    import idna  # noqa: PLC0415 - its tables are large, and few names need them

    try:
        name = idna.encode(bare, uts46=True).decode("ascii").removesuffix(".")
    except UnicodeError:
        raise ValueError(f"{host[:60]!r} is no name of a host") from None
    return _as_address(name) or name


def checked_pattern(text: str) -> str:
    """Return the host of a rule as it is kept. Raise ValueError with a sentence.

    `example.org` is that host alone, `*.example.org` it and all below it; a port may follow. The address of a page
    stands for its host.
    """
    given = text.strip()
    if "://" in given:
        given = host_of(checked_address(given))
    every = given.startswith((EVERY, "."))
    name, port = _parted(given.removeprefix("*").removeprefix(".") if every else given)
    host = plain_host(name)
    if (is_address := _as_address(host) is not None) and every:
        raise ValueError(f"below the address {host} there is nothing; leave the *. out")
    if not is_address and not _is_name(host):
        raise ValueError(f"{text[:60]!r} is no host such as example.org, *.example.org or nas.lan:8080")
    shown = f"[{host}]" if ":" in host else host
    return f"{EVERY if every else ''}{shown}{'' if port is None else f':{port}'}"


def key_of(pattern: str) -> Key:
    """Return what a checked pattern is found by."""
    every = pattern.startswith(EVERY)
    name, port = _parted(pattern.removeprefix(EVERY))
    return f"{EVERY if every else ''}{plain_host(name)}", port


def keys_for(host: str, ports: tuple[int, ...]) -> Iterator[Key]:
    """Yield what rules for a plain host at one of these ports are found by, the most specific first.

    The host itself comes before a name above it, a longer name before a shorter one, a port before none.
    """
    names = [host] if _as_address(host) is not None else [host, *(f"{EVERY}{above}" for above in _above(host))]
    for name in names:
        yield from ((name, port) for port in ports)
        yield name, None


def place_in(address: str) -> tuple[str, tuple[int, ...]]:
    """Return the plain host and the port that an address leads to. Raise ValueError where it is none."""
    _, host, port = origin_of(address)
    return plain_host(host), (port,)


def place_named(host: str) -> tuple[str, tuple[int, ...]]:
    """Return the same of a host as `addresses.host_of` has it, which is known by the usual ports where it names none.

    Raise ValueError where it is none.
    """
    name, port = _parted(host)
    return plain_host(name), _USUAL_PORTS if port is None else (port,)


def _above(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


def _parted(text: str) -> tuple[str, int | None]:
    """Part a host from its port; brackets stay."""
    if text.count(":") > 1 and not text.startswith("["):
        return text, None
    end = text.rfind("]") + 1
    name, colon, digits = (text[:end], text[end : end + 1], text[end + 1 :]) if end else text.partition(":")
    if not colon:
        return name, None
    if colon != ":" or not (digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) < 65536):
        raise ValueError(f"{text[:60]!r} names no port from 1 to 65535")
    return name, int(digits[:6])


def _as_address(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return len(host) <= _LONGEST and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
