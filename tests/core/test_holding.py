"""What an attempt holds: the order in which bytes, flushes and claims reach the disk."""

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from headrace.claims import SegmentClaim
from headrace.disk import part_file
from headrace.disk.part_file import PartFile
from headrace.disk.system_calls import flush_data
from headrace.states import FailureReason
from headrace.transfer.blocks import BLOCK, digest
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper, make_claims, refused, write

R = FailureReason
TAG = '"v1"'
HINT = f"{TAG}\n"
VERSION = (TAG, HINT)
Log = list[tuple[str, Any]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin.part"


@pytest.fixture
def log() -> Log:
    return []


@pytest.fixture
def keeper(log: Log, monkeypatch: pytest.MonkeyPatch) -> RecordingKeeper:
    """Return a keeper whose log also has what happens to the part file, in one order."""

    def noted(name: str) -> None:
        real = getattr(PartFile, name)

        def call(self: PartFile, *args: Any, **kwargs: Any) -> Any:
            log.append((name, args[0] if args else None))
            return real(self, *args, **kwargs)

        monkeypatch.setattr(PartFile, name, call)

    for name in ("write_at", "flush", "publish"):
        noted(name)
    real_create = PartFile.create

    def create(path: Path, size: int | None) -> PartFile:
        log.append(("create", size))
        return real_create(path, size)

    monkeypatch.setattr(PartFile, "create", create)
    return RecordingKeeper(log)


@pytest.fixture
def holding(keeper: RecordingKeeper, path: Path) -> Iterator[Holding]:
    made = Holding("id", keeper, None)
    made.begin(path, 100, VERSION)
    yield made
    made.close()


def steps(log: Log) -> list[str]:
    return [what for what, _ in log]


def break_flush(monkeypatch: pytest.MonkeyPatch, number: int = errno.EIO) -> None:
    def lost(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(part_file, "flush_data", lost)


# Bytes, then the flush, then the claim.


def test_nothing_is_claimed_before_it_is_flushed(holding: Holding, keeper: RecordingKeeper, log: Log) -> None:
    write(holding, b"x" * 40)
    holding.checkpoint()
    assert steps(log) == ["record", "create", "write_at", "flush", "claims"]
    (claims,) = keeper.saved
    assert claims is not None
    assert claims.segments == (SegmentClaim(0, 40, 100, digest(memoryview(b"x" * 40))),)
    assert (claims.total, claims.validator, claims.publishing_as) == (100, TAG, None)
    assert holding.claimed == claims


def test_bytes_written_during_a_flush_are_not_claimed(
    holding: Holding, keeper: RecordingKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(holding, b"x" * 40)

    def flush(descriptor: int) -> None:
        flush_data(descriptor)
        write(holding, b"y" * 10)

    monkeypatch.setattr(part_file, "flush_data", flush)
    holding.checkpoint()
    assert [claims and claims.received for claims in keeper.saved] == [40]
    assert holding.received == 50


def test_the_claims_name_the_file_on_disk(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    holding.checkpoint()
    (claims,) = keeper.saved
    facts = path.stat()
    assert claims == make_claims(
        (0, 0, 100), total=100, part_name=path.name, device=facts.st_dev, inode=facts.st_ino, validator=TAG, hint=HINT
    )


def test_without_news_there_is_no_checkpoint(holding: Holding, log: Log) -> None:
    write(holding, b"x")
    holding.checkpoint()
    before = list(log)
    holding.checkpoint()
    assert log == before


def test_a_flush_that_fails_claims_nothing_ever_after(
    holding: Holding, keeper: RecordingKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system reports lost bytes once: a second flush that works proves nothing."""
    write(holding, b"x" * 10)
    holding.checkpoint()
    write(holding, b"y" * 10)
    with monkeypatch.context() as broken:
        break_flush(broken)
        holding.checkpoint()
    holding.checkpoint()
    assert [claims and claims.received for claims in keeper.saved] == [10]
    assert holding.claimed is not None
    assert holding.claimed.received == 10


@pytest.mark.parametrize(("number", "reason"), [(errno.EIO, R.DISK_ERROR), (errno.ENOSPC, R.DISK_FULL)])
def test_after_a_flush_that_failed_the_attempt_ends(
    holding: Holding, monkeypatch: pytest.MonkeyPatch, number: int, reason: FailureReason
) -> None:
    write(holding, b"x" * 10)
    with monkeypatch.context() as broken:
        break_flush(broken, number)
        holding.checkpoint()
    assert refused(lambda: write(holding, b"y")) is reason
    assert refused(holding.seal) is reason


def test_a_seal_whose_flush_fails_leaves_the_earlier_claims(
    holding: Holding, keeper: RecordingKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(holding, b"x" * 100)
    with monkeypatch.context() as broken:
        break_flush(broken)
        assert refused(holding.seal) is R.DISK_ERROR
    holding.checkpoint()
    assert keeper.saved == []


def test_a_new_beginning_is_trusted_again(
    holding: Holding, keeper: RecordingKeeper, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(holding, b"x")
    with monkeypatch.context() as broken:
        break_flush(broken)
        holding.checkpoint()
    holding.forget(keep_part=False)
    holding.begin(path, 50, (None, None))
    write(holding, b"y" * 50)
    holding.checkpoint()
    assert [claims and claims.received for claims in keeper.saved] == [None, 50]


def test_closed_it_is_checkpointed_no_more(holding: Holding, log: Log) -> None:
    write(holding, b"x")
    holding.close()
    holding.checkpoint()
    assert steps(log) == ["record", "create", "write_at"]


# Claims are withdrawn before other bytes come.


def test_claims_are_withdrawn_and_committed_before_a_new_beginning(holding: Holding, path: Path, log: Log) -> None:
    write(holding, b"old")
    holding.checkpoint()
    log.clear()
    holding.forget(keep_part=False)
    holding.begin(path, 50, (None, None))
    write(holding, b"new")
    assert log[:4] == [("claims", None), ("commit", None), ("record", None), ("create", 50)]
    assert (holding.claimed, holding.validator, holding.hint, holding.received) == (None, None, None, 3)


def test_no_part_file_is_made_before_its_download_has_a_row(keeper: RecordingKeeper, path: Path, log: Log) -> None:
    """After a crash nobody would know whose it is."""
    keeper.works = False
    holding = Holding("id", keeper, None)
    assert refused(lambda: holding.begin(path, 100, VERSION)) is R.DISK_ERROR
    assert steps(log) == ["record"]
    assert not path.exists()
    assert holding.empty


@pytest.mark.parametrize(("disk_full", "reason"), [(False, R.DISK_ERROR), (True, R.DISK_FULL)])
def test_where_the_withdrawal_cannot_be_committed_nothing_is_touched(
    holding: Holding, keeper: RecordingKeeper, path: Path, disk_full: bool, reason: FailureReason
) -> None:
    write(holding, b"old")
    holding.checkpoint()
    keeper.works, keeper.disk_full = False, disk_full
    assert refused(holding.forget) is reason
    assert path.read_bytes()[:3] == b"old"


def test_forgotten_is_empty(holding: Holding) -> None:
    write(holding, b"x")
    holding.forget()
    assert holding.empty
    assert (holding.received, holding.total, holding.complete, holding.segments()) == (0, None, False, ())
    assert (holding.front, holding.device, holding.validator, holding.hint) == (0, None, None, None)
    assert holding.take() is None
    assert refused(holding.seal) is R.INTERNAL


# The end.


def test_sealing_cuts_surplus_and_flushes(holding: Holding, path: Path, log: Log) -> None:
    write(holding, b"x" * 100)
    with path.open("ab") as stream:
        stream.write(b"appended by someone")
    holding.seal()
    assert path.read_bytes() == b"x" * 100
    assert steps(log)[-1] == "flush"
    assert b"".join(bytes(piece) for piece in holding.pieces()) == b"x" * 100


@pytest.mark.skipif(os.name == "nt", reason="an open file is safe from this on Windows")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: os.truncate(path, 99), R.SIZE_MISMATCH),
        (lambda path: os.truncate(path, 0), R.SIZE_MISMATCH),
        (Path.unlink, R.PART_FILE_CHANGED),
        (lambda path: path.with_name("x").hardlink_to(path), R.PART_FILE_CHANGED),
    ],
    ids=["shorter", "emptied", "deleted", "linked"],
)
def test_a_file_that_somebody_changed_is_never_sealed(
    holding: Holding, path: Path, change: Callable[[Path], None], reason: FailureReason
) -> None:
    write(holding, b"x" * 100)
    change(path)
    assert refused(holding.seal) is reason


def test_the_intention_to_publish_is_committed_before_the_rename(
    holding: Holding, keeper: RecordingKeeper, path: Path, log: Log
) -> None:
    write(holding, b"x" * 100)
    holding.seal()
    log.clear()
    final = path.with_name("file.bin")
    holding.publish(final, overwrite=False)
    assert steps(log) == ["claims", "commit", "publish"]
    (intention,) = keeper.saved
    assert intention is not None
    assert (intention.publishing_as, intention.complete) == ("file.bin", True)
    assert final.read_bytes() == b"x" * 100


def test_without_the_commit_there_is_no_rename(holding: Holding, keeper: RecordingKeeper, path: Path) -> None:
    write(holding, b"x" * 100)
    keeper.works = False
    assert refused(lambda: holding.publish(path.with_name("file.bin"), overwrite=False)) is R.DISK_ERROR
    assert path.exists()
    assert not path.with_name("file.bin").exists()


def test_a_checkpoint_after_publishing_does_not_take_the_intention_back(
    holding: Holding, keeper: RecordingKeeper, path: Path
) -> None:
    """A crash before the download is saved as complete is recovered by that intention alone."""
    write(holding, b"x" * 100)
    holding.publish(path.with_name("file.bin"), overwrite=False)
    holding.checkpoint()
    assert [claims and claims.publishing_as for claims in keeper.saved] == ["file.bin"]


def test_checkpoints_wait_for_a_rename_under_way(
    holding: Holding, keeper: RecordingKeeper, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(holding, b"x" * 100)
    real, under_way, go = PartFile.publish, threading.Event(), threading.Event()

    def publish(self: PartFile, final: Path, *, overwrite: bool) -> None:
        under_way.set()
        go.wait(5)
        real(self, final, overwrite=overwrite)

    monkeypatch.setattr(PartFile, "publish", publish)
    publisher = threading.Thread(
        target=holding.publish, args=(path.with_name("file.bin"),), kwargs={"overwrite": False}
    )
    publisher.start()
    assert under_way.wait(5)
    checkpoints = threading.Thread(target=holding.checkpoint)
    checkpoints.start()
    checkpoints.join(0.05)
    assert checkpoints.is_alive()
    go.set()
    publisher.join(5)
    checkpoints.join(5)
    assert [claims and claims.publishing_as for claims in keeper.saved] == ["file.bin"]


def test_a_name_that_is_taken_is_told_and_the_next_one_is_tried(
    holding: Holding, keeper: RecordingKeeper, path: Path
) -> None:
    write(holding, b"x" * 100)
    path.with_name("file.bin").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        holding.publish(path.with_name("file.bin"), overwrite=False)
    holding.publish(path.with_name("file (2).bin"), overwrite=False)
    assert [claims and claims.publishing_as for claims in keeper.saved] == ["file.bin", "file (2).bin"]
    assert path.with_name("file.bin").read_bytes() == b"precious"


def test_writers_and_checkpoints_at_once_keep_claims_behind_the_bytes(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, 200_000, VERSION)
    segment = holding.take()
    assert segment is not None
    done = threading.Event()

    def checkpoint() -> None:
        while not done.is_set():
            holding.checkpoint()

    thread = threading.Thread(target=checkpoint)
    thread.start()
    for _ in range(200):
        holding.write(segment, memoryview(b"x" * 1000))
    done.set()
    thread.join()
    holding.checkpoint()
    received = [claims.received for claims in keeper.saved if claims is not None]
    assert received == sorted(set(received))
    assert received[-1] == 200_000
    holding.close()


def test_a_sample_is_of_written_bytes_wherever_they_are(keeper: RecordingKeeper, path: Path) -> None:
    holding = Holding("id", keeper, None)
    holding.begin(path, 3 * BLOCK, (None, None))
    assert holding.sample(100) == (0, 0)
    segment = holding.take()
    assert segment is not None
    holding.write(segment, memoryview(bytes(2 * BLOCK + 5)))
    holding.give_back(segment)
    assert (holding.sample(100), holding.sample(4 * BLOCK)) == ((2 * BLOCK - 95, 2 * BLOCK + 5), (0, 2 * BLOCK + 5))
    holding.lose([(0, BLOCK)])
    assert holding.sample(100) == (2 * BLOCK - 95, 2 * BLOCK + 5)
    holding.lose([(BLOCK, 3 * BLOCK)])
    assert holding.sample(100) == (0, 0)
    holding.close()
