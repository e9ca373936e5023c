"""Disks that fill up, go away, refuse or are tampered with, seen from the whole engine: bytes are kept, files right."""

import errno
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from headrace.disk.space import RESERVE
from headrace.net.body import PIECE
from headrace.states import DownloadState, FailureReason, Notice

from tests.support import faults
from tests.support.disk_scenes import MIB, RATE, SIZE, half_way, is_right, spec, unknown_length
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Framing, Resource
from tests.support.small_disk import SmallDisk, small_disk

if sys.platform != "linux":
    pytest.skip("mounts and limits of Linux", allow_module_level=True)

import resource

R = FailureReason


@pytest.fixture
def disk(engine: Engine) -> Iterator[SmallDisk]:
    """Put the target folder on a disk of its own, with room for a few MiB beyond the reserve."""
    engine.folder.mkdir()
    with small_disk(engine.folder, RESERVE + 4 * SIZE) as mounted:
        yield mounted
        engine.manager.pause_all()
        engine.until_still()


# Full.


@pytest.mark.case("D01")
def test_d01_what_does_not_fit_is_refused_before_the_first_byte(
    engine: Engine, disk: SmallDisk, plain_server: FaultyServer
) -> None:
    download_id = engine.add(plain_server.file(4 * SIZE + MIB))
    going_on = half_way(engine, plain_server, "/other")
    assert engine.failed(download_id) is R.DISK_FULL
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.needed_bytes is not None
    assert [path.name.split(".")[0] for path in disk.folder.iterdir()] == ["other"]
    engine.manager.resume([going_on])
    is_right(engine, going_on)


