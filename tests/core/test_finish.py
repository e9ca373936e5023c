"""From all bytes written to a file under its final name."""

import hashlib
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import FoundDigest
from headrace.disk.part_file import PartFile
from headrace.errors import DownloadError, StoppedError
from headrace.pieces import PieceHashes
from headrace.spec import HASH_LENGTHS, Checksum, IfExists
from headrace.states import FailureReason, Notice
from headrace.transfer.attempt import Attempt
from headrace.transfer.blocks import BLOCK
from headrace.transfer.finish import Finish, LostBytesError
from headrace.transfer.holding import Holding
from headrace.transfer.proof import proof_of
from headrace.transfer.tools import JobTools

from tests.support import seeded
from tests.support.engine_parts import RecordingKeeper, make_plan, refused
from tests.support.faulty_server import FaultyServer
from tests.support.job_tools import opened_tools
from tests.support.packing import gzipped
from tests.support.replies import Resource

R = FailureReason
BODY = b"all the bytes" * 100_000
RIGHT = Checksum("sha256", hashlib.sha256(BODY).hexdigest())
RIGHT_ONES = [Checksum(name, hashlib.new(name, BODY).hexdigest()) for name in HASH_LENGTHS]
WRONG = Checksum("sha256", "00" * 32)
PIECE_LENGTH = 300_000
MIRROR = "http://mirror.example/file.bin"


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def tools(keeper: RecordingKeeper) -> Iterator[JobTools]:
    with opened_tools(keeper) as made:
        yield made


class Written:
    """Attempts that have got all their bytes."""

    def __init__(self, folder: Path, tools: JobTools) -> None:
        self.folder, self.tools = folder, tools
        self.attempts: list[Attempt] = []
        self.ends: list[Finish] = []

    def attempt(self, body: bytes = BODY, *, total: int | None = -1, **facts: Any) -> Attempt:
        """Make one that holds all of `body`."""
        attempt = Attempt(make_plan(self.folder, **facts), self.tools)
        self.attempts.append(attempt)
        attempt.holding.begin(self.folder / "file.bin.part", len(body) if total == -1 else total, (None, None))
        segment = attempt.holding.take()
        if segment is not None:
            attempt.holding.write(segment, memoryview(body))
            attempt.holding.give_back(segment)
        return attempt

    def end(self, attempt: Attempt) -> Finish:
        """Make the end of an attempt."""
        self.ends.append(Finish(attempt))
        return self.ends[-1]


@pytest.fixture
def written(tmp_path: Path, tools: JobTools) -> Iterator[Written]:
    made = Written(tmp_path, tools)
    yield made
    for end in made.ends:
        end.close()
    for attempt in made.attempts:
        attempt.holding.close()


def finished(written: Written, **facts: Any) -> str:
    return written.end(written.attempt(**facts)).run()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("stopped", [False, True])
