"""What an attempt takes up from earlier ones, and what it learns of lengths."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.claims import Claims, SegmentClaim
from headrace.disk.part_file import PartFile
from headrace.errors import StoppedError
from headrace.states import FailureReason
from headrace.transfer.blocks import BLOCK, digest
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper, refused, write
from tests.support.holdings import BODY, HINT, SIZE, TAG, claimed, claimed_of, left, never

R = FailureReason


def test_earlier_bytes_are_taken_up(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 40)
    claims = claimed(holding)
    holding.close()
    again = Holding("id", keeper, claims)
    assert again.empty
    assert again.base == "http://mirror.example/"
    assert again.reopen(path, never) == 0
    assert (again.received, again.total, again.validator, again.empty) == (40, 100, TAG, False)
    assert (again.hint, again.front, again.generation) == (HINT, 40, 1)
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
    assert again.reopen(path, never) == 0
    write(again, b"y" * 60)
    again.close()
    assert path.read_bytes() == b"x" * 40 + b"y" * 60


def test_without_claims_there_is_nothing_to_take_up(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    assert holding.reopen(path, never) == 0
    assert holding.empty
    holding.checkpoint()
    holding.close()
    assert keeper.log == []


def test_a_file_that_is_gone_is_refused(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 40)
    claims = claimed(holding)
    holding.close()
    path.unlink()
    assert refused(lambda: Holding("id", keeper, claims).reopen(path, never)) is R.PART_FILE_CHANGED


# Blocks that are not what was written.


def flip(path: Path, offset: int, *, stamp: bool = True) -> None:
    """Change one byte; keep the file's time without `stamp`."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(offset)
        (byte,) = stream.read(1)
        stream.seek(offset)
        stream.write(bytes([byte ^ 1]))
    if not stamp:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def taken_up(keeper: RecordingKeeper, claims: Claims, path: Path) -> tuple[int, list[tuple[int, int, int | None]]]:
    """Return what was lost and the map, once the file was completed and proven right."""
    holding = Holding("id", keeper, claims)
    lost = holding.reopen(path, never)
    shown = [(part.start, part.position, part.end) for part in holding.segments()]
    assert holding.received == claims.received - lost
    while (segment := holding.take()) is not None:
        holding.write(segment, memoryview(BODY)[segment.position : segment.end])
    holding.seal()
    holding.close()
    assert path.read_bytes() == BODY
    return lost, shown


@pytest.mark.parametrize("last", [False, True], ids=["crash", "in order"])
@pytest.mark.parametrize(
    ("offset", "lost", "shown"),
    [
        (0, BLOCK, [(0, 0, BLOCK), (BLOCK, SIZE, SIZE)]),
        (BLOCK, BLOCK, [(0, BLOCK, BLOCK), (BLOCK, BLOCK, 2 * BLOCK), (2 * BLOCK, SIZE, SIZE)]),
        (3 * BLOCK - 1, BLOCK, [(0, 2 * BLOCK, 2 * BLOCK), (2 * BLOCK, 2 * BLOCK, 3 * BLOCK), (3 * BLOCK, SIZE, SIZE)]),
        (SIZE - 1, 500, [(0, 3 * BLOCK, 3 * BLOCK), (3 * BLOCK, 3 * BLOCK, SIZE)]),
    ],
)
def test_an_altered_block_alone_is_missing(
    keeper: RecordingKeeper, path: Path, offset: int, lost: int, shown: list[tuple[int, int, int]], last: bool
) -> None:
    claims = left(keeper, path, last=last)
    flip(path, offset)
    assert taken_up(keeper, claims, path) == (lost, shown)


def test_a_file_shorter_than_claimed_is_good_up_to_its_end(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=True)
    os.truncate(path, 2 * BLOCK - 1)
    assert taken_up(keeper, claims, path) == (SIZE - BLOCK, [(0, BLOCK, BLOCK), (BLOCK, BLOCK, SIZE)])


def test_a_hole_is_no_content(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=True)
    path.unlink()
    path.touch()
    os.truncate(path, SIZE)
    assert taken_up(keeper, claims, path) == (SIZE, [(0, 0, SIZE)])


def test_another_file_with_the_same_bytes_is_as_good(keeper: RecordingKeeper, path: Path) -> None:
    """A restored backup, a folder copied to another disk."""
    claims = left(keeper, path, last=True)
    path.unlink()
    path.write_bytes(BODY)
    assert taken_up(keeper, replace(claims, device=claims.device + 1), path)[0] == 0


