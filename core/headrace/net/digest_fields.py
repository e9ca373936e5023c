"""Digests that servers tell in header fields: read with suspicion, for a whole file or for one answer. Pure functions.

A field that is longer than any honest one, malformed, or of an unknown algorithm counts as not sent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from headrace.checksums import Checksum, FoundDigest, digest_in_hex

_LONGEST: Final = 2048
"""Characters of a field, at most: all algorithms of the registry together take under 600."""
_FIELDS: Final = frozenset(
    "repr-digest content-digest digest content-md5 content-encoding x-goog-hash x-goog-stored-content-encoding "
    "x-amz-checksum-type x-amz-checksum-crc32 x-amz-checksum-crc32c x-amz-checksum-sha1 x-amz-checksum-sha256".split()
)
_MOST: Final = 32
"""Digests in one field, at most."""
_LONGEST_NAME: Final = max(map(len, _FIELDS))
_ALGORITHMS: Final = {"md5": "md5", "sha": "sha1"} | {f"sha-{bits}": f"sha{bits}" for bits in (224, 256, 384, 512)}
"""Names in the registries of RFC 3230 and RFC 9530, whose CRC-32C has no byte order that servers agree on."""
_GOOGLE: Final = {"md5": "md5", "crc32c": "crc32c"}
_AMAZON: Final = ("sha256", "sha1", "crc32c", "crc32")

_KEY: Final = r"[a-z*][a-z0-9_.*-]*+"
_ITEM: Final = (
    r"(?:\?[01]|-?[0-9]{1,15}+(?:\.[0-9]{1,3}+)?|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*+"
    r'|"(?:[ !#-\[\]-~]|\\["\\])*+"|:[A-Za-z0-9+/=]*+:)'
)
_MEMBER: Final = re.compile(rf"({_KEY})(?:=(?::([A-Za-z0-9+/=]*+):|{_ITEM}))?+(?:; *+{_KEY}(?:={_ITEM})?+)*+")
"""One member of a dictionary (RFC 8941 section 3.2) with an item for its value; group 2 is a byte sequence."""
_COMMA: Final = re.compile(r"[ \t]*+,[ \t]*+")


def found_digests(headers: Mapping[str, str], *, whole: bool) -> list[FoundDigest]:
    """Return what an answer's headers say of the whole file, strongest first.

    `whole`: the answer is the whole file (200), so that digests of its own bytes count too. Nothing where the body is
    encoded: these fields describe the encoded bytes. Never raises.
    """
    fields = _known(headers)
    if not _is_identity(fields.get("content-encoding")):
        return []
    found = [
        *_dictionary(fields, "Repr-Digest"),
        *(_dictionary(fields, "Content-Digest") if whole else ()),
        *_listed(fields, "Digest", _ALGORITHMS),
        *(_single(fields, "Content-MD5", "md5") if whole else ()),
        *_google(fields),
        *_amazon(fields),
    ]
    return sorted(found, key=lambda one: one.checksum.rank)


def content_digest(headers: Mapping[str, str]) -> FoundDigest | None:
    """Return the strongest digest of this very answer's body, such as one 206's (RFC 9530 section 2). Never raises."""
    fields = _known(headers)
    if not _is_identity(fields.get("content-encoding")):
        return None
    return min(_dictionary(fields, "Content-Digest"), key=lambda one: one.checksum.rank, default=None)


def _known(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the fields read here, by their names in lower case."""
    short = ((name.lower(), name) for name in headers if len(name) <= _LONGEST_NAME)
    return {lower: headers[name] for lower, name in short if lower in _FIELDS and len(headers[name]) <= _LONGEST}


def _is_identity(coding: str | None) -> bool:
    return coding is None or coding.strip().lower() in {"", "identity"}


def _dictionary(fields: Mapping[str, str], name: str) -> Iterator[FoundDigest]:
    """Read a dictionary of byte sequences (RFC 9530 sections 2 and 3); a malformed one is ignored as a whole."""
    for key, value in _members(fields.get(name.lower(), "")).items():
        yield from _digest(_ALGORITHMS.get(key), value, name)


def _members(text: str) -> dict[str, str]:
    """Return the byte sequences of a dictionary in base64; of equal keys the last counts. Empty if it is malformed."""
    text = text.strip(" ")
    members: dict[str, str] = {}
    place = 0
    for _ in range(_MOST):
        member = _MEMBER.match(text, place)
        if member is None:
            break
        members[member[1]] = member[2] or ""
        if member.end() == len(text):
            return members
        comma = _COMMA.match(text, member.end())
        if comma is None:
            break
        place = comma.end()
    return {}


def _listed(fields: Mapping[str, str], name: str, algorithms: Mapping[str, str]) -> Iterator[FoundDigest]:
    """Read `ALGO=DIGEST, ...` (RFC 3230 section 4.3.2)."""
    for part in fields.get(name.lower(), "").split(",", _MOST):
        algorithm, _, value = part.partition("=")
        yield from _digest(algorithms.get(algorithm.strip().lower()), value.strip().strip('"'), name)


def _single(fields: Mapping[str, str], name: str, algorithm: str) -> Iterator[FoundDigest]:
    yield from _digest(algorithm, fields.get(name.lower(), "").strip(), name)


def _google(fields: Mapping[str, str]) -> Iterator[FoundDigest]:
    """Read the sums of a stored object, unless what is sent was unpacked from it on the way."""
    if _is_identity(fields.get("x-goog-stored-content-encoding")):
        yield from _listed(fields, "x-goog-hash", _GOOGLE)


def _amazon(fields: Mapping[str, str]) -> Iterator[FoundDigest]:
    """Read the sums of a whole object; sums of the sums of its parts end with `-N` and have no digest's form."""
    if fields.get("x-amz-checksum-type", "").strip().upper() != "COMPOSITE":
        for algorithm in _AMAZON:
            yield from _single(fields, f"x-amz-checksum-{algorithm}", algorithm)


def _digest(algorithm: str | None, value: str, source: str) -> Iterator[FoundDigest]:
    digest = digest_in_hex(value, algorithm) if algorithm else None
    if algorithm and digest:
        yield FoundDigest(Checksum(algorithm, digest), source)
