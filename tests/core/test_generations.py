"""Part files of versions that the server no longer has: kept until the new one is proven, and never mixed."""

from dataclasses import replace
from pathlib import Path

import pytest
from headrace.disk.part_file import PartFile
from headrace.errors import DownloadError
from headrace.states import FailureReason
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper, write
from tests.support.holdings import claimed, claimed_of, left, never

R = FailureReason


def names(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir())


def test_an_earlier_generation_is_kept_until_the_new_one_is_proven(holding: Holding, path: Path) -> None:
    write(holding, b"old")
    claimed(holding)
    holding.forget()
    assert holding.generation == 2
    kept = claimed_of(holding)
    assert (kept.received, kept.generation, kept.earlier, kept.complete) == (0, 2, (path.name,), False)
    second = path.with_name("file.2.part")
    holding.begin(second, 50, (None, None))
    write(holding, b"new")
    claims = claimed(holding)
    assert (claims.part_name, claims.generation, claims.earlier) == (second.name, 2, (path.name,))
    assert names(path) == sorted([second.name, path.name])
    holding.drop_earlier(path.parent)
    assert names(path) == [second.name]


def test_only_one_earlier_generation_is_kept(holding: Holding, path: Path) -> None:
    write(holding, b"old")
    for number in (2, 3):
        holding.forget()
        assert holding.generation == number
        holding.begin(path.with_name(f"file.{number}.part"), 50, (None, None))
        write(holding, b"new")
    assert claimed(holding).earlier == ("file.2.part",)
    assert names(path) == ["file.2.part", "file.3.part"]


@pytest.mark.parametrize("data", [b"", b"old"])
def test_a_part_file_worth_nothing_is_no_generation(holding: Holding, path: Path, data: bytes) -> None:
    if data:
        write(holding, data)
    holding.forget(keep_part=not data)
    assert (holding.generation, holding.claimed) == (1, None)


def test_a_generation_taken_up_remembers_the_one_before(keeper: RecordingKeeper, path: Path) -> None:
    path.with_name("old.part").write_bytes(b"old")
    claims = replace(left(keeper, path, last=True), generation=4, earlier=("old.part",))
    holding = Holding("id", keeper, claims)
    assert holding.reopen(path, never) == 0
    write_rest = holding.complete
    assert write_rest
    assert (holding.generation, holding.base) == (4, None)
    holding.forget()
    assert claimed_of(holding).earlier == (path.name,)
    assert names(path) == [path.name]
    holding.close()


def test_an_earlier_generation_gives_way_where_there_is_no_room_for_both(
    holding: Holding, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(holding, b"old")
    claimed(holding)
    holding.forget()
    real = PartFile.create

    def create(new: Path, size: int | None) -> PartFile:
        if path.exists():
            raise DownloadError.of(R.DISK_FULL)
        return real(new, size)

    monkeypatch.setattr(PartFile, "create", create)
    second = path.with_name("file.2.part")
    holding.begin(second, 50, (None, None))
    assert names(path) == [second.name]
