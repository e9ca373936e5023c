"""Rules of where downloads go: what one must be like, and then its folder, name, category and queue. Pure functions."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from fnmatch import translate
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from headrace.categories import in_force
from headrace.category_entries import CategoryEntry, checked_key
from headrace.expressions import ExpressionError, Flaw, checked_expression, groups_in, matched
from headrace.file_kinds import category_said
from headrace.filters import Category, category_named, category_of
from headrace.rule_templates import FIELDS, Values, checked_folder, checked_name, counts, folder_of, name_of

MOST_RULES: Final = 500
_MOST_WORDS: Final = 200
_LONGEST_WORD: Final = 500
_MOST_ADDRESS: Final = 8_000
"""Characters of an address that are compared with a pattern."""
_MOST_BYTES: Final = (1 << 63) - 1
MATCHES: Final = ("host_match", "address_match", "name_match")
"""The conditions that are regular expressions, in the order in which their groups are numbered."""
FOLDER_NAMES: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.VIDEO: "Videos",
        Category.MUSIC: "Music",
        Category.PICTURES: "Pictures",
        Category.DOCUMENTS: "Documents",
        Category.ARCHIVES: "Archives",
        Category.PROGRAMS: "Programs",
        Category.OTHER: "Other",
    }
)
"""What `{category}` stands for: the same on every system and in every language, since folders are not renamed."""


def folder_name(category: Category) -> str:
    """Return what `{category}` stands for: the name that a person gave it, else the one in FOLDER_NAMES."""
    entry = in_force().entries.get(category)
    return entry.name if entry is not None and entry.name else FOLDER_NAMES.get(category, category.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: all of its conditions must hold; one without any holds for everything.

    Raises ValueError with a sentence.
    """

    title: str = ""
    """What a person calls it."""
    enabled: bool = True
    categories: tuple[str, ...] = ()
    """Types of files, by the values of `filters.Category`; one of them must be the download's."""
    endings: tuple[str, ...] = ()
    """Endings of names, in lower case and without a dot, such as "mkv" or "tar.gz"."""
    hosts: tuple[str, ...] = ()
    """Hosts; those below one count as well."""
    host_match: str = ""
    """A regular expression that fits somewhere in the host; "" is not asked. See `expressions`."""
    address_match: str = ""
    """One for the address."""
    name_match: str = ""
    """One for the name. What groups of all three catch may stand in the templates, numbered in this order."""
    patterns: tuple[str, ...] = ()
    """Addresses, in which * stands for anything and ? for one character; without a scheme for any scheme."""
    least: int | None = None
    """Bytes the file has at least; such a rule does not hold while its size is unknown."""
    most: int | None = None
    """Bytes it has at most."""
    queues: tuple[str, ...] = ()
    """Queues it waits in, by name; "" is the main one."""
    folder: str = ""
    """The folder, in full or below the download folder, a template of `rule_templates`; "" says nothing of it."""
    name: str = ""
    """The file's name, such a template too; "" says nothing of it."""
    category: str | None = None
    queue: str | None = None
    priority: int | None = None
    paused: bool = False
    """Whether it waits for a person after it was added."""
    goes_on: bool = False
    """Whether the rules behind it may say what it does not."""

    def __post_init__(self) -> None:
        for key in ("title", "folder", "name", *MATCHES):
            _require(isinstance(getattr(self, key), str), f"the {key} of a rule must be a text")
        for key in ("enabled", "paused", "goes_on"):
            _require(isinstance(getattr(self, key), bool), f"{key} of a rule must be true or false")
        for key, read in _LISTS.items():
            object.__setattr__(self, key, tuple(dict.fromkeys(map(read, _words(key, getattr(self, key))))))
        object.__setattr__(self, "title", self.title.strip()[:_MOST_WORDS])
        groups = self._checked_groups()
        object.__setattr__(self, "folder", checked_folder(self.folder, groups))
        object.__setattr__(self, "name", checked_name(self.name, groups))
        for size in (self.least, self.most):
            right = size is None or (type(size) is int and 0 <= size <= _MOST_BYTES)
            _require(right, "a size of a rule must be a number of bytes")
        _require(self.least is None or self.most is None or self.least <= self.most, "no file is that small and large")
        _require(self.category is None or bool(checked_key(self.category)), "no category")
        _require(self.queue is None or isinstance(self.queue, str), "the queue of a rule must be a text")
        _require(self.priority in (None, -1, 0, 1), "the priority of a rule must be -1, 0 or 1")

    def _checked_groups(self) -> tuple[str, ...]:
        """Return what groups of its expressions may be called in templates. Raises ExpressionError."""
        count, names = 0, list[str]()
        for key in MATCHES:
            object.__setattr__(self, key, checked_expression(getattr(self, key)))
            number, named = groups_in(getattr(self, key))
            count, names = count + number, [*names, *named]
        for name in names:
            if name in FIELDS or names.count(name) > 1:
                raise ExpressionError(Flaw.GROUP, f"call the group {name!r} otherwise: that is another field", name)
        return (*map(str, range(1, count + 1)), *names)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a download when the rules are asked."""

    address: str
    """Without logins."""
    name: str
    """As server or address say, made harmless."""
    added: datetime
    media_type: str | None = None
    size: int | None = None
    category: Category | None = None
    """The one somebody put it in; None goes by its name, then by its type."""
    queue: str = ""

    @property
    def kind(self) -> Category:
        """The category it is in."""
        by_name = category_of(self.name) if self.category is None else self.category
        if by_name is not Category.OTHER or self.category is not None or self.media_type is None:
            return by_name
        return category_said(self.media_type) or by_name

    @property
    def told_category(self) -> str | None:
        """The person's own category that its type alone tells, for the list goes by names; None for none."""
        if self.media_type is None or self.category is not None or category_of(self.name) is not Category.OTHER:
            return None
        own = in_force().own_of_type(self.media_type)
        return None if own is None else own.value


