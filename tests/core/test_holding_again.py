"""What an attempt takes up from earlier ones, and what it learns of lengths."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.claims import Claims
from headrace.states import FailureReason
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper, refused, write

R = FailureReason
TAG = '"v1"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin.part"


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def holding(keeper: RecordingKeeper, path: Path) -> Iterator[Holding]:
    made = Holding("id", keeper, None)
    made.begin(path, 100, TAG)
    yield made
    made.close()


def claimed(holding: Holding) -> Claims:
    holding.checkpoint()
    assert holding.claimed is not None
    return holding.claimed


def test_earlier_bytes_are_taken_up(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 40)
    claims = claimed(holding)
    holding.close()
    again = Holding("id", keeper, claims)
    assert again.empty
    again.reopen(path)
    assert (again.received, again.total, again.validator, again.empty) == (40, 100, TAG, False)
    write(again, b"y" * 60)
    assert again.complete
    again.close()
    assert path.read_bytes() == b"x" * 40 + b"y" * 60


def test_bytes_behind_the_claims_are_written_again(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 40)
    claims = claimed(holding)
    write(holding, b"z" * 40)  # written, never claimed
    holding.close()
    again = Holding("id", keeper, claims)
    again.reopen(path)
    write(again, b"y" * 60)
    again.close()
    assert path.read_bytes() == b"x" * 40 + b"y" * 60


def test_without_claims_there_is_nothing_to_take_up(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.reopen(path)
    assert holding.empty
    holding.checkpoint()
    holding.close()
    assert keeper.log == []


def test_a_shorter_file_than_claimed_is_refused(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 40)
    claims = claimed(holding)
    holding.close()
    os.truncate(path, 39)
    assert refused(lambda: Holding("id", keeper, claims).reopen(path)) is R.PART_FILE_CHANGED


# Lengths.


def test_an_unknown_length_is_learnt_at_the_end(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, None, None)
    write(holding, b"x" * 30)
    assert (holding.total, holding.complete) == (None, False)
    holding.learn_total(None)
    assert (holding.total, holding.complete) == (30, True)
    holding.close()


def test_an_empty_file_is_complete_at_once(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, 0, None)
    assert holding.complete
    assert holding.take() is None
    holding.seal()
    holding.close()


def test_segments_show_who_works_where(holding: Holding) -> None:
    segment = holding.take()
    assert segment is not None
    holding.write(segment, memoryview(b"x" * 7))
    (shown,) = holding.segments()
    assert (shown.start, shown.position, shown.end, shown.connected) == (0, 7, 100, True)
    holding.give_back(segment)
    assert not holding.segments()[0].connected
