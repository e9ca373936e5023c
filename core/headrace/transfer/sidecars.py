"""Checksum files that lie beside a file on its server: which to ask for, and what they say of the file."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from headrace.addresses import split_credentials
from headrace.checksums import (
    DIGEST_LENGTHS,
    WEAK,
    Checksum,
    FoundDigest,
    algorithm_named,
    algorithm_of_length,
)
from headrace.disk.file_names import name_from_address
from headrace.transfer.folder_lists import FolderLists

LARGEST: Final = 1 << 20
"""Bytes of a checksum file, at most."""
ENDINGS: Final = {".sha256": "sha256", ".sha256sum": "sha256", ".sha512": "sha512", ".sha1": "sha1", ".md5": "md5"}
"""What is asked for beside a file, and the algorithm it is of; strong ones first."""
LISTS: Final = ("SHA256SUMS", "sha256sum.txt", "CHECKSUM")
"""What is asked for once per folder: with the endings, eight requests for a file at most."""

_GNU: Final = re.compile(r"^\\?([0-9A-Fa-f]{32,128}+)[ \t]{1,8}+\*?+(.{1,1024}+)$", re.MULTILINE)
_BSD: Final = re.compile(
    r"^([A-Za-z][A-Za-z0-9/_-]{1,15}+)[ \t]?+\((.{1,1024})\)[ \t]{0,8}+=[ \t]{0,8}+([0-9A-Fa-f]{32,128}+)[ \t]*+$",
    re.MULTILINE,
)
_ALONE: Final = re.compile(r"(?:([^\n:]{1,1024}+):)?+([0-9A-Fa-f \t\n]{32,512}+)")
_SIGNED: Final = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]{0,8}+\n(?:[^\n]{1,256}+\n){0,16}+\n"
    r"(.*?)(?:^-----BEGIN PGP SIGNATURE-----|\Z)",
    re.MULTILINE | re.DOTALL,
)
_IS_SUMS: Final = re.compile(
    r"\.(?:md5|sha\d+|asc|sig|sign)(?:sums?)?\Z|(?:\A|[-_.])(?:(?:md5|sha\d*)sums?\d*|checksums?)(?:\.(?:txt|asc))?\Z",
    re.IGNORECASE,
)


def digest_in(text: bytes, names: set[str], algorithm: str | None) -> Checksum | None:
    """Return what a checksum file says of the file called one of `names`; None if nothing, or two different things.

    `algorithm` is the one that its ending names; None means a folder's list, in which a digest without a name says
    nothing and a path is not a name. Web pages, binary files and more than LARGEST bytes say nothing.
    """
    content = _content(text)
    if content is None:
        return None
    found = set(_named(content, names, algorithm))
    if not found and algorithm is not None:
        found = set(_alone(content, names, algorithm))
    best = min((checksum.rank for checksum in found), default=None)
    strongest = [checksum for checksum in found if checksum.rank == best]
    return strongest[0] if len(strongest) == 1 else None


def _content(text: bytes) -> str | None:
    """Decode a text, unwrap a signed one; None for what is no text, or a web page."""
    if len(text) > LARGEST:
        return None
    coding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    content = text.decode(coding, "replace").replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\0" in content or content.startswith("<"):
        return None
    signed = _SIGNED.search(content)
    return re.sub("^- ", "", signed[1], flags=re.MULTILINE) if signed else content


def _named(content: str, names: set[str], algorithm: str | None) -> Iterator[Checksum]:
    """Yield the digests on lines that name the file, in the manner of GNU and of BSD."""
    for line in _GNU.finditer(content):
        of_length = algorithm_of_length(len(line[1])) if algorithm is None else algorithm
        if of_length and _means(line[2], names, algorithm):
            yield from _checksum(of_length, line[1])
    for line in _BSD.finditer(content):
        named = algorithm_named(line[1])
        if named and algorithm in (None, named) and _means(line[2], names, algorithm):
            yield from _checksum(named, line[3])


def _means(written: str, names: set[str], algorithm: str | None) -> bool:
    """Say whether a line is about the file: by its name, and in a file's own sidecar also by a path or none (`-`)."""
    name = written.rstrip().removeprefix("./")
    return name in names or (algorithm is not None and (name == "-" or re.split(r"[/\\]", name)[-1] in names))


