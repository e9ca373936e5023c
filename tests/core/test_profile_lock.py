"""One process per profile, proven with real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from headrace.disk.profile_lock import ProfileInUseError, ProfileLock

from tests.support import leaks

HOLDER = """
import sys
from pathlib import Path
from headrace.disk.profile_lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile.lock"


@contextmanager
def holder(path: Path, role: str = "get") -> Iterator[subprocess.Popen[str]]:
    """Have another process hold the lock until the end of the block."""
    command = [sys.executable, "-c", HOLDER, str(path), role]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def taken(path: Path) -> ProfileInUseError:
    with pytest.raises(ProfileInUseError) as caught:
        ProfileLock(path, "window")
    return caught.value


def test_another_process_is_kept_out_and_told_who_holds_it(path: Path) -> None:
    with holder(path, "get") as process:
        before = leaks.held().files
        error = taken(path)
        assert (error.pid, error.role) == (process.pid, "get")
        assert str(process.pid) in str(error)
        assert str(path.parent) in str(error)
        assert leaks.held().files == before


def test_a_process_killed_without_warning_frees_it(path: Path) -> None:
    with holder(path) as process:
        taken(path)
        process.kill()
        process.wait(5)
        began = time.monotonic()
        ProfileLock(path, "window").release()
        assert time.monotonic() - began < 0.5


def test_only_one_of_many_gets_it(path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(path), "get"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(3)
    ]
    said = [process.stdout.readline() for process in processes if process.stdout is not None]
    for process in processes:
        process.communicate()
    assert sorted(said) == ["", "", "held\n"]


def test_the_same_process_cannot_take_it_twice(path: Path) -> None:
    lock = ProfileLock(path, "window")
    assert taken(path).pid == os.getpid()
    lock.release()


def test_release_frees_it_and_twice_does_no_harm(path: Path) -> None:
    first = ProfileLock(path, "window")
    first.release()
    second = ProfileLock(path, "get")
    first.release()
    assert taken(path).role == "get"
    second.release()


def test_the_note_is_new_each_time(path: Path) -> None:
    path.write_text(json.dumps({"pid": 1, "role": "window", "more": "x" * 500}), encoding="utf-8")
    lock = ProfileLock(path, "get")
    assert json.loads(path.read_text(encoding="utf-8")) == {"pid": os.getpid(), "role": "get"}
    lock.release()


@pytest.mark.parametrize("note", ["", "{", "[]", "null", '{"pid": "x", "role": 1}', '{"pid": null}', "\xff\xfe"])
def test_an_unreadable_note_says_nobody(path: Path, note: str) -> None:
    lock = ProfileLock(path, "window")
    path.write_bytes(note.encode("latin-1"))
    error = taken(path)
    assert (error.pid, error.role) == (None, "")
    lock.release()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other modes")
def test_only_the_owner_may_read_it(path: Path) -> None:
    ProfileLock(path, "window").release()
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_its_folder_there_is_no_lock(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ProfileLock(tmp_path / "none" / "profile.lock", "window")


def test_a_note_that_cannot_be_written_leaves_nothing_held(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    before = leaks.held().files
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            ProfileLock(path, "window")
    assert leaks.held().files == before
    ProfileLock(path, "window").release()
