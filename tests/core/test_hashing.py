"""Digests behind the writers: a real file, real threads (catalogue: I01, I11; the stopping half of I10)."""

import hashlib
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

import google_crc32c
import pytest
from headrace.checksums import DIGEST_LENGTHS, Checksum
from headrace.errors import DownloadError, StoppedError
from headrace.states import FailureReason
from headrace.transfer.checksum import matches
from headrace.transfer.hashing import PIECE, BehindHasher, new_digest

from tests.support import seeded

SIZE = 5 * PIECE + 12_345
BODY = b"".join(seeded.pieces(7, 0, SIZE))
VECTOR = b"123456789"


def right(algorithm: str, body: bytes = BODY) -> str:
    if algorithm == "crc32":
        return f"{zlib.crc32(body):08x}"
    return f"{google_crc32c.value(body):08x}" if algorithm == "crc32c" else hashlib.new(algorithm, body).hexdigest()


def never() -> None:
    """Check for nothing."""


class GrowingFile:
    """A file written from the front, and what a hasher sees of it."""

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT)
        self.written = 0
        self.looks = 0
        self.reads: list[tuple[int, int]] = []
        self.reader: threading.Thread | None = None
        self.looked = threading.Event()

    def write(self, piece: bytes, offset: int | None = None) -> None:
        os.pwrite(self.fd, piece, self.written if offset is None else offset)
        self.written += len(piece) if offset is None else 0

    def read(self, offset: int, size: int) -> memoryview:
        self.reader = threading.current_thread()
        self.reads.append((offset, size))
        return memoryview(os.pread(self.fd, size, offset))

    def ready(self) -> int:
        self.looks += 1
        self.looked.set()
        return self.written


@pytest.fixture
def file(tmp_path: Path) -> Iterator[GrowingFile]:
    made = GrowingFile(tmp_path / "file.part")
    yield made
    os.close(made.fd)


def hasher_of(file: GrowingFile, *algorithms: str) -> BehindHasher:
    return BehindHasher(algorithms or ("sha256",), file.read, file.ready)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not come to pass"
        time.sleep(0.005)


def usual_gap(moments: list[float]) -> float:
    """Return the median of the seconds between moments: one gap of a busy machine is no failure."""
    return median(later - earlier for earlier, later in pairwise(moments))


@pytest.mark.parametrize("algorithm", DIGEST_LENGTHS)
def test_every_algorithm_runs_over_pieces_of_any_kind(algorithm: str) -> None:
    digest = new_digest(algorithm)
    for piece in (VECTOR[:2], memoryview(bytearray(VECTOR[2:5])), b"", memoryview(VECTOR)[5:]):
        digest.update(piece)
    assert digest.hexdigest() == right(algorithm, VECTOR)
    assert len(new_digest(algorithm).hexdigest()) == DIGEST_LENGTHS[algorithm]


def test_the_sums_have_the_check_values_of_their_catalogue() -> None:
    for algorithm, value in (("crc32", "cbf43926"), ("crc32c", "e3069283")):
        assert matches(Checksum(algorithm, value), iter([memoryview(VECTOR)]), never)
        assert not matches(Checksum(algorithm, value), iter([memoryview(VECTOR[1:])]), never)


def test_unknown_algorithms_are_refused(file: GrowingFile) -> None:
    with pytest.raises(ValueError, match="sha3_256"):
        new_digest("sha3_256")
    with pytest.raises(ValueError, match="shake_128"):
        hasher_of(file, "sha256", "shake_128")
    with pytest.raises(ValueError, match="needs an algorithm"):
        BehindHasher((), file.read, file.ready)