def test_a_file_as_it_was_left_is_read_at_its_end_alone(
    keeper: RecordingKeeper, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = left(keeper, path, last=True)
    read: list[int] = []
    real = PartFile.read

    def noted(self: PartFile, offset: int, size: int) -> memoryview:
        read.append(size)
        return real(self, offset, size)

    monkeypatch.setattr(PartFile, "read", noted)
    holding = Holding("id", keeper, claims)
    assert holding.reopen(path, never) == 0
    assert sum(read) <= 2 * 500
    holding.close()


def test_a_crash_costs_no_bytes_that_were_claimed(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=False, upto=2 * BLOCK + 70_000)
    assert taken_up(keeper, claims, path) == (0, [(0, 2 * BLOCK + 70_000, SIZE)])


def test_without_digests_nothing_is_believed(keeper: RecordingKeeper, path: Path) -> None:
    """Claims of the first schema had none; neither has a database put together from two."""
    claims = left(keeper, path, last=False, upto=2 * BLOCK)
    keeper.blocks.clear()
    assert taken_up(keeper, claims, path) == (2 * BLOCK, [(0, 0, SIZE)])


def test_a_block_finished_in_two_attempts_has_one_digest(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=True, upto=BLOCK + 100)
    again = Holding("id", keeper, claims)
    again.reopen(path, never)
    write(again, BODY[BLOCK + 100 :])
    assert claimed(again).complete
    again.close()
    assert keeper.blocks == {number: digest(memoryview(BODY)[number * BLOCK :][:BLOCK]) for number in range(3)}
    assert taken_up(keeper, claimed_of(again), path)[0] == 0


def test_checking_blocks_can_be_stopped(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=False)
    holding = Holding("id", keeper, claims)
    asked: list[bool] = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        holding.reopen(path, check)
    assert holding.empty
    holding.close()


def test_a_database_that_cannot_be_read_fails_the_attempt(keeper: RecordingKeeper, path: Path) -> None:
    claims = left(keeper, path, last=False)
    keeper.works = False
    assert refused(lambda: Holding("id", keeper, claims).reopen(path, never)) is R.DISK_ERROR


# Bytes that were right on the disk and wrong all the same.


def test_what_is_lost_is_fetched_again(keeper: RecordingKeeper, path: Path) -> None:
    holding = full(keeper, path)
    holding.lose([(BLOCK, 2 * BLOCK)])
    assert keeper.log[-2:] == [("claims", holding.claimed), ("commit", None)]
    assert (holding.received, holding.front, holding.complete) == (SIZE - BLOCK, BLOCK, False)
    assert claimed_of(holding).received == SIZE - BLOCK
    write(holding, BODY[BLOCK : 2 * BLOCK])
    assert holding.complete
    holding.seal()
    holding.close()


def test_a_stop_after_a_loss_loses_nothing_more(keeper: RecordingKeeper, path: Path) -> None:
    holding = full(keeper, path)
    holding.lose([(BLOCK, 2 * BLOCK)])
    holding.checkpoint(last=True)
    holding.close()
    assert taken_up(keeper, claimed_of(holding), path)[0] == 0


def full(keeper: RecordingKeeper, path: Path) -> Holding:
    holding = Holding("id", keeper, None)
    holding.begin(path, SIZE, (TAG, HINT))
    write(holding, BODY)
    holding.checkpoint()
    return holding


# Several connections.


def test_two_connections_fill_one_file(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, SIZE, (TAG, HINT))
    first = holding.take()
    assert first is not None
    second = holding.divide(first, 0.5)
    assert second is not None
    assert second.start % BLOCK == 0
    assert holding.take() is None
    assert holding.write(second, memoryview(BODY)[second.start :]) == SIZE - second.start
    assert holding.front == 0
    claims = claimed(holding)
    assert [(part.position - part.start, part.end) for part in claims.segments] == [
        (0, second.start),
        (SIZE - second.start, SIZE),
    ]
    assert holding.write(first, memoryview(BODY)) == second.start
    assert (holding.complete, holding.front) == (True, SIZE)
    assert not holding.differs(memoryview(BODY), 0)
    assert claimed(holding).segments == (SegmentClaim(0, SIZE, SIZE, digest(memoryview(BODY)[3 * BLOCK :])),)
    holding.close()
    assert taken_up(keeper, claimed_of(holding), path)[0] == 0


def test_what_is_compared_is_what_is_written(holding: Holding) -> None:
    write(holding, b"x" * 40)
    assert not holding.differs(memoryview(b"x" * 20), 0)
    assert not holding.differs(memoryview(b"x" * 5 + b"y" * 60), 35)
    assert holding.differs(memoryview(b"x" * 6 + b"y" * 60), 33) is True
    assert not holding.differs(memoryview(b"y"), 40)
    assert bytes(holding.read(38, 2)) == b"xx"


# Lengths.


def test_an_unknown_length_is_learnt_at_the_end(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, None, (None, None))
    write(holding, b"x" * 30)
    assert (holding.total, holding.complete) == (None, False)
    holding.learn_total(None)
    assert (holding.total, holding.complete) == (30, True)
    holding.close()


def test_an_empty_file_is_complete_at_once(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, 0, (None, None))
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
