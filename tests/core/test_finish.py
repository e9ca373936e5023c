"""From all bytes written to a file under its final name."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from headrace.disk.part_file import PartFile
from headrace.errors import DownloadError, StoppedError
from headrace.net.interrupt import Interrupt
from headrace.spec import HASH_LENGTHS, Checksum, IfExists
from headrace.states import FailureReason
from headrace.transfer.finish import finish
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper, make_plan

R = FailureReason
BODY = b"all the bytes" * 100_000
RIGHT = Checksum("sha256", hashlib.sha256(BODY).hexdigest())
RIGHT_ONES = [Checksum(name, hashlib.new(name, BODY).hexdigest()) for name in HASH_LENGTHS]
WRONG = Checksum("sha256", "00" * 32)


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def holding(tmp_path: Path, keeper: RecordingKeeper) -> Iterator[Holding]:
    made = Holding("id", keeper, None)
    made.begin(tmp_path / "file.bin.part", len(BODY), None)
    segment = made.take()
    assert segment is not None
    made.write(segment, memoryview(BODY))
    yield made
    made.close()


def finished(holding: Holding, folder: Path, interrupt: Interrupt | None = None, **facts: Any) -> str:
    return finish(make_plan(folder, **facts), holding, "file.bin", interrupt or Interrupt())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("checksum", [None, *RIGHT_ONES], ids=str)
def test_right_bytes_get_their_name(holding: Holding, tmp_path: Path, checksum: Checksum | None) -> None:
    assert finished(holding, tmp_path, checksum=checksum) == "file.bin"
    assert names(tmp_path) == ["file.bin"]
    assert (tmp_path / "file.bin").read_bytes() == BODY


@pytest.mark.parametrize("policy", IfExists)
def test_wrong_bytes_are_never_published(
    holding: Holding, keeper: RecordingKeeper, tmp_path: Path, policy: IfExists
) -> None:
    with pytest.raises(DownloadError) as caught:
        finished(holding, tmp_path, checksum=WRONG, if_exists=policy)
    assert (caught.value.failure.reason, caught.value.failure.detail) == (R.CHECKSUM_MISMATCH, "sha256")
    assert names(tmp_path) == ["file.bin.part"]
    assert all(claims is None or claims.publishing_as is None for claims in keeper.saved)


@pytest.mark.parametrize(
    ("policy", "result", "there"),
    [
        (IfExists.RENAME, "file (2).bin", {"file.bin": b"precious", "file (2).bin": BODY}),
        (IfExists.OVERWRITE, "file.bin", {"file.bin": BODY}),
        (IfExists.FAIL, R.FILE_EXISTS, {"file.bin": b"precious", "file.bin.part": BODY}),
        (IfExists.SKIP, R.FILE_EXISTS, {"file.bin": b"precious", "file.bin.part": BODY}),
    ],
)
def test_a_file_that_appeared_meanwhile(
    holding: Holding, tmp_path: Path, policy: IfExists, result: str | FailureReason, there: dict[str, bytes]
) -> None:
    (tmp_path / "file.bin").write_bytes(b"precious")
    if isinstance(result, str):
        assert finished(holding, tmp_path, if_exists=policy) == result
    else:
        with pytest.raises(DownloadError) as caught:
            finished(holding, tmp_path, if_exists=policy)
        assert caught.value.failure.reason is result
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == there


def test_a_name_taken_in_the_last_moment_is_passed_over(
    holding: Holding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PartFile.publish

    def publish(self: PartFile, final: Path, *, overwrite: bool) -> None:
        if final.name in ("file.bin", "file (2).bin"):
            final.write_bytes(b"faster")
        real(self, final, overwrite=overwrite)

    monkeypatch.setattr(PartFile, "publish", publish)
    assert finished(holding, tmp_path) == "file (3).bin"
    assert (tmp_path / "file (2).bin").read_bytes() == b"faster"
    assert (tmp_path / "file (3).bin").read_bytes() == BODY


@pytest.mark.parametrize("checksum", [None, RIGHT])
def test_a_stop_before_the_commit_point_publishes_nothing(
    holding: Holding, tmp_path: Path, checksum: Checksum | None
) -> None:
    interrupt = Interrupt()
    interrupt.stop()
    with pytest.raises(StoppedError):
        finished(holding, tmp_path, interrupt, checksum=checksum)
    assert names(tmp_path) == ["file.bin.part"]


def test_a_stop_while_verifying_does_not_wait_for_the_last_byte(
    holding: Holding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt, read = Interrupt(), []

    def pieces(_self: Holding) -> Iterator[memoryview]:
        for number in range(1000):
            read.append(number)
            if number == 3:
                interrupt.stop()
            yield memoryview(b"x")

    monkeypatch.setattr(Holding, "pieces", pieces)
    with pytest.raises(StoppedError):
        finished(holding, tmp_path, interrupt, checksum=RIGHT)
    assert len(read) == 4


def test_bytes_altered_on_disk_do_not_match(holding: Holding, tmp_path: Path) -> None:
    with (tmp_path / "file.bin.part").open("r+b") as stream:
        stream.write(b"A")
    with pytest.raises(DownloadError) as caught:
        finished(holding, tmp_path, checksum=RIGHT)
    assert caught.value.failure.reason is R.CHECKSUM_MISMATCH


def test_a_folder_that_vanished_is_a_failure(holding: Holding, tmp_path: Path) -> None:
    tmp_path.rename(tmp_path.with_name(f"{tmp_path.name} elsewhere"))
    with pytest.raises(DownloadError) as caught:
        finished(holding, tmp_path)
    assert caught.value.failure.reason is R.FOLDER_MISSING