def test_i01_the_file_is_digested_while_it_grows(file: GrowingFile) -> None:
    hasher = hasher_of(file, *DIGEST_LENGTHS)
    hasher.start()
    hasher.start()
    for at in range(0, SIZE, 300_000):
        file.write(BODY[at : at + 300_000])
        hasher.wake()
    wait_for(lambda: hasher.progress == 5 * PIECE)
    assert hasher.finish(SIZE, never) == {name: right(name) for name in DIGEST_LENGTHS}
    assert hasher.progress == SIZE
    assert file.reads == [(at * PIECE, PIECE) for at in range(5)] + [(5 * PIECE, 12_345)]
    assert file.reader not in (None, threading.current_thread())


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1])
def test_a_file_that_is_there_needs_no_start(file: GrowingFile, size: int) -> None:
    file.write(BODY[:size])
    assert hasher_of(file).finish(size, never) == {"sha256": right("sha256", BODY[:size])}


def test_one_algorithm_asked_twice_is_digested_once(file: GrowingFile) -> None:
    file.write(BODY)
    hasher = hasher_of(file, "md5", "md5")
    assert hasher.finish(SIZE, never) == hasher.finish(SIZE, never) == {"md5": right("md5")}


def test_what_is_read_may_come_in_smaller_pieces(file: GrowingFile) -> None:
    file.write(BODY)
    hasher = BehindHasher(["sha256"], lambda offset, size: file.read(offset, min(size, 700_001)), file.ready)
    assert hasher.finish(SIZE, never) == {"sha256": right("sha256")}


def test_nothing_is_read_beyond_the_first_hole(file: GrowingFile) -> None:
    hasher = hasher_of(file)
    hasher.start()
    file.write(BODY[3 * PIECE :], offset=3 * PIECE)
    hasher.wake()
    file.write(BODY[: 2 * PIECE])
    hasher.wake()
    wait_for(lambda: hasher.progress == 2 * PIECE)
    file.write(BODY[2 * PIECE : 3 * PIECE])
    file.written = SIZE
    hasher.wake()
    assert hasher.finish(SIZE, never) == {"sha256": right("sha256")}
    assert file.reads[:2] == [(0, PIECE), (PIECE, PIECE)]


def test_without_news_the_thread_sleeps(file: GrowingFile) -> None:
    hasher = hasher_of(file)
    hasher.start()
    file.looked.wait(5)
    time.sleep(0.3)
    looks = file.looks
    for _ in range(10_000):
        hasher.wake()
    time.sleep(0.3)
    assert looks <= 2
    assert file.looks - looks <= 20, "each wake must not cost a look"
    hasher.close()


def test_many_threads_wake_and_no_news_is_missed(file: GrowingFile) -> None:
    hasher, lock = hasher_of(file), threading.Lock()
    hasher.start()

    def write() -> None:
        while True:
            with lock:
                at = file.written
                if at == SIZE:
                    return
                file.write(BODY[at : at + 65_536])
            hasher.wake()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    wait_for(lambda: hasher.progress == 5 * PIECE)
    assert hasher.finish(SIZE, never) == {"sha256": right("sha256")}


def test_bytes_withdrawn_are_digested_again(file: GrowingFile) -> None:
    hasher = hasher_of(file)
    hasher.start()
    file.write(bytes(3 * PIECE))
    hasher.wake()
    wait_for(lambda: hasher.progress == 3 * PIECE)
    file.written = PIECE
    hasher.wake()
    wait_for(lambda: hasher.progress == PIECE)
    file.write(BODY, offset=0)
    hasher.restart()
    wait_for(lambda: len(file.reads) == 5)
    assert hasher.finish(SIZE, never) == {"sha256": right("sha256")}


def test_a_file_that_turned_out_shorter_is_digested_again(file: GrowingFile) -> None:
    hasher = hasher_of(file)
    hasher.start()
    file.write(BODY)
    hasher.wake()
    wait_for(lambda: hasher.progress == 5 * PIECE)
    assert hasher.finish(PIECE, never) == {"sha256": right("sha256", BODY[:PIECE])}


