"""What had arrived when a `get` was killed or interrupted: the same command says so, and does not fetch it once more.

A small file in the profile names what a `get` fetches, as long as it runs. One that does not end in order leaves it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Final

from headrace.addresses import split_credentials
from headrace.disk.whole_file import replace_text
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState

_GOOD_FOR: Final = 86_400.0
"""Seconds for which it counts: who comes later wants the file anew."""
_MOST: Final = 10_000
"""Downloads that are named, at most."""


class Untold:
    """The file. A disk that refuses it costs nothing but this: no method raises OSError."""

    def __init__(self, path: Path, clock: Callable[[], float] = time) -> None:
        """Read what the last `get` left behind."""
        self._path, self._clock = path, clock
        self._left = _read(path, clock())

    def arrived(
        self, specs: Iterable[DownloadSpec], find: Callable[[str], DownloadSnapshot | None]
    ) -> list[str | None]:
        """Return for each wish the download by which it is fulfilled already, None where none is.

        A download fulfils one wish, and its file must be there.
        """
        there: dict[str, list[DownloadSnapshot]] = {}
        for one in filter(None, map(find, self._left)):
            if one.state is DownloadState.COMPLETED:
                there.setdefault(one.address, []).append(one)
        return [_taken(there.get(split_credentials(spec.address)[0], []), spec) for spec in specs]

    def note(self, ids: Sequence[str]) -> None:
        """Be told what is fetched now, without what is private: where that is all, nothing is written."""
        if not ids:
            return
        with suppress(OSError):
            replace_text(self._path, json.dumps({"at": self._clock(), "ids": list(ids)[:_MOST]}))

    def end(self) -> None:
        """Be told that all has been said."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def _taken(there: list[DownloadSnapshot], spec: DownloadSpec) -> str | None:
    """Take out what fulfils a wish for the same address; return its id."""
    found = next((one for one in there if _fulfils(one, spec)), None)
    if found is None:
        return None
    there.remove(found)
    return found.id


def _fulfils(one: DownloadSnapshot, spec: DownloadSpec) -> bool:
    same_place = spec.by_rules or one.folder == spec.folder
    same_sum = spec.checksum is None or str(spec.checksum) == one.checksum
    if not (same_place and same_sum) or spec.name not in (None, one.name) or spec.id is not None:
        return False
    with suppress(OSError):
        return one.path.stat().st_size == one.total
    return False


def _read(path: Path, now: float) -> list[str]:
    try:
        left = json.loads(path.read_text(encoding="utf-8"))
        ids: Iterable[object] = left["ids"] if 0 <= now - float(left["at"]) < _GOOD_FOR else ()
        return [each for each in ids if isinstance(each, str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