@dataclass(frozen=True, slots=True)
class Counting:
    """A name with {counter} in it."""

    template: str
    values: Values

    def named(self, number: int | None) -> str:
        """Return the name with a number; None leaves it open."""
        return name_of(self.template, replace(self.values, counter=number))


@dataclass(frozen=True, slots=True)
class Placed:
    """What the rules say of a download; None where none of them says anything."""

    folder: Path
    told: str
    """The name the file would have without them."""
    name: str | None = None
    """The one they give it."""
    category: str | None = None
    queue: str | None = None
    priority: int | None = None
    paused: bool = False
    counter: Counting | None = None
    """What is to be numbered in its folder; `name` has # in the place of digits then."""
    rules: tuple[int, ...] = ()
    """Which rules hold, by their places from 0."""

    @property
    def path(self) -> Path:
        """Where the file will be, if nothing is there."""
        return self.folder / (self.name or self.told)


def placed(rules: Sequence[Rule], facts: Facts, ground: Path) -> Placed:
    """Ask the rules in their order; `ground` is the folder for what they say nothing of, and the one below which.

    The first that holds decides; where it goes on, those behind it decide what it leaves open, by the category it gave.
    """
    held = []
    for number, rule in enumerate(rules):
        if rule.enabled and holds(rule, facts):
            held.append(number)
            facts = replace(facts, category=facts.category or category_named(rule.category))
            if not rule.goes_on:
                break
    return _outcome([rules[number] for number in held], facts, ground, tuple(held))


def holds(rule: Rule, facts: Facts) -> bool:
    """Say whether all conditions of a rule hold, be it switched on or not."""
    return (
        (not rule.categories or facts.kind.value in rule.categories)
        and (not rule.endings or facts.name.casefold().endswith(tuple(f".{ending}" for ending in rule.endings)))
        and (not rule.hosts or _is_at(facts.address, rule.hosts))
        and (not rule.patterns or any(_meets(pattern, facts.address) for pattern in rule.patterns))
        and (not rule.queues or facts.queue in rule.queues)
        and _is_sized(rule, facts.size)
        and caught(rule, facts) is not None
    )


def caught(rule: Rule, facts: Facts) -> Mapping[str, str] | None:
    """Return what groups of a rule's expressions caught, by number from "1" on and by name; None where one fits not."""
    texts = {"host_match": _host(facts.address), "address_match": facts.address, "name_match": facts.name}
    numbered, named = list[str](), dict[str, str]()
    for key in filter(partial(getattr, rule), MATCHES):
        found = matched(getattr(rule, key), texts[key])
        if found is None:
            return None
        numbered += found[0]
        named |= found[1]
    return {str(number): text for number, text in enumerate(numbered, 1)} | named


def is_elsewhere(rule: Rule | CategoryEntry) -> bool:
    """Say whether a rule, or what somebody said of a category, leads out of the download folder."""
    return Path(rule.folder).is_absolute()


def checked_rules(values: Any) -> tuple[Rule, ...]:
    """Return rules as the settings have them, of rules or of what they are in JSON. Raises ValueError."""
    if not isinstance(values, list | tuple):
        raise ValueError("rules must be a list")  # noqa: TRY004 - one error type for all
    if len(values) > MOST_RULES:
        raise ValueError(f"there may be {MOST_RULES} rules at most")
    return tuple(_rule(number, value) for number, value in enumerate(values, 1))


