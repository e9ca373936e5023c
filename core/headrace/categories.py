"""Categories: the built-in ones and those a person makes, what files are in them, and which are in force. Pure.

A category is known by a key that never changes, so that what was put in it stays there under another name. One that is
gone leaves its files, and what the list says of them, as they are: they go by their names until it is there again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final

from headrace.category_entries import BUILT_IN, OTHER, USUAL_ENDINGS, CategoryEntry, usual_type

_ENDINGS_KEPT: Final = 1000


class _Members(type):
    """Lets `Category` be walked through, and asked, as an enumeration is."""

    def __iter__(cls) -> Iterator["Category"]:
        return iter(in_force().order)

    def __len__(cls) -> int:
        return len(in_force().order)


class Category(metaclass=_Members):
    """The type of a file; its members are those in force. There is one object for each key, so that `is` compares."""

    __slots__ = ("value",)
    value: str
    """The key it is known by."""
    VIDEO: ClassVar["Category"]
    MUSIC: ClassVar["Category"]
    PICTURES: ClassVar["Category"]
    DOCUMENTS: ClassVar["Category"]
    ARCHIVES: ClassVar["Category"]
    PROGRAMS: ClassVar["Category"]
    OTHER: ClassVar["Category"]
    """What is in none of the others."""

    def __new__(cls, value: str) -> "Category":
        """Return the one in force of that key. Raises ValueError where there is none."""
        found = in_force().by_key.get(value)
        if found is None:
            raise ValueError(f"there is no category {value!r}")
        return found

    def __copy__(self) -> "Category":
        return self

    def __deepcopy__(self, _memo: object) -> "Category":
        return self

    def __repr__(self) -> str:
        return f"<Category {self.value}>"


_MADE: Final[dict[str, Category]] = {}


def _of_key(key: str) -> Category:
    if key not in _MADE:
        made = object.__new__(Category)
        made.value = key
        _MADE[key] = made
    return _MADE[key]


class Book:
    """All categories at one time, in the order in which they are shown. Frozen."""

    def __init__(self, entries: Sequence[CategoryEntry] = ()) -> None:
        """Take in what a person changed and made; built-in ones that are not among it stand in front."""
        named = {entry.key: entry for entry in entries}
        keys = [*(key for key in BUILT_IN if key not in named), *named, OTHER]
        self.order = tuple(map(_of_key, keys))
        """Every category; OTHER is the last."""
        self.by_key: Mapping[str, Category] = MappingProxyType(dict(zip(keys, self.order, strict=True)))
        self.entries: Mapping[Category, CategoryEntry] = MappingProxyType(
            {one: named.get(one.value) or CategoryEntry(one.value) for one in self.order if one.value != OTHER}
        )
        """What each but OTHER is like."""
        self.endings: Mapping[str, Category] = MappingProxyType(dict(self._endings()))
        """The category of each ending of names."""
        self._by_type = dict(self._types())
        self._by_text = _ByEnding(self.endings)

    def of_name(self, name: str) -> Category:
        """Return the category of a file's name."""
        return self.endings.get(extension_of(name), Category.OTHER)

    def of_names(self, names: Iterable[str]) -> list[Category]:
        """Return the categories of many names, a few times as fast as one by one."""
        by_text, other = self._by_text, Category.OTHER
        return [by_text[name[dot:]] if (dot := name.rfind(".")) > 0 else other for name in names]

    def of_type(self, media_type: str) -> Category | None:
        """Return the category of a type (type/subtype in lower case), None where it says nothing."""
        usual = usual_type(media_type)
        return self.own_of_type(media_type) or (None if usual is None else self.by_key[usual])

    def own_of_type(self, media_type: str) -> Category | None:
        """Return the category to which a person gave a type, or all of its family."""
        return self._by_type.get(media_type) or self._by_type.get(f"{media_type.partition('/')[0]}/*")

    def called(self, text: str) -> Category | None:
        """Return the category of that key, or that a person gave that name."""
        names = {entry.name.casefold(): one for one, entry in self.entries.items() if entry.name}
        return self.by_key.get(text) or names.get(text.casefold())

    def _endings(self) -> Iterator[tuple[str, Category]]:
        """Yield what makes a category, the least important first: what a person wrote counts before the usual."""
        for one, entry in self.entries.items():
            if entry.endings is None:
                yield from ((ending, one) for ending in USUAL_ENDINGS.get(one.value, ()))
        for one, entry in reversed(tuple(self.entries.items())):
            yield from ((ending, one) for ending in entry.endings or ())

    def _types(self) -> Iterator[tuple[str, Category]]:
        for one, entry in reversed(tuple(self.entries.items())):
            yield from ((each, one) for each in entry.types)


class _ByEnding(dict[str, Category]):
    """Categories by ending with its dot, as it is written; what was looked up is kept, up to a bound."""

    def __init__(self, endings: Mapping[str, Category]) -> None:
        super().__init__()
        self._endings = endings

    def __missing__(self, ending: str) -> Category:
        found = self._endings.get(ending[1:].casefold(), Category.OTHER)
        if len(self) < _ENDINGS_KEPT:
            self[ending] = found
        return found


def extension_of(name: str) -> str:
    """Return the last ending of a file's name in lower case, "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.casefold() if dot and stem else ""


for _key in (*BUILT_IN, OTHER):
    setattr(Category, _key.upper(), _of_key(_key))
USUAL: Final = Book()
"""The built-in ones as they are until somebody changes them."""


class _InForce:
    """The book in force: one for the process, put in place by the manager's thread, read by any."""

    book = USUAL


def in_force() -> Book:
    """Return the categories in force. Any thread."""
    return _InForce.book


def category_called(text: str) -> Category:
    """Return the category in force of that key, or that a person gave that name. Raises ValueError with a sentence."""
    found = in_force().called(text)
    if found is None:
        raise ValueError(f"category must be one of {', '.join(each.value for each in Category)}, not {text!r}")
    return found


def use(entries: Sequence[CategoryEntry]) -> bool:
    """Put what a person made and changed in force, all of it anew; say whether that changes anything."""
    book = Book(entries) if entries else USUAL
    changed = list(book.entries.items()) != list(_InForce.book.entries.items())
    if changed:
        _InForce.book = book
    return changed
