"""Removed downloads: restorable for a while, deleted after it."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from headrace.disk.file_names import part_name
from headrace.item import DownloadItem
from headrace.recycling import Recycling, Removed
from headrace.states import DownloadState, Failure, FailureReason

from tests.support.engine_parts import claims_on, make_item

S = DownloadState


@dataclass
class Store:
    """Notes what is forgotten, when told to, and whether the files had gone by then."""

    folder: Path
    forgotten: list[str] = field(default_factory=list)
    files_then: list[str] = field(default_factory=list)
    may_go: threading.Event = field(default_factory=threading.Event)

    def forget(self, ids: Iterable[str]) -> None:
        self.may_go.wait(5)
        self.files_then = sorted(path.name for path in self.folder.iterdir())
        self.forgotten += ids


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.may_go.set()
    return made


def idle(_download_id: str) -> bool:
    return False


def item_in(folder: Path, number: int = 1, *, part: bool = True, **facts: Any) -> DownloadItem:
    """Return an item whose part file or finished file is there."""
    item = make_item(number, folder=folder, **facts)
    if part:
        path = folder / part_name(item.record.name, item.id)
        path.write_bytes(b"bytes")
        item.note(claims=claims_on(path, (0, 5, 10), total=10))
    else:
        (folder / item.record.name).write_bytes(b"bytes")
    return item


def removed(item: DownloadItem, until: float = 10.0, *, with_files: bool = False, for_good: bool = False) -> Removed:
    item.note(removed=True, with_files=with_files, for_good=for_good)
    return Removed(item, until, with_files, was_waiting=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_goes_before_its_time(tmp_path: Path, store: Store) -> None:
    recycling = Recycling(store.forget)
    recycling.put(removed(item_in(tmp_path)))
    recycling.empty(9.9, busy=idle, wait=5)
    assert store.forgotten == []
    assert len(names(tmp_path)) == 1
    assert recycling


def test_files_go_before_the_row(tmp_path: Path, store: Store) -> None:
    recycling = Recycling(store.forget)
    item = item_in(tmp_path)
    recycling.put(removed(item))
    recycling.empty(10.0, busy=idle, wait=5)
    assert store.forgotten == [item.id]
    assert store.files_then == []
    assert not recycling


def test_a_job_that_winds_down_is_waited_for(tmp_path: Path, store: Store) -> None:
    recycling = Recycling(store.forget)
    first, second = item_in(tmp_path, 1), item_in(tmp_path, 2)
    recycling.put(removed(first))
    recycling.put(removed(second))
    recycling.empty(10.0, busy=first.id.__eq__, wait=5)
    assert store.forgotten == [second.id]
    recycling.empty(10.0, busy=idle, wait=5)
    assert store.forgotten == [second.id, first.id]


def test_what_is_taken_back_stays(tmp_path: Path, store: Store) -> None:
    recycling = Recycling(store.forget)
    item = item_in(tmp_path)
    entry = removed(item)
    recycling.put(entry)
    assert recycling.take_back([item.id, "unknown", item.id]) == [entry]
    assert recycling.take_back([item.id]) == []
    recycling.empty(99.0, busy=idle, wait=5)
    assert store.forgotten == []
    assert len(names(tmp_path)) == 1


@pytest.mark.parametrize(
    ("make", "with_files", "left"),
    [
        (lambda folder: item_in(folder, state=S.PAUSED), False, []),
        (lambda folder: item_in(folder, state=S.PAUSED), True, []),
        (lambda folder: item_in(folder, state=S.FAILED), False, []),
        (lambda folder: item_in(folder, part=False, state=S.COMPLETED), False, ["1.bin"]),
        (lambda folder: item_in(folder, part=False, state=S.COMPLETED), True, []),
        (lambda folder: item_in(folder, part=False, state=S.PAUSED), True, ["1.bin"]),
    ],
    ids=["paused", "paused with files", "failed", "completed", "completed with files", "a stranger of its name"],
)
def test_what_goes_and_what_stays(
    tmp_path: Path, store: Store, make: Callable[[Path], DownloadItem], with_files: bool, left: list[str]
) -> None:
    recycling = Recycling(store.forget)
    recycling.put(removed(make(tmp_path), with_files=with_files, for_good=True))
    recycling.empty(10.0, busy=idle, wait=5)
    assert names(tmp_path) == left


def finished(folder: Path) -> DownloadItem:
    return item_in(folder, part=False, state=S.COMPLETED)


def test_a_finished_file_goes_to_the_trash(tmp_path: Path, store: Store) -> None:
    thrown: list[Path] = []

    def trash(path: Path) -> bool:
        thrown.append(path)
        path.unlink()
        return True

    troubles: list[Failure] = []
    recycling = Recycling(store.forget, trash=trash, on_trouble=troubles.append)
    recycling.put(removed(finished(tmp_path), with_files=True))
    recycling.empty(10.0, busy=idle, wait=5)
    assert (thrown, names(tmp_path), troubles) == ([tmp_path / "1.bin"], [], [])
    assert len(store.forgotten) == 1


def refused(_path: Path) -> bool:
    return False


def broken(_path: Path) -> bool:
    raise RuntimeError("no desktop")


@pytest.mark.parametrize("trash", [refused, broken, None])
def test_a_file_that_no_trash_takes_stays_and_that_is_told(
    tmp_path: Path, store: Store, trash: Callable[[Path], bool] | None
) -> None:
    troubles: list[Failure] = []
    recycling = Recycling(store.forget, trash=trash, on_trouble=troubles.append)
    recycling.put(removed(finished(tmp_path), with_files=True))
    recycling.empty(10.0, busy=idle, wait=5)
    assert names(tmp_path) == ["1.bin"]
    assert troubles == [Failure(FailureReason.NOT_TRASHED, "1.bin")]
    assert len(store.forgotten) == 1


def test_only_our_finished_file_goes_to_the_trash(tmp_path: Path, store: Store) -> None:
    thrown: list[Path] = []

    def trash(path: Path) -> bool:
        thrown.append(path)
        return True

    recycling = Recycling(store.forget, trash=trash)
    gone, other = finished(tmp_path), item_in(tmp_path, 2, part=False, state=S.COMPLETED, total=5)
    (tmp_path / gone.record.name).unlink()
    (tmp_path / other.record.name).write_bytes(b"somebody else's, and longer")
    for item in (gone, other, item_in(tmp_path, 3)):
        recycling.put(removed(item, with_files=True))
    recycling.empty(10.0, busy=idle, wait=5)
    assert thrown == []
    assert names(tmp_path) == [other.record.name]


def test_a_part_file_never_claimed_goes_too(tmp_path: Path, store: Store) -> None:
    item = item_in(tmp_path)
    item.note(claims=None)
    recycling = Recycling(store.forget)
    recycling.put(removed(item))
    recycling.empty(10.0, busy=idle, wait=5)
    assert names(tmp_path) == []


def test_a_file_swapped_into_the_part_files_place_stays(tmp_path: Path, store: Store) -> None:
    item = item_in(tmp_path)
    path = next(tmp_path.iterdir())
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    other.replace(path)
    recycling = Recycling(store.forget)
    recycling.put(removed(item))
    recycling.empty(10.0, busy=idle, wait=5)
    assert path.read_bytes() == b"precious"


def test_deleting_keeps_nobody_waiting(tmp_path: Path, store: Store) -> None:
    store.may_go.clear()
    recycling = Recycling(store.forget)
    recycling.put(removed(item_in(tmp_path)))
    began = time.monotonic()
    recycling.empty(10.0, busy=idle)
    assert time.monotonic() - began < 0.1
    recycling.empty(10.0, busy=idle, wait=0.02)
    assert store.forgotten == []
    store.may_go.set()
    recycling.empty(10.0, busy=idle, wait=5)
    assert len(store.forgotten) == 1
