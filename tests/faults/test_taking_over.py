"""What other programs, real ones too, left of a download is gone on with, where its bytes are the server's."""

import errno
import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from headrace.spec import Checksum
from headrace.states import DownloadState, FailureReason, Notice

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

M = 1 << 20
SIZE = 24 * M + 777
_R = FailureReason


def body(start: int = 0, end: int = SIZE) -> bytes:
    return seeded.body(1, start, end)


def leave(engine: Engine, data: bytes | bytearray, name: str = "file.iso") -> Path:
    """Put there what a program that keeps no notes has left, under the name of the finished file."""
    engine.folder.mkdir(exist_ok=True)
    path = engine.folder / name
    path.write_bytes(data)
    return path


def take_over(engine: Engine, address: str, path: Path, **wishes: Any) -> str:
    return engine.add(address, name="file.iso", partial=path, **wishes)


def stop_half_way(command: Sequence[str | Path], server: FaultyServer, growing: Path, least: int) -> None:
    """Run a program until it has written so many bytes and the server sends no more, then end it as a person would."""
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = monotonic() + 20
        while not growing.exists() or growing.stat().st_blocks * 512 < least:
            assert monotonic() < until, "it wrote too little"
            assert program.poll() is None, "it ended"
            sleep(0.02)
        sleep(0.3)
    finally:
        program.terminate()
        program.wait(20)
    server.heal()


