"""Templates of folders and names, such as `Videos/{host}/{date:%Y-%m}`: read, and filled in. Pure functions.

What fills them in comes from servers and addresses: each value is one component of a path at most, those of `{path}`
several, and none of them leads out of the folder that the template itself names.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as own
from datetime import datetime
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote, urlsplit

from headrace.disk.file_names import NAME_BYTES, chosen_name, safe_name, safe_part, stem_and_ending, whole

MOST_CHARACTERS: Final = 300
"""Characters of a template, at most."""
_MOST_FOLDERS: Final = 8
"""Folders of an address that `{path}` stands for, at most: the last ones."""
_MOST_BYTES: Final = 1_000
"""Bytes of all folders that a template makes, at most: those beyond are left out."""
_LONGEST: Final = 2_000
"""Characters of a value that are looked at."""
_DIRECTIVES: Final = frozenset("aAbBdHIjmMpSuUVwWyYG%")
"""What may follow a % in the form of a date: as every system has it."""
_SECOND_LEVELS: Final = frozenset("ac co com edu gob gov mil ne net nom or org".split())
"""What registries of countries sell names below, such as the co of example.co.uk."""
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[/\\]|[^{}/\\]+")
_COUNTER: Final = re.compile(r"\{counter(?::[1-9])?\}")
_TAIL: Final = re.compile(r"(?:[^{}]|\{\{|\}\})*\Z")
_HEAD: Final = re.compile(r"(?:[^{}]|\{\{|\}\})*")
"""What stands between two fields."""
_SEPARATOR: Final = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class Values:
    """What a template may be filled in with."""

    address: str
    name: str
    """The file's whole name, made harmless by `file_names.safe_name`."""
    added: datetime
    """When it was added, by the clock on the wall."""
    category: str = ""
    """The name of its category, as a folder is to be called."""
    queue: str = ""
    groups: Mapping[str, str] = own(default_factory=dict)
    """What the groups of the rule's expressions caught, by number from "1" on and by name."""
    counter: int | None = None
    """The next free number in the folder; None stands as # for each digit."""


class Problem(Enum):
    """What may be wrong with a template."""

    LONG = "long"
    CONTROL = "control"
    """It holds a character that is none to be seen."""
    BRACE = "brace"
    FIELD = "field"
    """There is no such field."""
    FORM = "form"
    """What stands behind the colon is no form of a date."""
    PATH = "path"
    """`{path}` is not by itself."""
    COUNTER = "counter"
    """A folder that counts."""
    UPWARDS = "upwards"
    """It leads out of the folder it begins in."""
    FOLDER = "folder"
    """Some system cannot have a folder of that name."""
    SLASH = "slash"
    """A name with folders in it."""
    SAME = "same"
    """A name that would be the same for all files."""