@pytest.mark.case("D02")
def test_d02_a_full_disk_stops_all_that_write_to_it_and_nothing_else(
    engine: Engine, disk: SmallDisk, plain_server: FaultyServer, tmp_path: Path
) -> None:
    plain_server.inject(faults.slow(50_000, after=SIZE // 4, when=lambda request: request.path != "/first"))
    for number, name in enumerate(("/first", "/second", "/third", "/elsewhere")):
        plain_server.add(replace(unknown_length(name, number + 1), framing=Framing.LENGTH, rate=None))
    plain_server.add(unknown_length("/first"))
    neighbours = [engine.add(plain_server.url(path)) for path in ("/second", "/third")]
    (tmp_path / "disk-two").mkdir()
    elsewhere = engine.manager.add([spec(plain_server.url("/elsewhere"), tmp_path / "disk-two")])[0]
    for download_id in (*neighbours, elsewhere):
        engine.until_received(download_id, SIZE // 4)
    ballast = disk.fill(leave=MIB + PIECE + 5000)
    first = engine.add(plain_server.url("/first"))
    stopped = [first, *neighbours]
    assert [engine.failed(download_id) for download_id in stopped] == [R.DISK_FULL] * 3
    assert engine.state(elsewhere) is DownloadState.DOWNLOADING
    assert engine.snapshot(first).received >= MIB, "what came before the last piece stays"
    assert min(engine.snapshot(download_id).received for download_id in neighbours) >= SIZE // 4
    engine.until_state(elsewhere, DownloadState.DOWNLOADING)
    assert_invariant(engine, plain_server, kept=["ballast"], besides=["disk-two"])
    plain_server.heal()
    ballast.unlink()
    engine.manager.resume(stopped)
    for number, download_id in enumerate(stopped):
        is_right(engine, download_id, seed=number + 1)
    assert [request.range_start for request in plain_server.requests if request.path == "/second"][-1] is not None
    engine.manager.pause([elsewhere])


FLUSHES: Final = ["headrace.disk.part_file.flush_data", "headrace.disk.part_file.patiently"]


@pytest.mark.case("D03", "D06")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", FLUSHES, ids=["flush", "rename"])
def test_d03_d06_a_fault_at_flush_or_rename_claims_nothing(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def broken(_argument: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as fault:
        fault.setattr(call, broken)
        download_id = engine.add(plain_server.add(Resource("/file", size=SIZE, rate=RATE)))
        assert engine.failed(download_id) is (R.DISK_FULL if number == errno.ENOSPC else R.DISK_ERROR)
        engine.until_still()
        assert_invariant(engine, plain_server)
        assert [name for name in engine.files() if not name.endswith(".part")] == []
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert_invariant(engine, plain_server)


# Limits of the disk.


@pytest.mark.case("D05")
def test_d05_a_file_too_large_for_the_disk_keeps_what_there_is(engine: Engine, plain_server: FaultyServer) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    plain_server.add(unknown_length("/file"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, before[1]))
    try:
        download_id = engine.add(plain_server.url())
        assert engine.failed(download_id) is R.FILE_TOO_LARGE
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert 0 <= SIZE // 2 - engine.snapshot(download_id).received < PIECE
    engine.manager.resume([download_id])
    is_right(engine, download_id)


@pytest.mark.case("D05")
@pytest.mark.case("D13")
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT])
def test_d05_d13_a_disk_that_takes_no_more_writes_is_named(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from headrace.disk.system_calls import write_at  # noqa: PLC0415

    def broken(descriptor: int, data: memoryview, offset: int) -> None:
        if offset >= SIZE // 3:
            raise OSError(number, os.strerror(number))
        write_at(descriptor, data, offset)

    with monkeypatch.context() as fault:
        fault.setattr("headrace.disk.part_file.write_at", broken)
        download_id = engine.add(plain_server.add(Resource("/file", size=SIZE, rate=RATE)))
        assert engine.failed(download_id) is (R.DISK_FULL if number == errno.EDQUOT else R.NO_PERMISSION)
    assert engine.snapshot(download_id).received > SIZE // 3 - PIECE
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert plain_server.requests[-1].range_start is not None


@pytest.mark.case("D07")
def test_d07_writes_that_take_less_than_given(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.pwrite, []

    def short(descriptor: int, data: Any, offset: int) -> int:
        calls.append(offset)
        return real(descriptor, memoryview(data)[:99_991], offset)

    monkeypatch.setattr(os, "pwrite", short)
    is_right(engine, engine.add(plain_server.file(SIZE)))
    assert len(calls) > SIZE // 99_991


@pytest.mark.case("D13")
@pytest.mark.parametrize("times", [2, None], ids=["a moment", "for good"])
def test_d13_a_file_held_at_the_rename_is_waited_for_then_asked_about(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, times: int | None
) -> None:
    from headrace.disk.renaming import publish_new  # noqa: PLC0415

    tried: list[str] = []

    def held(folder: Any, part: str, final: str) -> None:
        tried.append(part)
        if times is None or len(tried) <= times:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        publish_new(folder, part, final)

    monkeypatch.setattr("headrace.disk.renaming.PAUSES", (0.01, 0.02, 0.03))
    with monkeypatch.context() as fault:
        fault.setattr("headrace.disk.part_file.publish_new", held)
        download_id = engine.add(plain_server.file(SIZE))
        if times is None:
            assert engine.failed(download_id) is R.NO_PERMISSION
            assert len(tried) == 4
            fault.undo()
            engine.manager.resume([download_id])
        is_right(engine, download_id)
    assert len(plain_server.requests) == 1


@pytest.mark.case("D18", "D19")
def test_d18_d19_a_disk_without_the_finer_features_serves_and_is_told_of_once(
    engine: Engine, plain_server: FaultyServer
) -> None:
    engine.folder.mkdir()
    with small_disk(engine.folder, SIZE, "ramfs"):
        download_id = half_way(engine, plain_server)
        engine.manager.resume([download_id])
        is_right(engine, download_id)
        notices = engine.snapshot(download_id).notices
        assert [notices.count(one) for one in (Notice.DISK_DEGRADED, Notice.ORIGIN_NOT_MARKED)] == [1, 1]


@pytest.mark.case("D19")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.ENOTSUP, errno.E2BIG])
def test_d19_a_mark_that_cannot_be_set_is_no_full_disk(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "setxattr", broken)
    download_id = engine.add(plain_server.file(SIZE))
    is_right(engine, download_id)
    assert Notice.ORIGIN_NOT_MARKED in engine.snapshot(download_id).notices


@pytest.mark.case("D24")
def test_d24_a_path_too_long_is_named_and_a_line_end_in_a_folder_is_none(
    engine: Engine, plain_server: FaultyServer
) -> None:
    deep = engine.folder.joinpath(*["d" * 200] * 21)
    plain_server.file(SIZE)
    assert engine.failed(engine.manager.add([spec(plain_server.url(), deep)])[0]) is R.DISK_ERROR
    odd = engine.folder / "two\nlines"
    is_right(engine, engine.manager.add([spec(plain_server.url(), odd)])[0])
    assert [path.name for path in odd.iterdir()] == ["file"]
