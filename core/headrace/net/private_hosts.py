"""How far inside a network a host lies, by its name alone. Pure functions: no name is looked up."""

import re
import unicodedata
from enum import IntEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from typing import Final


class Reach(IntEnum):
    """Who can reach a host, from everybody down to this machine. A link may lead outwards or along, not inwards."""

    PUBLIC = 0
    PRIVATE = 1
    OWN_MACHINE = 2


_OWN_MACHINE: Final = [ip_network(net) for net in ("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128")]
"""Loopback, and the addresses that mean no host and that systems take for loopback."""
_PRIVATE: Final = [
    ip_network(net)
    for net in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "192.0.0.0/24"),
        *("198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
"""RFC 1918, link-local (there clouds keep their keys), carriers' NAT, unique-local, and what is no single host."""
_NAT64: Final = ip_network("64:ff9b::/96")
_6TO4: Final = ip_network("2002::/16")
_COMPATIBLE: Final = ip_network("::/96")

_OWN_NAME: Final = re.compile(r"(?:.*\.)?(?:localhost|localdomain)|ip6-(?:localhost|loopback)")
_PRIVATE_NAME: Final = re.compile(r"[^.:]*|.*\.(?:local|internal|intranet|lan|home\.arpa)")
"""A name without a dot is found in the own network alone (RFC 6762, RFC 8375, ICANN's reservation of "internal")."""
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
"""What IDNA takes for dots (RFC 3490 section 3.1)."""
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*)|(0[0-7]*)|([1-9][0-9]*)", re.ASCII)


def reach_of(host: str) -> Reach:
    """Say how far inside `host` (a name or an address, in any spelling that systems take) lies; unknown is public."""
    name = unicodedata.normalize("NFKC", host).translate(_DOTS).casefold().strip("[]").rstrip(".")
    address = _ipv6(name) if ":" in name else ipv4_in_any_spelling(name)
    if address is not None:
        return _reach_of_address(address)
    if _OWN_NAME.fullmatch(name):
        return Reach.OWN_MACHINE
    return Reach.PRIVATE if _PRIVATE_NAME.fullmatch(name) else Reach.PUBLIC


def ipv4_in_any_spelling(text: str) -> IPv4Address | None:
    """Read an address as the resolver does: one to four numbers, decimal, octal or hexadecimal; None if it is none."""
    parts = [_number(part) for part in text.split(".")]
    numbers = [part for part in parts if part is not None]
    if len(numbers) < len(parts) or len(parts) > 4:
        return None
    *head, last = numbers
    if any(number > 255 for number in head) or last >= 1 << 8 * (5 - len(parts)):
        return None
    return IPv4Address(last + sum(number << 8 * (3 - place) for place, number in enumerate(head)))


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text) if len(text) <= 64 else None
    if match is None:
        return None
    return int(match[1][2:] or "0", 16) if match[1] else int(text, 8 if match[2] else 10)


def _ipv6(text: str) -> IPv4Address | IPv6Address | None:
    """Read an IPv6 address; one that carries an IPv4 address is that one."""
    try:
        address = IPv6Address(text.partition("%")[0])
    except AddressValueError:
        return None
    if address.ipv4_mapped or address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return IPv4Address(int(address) >> 80 & 0xFFFFFFFF) if address in _6TO4 else address


def _reach_of_address(address: IPv4Address | IPv6Address) -> Reach:
    if any(address in network for network in _OWN_MACHINE):
        return Reach.OWN_MACHINE
    return Reach.PRIVATE if any(address in network for network in _PRIVATE) else Reach.PUBLIC
