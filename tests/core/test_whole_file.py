import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from headrace.disk.whole_file import replace_text

WRITER = """
import itertools, sys
from pathlib import Path
from headrace.disk.whole_file import replace_text
for number in itertools.count():
    replace_text(Path(sys.argv[1]), f"{number}\\n" * 20_000)
    if number == 0:
        print("up", flush=True)
"""


@pytest.mark.parametrize("text", ["", "one\n", "ü€😀\n", "x" * 3_000_000])
def test_the_text_is_there_and_nothing_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text("old and longer than some", encoding="utf-8")
    replace_text(path, text)
    assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    replace_text(tmp_path / "a" / "b" / "file", "x")
    assert (tmp_path / "a" / "b" / "file").read_text(encoding="utf-8") == "x"


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX modes")
def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    replace_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("call", ["fsync", "open", "rename"])
def test_a_disk_error_leaves_the_old_file_and_no_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if call == "rename":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space"):
        replace_text(path, "new")
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "\ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_it_reaches_the_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        assert not (tmp_path / "file").exists()
        sizes.append(os.fstat(descriptor).st_size)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    replace_text(tmp_path / "file", "x")
    assert sizes == [1]


@pytest.mark.parametrize("moment", range(8))
def test_a_kill_leaves_a_whole_file(tmp_path: Path, moment: int) -> None:
    path = tmp_path / "file"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"up\n"
        time.sleep(moment * 0.0037)
        writer.kill()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 20_000
    assert len(set(lines)) == 1
