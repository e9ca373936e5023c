"""What a person typed or pasted, read into addresses and faults: lines, sentences, patterns, commands, checksums."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from headrace.addresses import addresses_in, checked_address, redacted
from headrace.checksums import HASH_LENGTHS, Checksum, fragment_checksum
from headrace.cookie_choices import cookie_file
from headrace.curl_command import CommandRequest, Refusal, Remark, has_command, parts_of
from headrace.naming import name_from_address, name_problem
from headrace.own_cookies import OwnCookies
from headrace.patterns import MOST, has_pattern, pattern_of

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate
from headrace_gui.units import number

_HEX: Final = re.compile(r"[0-9a-fA-F]{32,128}")
_NAMED_SUM: Final = re.compile(r"\\?[0-9a-fA-F]{32,128}[ \t][ \t*](.+)|[-\w/ ]+\((.+)\)[ \t]*=[ \t]*\S+")
_STEP: Final = 16
"""Lines, addresses or checksums between two looks at whether others want to work."""
_BLOCK: Final = 50_000
"""Characters of a text that are parted into lines, and of a line that are searched for addresses, in one step."""

NO_ADDRESS: Final = QT_TRANSLATE_NOOP("Add", "is not an address")
NO_CHECKSUM: Final = QT_TRANSLATE_NOOP("Add", "its checksum is damaged")
LONELY_CHECKSUM: Final = QT_TRANSLATE_NOOP("Add", "a checksum, and no file of that name")
TOO_MANY: Final = QT_TRANSLATE_NOOP("Add", "stands for {count} addresses, {most} is the most")
_FAULTS: Final = (
    QT_TRANSLATE_NOOP("Add", "it holds spaces or control characters"),
    QT_TRANSLATE_NOOP("Add", "does not begin with http://, https://, ftp:// or sftp://"),
    QT_TRANSLATE_NOOP("Add", "has a backslash in its host"),
    QT_TRANSLATE_NOOP("Add", "names no host"),
    QT_TRANSLATE_NOOP("Add", "its host or port is not valid"),
    QT_TRANSLATE_NOOP("Add", "is a magnet link: a torrent client is for it"),
)
"""How the engine's sentences about addresses end."""
_REFUSALS: Final = {
    Refusal.SENDS_DATA: QT_TRANSLATE_NOOP("Add", "sends a form or a file, which a download cannot"),
    Refusal.OTHER_METHOD: QT_TRANSLATE_NOOP("Add", "asks by another method than GET, which a download cannot"),
    Refusal.WHOLE_SITE: QT_TRANSLATE_NOOP("Add", "follows the links of pages; Headrace fetches single files"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing found: an address, or a text that is none and the reason why."""

    text: str = field(repr=False)
    address: str | None = field(repr=False)
    problem: str = ""
    """English, as the source of a translation."""
    count: int = 0
    """The number in `problem`, if it has one."""
    checksum: Checksum | None = None
    """What the file must have, as far as the text says."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    wanted_name: str | None = None
    """The name that a command gives."""
    limit: int | None = None
    """Bytes per second at most, as a command says."""
    proxy: str | None = field(default=None, repr=False)
    """How a command reaches it."""
    cookies: OwnCookies | None = None
    """The file of cookies that a command names."""

    @property
    def key(self) -> str:
        """What tells it from others."""
        return self.address or self.text

    @property
    def name(self) -> str:
        """The file's name as far as the text tells, else the text."""
        if self.address is None:
            return redacted(self.text)
        return self.wanted_name or name_from_address(self.address)

    @property
    def fault(self) -> str:
        """What is wrong with it, in the language in force."""
        if not self.problem:
            return ""
        return translate("Add", self.problem).format(count=number(self.count), most=number(MOST))


@dataclass(slots=True)
class Reading:
    """All that was found in a text."""

    candidates: list[Candidate] = field(default_factory=list)
    has_patterns: bool = False
    remarks: frozenset[Remark] = frozenset()
    """What commands in it ask for that is not done."""
    checksum: Checksum | None = None
    """A bare digest that belongs to nothing else in the text."""


def candidates_in(text: str, *, literal: bool = False) -> list[Candidate]:
    """Return what is in `text`, in order, each address once; a line without any address is named with its fault."""
    return read(text, literal=literal).candidates


def read(text: str, *, literal: bool = False) -> Reading:
    """Read a text at once; `literal` takes brackets as they are."""
    steps = reading(text, literal=literal)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            done: Reading = end.value
            return done


def reading(text: str, *, literal: bool = False) -> Generator[int, None, Reading]:
    """Read a text in small steps, each yielding how many candidates there are so far."""
    reader = _Reader(literal=literal)
    for step, candidate in enumerate(reader.candidates(text), 1):
        if candidate is not None:
            reader.keep(candidate)
        if step % _STEP == 0:
            yield len(reader.found)
    for step, _ in enumerate(reader.give_checksums(), 1):
        if step % _STEP == 0:
            yield len(reader.found)
    return reader.result()


class _Reader:
    """Reads one text."""

    def __init__(self, *, literal: bool) -> None:
        self.found: dict[str, Candidate] = {}
        self._literal = literal
        self._result = Reading()
        self._remarks: set[Remark] = set()
        self._sums: list[tuple[Checksum, str, str]] = []
        """Checksum, the name it is for, and the key of the last candidate before it."""

    def candidates(self, text: str) -> Iterator[Candidate | None]:
        """Yield what is found, addresses more than once if they are there more than once, and None for each line."""
        for part in parts_of(text) if has_command(text) else (text,):
            if isinstance(part, str):
                for line in _lines(part):
                    yield None
                    yield from self._in_line(line) if len(line) <= _BLOCK else self._in_long_line(line)
            else:
                yield from self._of_command(part)

    def keep(self, candidate: Candidate) -> None:
        """Keep each address once; of two, the first, with what only the second knows."""
        known = self.found.setdefault(candidate.key, candidate)
        if known.checksum is None and candidate.checksum is not None:
            self.found[candidate.key] = replace(known, checksum=candidate.checksum)

    def give_checksums(self) -> Iterator[None]:
        """Give checksums that stood apart to their files, once all is read: in steps."""
        if not self._sums:
            return
        keys: dict[str, str] = {}
        addresses = []
        for key, each in self.found.items():
            if each.address is not None:
                keys.setdefault(each.name, key)
                addresses.append(key)
            yield
        for checksum, name, before in self._sums:
            self._give(checksum, name, keys.get(name) if name else self._beside(before, addresses), addresses)
            yield

    def result(self) -> Reading:
        """Return all."""
        self._result.candidates = list(self.found.values())
        self._result.remarks = frozenset(self._remarks)
        return self._result

    def _in_line(self, line: str) -> Iterator[Candidate]:
        words = addresses_in(line)
        checksum = _checksum_in(line, words) if _HEX.search(line) else None
        if checksum is not None and not words:
            named = _NAMED_SUM.fullmatch(line.strip())
            name = (named[1] or named[2]).replace("\\", "/").rpartition("/")[2] if named else ""
            self._sums.append((checksum, name, next(reversed(self.found), "")))
            return
        if not words and (rest := line.strip(" \t;&|\\^\r")):
            yield _candidate(rest)
        for word in words:
            for candidate in self._of_word(word):
                yield candidate if checksum is None else replace(candidate, checksum=checksum)

    def _in_long_line(self, line: str) -> Iterator[Candidate | None]:
        """Yield the addresses of a line that takes a while to be searched, and None for each piece of it."""
        end = 0
        while end < len(line):
            start, end = end, line.find(" ", end + _BLOCK) + 1 or len(line)
            yield None
            for word in addresses_in(line[start:end]):
                yield from self._of_word(word)

    def _of_word(self, word: str) -> Iterator[Candidate]:
        """Yield what an address, or the pattern of one, stands for."""
        if not has_pattern(word):
            yield _candidate(word)
            return
        self._result.has_patterns = True
        pattern = pattern_of(word)
        if self._literal:
            yield _candidate(word)
        elif pattern.count + len(self.found) > MOST:
            yield Candidate(word, None, TOO_MANY, pattern.count)
        else:
            yield from map(_candidate, islice(pattern, MOST))

    def _of_command(self, request: CommandRequest) -> Iterator[Candidate]:
        self._remarks |= request.remarks
        if request.refusal is not None:
            yield Candidate(f"{request.program} {request.address}", None, _REFUSALS[request.refusal])
            return
        name = request.name if request.name and name_problem(request.name) is None else None
        several = not request.literal and has_pattern(request.address)
        found = [_candidate(request.address)] if request.literal else self._of_word(request.address)
        for each in found:
            yield replace(
                each,
                headers=request.headers,
                wanted_name=None if several else name,
                limit=request.limit,
                proxy=request.proxy,
                cookies=cookie_file(request.cookie_file),
            )

    def _beside(self, before: str, addresses: Sequence[str]) -> str | None:
        """Return the address just before a bare digest, else the only one there is."""
        known = self.found.get(before)
        if known is not None and known.address is not None:
            return before
        return addresses[0] if len(addresses) == 1 else None

    def _give(self, checksum: Checksum, name: str, key: str | None, addresses: Sequence[str]) -> None:
        if key is not None and self.found[key].checksum is None:
            self.found[key] = replace(self.found[key], checksum=checksum)
        elif not addresses and not name:
            self._result.checksum = checksum
        elif key is None:
            text = f"{checksum} {name}".strip()
            self.found[text] = Candidate(text, None, LONELY_CHECKSUM)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, however long it is each of them quickly."""
    end = 0
    while end < len(text):
        start, end = end, text.find("\n", end + _BLOCK) + 1 or len(text)
        yield from text[start:end].splitlines()


def _checksum_in(line: str, words: list[str]) -> Checksum | None:
    """Return the checksum in a line beside at most one address."""
    if len(words) > 1:
        return None
    try:
        found = Checksum.parse(line.replace(words[0], " ", 1) if words else line)
    except ValueError:
        return None
    return found if found.algorithm in HASH_LENGTHS else None


def _candidate(word: str) -> Candidate:
    try:
        address = checked_address(word)
    except ValueError as error:
        sentence = str(error)
        return Candidate(word, None, next((fault for fault in _FAULTS if sentence.endswith(fault)), NO_ADDRESS))
    if "#" not in word:
        return Candidate(word, address)
    try:
        return Candidate(word, address, checksum=fragment_checksum(word))
    except ValueError:
        return Candidate(word, None, NO_CHECKSUM)
