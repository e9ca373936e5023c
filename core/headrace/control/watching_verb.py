"""What `headrace watch` asks of a running program: addresses watched, looked at, listed, and let go."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from headrace.control.choosing import ARGUMENTS, Choice
from headrace.control.lines import Arguments
from headrace.control.rows import row_of
from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from headrace.watches import USUAL_EVERY, USUAL_KEEP, Watch

_LATER: Final = 0.1
_ALL: Final = 0
"""As the number of versions to keep."""
Step = Mapping[str, Any] | float | None


def watch_verb(manager: DownloadManager, given: Arguments) -> Iterator[Step]:
    """Do what `deed` says (watch, stop, now, list) and answer with the rows. Raises ValueError, NoneSuchError.

    `addresses` that are on no list are added first; `every` seconds and `keep` versions (0 for all) are left as they
    are, or usual, where they are not given.
    """
    given.only(*ARGUMENTS, "addresses", "every", "keep", "deed")
    deed = given.text("deed") or "watch"
    if deed not in _DEEDS:
        raise ValueError(f"a watch knows {', '.join(_DEEDS)}, not {deed[:40]!r}")
    if deed == "list":
        yield from _rows(manager, [watch.id for watch in manager.watching.all()])
        return
    Watch("", given.number("every") or USUAL_EVERY, given.number("keep") or USUAL_KEEP)  # before anything is added
    ids = list(_known(manager, given.texts("addresses"), adds=deed == "watch"))
    choice = Choice.of(given)
    for batch in choice.ids(manager) if _names(choice) else () if ids else choice.require().ids(manager):
        ids += batch
        yield None
    done = _DEEDS[deed](manager, ids, given)
    yield None  # of many, the watching begins a few at a time
    while deed == "now" and any(map(manager.watching.is_looking, done)):
        yield _LATER
    found = (manager.watching.of(key) for key in done)
    yield from _rows(manager, done if deed == "stop" else [watch.id for watch in found if watch is not None])


def _names(choice: Choice) -> bool:
    return bool(choice.which) or choice.everything


def _known(manager: DownloadManager, addresses: Iterable[str], *, adds: bool) -> Iterator[str]:
    """Yield the downloads of addresses to the program's folder, added where there are none."""
    folder = manager.settings.download_folder
    for address in addresses:
        found = manager.find(address, folder)
        if found is not None:
            yield found.id
        elif adds:
            yield from manager.add([DownloadSpec(address, folder)])
        else:
            raise ValueError("an address that is not on the list is not watched")


def _watch(manager: DownloadManager, ids: list[str], given: Arguments) -> list[str]:
    every, keep = given.number("every"), given.number("keep")
    done: list[str] = []
    for key in ids:
        known = manager.watching.of(key)
        usual = (USUAL_EVERY, USUAL_KEEP) if known is None else (known.every, known.keep)
        wanted = usual[1] if keep is None else None if keep == _ALL else keep
        done += manager.watching.watch([key], every or usual[0], wanted)
    return done


def _stop(manager: DownloadManager, ids: list[str], _given: Arguments) -> list[str]:
    return manager.watching.stop(ids)


def _now(manager: DownloadManager, ids: list[str], _given: Arguments) -> list[str]:
    return manager.watching.look(ids)


def _list(_manager: DownloadManager, ids: list[str], _given: Arguments) -> list[str]:
    return ids


_DEEDS: Final[Mapping[str, Callable[[DownloadManager, list[str], Arguments], list[str]]]] = {
    "watch": _watch,
    "stop": _stop,
    "now": _now,
    "list": _list,
}


def _rows(manager: DownloadManager, ids: Iterable[str]) -> Iterator[Step]:
    for key in dict.fromkeys(ids):
        if (one := manager.snapshot(key)) is not None:
            yield {"row": row_of(one)}
