"""Downloads that are there, brought to where the rules want them: what would move, the moves, and the way back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from headrace.filters import Category, category_in
from headrace.manager import DownloadManager
from headrace.sorting import folder_by_rules, sorts


@dataclass(frozen=True, slots=True)
class Move:
    """One download that the rules want elsewhere."""

    id: str
    name: str
    source: Path
    target: Path
    """The folders it is in and is to be in."""


def moves(manager: DownloadManager, ids: Iterable[str]) -> Iterator[Move | None]:
    """Yield for each download where the rules want it, None where it may stay; little work each."""
    settings = manager.settings
    for one in filter(None, map(manager.snapshot, ids)):
        said = manager.details(one.id) if category_in(one) is Category.OTHER else None
        folder = folder_by_rules(one, settings, None if said is None else said.content_type)
        stays = folder == one.folder or not sorts(settings, one.queue)
        yield None if stays else Move(one.id, one.name, one.folder, folder)


def carry_out(manager: DownloadManager, wanted: Iterable[Move]) -> Callable[[], None]:
    """Have downloads moved as `changes.relocate` does; return what brings them back."""
    done = list(wanted)
    _relocate(manager, ((move.id, move.target) for move in done))
    return partial(_relocate, manager, [(move.id, move.source) for move in done])


def _relocate(manager: DownloadManager, wanted: Iterable[tuple[str, Path]]) -> None:
    by_folder: dict[Path, list[str]] = {}
    for download_id, folder in wanted:
        by_folder.setdefault(folder, []).append(download_id)
    for folder, ids in by_folder.items():
        manager.changes.relocate(ids, folder)
