"""Commands of curl and wget, as browsers copy them, read into what to fetch. Nothing is run. Pure functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from headrace.curl_options import FLAGS, SHORT, SILENT_VALUES, WITH_VALUE, Draft, proxy_of
from headrace.curl_options import Remark as Remark  # noqa: PLC0414 - exported
from headrace.logins import Login, basic_field
from headrace.shell_words import words_from

_COMMAND: Final = re.compile(
    r"(?:^|(?<=[;&|]))[ \t]*(?:[$#>%][ \t]+)?(?P<program>curl|wget)(?:\.exe)?(?=[ \t\\^])[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)


class Refusal(Enum):
    """Why a command cannot be a download."""

    SENDS_DATA = "data"
    """It posts a form, or uploads."""
    OTHER_METHOD = "method"
    """It asks by another method than GET."""
    WHOLE_SITE = "site"
    """It follows the links of pages."""


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One address of a command. The address may be a pattern, unless `literal`."""

    program: str
    """curl or wget."""
    address: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    name: str | None = None
    limit: int | None = None
    """Bytes per second at most."""
    proxy: str | None = field(default=None, repr=False)
    """As `proxies.checked_choice` has it."""
    cookie_file: str | None = None
    """A cookies.txt, named in full or from `~/` on."""
    literal: bool = False
    """Whether brackets in the address are just brackets."""
    remarks: frozenset[Remark] = frozenset()
    refusal: Refusal | None = None


def has_command(text: str) -> bool:
    """Say whether a line of `text` begins like a command of curl or wget."""
    lower = text.lower()  # quick at any length, which the expression is not
    return ("curl" in lower or "wget" in lower) and _COMMAND.search(text) is not None


def parts_of(text: str) -> Iterator[str | CommandRequest]:
    """Part any text into plain stretches and the requests of the commands in it, in order.

    What begins like a command but names no address is plain text.
    """
    plain_from = place = 0
    while match := _COMMAND.search(text, place):
        words, end = words_from(text, match.end())
        found = _requests(match["program"].lower(), words)
        if found:
            yield text[plain_from : match.start()]
            yield from found
            plain_from = end
        place = max(end, match.end())
    yield text[plain_from:]


def _requests(program: str, words: list[str]) -> list[CommandRequest]:
    """Return the requests of one command; empty where it names no address."""
    return [request for part in _parted(program, words) for request in _finished(program, _read(program, part))]


def _parted(program: str, words: list[str]) -> Iterator[list[str]]:
    """Part the words of curl where a new request with options of its own begins."""
    part: list[str] = []
    for word in words:
        if program == "curl" and word in ("--next", "-:"):
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _read(program: str, words: list[str]) -> Draft:
    draft, rest = Draft(literal=program == "wget"), iter(words)
    for word in rest:
        if word == "--":
            draft.addresses += rest
        elif word.startswith("--"):
            _take_long(program, draft, word[2:], rest)
        elif word.startswith("-") and len(word) > 1:
            _take_short(program, draft, word[1:], rest)
        elif word:
            draft.addresses.append(word)
    return draft


def _take_long(program: str, draft: Draft, option: str, rest: Iterator[str]) -> None:
    name, equals, value = option.partition("=")
    with_value = WITH_VALUE[program].get(name)
    if with_value is not None:
        with_value(draft, value if equals else next(rest, ""))
    elif name in SILENT_VALUES[program]:
        if not equals:
            next(rest, "")
    elif name in FLAGS[program]:
        FLAGS[program][name](draft, "")


def _take_short(program: str, draft: Draft, letters: str, rest: Iterator[str]) -> None:
    """Take `-sSLo name`, `-oname` and the like; wget's `-nc` and its kin are one flag."""
    if program == "wget" and letters.startswith("n"):
        return
    for place, letter in enumerate(letters, 1):
        name = SHORT[program].get(letter, "")
        if name in WITH_VALUE[program] or name in SILENT_VALUES[program]:
            value = letters[place:] or next(rest, "")
            WITH_VALUE[program].get(name, _ignored)(draft, value)
            return
        FLAGS[program].get(name, _ignored)(draft, "")


def _ignored(_draft: Draft, _value: str) -> None:
    """Make nothing of an option."""


def _finished(program: str, draft: Draft) -> Iterator[CommandRequest]:
    login = {} if draft.login is None else {"authorization": basic_field(Login(*draft.login))}
    proxy = proxy_of(draft)
    whole = CommandRequest(
        program,
        "",
        headers=tuple((draft.usual | login | draft.headers).values()),
        limit=draft.limit,
        proxy=proxy,
        cookie_file=draft.cookie_file,
        literal=draft.literal,
        remarks=frozenset(draft.remarks),
        refusal=_refusal(draft),
    )
    names = iter(draft.names)
    for address in filter(_may_be_address, draft.addresses):
        full = address if "://" in address else f"http://{address}"
        yield replace(whole, address=_with_query(full, draft), name=next(names, None))


def _may_be_address(word: str) -> bool:
    """Say whether a bare word of a command can be meant as an address: a sentence about curl has none."""
    host = word.partition("/")[0]
    return "://" in word or ("/" in word and "." in host) or re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", word) is not None


def _refusal(draft: Draft) -> Refusal | None:
    if draft.sends or (draft.data and not draft.as_query):
        return Refusal.SENDS_DATA
    if draft.method != "GET":
        return Refusal.OTHER_METHOD
    return Refusal.WHOLE_SITE if draft.whole_site else None


def _with_query(address: str, draft: Draft) -> str:
    query = "&".join(filter(None, (draft.as_query and draft.data) or draft.query))  # with both, curl asks for the data
    if not query:
        return address
    address, mark, fragment = address.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{query}{mark}{fragment}"
