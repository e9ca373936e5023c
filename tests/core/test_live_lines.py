"""Lines that are kept, what is text, how far a file has come, and what of it is saved."""

import os
import sys
from pathlib import Path

import pytest
from headrace.details import DownloadDetails
from headrace.live_file import LiveFile, LiveSource, Turn, front_of, source_of
from headrace.live_lines import Entry, KeptLines, Note, NoteKind, found_in, is_text, size_of
from headrace.live_saving import save_lines
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState, FailureReason

from tests.support.fake_manager import make_details, make_snapshot
from tests.support.needle import Needle


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", True),
        (b"plain\nlines\n", True),
        (b"\x1b[31mred\x1b[0m\n", True),
        ("Grüße aus München\n".encode("latin-1"), True),
        ("日本語".encode(), True),
        ("日本語".encode()[:-1], True),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", False),
        (b"\x1f\x8b\x08\0\0\0\0\0", False),
        (bytes(range(1, 256)) * 4, False),
        (b"text\0with a hole", False),
    ],
)
def test_what_is_text(head: bytes, expected: bool) -> None:
    assert is_text(head, "utf-8") is expected


@pytest.mark.parametrize("lines", [["x" * 1000] * 5, [str(n) for n in range(5000)], ["y" * 90_000, "z"]])
def test_kept_lines_hold_the_newest_within_both_bounds(lines: list[str]) -> None:
    kept = KeptLines(lines=1000, size=50_000)
    for place in range(0, len(lines), 700):
        kept.push([(line, ()) for line in lines[place : place + 700]])
    texts = [one[0] for one in kept.entries if not isinstance(one, Note)]
    assert len(texts) <= 1000
    assert size_of(kept.entries) <= 50_000
    assert texts == lines[len(lines) - len(texts) :]
    missing = lines[: len(lines) - len(texts)]
    assert not missing or len(texts) == 1000 or sys.getsizeof(missing[-1]) + sum(map(sys.getsizeof, texts)) > 50_000


def test_found_in_keeps_notes() -> None:
    entries: list[Entry] = [("a", ()), Note(NoteKind.ANEW), ("b", ())]
    assert found_in(entries, Needle("b"), only=True) == [Note(NoteKind.ANEW), ("b", (0, 1))]
    assert found_in(entries, None, only=True) == entries


@pytest.mark.parametrize(
    ("segments", "front"),
    [
        ((), 0),
        (((0, 10, 10),), 10),
        (((0, 10, 10), (10, 15, 20)), 15),
        (((0, 4, 10), (10, 15, 20)), 4),
        (((5, 9, 10),), 0),
        (((10, 20, 20), (0, 10, 10)), 20),
        (((0, 7, None),), 7),
    ],
)
def test_front_of_segments(segments: tuple[tuple[int, int, int | None], ...], front: int) -> None:
    assert front_of(tuple(SegmentSnapshot(*one, connected=False) for one in segments)) == front


def test_source_of_a_download(tmp_path: Path) -> None:
    running = make_snapshot("a.log", state=DownloadState.DOWNLOADING, received=5, total=9, folder=tmp_path)
    part = tmp_path / "a.log.part"
    details: DownloadDetails = make_details(running, part_path=part, content_type="text/plain; charset=koi8-r")
    assert source_of(running, details) == LiveSource(part, 5, charset="koi8-r")
    assert source_of(running, make_details(running)) == LiveSource(None, 0)
    assert source_of(running, None) == LiveSource(None, 0)
    recording = make_snapshot("a.log", state=DownloadState.DOWNLOADING, received=5, is_recording=True)
    assert source_of(recording, details) == LiveSource(part, None, is_recording=True, charset="koi8-r")
    done = make_snapshot("a.log", state=DownloadState.COMPLETED, folder=tmp_path)
    assert source_of(done, None) == LiveSource(tmp_path / "a.log", None, is_complete=True)


def test_a_look_compares_what_was_read(tmp_path: Path) -> None:
    file, path = LiveFile(), tmp_path / "a"
    path.write_bytes(b"a" * 10_000)
    try:
        assert file.look(LiveSource(path, 6000)) is Turn.SAME
        assert file.read(100_000) == b"a" * 6000
        with path.open("r+b") as other:
            other.seek(5990)
            other.write(b"b")
        assert file.look(LiveSource(path, 8000)) is Turn.ANEW
        assert (file.position, file.remaining) == (0, 8000)
    finally:
        file.close()


def test_saved_are_the_matches_of_the_whole_file(tmp_path: Path) -> None:
    path, target = tmp_path / "log", tmp_path / "matches.txt"
    path.write_bytes(b"".join(b"line %d\r\n" % n for n in range(300_000)) + b"line last 7")
    source = LiveSource(path, None, is_complete=True)
    saved = save_lines(source, target, Needle("7"), None, lambda: False)
    wanted = [f"line {n}" for n in range(300_000) if "7" in str(n)] + ["line last 7"]
    assert target.read_bytes() == ("\n".join(wanted) + "\n").encode()
    assert (saved.lines, saved.failure) == (len(wanted), None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log", "matches.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="names are counted in characters there")
def test_saved_is_a_file_with_the_longest_name_and_flushed_before_it_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = tmp_path / "log", tmp_path / ("名" * 83 + ".txt")
    path.write_bytes(b"one\ntwo\n")
    flushed: list[int] = []

    def flush(descriptor: int) -> None:
        assert not target.exists()
        flushed.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", flush)
    saved = save_lines(LiveSource(path, None, is_complete=True), target, None, None, lambda: False)
    assert (saved.lines, saved.failure, flushed) == (2, None, [8])
    assert target.read_bytes() == b"one\ntwo\n"


def test_saved_is_text_in_utf_8_whatever_it_was(tmp_path: Path) -> None:
    path, target = tmp_path / "log", tmp_path / "out"
    path.write_bytes("Grüße\nja\n".encode("utf-16"))
    assert save_lines(LiveSource(path, None, is_complete=True), target, None, None, lambda: False).lines == 2
    assert target.read_text(encoding="utf-8") == "Grüße\nja\n"


def test_saving_that_is_ended_or_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path, target = tmp_path / "log", tmp_path / "out"
    path.write_bytes(b"line\n" * 200_000)
    target.write_text("mine", encoding="utf-8")
    source = LiveSource(path, None, is_complete=True)
    assert save_lines(source, target, None, None, lambda: True).is_ended
    assert save_lines(source, path, None, None, lambda: False).is_itself
    missing = save_lines(source, tmp_path / "none" / "out", None, None, lambda: False)
    assert missing.failure is not None
    assert missing.failure.reason is FailureReason.FOLDER_MISSING
    assert target.read_text(encoding="utf-8") == "mine"
    assert path.read_bytes() == b"line\n" * 200_000
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log", "out"]