def _alone(content: str, names: set[str], algorithm: str) -> Iterator[Checksum]:
    """Yield the one digest that is all of the text, perhaps in groups, perhaps behind `name:` or `sha256:`."""
    match = _ALONE.fullmatch(content.strip())
    if match and (match[1] is None or _means(match[1], names, algorithm) or algorithm_named(match[1]) == algorithm):
        yield from _checksum(algorithm, "".join(match[2].split()))


def _checksum(algorithm: str, digest: str) -> Iterator[Checksum]:
    if len(digest) == DIGEST_LENGTHS[algorithm]:
        yield Checksum(algorithm, digest.lower())


@dataclass(frozen=True, slots=True)
class Place:
    """Where checksum files of one file are looked for, all on its own host."""

    beside: str
    """The file's address: with an ending behind it, a sidecar's."""
    folder: str | None
    """The address of its folder, with a slash at the end; None where the address is a query's."""

    @classmethod
    def of(cls, address: str, names: Iterable[str]) -> "Place | None":
        """Find the place; None where the address names no file, or a checksum file itself. Logins are left out."""
        parts = urlsplit(split_credentials(address)[0])
        segment = parts.path.rpartition("/")[2]
        asked = unquote(parts.query.rpartition("=")[2])
        if asked in names and asked not in ("", unquote(segment)):  # get.php?file=NAME: the query is needed
            return cls(urlunsplit(parts._replace(fragment="")), None)
        if not segment or _IS_SUMS.search(unquote(segment)):
            return None
        bare = urlunsplit(parts._replace(query="", fragment=""))
        return cls(bare, bare.removesuffix(segment))


class SidecarFinder:
    """Looks for a checksum of one file beside it and in its folder. Threads may share one if `fetch` allows it."""

    def __init__(
        self,
        fetch: Callable[[str], bytes | None],
        lists: FolderLists | None = None,
        pause: Callable[[float], object] = sleep,
    ) -> None:
        """Ask by `fetch`, which may raise to stop; keep folders' lists in `lists`, those of the process.

        `pause(seconds)` is called while another thread fetches a list that is needed, and may raise to stop.
        """
        self._fetch = fetch
        self._lists = FolderLists() if lists is None else lists
        self._pause = pause

    def find(self, address: str, names: set[str]) -> FoundDigest | None:
        """Return the digest of the file at `address`, which checksum files may call by any of `names`; None for none.

        Eight requests at most, all to the address's own host; strong algorithms before weak ones. Raises what `fetch`
        and `pause` raise.
        """
        place = Place.of(address, names)
        if place is None:
            return None
        names = (names | {unquote(urlsplit(address).path.rpartition("/")[2]), name_from_address(address)}) - {""}
        return (
            self._listed(place, names, self._lists.remembered)
            or self._beside(place, names, weak=False)
            or self._listed(place, names, lambda wanted: self._lists.get(wanted, self._fetch, self._pause))
            or self._beside(place, names, weak=True)
        )

    def _listed(self, place: Place, names: set[str], get: Callable[[str], bytes | None]) -> FoundDigest | None:
        for name in LISTS if place.folder else ():
            found = digest_in(get(f"{place.folder}{name}") or b"", names, None)
            if found:
                return FoundDigest(found, name)
        return None

    def _beside(self, place: Place, names: set[str], *, weak: bool) -> FoundDigest | None:
        """Ask for the sidecars of strong or of weak algorithms, unless files of this folder never have any."""
        folder = place.folder or place.beside
        if not self._lists.has_sidecars(folder):
            return None
        for ending in (one for one, algorithm in ENDINGS.items() if (algorithm in WEAK) is weak):
            found = digest_in(self._fetch(place.beside + ending) or b"", names, ENDINGS[ending])
            if found:
                self._lists.note_sidecar(folder, found=True)
                return FoundDigest(found, unquote(place.beside.rpartition("/" if place.folder else "=")[2]) + ending)
        if weak:
            self._lists.note_sidecar(folder, found=False)
        return None