def test_what_is_kept_of_a_file_is_read_back_until_a_stop(
    written: Written, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    monkeypatch.setattr("headrace.transfer.finish.proof_of_claims", lambda *_: None)
    attempt = written.attempt()
    end = written.end(attempt)
    end.run()
    if stopped:
        attempt.interrupt.stop()
    assert end.keepsake() == (None if stopped else proof_of([memoryview(BODY)]))


@pytest.mark.parametrize("checksum", [None, *RIGHT_ONES], ids=str)
@pytest.mark.parametrize("behind", [False, True], ids=["at the end", "behind the writers"])
def test_right_bytes_get_their_name(written: Written, tmp_path: Path, checksum: Checksum | None, behind: bool) -> None:
    attempt = written.attempt(checksum=checksum)
    end = written.end(attempt)
    if behind:
        end.begin()
        end.wake()
    assert end.run() == "file.bin"
    assert names(tmp_path) == ["file.bin"]
    assert (tmp_path / "file.bin").read_bytes() == BODY
    assert end.verdict == (FoundDigest(checksum, "given") if checksum else None)
    weak = checksum is not None and checksum.algorithm in ("md5", "sha1")
    assert (Notice.WEAK_CHECKSUM in attempt.notices) == weak


@pytest.mark.parametrize("policy", IfExists)
def test_wrong_bytes_are_never_published(
    written: Written, keeper: RecordingKeeper, tmp_path: Path, policy: IfExists
) -> None:
    """They are kept for inspection, and nothing of them is claimed: a later attempt begins anew."""
    attempt = written.attempt(checksum=WRONG, if_exists=policy)
    with pytest.raises(DownloadError) as caught:
        written.end(attempt).run()
    assert caught.value.failure.reason is R.CHECKSUM_MISMATCH
    assert caught.value.failure.detail == "sha256, given, kept as file.bin.part.bad"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file.bin.part.bad": BODY}
    assert keeper.saved[-1] is None
    assert attempt.holding.claimed is None
    assert all(claims is None or claims.publishing_as is None for claims in keeper.saved)


def test_wrong_bytes_that_nobody_can_put_aside_are_still_told(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = written.attempt(checksum=WRONG)
    end = written.end(attempt)

    def lost(_path: Path) -> Path:
        raise DownloadError.of(R.DISK_ERROR)

    monkeypatch.setattr("headrace.transfer.finish.set_aside", lost)
    with pytest.raises(DownloadError) as caught:
        end.run()
    assert (caught.value.failure.reason, caught.value.failure.detail) == (R.CHECKSUM_MISMATCH, "sha256, given")
    assert names(tmp_path) == ["file.bin.part"]


def test_what_the_server_said_is_checked_where_the_user_said_nothing(written: Written) -> None:
    attempt = written.attempt()
    attempt.digests = [FoundDigest(RIGHT, "Repr-Digest"), FoundDigest(WRONG, "X-Checksum-Sha256")]
    end = written.end(attempt)
    assert end.run() == "file.bin"
    assert end.verdict == FoundDigest(RIGHT, "Repr-Digest")


def test_what_the_user_said_comes_before_what_the_server_said(written: Written) -> None:
    attempt = written.attempt(checksum=WRONG)
    attempt.digests = [FoundDigest(RIGHT, "Repr-Digest")]
    assert refused(written.end(attempt).run) is R.CHECKSUM_MISMATCH


def test_digests_of_another_generation_are_forgotten(written: Written) -> None:
    attempt = written.attempt()
    attempt.digests = [FoundDigest(WRONG, "Repr-Digest")]
    end = written.end(attempt)
    end.begin()
    end.forget()
    assert end.run() == "file.bin"
    assert end.verdict is None


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
    written: Written, tmp_path: Path, policy: IfExists, result: str | FailureReason, there: dict[str, bytes]
) -> None:
    (tmp_path / "file.bin").write_bytes(b"precious")
    if isinstance(result, str):
        assert finished(written, if_exists=policy) == result
    else:
        with pytest.raises(DownloadError) as caught:
            finished(written, if_exists=policy)
        assert caught.value.failure.reason is result
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == there


def test_a_name_taken_in_the_last_moment_is_passed_over(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PartFile.publish

    def publish(self: PartFile, final: Path, *, overwrite: bool) -> None:
        if final.name in ("file.bin", "file (2).bin"):
            final.write_bytes(b"faster")
        real(self, final, overwrite=overwrite)

    monkeypatch.setattr(PartFile, "publish", publish)
    assert finished(written) == "file (3).bin"
    assert (tmp_path / "file (2).bin").read_bytes() == b"faster"
    assert (tmp_path / "file (3).bin").read_bytes() == BODY


@pytest.mark.parametrize("checksum", [None, RIGHT])
def test_a_stop_before_the_commit_point_publishes_nothing(
    written: Written, tmp_path: Path, checksum: Checksum | None
) -> None:
    attempt = written.attempt(checksum=checksum)
    attempt.interrupt.stop()
    with pytest.raises(StoppedError):
        written.end(attempt).run()
    assert names(tmp_path) == ["file.bin.part"]


def test_a_stop_while_verifying_does_not_wait_for_the_last_byte(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, read = written.attempt(checksum=RIGHT), []
    real = Holding.read

    def slowly(self: Holding, offset: int, size: int) -> memoryview:
        read.append(offset)
        if len(read) == 3:
            attempt.interrupt.stop()
        time.sleep(0.005)
        return real(self, offset, size)

    monkeypatch.setattr("headrace.transfer.hashing.PIECE", 1000)
    monkeypatch.setattr(Holding, "read", slowly)
    with pytest.raises(StoppedError):
        written.end(attempt).run()
    assert 3 <= len(read) < 200


def test_bytes_altered_on_disk_do_not_match(written: Written, tmp_path: Path) -> None:
    attempt = written.attempt(checksum=RIGHT)
    with (tmp_path / "file.bin.part").open("r+b") as stream:
        stream.write(b"A")
    assert refused(written.end(attempt).run) is R.CHECKSUM_MISMATCH


def test_a_folder_that_vanished_is_a_failure(written: Written, tmp_path: Path) -> None:
    attempt = written.attempt()
    tmp_path.rename(tmp_path.with_name(f"{tmp_path.name} elsewhere"))
    assert refused(written.end(attempt).run) is R.FOLDER_MISSING


def test_the_file_gets_the_time_the_server_gave_it(written: Written, tmp_path: Path) -> None:
    attempt = written.attempt()
    attempt.modified = 1_000_000_000.0
    written.end(attempt).run()
    assert (tmp_path / "file.bin").stat().st_mtime == 1_000_000_000.0


# Pieces, and addresses that were wrong.


def pieces_of(body: bytes) -> PieceHashes:
    starts = range(0, len(body), PIECE_LENGTH)
    digests = (hashlib.sha256(body[start : start + PIECE_LENGTH]).hexdigest() for start in starts)
    return PieceHashes("sha256", PIECE_LENGTH, tuple(digests))


def test_right_pieces_prove_the_file(written: Written) -> None:
    assert finished(written, pieces=pieces_of(BODY)) == "file.bin"


def test_a_wrong_piece_alone_is_fetched_again_and_then_told(written: Written, tmp_path: Path) -> None:
    body = BODY[:-1] + b"?"
    attempt = written.attempt(body, pieces=pieces_of(BODY))
    end = written.end(attempt)
    with pytest.raises(LostBytesError):
        end.run()
    assert [(part.start, part.position, part.end) for part in attempt.holding.segments()] == [
        (0, BLOCK, BLOCK),
        (BLOCK, BLOCK, len(BODY)),
    ]
    segment = attempt.holding.take()
    assert segment is not None
    attempt.holding.write(segment, memoryview(body)[BLOCK:])
    with pytest.raises(DownloadError) as caught:
        end.run()
    assert caught.value.failure.reason is R.CHECKSUM_MISMATCH
    assert caught.value.failure.detail == "sha256 of a piece, kept as file.bin.part.bad"
    assert names(tmp_path) == ["file.bin.part.bad"]


def test_a_wrong_piece_fetched_right_is_published(written: Written, tmp_path: Path) -> None:
    attempt = written.attempt(b"?" + BODY[1:], pieces=pieces_of(BODY))
    end = written.end(attempt)
    with pytest.raises(LostBytesError):
        end.run()
    segment = attempt.holding.take()
    assert segment is not None
    attempt.holding.write(segment, memoryview(BODY))
    assert end.run() == "file.bin"
    assert (tmp_path / "file.bin").read_bytes() == BODY


@pytest.mark.parametrize("proof", ["pieces", "checksum"])
def test_the_address_that_a_wrong_part_came_from_is_left(written: Written, tmp_path: Path, proof: str) -> None:
    facts: dict[str, Any] = {"pieces": pieces_of(BODY)} if proof == "pieces" else {"checksum": RIGHT}
    attempt = written.attempt(BODY[:-1] + b"?", mirrors=(MIRROR,), **facts)
    first, mirror = attempt.sources.all
    attempt.delivered(0, BLOCK, first)
    attempt.delivered(BLOCK, len(BODY), mirror)
    end = written.end(attempt)
    with pytest.raises(LostBytesError):
        end.run()
    assert [one.address for one in attempt.sources.all if not one.dropped] == [first.address]
    assert Notice.SOURCE_DROPPED in attempt.notices
    assert attempt.holding.received == BLOCK
    segment = attempt.holding.take()
    assert segment is not None
    attempt.holding.write(segment, memoryview(BODY)[BLOCK:])
    assert end.run() == "file.bin"
    assert (tmp_path / "file.bin").read_bytes() == BODY


# Checksum files beside the file.


@pytest.mark.parametrize("right", [True, False])
def test_a_large_file_is_compared_with_the_list_beside_it(
    written: Written, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    monkeypatch.setattr("headrace.transfer.finish.SIDECAR_LEAST", len(BODY))
    checksum = RIGHT if right else WRONG
    plain_server.add(Resource("/SHA256SUMS", content=f"{checksum.digest}  file.bin\n".encode()))
    attempt = written.attempt(address=plain_server.url("/file.bin"))
    attempt.server_name = "file.bin"
    end = written.end(attempt)
    if right:
        assert end.run() == "file.bin"
        assert end.verdict is not None
        assert (end.verdict.checksum, end.verdict.source) == (RIGHT, "SHA256SUMS")
    else:
        assert refused(end.run) is R.CHECKSUM_MISMATCH


@pytest.mark.parametrize(
    ("least", "facts"),
    [(len(BODY) + 1, {}), (0, {"checksum": RIGHT}), (0, {"find_checksums": False}), (0, {"pieces": pieces_of(BODY)})],
    ids=["small", "proven", "not wanted", "pieces"],
)
def test_nobody_is_asked_for_a_list_that_is_not_needed(
    written: Written, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, least: int, facts: dict[str, Any]
) -> None:
    monkeypatch.setattr("headrace.transfer.finish.SIDECAR_LEAST", least)
    attempt = written.attempt(address=plain_server.url("/file.bin"), **facts)
    attempt.server_name = "file.bin"
    written.end(attempt).run()
    assert plain_server.requests == []


# Neither length nor sum.


def zipped() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", BODY)
    return stream.getvalue()


@pytest.mark.parametrize("cut", [0, 1, 100_000])
@pytest.mark.parametrize("name", ["file.zip", "file.gz", "file.tgz"])
def test_without_length_and_sum_the_format_is_asked(written: Written, tmp_path: Path, name: str, cut: int) -> None:
    body = zipped() if name == "file.zip" else gzipped(seeded.body(1, 0, 300_000))
    attempt = written.attempt(body[: len(body) - cut], total=None, name=name, name_wanted=True)
    attempt.note(Notice.LENGTH_UNKNOWN)
    attempt.holding.learn_total(None)
    end = written.end(attempt)
    if cut:
        assert refused(end.run) is R.CONTENT_CUT
        assert not (tmp_path / name).exists()
    else:
        assert end.run() == name