def test_i10_a_stop_while_finishing_comes_at_once(file: GrowingFile) -> None:
    gate, entered = threading.Event(), threading.Event()
    reads: list[int] = []

    def read(offset: int, size: int) -> bytes:
        reads.append(offset)
        entered.set()
        gate.wait(10)
        return bytes(size)

    hasher, checks = BehindHasher(["sha256"], read, file.ready), []

    def check() -> None:
        checks.append(time.monotonic())
        if entered.is_set() and len(checks) > 3:
            gate.set()
            raise StoppedError

    with pytest.raises(StoppedError):
        hasher.finish(50 << 30, check)
    assert reads == [0], "a stopped thread reads no further piece"
    assert usual_gap(checks) < 0.1


def test_i11_finishing_a_long_file_checks_all_the_time_and_shows_progress(file: GrowingFile) -> None:
    piece, total = bytes(PIECE), 400 * PIECE
    hasher = BehindHasher(["sha256"], lambda _offset, size: memoryview(piece)[:size], file.ready)
    expected = hashlib.sha256()
    for _ in range(400):
        expected.update(piece)
    checks, shown = [time.monotonic()], []

    def check() -> None:
        checks.append(time.monotonic())
        shown.append(hasher.progress)

    assert hasher.finish(total, check) == {"sha256": expected.hexdigest()}
    assert sorted(shown) == shown
    assert len(set(shown)) > 2
    assert usual_gap(checks) < 0.1


def test_closing_ends_the_thread_in_every_phase(file: GrowingFile) -> None:
    unstarted, idle, busy = hasher_of(file), hasher_of(file), hasher_of(file)
    idle.start()
    file.looked.wait(5)
    file.write(BODY)
    busy.start()
    begin = time.monotonic()
    for hasher in (unstarted, idle, busy, unstarted, idle, busy):
        hasher.close()
    assert time.monotonic() - begin < 0.5
    assert [thread for thread in threading.enumerate() if thread.name == "hasher"] == []
    unstarted.start()
    unstarted.wake()
    with pytest.raises(StoppedError):
        unstarted.finish(SIZE, never)


def test_closing_from_another_thread_stops_finish(file: GrowingFile) -> None:
    reading, gate = threading.Event(), threading.Event()

    def read(offset: int, size: int) -> bytes:
        reading.set()
        gate.wait(10)
        return bytes(size)

    hasher = BehindHasher(["sha256"], read, file.ready)

    def close() -> None:
        reading.wait(10)
        gate.set()
        hasher.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(StoppedError):
        hasher.finish(1 << 40, never)
    closer.join()


@pytest.mark.parametrize("while_growing", [True, False])
def test_what_reading_raises_is_raised_by_finish(file: GrowingFile, while_growing: bool) -> None:
    failed = threading.Event()

    def read(offset: int, size: int) -> bytes:
        failed.set()
        raise DownloadError.of(FailureReason.DISK_ERROR, "read")

    hasher = BehindHasher(["sha256"], read, file.ready)
    file.write(BODY)
    if while_growing:
        hasher.start()
        assert failed.wait(5)
        hasher.wake()
    with pytest.raises(DownloadError) as caught:
        hasher.finish(SIZE, never)
    assert caught.value.failure.reason is FailureReason.DISK_ERROR


def test_a_fault_of_the_callbacks_does_not_hang_finish() -> None:
    def ready() -> int:
        raise ZeroDivisionError

    hasher = BehindHasher(["sha256"], lambda _offset, _size: b"", ready)
    hasher.start()
    wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name == "hasher"])
    with pytest.raises(ZeroDivisionError):
        hasher.finish(1, never)


def test_a_file_shorter_than_written_is_an_altered_one(file: GrowingFile) -> None:
    file.write(BODY[:100])
    with pytest.raises(DownloadError) as caught:
        hasher_of(file).finish(101, never)
    assert caught.value.failure.reason is FailureReason.PART_FILE_CHANGED
