"""Which downloads are meant: by id or its beginning, by name, address or pattern, by state, queue and category."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from itertools import islice
from typing import Final

from headrace.categories import Category, category_called
from headrace.control.lines import Arguments
from headrace.filters import STATES_OF, StatusFilter, category_in
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

ARGUMENTS: Final = ("which", "state", "queue", "category", "all")
_BATCH: Final = 200
"""Downloads looked at in one step."""
_ID: Final = re.compile("[0-9a-f]{4,16}")
_WHOLE_ID: Final = 16


class NoneSuchError(LookupError):
    """Nothing on the list is meant; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request says of the downloads it means: all of it must be so, and one of `which` if there are any."""

    which: tuple[str, ...] = ()
    states: frozenset[DownloadState] = frozenset(DownloadState)
    queue: str | None = None
    everything: bool = False
    category: Category | None = None

    @classmethod
    def of(cls, arguments: Arguments) -> "Choice":
        """Read what commands send. Raises ValueError with a sentence."""
        state, category = arguments.text("state"), arguments.text("category")
        narrows = (state, category, arguments.text("queue")) != (None, None, None)
        return cls(
            tuple(arguments.texts("which")),
            frozenset(DownloadState) if state is None else STATES_OF[_status(state)],
            arguments.text("queue"),
            arguments.flag("all") or narrows,
            None if category is None else category_called(category),
        )

    def require(self) -> "Choice":
        """Raise ValueError where nothing is named: what changes downloads never means all of them by chance."""
        if not self.which and not self.everything:
            raise ValueError("name downloads by id, name or pattern, or say --all, --state, --queue or --category")
        return self

    def ids(self, manager: DownloadManager) -> Iterator[list[str]]:
        """Yield in queue order, batch by batch (maybe empty), the ids of those that are meant.

        Raises NoneSuchError in the end where one of `which` meant nothing, ValueError for a beginning of several ids.
        """
        known = manager.ids()
        direct = [meant_id(each, known) for each in self.which]
        patterns = [_Pattern(each) for each, found in zip(self.which, direct, strict=True) if found is None]
        chosen = frozenset(filter(None, direct))
        walked = iter(known if patterns or not self.which else [each for each in known if each in chosen])
        while batch := list(islice(walked, _BATCH)):
            found = filter(None, map(manager.snapshot, batch))
            yield [one.id for one in found if self._takes(one, chosen, patterns)]
        for pattern in patterns:
            if not pattern.met:
                raise NoneSuchError(f"no download is called {pattern.text!r}")

    def _takes(self, one: DownloadSnapshot, chosen: frozenset[str], patterns: list["_Pattern"]) -> bool:
        met = [pattern.meets(one) for pattern in patterns]  # all of them, to know which never meet
        named = not self.which or one.id in chosen or any(met)
        kind = self.category is None or category_in(one) is self.category
        return named and kind and one.state in self.states and self.queue in (None, one.queue)


class _Pattern:
    """A name or an address, with * ? and [..] in it or without; capitals make no difference."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.met = False
        self._expression = re.compile(translate(text.casefold()))

    def meets(self, one: DownloadSnapshot) -> bool:
        """Say whether a download is meant; that one was is remembered."""
        names = (one.name.casefold(), one.address.casefold(), one.host.casefold())
        plain = self.text.casefold()
        meets = any(name == plain or self._expression.match(name) is not None for name in names)
        self.met = self.met or meets
        return meets


def meant_id(text: str, known: list[str]) -> str | None:
    """Return the one of `known` that a text is, or is the beginning of; None where it is neither.

    Raises ValueError, with a sentence, for the beginning of several.
    """
    if not _ID.fullmatch(text):
        return None
    if len(text) == _WHOLE_ID:
        return text if text in known else None
    found = [each for each in known if each.startswith(text)]
    if len(found) > 1:
        raise ValueError(f"{text} is the beginning of {len(found)} ids; write more of it")
    return found[0] if found else None


def _status(text: str) -> StatusFilter:
    try:
        return StatusFilter(text)
    except ValueError:
        raise ValueError(f"the state must be one of {', '.join(each.value for each in StatusFilter)}") from None
