"""What a person typed or pasted, read line by line into addresses and faults. Pure functions."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from headrace.addresses import addresses_in, checked_address, redacted


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing found: an address, or a text that is none and the reason why."""

    text: str
    address: str | None
    problem: str = ""

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
            found.setdefault(candidate.address or candidate.text, candidate)
    return list(found.values())


def _candidate(word: str) -> Candidate:
    try:
        return Candidate(word, checked_address(word))
    except ValueError as error:
        sentence = str(error).removeprefix(repr(redacted(word))).strip()
        return Candidate(word, None, sentence.removeprefix("is not one address: ").removeprefix("is not an address: "))