def with_queue_renamed(rules: Iterable[Rule], old: str, new: str) -> tuple[Rule, ...]:
    """Return rules that name a queue as it is called now; "" is the main one, where what is in none goes."""
    return tuple(
        replace(
            rule,
            queue=new if rule.queue == old else rule.queue,
            queues=tuple(new if name == old else name for name in rule.queues),
        )
        if old in (rule.queue, *rule.queues)
        else rule
        for rule in rules
    )


def _outcome(rules: list[Rule], facts: Facts, ground: Path, held: tuple[int, ...]) -> Placed:
    values = Values(facts.address, facts.name, facts.added, folder_name(facts.kind), facts.queue)
    named = next((rule for rule in rules if rule.name), None)
    counting = None if named is None else Counting(named.name, replace(values, groups=caught(named, facts) or {}))
    return Placed(
        _folder(rules, facts, ground, values),
        facts.name,
        None if counting is None else counting.named(None),
        next((rule.category for rule in rules if rule.category is not None), facts.told_category),
        next((rule.queue for rule in rules if rule.queue is not None), None),
        next((rule.priority for rule in rules if rule.priority is not None), None),
        paused=any(rule.paused for rule in rules),
        counter=counting if counting is not None and counts(counting.template) else None,
        rules=held,
    )


def _folder(rules: list[Rule], facts: Facts, ground: Path, values: Values) -> Path:
    """Return the folder that a rule names, else the one of the category."""
    for rule in rules:
        if rule.folder:
            return folder_of(rule.folder, ground, replace(values, groups=caught(rule, facts) or {}))
    entry = in_force().entries.get(facts.kind)
    return folder_of("" if entry is None else entry.folder, ground, values)


def _rule(number: int, value: Any) -> Rule:
    if isinstance(value, Rule):
        return value
    known = {field.name for field in fields(Rule)}
    if not isinstance(value, dict) or not set(value) <= known:
        raise ValueError(f"rule {number} may say these alone: {', '.join(sorted(known))}")
    try:
        return Rule(**value)
    except ValueError as error:
        raise ValueError(f"rule {number}: {error}") from None


def _require(right: bool, sentence: str) -> None:  # noqa: FBT001 - what must be so
    if not right:
        raise ValueError(sentence)


def _words(key: str, values: Any) -> tuple[str, ...]:
    right = isinstance(values, list | tuple) and all(isinstance(each, str) for each in values)
    _require(right, f"{key} of a rule must be a list of texts")
    _require(len(values) <= _MOST_WORDS, f"{key} of a rule may be {_MOST_WORDS} at most")
    _require(all(0 < len(each) <= _LONGEST_WORD or key == "queues" for each in values), f"{key} cannot be empty")
    return tuple(values)


def _ending(text: str) -> str:
    bare = text.strip().removeprefix("*").removeprefix(".").casefold()
    _require(bool(bare) and not re.search(r"[\s/\\*?]", bare), f"{text!r} is no ending of a name, such as mkv")
    return bare


def _host_named(text: str) -> str:
    bare = text.strip().casefold().removeprefix("*.").strip(".")
    _require(bool(bare) and not re.search(r"[\s/\\*?@]", bare), f"{text!r} is no host, such as example.org")
    return bare


def _pattern(text: str) -> str:
    bare = text.strip()
    _require(bool(bare) and not re.search(r"\s", bare), f"{text!r} is no pattern of an address, such as example.org/*")
    return bare


_LISTS: Final[Mapping[str, Callable[[str], str]]] = {
    "categories": checked_key,
    "endings": _ending,
    "hosts": _host_named,
    "patterns": _pattern,
    "queues": str,
}


def _is_sized(rule: Rule, size: int | None) -> bool:
    if rule.least is None and rule.most is None:
        return True
    return size is not None and (rule.least or 0) <= size <= (_MOST_BYTES if rule.most is None else rule.most)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_at(address: str, hosts: Iterable[str]) -> bool:
    host = _host(address)
    return any(host == each.strip("[]") or host.endswith(f".{each}") for each in hosts)


def _meets(pattern: str, address: str) -> bool:
    bare = address if "://" in pattern else address.partition("://")[2]
    return _expression(pattern).match(bare[:_MOST_ADDRESS]) is not None


@lru_cache(maxsize=1000)
def _expression(pattern: str) -> re.Pattern[str]:
    """Return what a pattern means; `translate` never goes back over what a star took, so that none takes long."""
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE)
