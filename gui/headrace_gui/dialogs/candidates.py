"""What a person typed or pasted, read line by line into addresses and faults. Pure functions."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from headrace.addresses import addresses_in, checked_address, redacted
from headrace.checksums import Checksum, fragment_checksum


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing found: an address, or a text that is none and the reason why."""

    text: str
    address: str | None
    problem: str = ""
    checksum: Checksum | None = None
    """What the file must have, as the address's fragment says."""

    @property
    def name(self) -> str:
        """The file's name as far as the address tells, else the text."""
        return name_in(self.address) if self.address else self.text


def name_in(address: str) -> str:
    """Return the last part of an address's path, or its host where the path is empty."""
    parts = urlsplit(address)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or address


def candidates_in(text: str) -> list[Candidate]:
    """Return what is in `text`, in order, each address once; a line without any address is named with its fault."""
    found: dict[str, Candidate] = {}
    for line in text.splitlines():
        words = addresses_in(line) or ([line.strip()] if line.strip() else [])
        for word in words:
            candidate = _candidate(word)
            key = candidate.address or candidate.text
            known = found.setdefault(key, candidate)
            if candidate.checksum is not None and known.checksum is None:
                found[key] = candidate
    return list(found.values())


def _candidate(word: str) -> Candidate:
    try:
        return Candidate(word, checked_address(word), checksum=fragment_checksum(word))
    except ValueError as error:
        sentence = str(error).removeprefix(repr(redacted(word))).strip()
        return Candidate(word, None, sentence.removeprefix("is not one address: ").removeprefix("is not an address: "))