class TemplateError(ValueError):
    """A template that cannot be; the text is a sentence for people, `detail` the part of it that is wrong."""

    def __init__(self, problem: Problem, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.problem, self.detail = problem, detail


def checked_folder(template: str, groups: Collection[str] = ()) -> str:
    """Return the template of a folder, "" for none; `groups` may stand in braces too. Raises TemplateError."""
    text = _checked(template, groups)
    path = Path(text)
    if path.anchor and not path.is_absolute():
        raise TemplateError(Problem.UPWARDS, "write the folder in full, from its disk on", text)
    for part in _parts(text[len(path.anchor) :]):
        fields = list(_fields(part))
        if "counter" in fields:
            raise TemplateError(Problem.COUNTER, "{counter} counts the files of a folder, and can be no part of one")
        if "path" in fields and part != "{path}":
            raise TemplateError(Problem.PATH, "{path} stands for several folders: write it between two slashes, alone")
        if not fields:
            _check_literal(part.replace("{{", "{").replace("}}", "}"), is_own=not path.anchor)
    return text


def checked_name(template: str, groups: Collection[str] = ()) -> str:
    """Return the template of a name, "" for none; `groups` may stand in braces too. Raises TemplateError."""
    text = _checked(template, groups)
    fields = list(_fields(text))
    if _SEPARATOR.search(text):
        raise TemplateError(Problem.SLASH, "a name cannot hold / or \\: write folders into the folder")
    if "path" in fields:
        raise TemplateError(Problem.PATH, "{path} stands for several folders, and can be no part of a name")
    if text and not fields:
        raise TemplateError(Problem.SAME, "a name without a field such as {name} would be the same for all files")
    return text


def folder_of(template: str, ground: Path, values: Values) -> Path:
    """Return the folder that a checked template names, below `ground` unless it is given in full."""
    anchor = Path(template).anchor  # whole, or else checked
    start = Path(anchor) if anchor else ground
    return start.joinpath(*_short(made for part in _parts(template[len(anchor) :]) for made in _made(part, values)))


def name_of(template: str, values: Values) -> str:
    """Return the name that a checked template makes, fit for every system."""
    return safe_name(_filled(template, values), fallback=values.name)


def counts(template: str) -> bool:
    """Say whether a checked template numbers the files of a folder."""
    return "counter" in _fields(template)


def number_in(template: str) -> Callable[[str], int | None]:
    """Return what reads the number out of names that a template with {counter} may have made, None out of others."""
    before, _, behind = _around_counter(template)
    left, right = _TAIL.search(before), _HEAD.match(behind)
    tail, head = left[0] if left else "", right[0] if right else ""
    pattern = re.compile(
        ("" if tail == before else ".*")
        + _literal(tail)
        + "([0-9]{1,15})"
        + _literal(head)
        + ("" if head == behind else ".*"),
        re.IGNORECASE | re.DOTALL,
    )

    def read(name: str) -> int | None:
        found = pattern.fullmatch(name)
        return None if found is None else int(found[1])

    return read


def _around_counter(template: str) -> tuple[str, str, str]:
    found = _COUNTER.search(template.replace("{{", "\0\0"))
    start, end = found.span() if found else (len(template), len(template))
    return template[:start], template[start:end], template[end:]


def _literal(text: str) -> str:
    return re.escape(text.replace("{{", "{").replace("}}", "}"))


def _checked(template: str, groups: Collection[str]) -> str:
    text = template.strip()
    if len(text) > MOST_CHARACTERS:
        raise TemplateError(Problem.LONG, f"a template has {MOST_CHARACTERS} characters at most")
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
        raise TemplateError(Problem.CONTROL, "a template holds a control character or half of one that is no text")
    if _TOKEN.sub("", text):
        raise TemplateError(Problem.BRACE, "a brace is open, or too many; write {{ or }} for one that is meant")
    for _, field, form, conversion in Formatter().parse(text):
        if field is not None:
            _check_field(field, form or "", conversion, groups)
    return text


def _check_field(field: str, form: str, conversion: str | None, groups: Collection[str]) -> None:
    if field not in _FIELDS and field not in groups:
        known = ", ".join(f"{{{name}}}" for name in (*_FIELDS, *groups))
        raise TemplateError(Problem.FIELD, f"there is no {{{field}}}; there are {known}", field)
    if field == "counter" and conversion is None and re.fullmatch("[1-9]?", form):
        return
    if conversion is not None or (form and field not in _TIMES):
        raise TemplateError(
            Problem.FORM, f"{{{field}}} takes nothing behind it; {{date}} does, as {{date:%Y-%m}}", field
        )
    marks = iter(form)
    for char in marks:
        if char == "%" and next(marks, "") not in _DIRECTIVES:
            raise TemplateError(
                Problem.FORM, f"{form} is no form of a date; %Y, %m, %d, %H and %M are parts of one", form
            )


def _check_literal(part: str, *, is_own: bool) -> None:
    """Raise TemplateError for a part of a path that is to be taken as it is, and cannot be."""
    if part in {".", ".."} or (is_own and part.startswith("~")):
        raise TemplateError(Problem.UPWARDS, "write a folder in full, or one below the download folder", part)
    try:
        if is_own:
            chosen_name(part)
    except ValueError as error:
        raise TemplateError(Problem.FOLDER, f"{part!r} can be no folder: {error}", part) from None
    if len(part.encode()) > NAME_BYTES:
        raise TemplateError(Problem.FOLDER, f"the name of a folder has {NAME_BYTES} bytes at most", part)


@lru_cache(maxsize=1000)
def _parts(template: str) -> tuple[str, ...]:
    """Return the parts of a path; what stands in braces separates nothing."""
    parts = [""]
    for token in _TOKEN.findall(template):
        if _SEPARATOR.fullmatch(token):
            parts.append("")
        else:
            parts[-1] += token
    return tuple(part.strip() for part in parts if part.strip())


def _fields(text: str) -> Iterator[str]:
    return (field for _, field, _, _ in Formatter().parse(text) if field is not None)


def _made(part: str, values: Values) -> list[str]:
    """Return the names of the folders that one part of a template makes: none where its values are empty."""
    if part == "{path}":
        return list(filter(None, map(safe_part, _path(values.address))))
    if not list(_fields(part)):
        return [_filled(part, values)]
    return list(filter(None, [safe_part(_filled(part, values))]))


def _short(parts: Iterable[str]) -> Iterator[str]:
    """Yield parts of a path as long as no disk finds them too long together."""
    room = _MOST_BYTES
    for part in parts:
        room -= len(part.encode()) + 1
        if room < 0:
            return
        yield part


def _filled(text: str, values: Values) -> str:
    """Return a text with its fields filled in; separators in values separate nothing."""
    filled = []
    for literal, field, form, _ in Formatter().parse(text):
        filled.append(literal)
        if field is not None:
            filled.append(whole(_value(field, form or "", values)[:_LONGEST]))
    return "".join(filled)


def _value(field: str, form: str, values: Values) -> str:
    read = _FIELDS.get(field)
    return values.groups.get(field, "") if read is None else read(values, form)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _domain(address: str) -> str:
    """Return what a host's owner registered, as far as can be told without a list of all registries."""
    host = _host(address)
    try:
        return str(ip_address(host))
    except ValueError:
        labels = host.split(".")
    below = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS
    return ".".join(labels[-3 if below else -2 :])


def _path(address: str) -> list[str]:
    """Return the folders of an address, without its last part, which is the file."""
    try:
        folders = urlsplit(address).path.split("/")[:-1]
    except ValueError:
        return []
    return [unquote(folder[:_LONGEST]) for folder in folders if folder][-_MOST_FOLDERS:]


def _time(usual: str) -> Callable[[Values, str], str]:
    return lambda values, form: values.added.strftime(form or usual)


def _digits(number: int | None, width: int) -> str:
    return "#" * width if number is None else str(number).zfill(width)


_FIELDS: Final[Mapping[str, Callable[[Values, str], str]]] = MappingProxyType(
    {
        "name": lambda values, _: values.name,
        "stem": lambda values, _: stem_and_ending(values.name)[0],
        "ext": lambda values, _: stem_and_ending(values.name)[1],
        "host": lambda values, _: _host(values.address),
        "domain": lambda values, _: _domain(values.address),
        "path": lambda values, _: "_".join(_path(values.address)),
        "category": lambda values, _: values.category,
        "queue": lambda values, _: values.queue,
        "date": _time("%Y-%m-%d"),
        "time": _time("%H-%M-%S"),
        "year": _time("%Y"),
        "month": _time("%m"),
        "day": _time("%d"),
        "counter": lambda values, form: _digits(values.counter, int(form or 1)),
    }
)
_TIMES: Final = frozenset({"date", "time"})
FIELDS: Final = tuple(_FIELDS)
"""What may stand in braces."""