_ARIA2 = ("aria2c", "-q", "-d", "{folder}", "-o", "file.iso")
PROGRAMS = {
    "aria2c, one connection": (*_ARIA2, "-x1", "-s1", "--file-allocation=none"),
    "aria2c, four connections": (*_ARIA2, "-x4", "-s4", "-k1M", "--file-allocation=falloc"),
    "wget": ("wget", "-q", "-t1", "-O", "{folder}/file.iso"),
    "curl": ("curl", "-s", "-o", "{folder}/file.iso"),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_real_program_left_is_gone_on_with(program: str, engine: Engine, faulty_server: ServerFactory) -> None:
    command = PROGRAMS[program]
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing; the README says how to install it")
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    stall = server.inject(faults.stall(3 * M if "four" in program else 10 * M, times=None))
    engine.folder.mkdir()
    growing = engine.folder / "file.iso"
    stop_half_way([part.format(folder=engine.folder) for part in command] + [address], server, growing, 3 * M)
    stall.gate.release.set()
    left, before = growing.stat().st_ino, server.body_sent
    download_id = take_over(engine, address, growing)
    path = engine.fetched(download_id)
    assert (path, path.stat().st_ino) == (growing, left), "it is the same file, under its own name"
    assert seeded.first_difference(path, 1, SIZE) is None
    assert engine.files() == ["file.iso"], "nothing is left, no control file either"
    saved = SIZE - (server.body_sent - before)
    assert saved > 2 * M, "what was there was not fetched again"
    assert Notice.TAKEN_OVER_UNPROVEN in engine.snapshot(download_id).notices


def test_a_checksum_proves_all_of_it(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, body(0, 10 * M + 5))
    checksum = Checksum("sha256", hashlib.sha256(body()).hexdigest())
    download_id = take_over(engine, address, path, checksum=checksum)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert engine.snapshot(download_id).notices == ()


def test_one_wrong_byte_that_no_sample_saw_is_found_by_the_checksum(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.taking_over.samples", lambda *_: [(0, 100)])
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    data = bytearray(body(0, 10 * M))
    data[5 * M] ^= 1
    checksum = Checksum("sha256", hashlib.sha256(body()).hexdigest())
    download_id = take_over(engine, address, leave(engine, data), checksum=checksum)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert engine.snapshot(download_id).notices == (Notice.RESTARTED_TAKEN_OVER,)
    assert engine.files() == ["file.iso"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (body(0, 5 * M)[:-1] + b"x", "it differs from the server's file at byte"),
        (seeded.body(2, 0, 5 * M), "it differs from the server's file at byte 0"),
        (body() + b"more", "longer than the server's file"),
        (b"", "nothing of it is there yet"),
        (bytes(5 * M), "it differs"),
    ],
)
def test_what_is_not_the_servers_is_refused_and_stays(
    data: bytes, why: str, engine: Engine, faulty_server: ServerFactory
) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, data)
    download_id = take_over(engine, address, path)
    assert engine.failed(download_id) is _R.NOT_TAKEN_OVER
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert why in failure.detail
    assert path.read_bytes() == data
    assert engine.files() == ["file.iso"]
    engine.until_still()
    engine.manager.resume([download_id])  # then all of it is fetched, beside what is there
    finished = engine.fetched(download_id)
    assert finished.name != "file.iso"
    assert seeded.first_difference(finished, 1, SIZE) is None
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "fault", [faults.ignore_range(), faults.content_range("bytes {first}-{last}/*", when=faults.anyone)]
)
def test_a_server_that_sends_no_parts(fault: Fault, engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    server.inject(fault)
    path = leave(engine, body(0, 5 * M))
    download_id = take_over(engine, address, path)
    assert engine.failed(download_id) is _R.NOT_TAKEN_OVER
    assert path.read_bytes() == body(0, 5 * M)


def test_what_looks_like_a_hole_is_fetched_again(engine: Engine, faulty_server: ServerFactory) -> None:
    """A disk that lost power gives back zeros for what was never written, whatever the notes say."""
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    data = bytearray(body(0, 12 * M))
    data[3 * M : 5 * M] = bytes(2 * M)
    path = leave(engine, data)
    with path.open("r+b") as file:  # a hole in a block that is not all zeros
        file.truncate(8 * M + 4096 * 10)
        file.truncate(12 * M)
        file.seek(9 * M)
        file.write(body(9 * M, 12 * M))
    before = server.body_sent
    with pytest.MonkeyPatch.context() as patch:  # else a sample may hit the zeros, and all is refused
        patch.setattr("headrace.transfer.taking_over.samples", lambda *_: [(0, M), (11 * M, 12 * M)])
        download_id = take_over(engine, address, path)
        assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert server.body_sent - before < SIZE - 6 * M


def test_our_own_part_file_is_gone_on_with_when_the_list_is_lost(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    stall = server.inject(faults.stall(3 * M, times=None))
    download_id = engine.add(address, name="file.iso")
    engine.until_received(download_id, 5 * M)
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    server.heal()
    (part,) = engine.parts()
    with pytest.raises(ValueError, match="belongs to a download that is on the list"):
        take_over(engine, address, part)
    assert engine.close()
    for path in engine.profile.folder.glob("downloads.sqlite3*"):
        path.unlink()
    engine.manager = engine._open()
    assert engine.manager.ids() == []
    before = server.body_sent
    assert seeded.first_difference(engine.fetched(take_over(engine, address, part)), 1, SIZE) is None
    assert server.body_sent - before < SIZE - 2 * M
    assert engine.files() == ["file.iso"]


def test_a_program_that_still_writes_is_left_alone(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, body(0, 5 * M))
    with path.open("r+b"):
        download_id = take_over(engine, address, path)
        assert engine.failed(download_id) is _R.PARTIAL_IN_USE
        engine.until_still()
    engine.manager.resume([download_id])
    finished = engine.fetched(download_id)
    assert finished == path
    assert seeded.first_difference(finished, 1, SIZE) is None


@pytest.mark.parametrize(
    "fault",
    [faults.status(503, times=2), faults.reset(faults.BEFORE_HEAD, times=2), faults.cut(100, times=2)],
    ids=["busy", "reset", "cut"],
)
def test_a_lost_server_is_waited_for(fault: Fault, engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    server.inject(fault)
    path = leave(engine, body(0, 5 * M))
    before = server.body_sent
    finished = engine.fetched(take_over(engine, address, path))
    assert seeded.first_difference(finished, 1, SIZE) is None
    assert server.body_sent - before < SIZE - 2 * M


def test_a_stop_while_samples_are_fetched_loses_nothing(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    stall = server.inject(faults.stall(1000))
    path = leave(engine, body(0, 5 * M))
    download_id = take_over(engine, address, path)
    engine.until(lambda: bool(server.requests))
    engine.manager.pause([download_id])
    engine.until_still()
    stall.gate.release.set()
    server.heal()
    assert path.read_bytes() == body(0, 5 * M)
    engine.restart()
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_what_was_taken_over_survives_a_pause_and_the_end_of_the_program(
    engine: Engine, faulty_server: ServerFactory
) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, body(0, 10 * M))
    stall = server.inject(faults.stall(M))
    download_id = take_over(engine, address, path)
    engine.until_received(download_id, 10 * M)
    engine.manager.pause([download_id])
    engine.until_still()
    assert not path.exists()
    stall.gate.release.set()
    server.heal()
    engine.restart()
    before = server.body_sent
    engine.manager.resume([download_id])
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert server.body_sent - before < SIZE - 9 * M
    assert Notice.TAKEN_OVER_UNPROVEN in engine.snapshot(download_id).notices


def test_persepolis_and_a_tag_that_changed(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE, etag='"now"'))
    data = bytearray(SIZE)
    data[: 4 * M], data[12 * M : 15 * M] = body(0, 4 * M), body(12 * M, 15 * M)
    path = leave(engine, data)
    notes = path.with_name("file.iso.persepolis")
    said = {"ETag": '"then"', "file_name": "file.iso", "file_size": SIZE, "number_of_parts": 2}
    said["download_infromation_list"] = [[0, 4 * M, "pending", -1], [12 * M, 3 * M, "pending", -1]]
    notes.write_text(json.dumps(said))
    download_id = take_over(engine, address, notes)
    assert engine.failed(download_id) is _R.NOT_TAKEN_OVER
    engine.manager.remove([download_id])
    notes.write_text(json.dumps(said | {"ETag": '"now"'}))
    before = server.body_sent
    download_id = take_over(engine, address, notes)
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None
    assert server.body_sent - before < SIZE - 5 * M
    assert engine.files() == ["file.iso"]


@pytest.mark.parametrize("moved", [False, True], ids=["before the move", "behind it"])
def test_the_end_of_the_program_around_the_move_loses_nothing(
    moved: bool, engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claims are committed by then, and speak of a part file that is there, or is not yet."""

    def stop(source: Path, target: Path) -> None:
        if moved:
            source.rename(target)
        raise OSError(errno.EIO, "the end")

    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, body(0, 10 * M))
    with monkeypatch.context() as patch:
        patch.setattr("headrace.transfer.taking_over.move_over", stop)
        download_id = take_over(engine, address, path)
        assert engine.failed(download_id) is _R.DISK_ERROR
    assert path.exists() is not moved
    engine.restart()
    before = server.body_sent
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == path
    assert seeded.first_difference(path, 1, SIZE) is None
    assert server.body_sent - before < SIZE - 8 * M
    assert engine.files() == ["file.iso"]


def test_another_disk_gets_a_copy(
    engine: Engine, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr("headrace.transfer.taking_over.move_over", refuse)
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = tmp_path / "elsewhere.iso"
    path.write_bytes(body(0, 10 * M))
    before = server.body_sent
    finished = engine.fetched(take_over(engine, address, path))
    assert finished == engine.folder / "file.iso"
    assert seeded.first_difference(finished, 1, SIZE) is None
    assert server.body_sent - before < SIZE - 8 * M
    assert path.read_bytes() == body(0, 10 * M)


def test_the_whole_file_was_there(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    address = server.add(Resource("/file", size=SIZE))
    path = leave(engine, body())
    download_id = take_over(engine, address, path)
    assert engine.fetched(download_id) == path
    assert engine.state(download_id) is DownloadState.COMPLETED
    assert seeded.first_difference(path, 1, SIZE) is None
