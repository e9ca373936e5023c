"""The lines of a growing file: in order, in any encoding, bounded, through new names and new beginnings."""

import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from headrace.live_feed import LiveFeed
from headrace.live_file import LiveSource
from headrace.live_lines import KEPT_SIZE, Entry, KeptLines, Note, NoteKind, Spans, size_of
from headrace.live_reading import FIRST_READ, FeedState

from tests.support.needle import Needle

PATIENCE = 10.0


class Watcher:
    """A feed, and all that was taken from it."""

    def __init__(self) -> None:
        self.feed = LiveFeed()
        self.entries: list[Entry] = []
        self.state, self.codec = FeedState.ABSENT, ""

    def take(self) -> None:
        batch = self.feed.take()
        self.entries = batch.entries if batch.is_fresh else self.entries + batch.entries
        self.state, self.codec = batch.state, batch.codec

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, f"not in time: {self.state}, {len(self.entries)}, {self.entries[-3:]}"
            if self.feed.has_news:
                self.take()
            else:
                time.sleep(0.005)

    @property
    def lines(self) -> list[str]:
        return [one[0] for one in self.entries if not isinstance(one, Note)]

    @property
    def notes(self) -> list[Note]:
        return [one for one in self.entries if isinstance(one, Note)]

    def expect(self, *lines: str) -> None:
        self.until(lambda: self.lines == list(lines))


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    watcher = Watcher()
    yield watcher
    watcher.feed.close()
    assert watcher.feed.join(PATIENCE)


def grow(path: Path, data: bytes) -> LiveSource:
    """Append, as a download does, and say how far it has come."""
    with path.open("ab") as file:
        file.write(data)
    return LiveSource(path, path.stat().st_size)


def test_lines_come_in_order_as_the_file_grows(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"one\ntw"))
    watcher.expect("one")
    watcher.feed.follow(grow(part, b"o\r\nthree\n"))
    watcher.expect("one", "two", "three")
    assert (watcher.state, watcher.codec, watcher.notes) == (FeedState.READING, "utf-8", [])
    watcher.until(lambda: watcher.feed.is_idle)


def test_bytes_behind_the_contiguous_front_are_not_read(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    part.write_bytes(b"here\nhalf" + b"\0" * 1000 + b"the end\n")
    watcher.feed.follow(LiveSource(part, 7))
    watcher.expect("here")
    time.sleep(0.1)
    watcher.take()
    assert watcher.lines == ["here"]


def test_the_file_may_get_its_final_name_meanwhile(watcher: Watcher, tmp_path: Path) -> None:
    part, final = tmp_path / "log.part", tmp_path / "log.txt"
    watcher.feed.follow(grow(part, b"one\ntwo\n"))
    watcher.expect("one", "two")
    with part.open("ab") as file:
        file.write(b"three\nlast")
    part.rename(final)
    watcher.feed.follow(LiveSource(None, 0))
    watcher.feed.follow(LiveSource(final, None, is_complete=True))
    watcher.expect("one", "two", "three", "last")
    watcher.until(lambda: watcher.state is FeedState.COMPLETE)
    assert watcher.notes == []


def test_a_file_begun_anew_is_told_of_and_read_from_its_first_byte(watcher: Watcher, tmp_path: Path) -> None:
    part, other = tmp_path / "log.part", tmp_path / "log.2.part"
    watcher.feed.follow(grow(part, b"old one\nold two\n"))
    watcher.expect("old one", "old two")
    watcher.feed.follow(grow(other, b"new\n"))
    watcher.expect("old one", "old two", "new")
    assert watcher.entries[2] == Note(NoteKind.ANEW)


def test_a_file_rewritten_in_place_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"old one\nold two\n"))
    watcher.expect("old one", "old two")
    part.write_bytes(b"other\n")
    watcher.feed.follow(LiveSource(part, 6))
    watcher.expect("old one", "old two", "other")
    assert watcher.notes == [Note(NoteKind.ANEW)]


def test_bytes_fetched_again_are_not_shown_twice(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"one\ntwo\nthree\n"))
    watcher.expect("one", "two", "three")
    watcher.feed.follow(LiveSource(part, 5))
    time.sleep(0.05)
    watcher.feed.follow(grow(part, b"four\n"))
    watcher.expect("one", "two", "three", "four")
    assert watcher.notes == []


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be renamed there")
def test_a_recording_goes_on_in_its_next_file_and_loses_no_line(watcher: Watcher, tmp_path: Path) -> None:
    first, second = tmp_path / "feed.1.part", tmp_path / "feed.2.part"
    first.write_bytes(b"one\n")
    watcher.feed.follow(LiveSource(first, None, is_recording=True))
    watcher.expect("one")
    watcher.feed.follow(LiveSource(None, 0))
    time.sleep(0.05)
    with first.open("ab") as file:
        file.write(b"two\n")
    first.rename(tmp_path / "feed.1.log")
    second.write_bytes(b"three\n")
    watcher.feed.follow(LiveSource(second, None, is_recording=True))
    watcher.expect("one", "two", "three")
    assert watcher.entries[2] == Note(NoteKind.NEXT_FILE)


def test_a_recording_is_read_as_far_as_it_goes_without_being_told(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "feed.part"
    part.write_bytes(b"one\n")
    watcher.feed.follow(LiveSource(part, None, is_recording=True))
    watcher.expect("one")
    grow(part, b"two\n")
    watcher.expect("one", "two")


def test_opened_late_it_begins_before_the_end_and_can_be_shown_from_the_beginning(
    watcher: Watcher, tmp_path: Path
) -> None:
    lines = [f"line number {n:08}" for n in range(200_000)]
    path = tmp_path / "log.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = path.stat().st_size
    watcher.feed.follow(LiveSource(path, None, is_complete=True))
    watcher.until(lambda: watcher.state is FeedState.COMPLETE and watcher.lines[-1:] == lines[-1:])
    assert len(watcher.lines) == pytest.approx(FIRST_READ / 21, rel=0.01)
    assert watcher.entries[0] == Note(NoteKind.EARLIER, size - FIRST_READ - (size - FIRST_READ) % 4)
    assert watcher.lines == lines[-len(watcher.lines) :], "only whole lines, every one of them"
    watcher.feed.from_the_start()
    watcher.until(lambda: watcher.lines[-1:] == lines[-1:] and len(watcher.lines) > 100_000)
    assert NoteKind.EARLIER not in [note.kind for note in watcher.notes], "the whole file is within the bound"
    kept = KeptLines()
    kept.push([(line, ()) for line in lines])
    assert watcher.lines[-len(kept.entries) :] == lines[-len(kept.entries) :]


def test_what_comes_faster_than_it_can_be_kept_is_passed_over(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"first\n"))
    watcher.expect("first")
    watcher.feed.follow(grow(part, b"x" * 99 + b"\n" + (b"y" * 99 + b"\n") * 200_000 + b"last\n"))
    watcher.until(lambda: watcher.lines[-1:] == ["last"])
    assert [note.kind for note in watcher.notes] == [NoteKind.PASSED_OVER]
    assert watcher.notes[0].size + FIRST_READ == pytest.approx(100 * 200_001 + 5, abs=8)


def test_with_a_filter_nothing_is_passed_over(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.look_for(Needle("wanted"), only=True)
    watcher.feed.follow(grow(part, b"wanted 1\n"))
    watcher.expect("wanted 1")
    watcher.feed.follow(grow(part, b"wanted 2\n" + (b"y" * 99 + b"\n") * 200_000 + b"wanted 3\n"))
    watcher.expect("wanted 1", "wanted 2", "wanted 3")
    assert watcher.entries[0] == ("wanted 1", (0, 6))


def test_a_search_marks_or_leaves_out_and_all_lines_come_back(watcher: Watcher, tmp_path: Path) -> None:
    needle = Needle("b")
    watcher.feed.follow(grow(tmp_path / "log.part", b"abc\nxyz\nxb\n"))
    watcher.expect("abc", "xyz", "xb")
    watcher.feed.look_for(needle, only=False)
    watcher.until(lambda: watcher.entries == [("abc", (1, 1)), ("xyz", ()), ("xb", (1, 1))])
    watcher.feed.look_for(needle, only=True)
    watcher.expect("abc", "xb")
    watcher.feed.look_for(None, only=True)
    watcher.expect("abc", "xyz", "xb")
    assert threading.get_ident() not in needle.threads, "never in the thread that asks"


class Arriving(Needle):
    """Looks for a text in a download that does not stop arriving: more of it comes with every thousandth line."""

    def __init__(self, needle: str, more: Callable[[], None]) -> None:
        super().__init__(needle)
        self.calls, self._more = 0, more

    def find(self, line: str) -> Spans | None:
        self.calls += 1
        if self.calls % 1000 == 0 and self.calls < 100_000:
            self._more()
        return super().find(line)


def test_a_search_comes_to_its_end_while_a_download_arrives(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"some line\n" * 20_000))
    watcher.until(lambda: len(watcher.lines) == 20_000)
    finder = Arriving("wanted", lambda: watcher.feed.follow(grow(part, b"one more\n")))
    watcher.feed.look_for(finder, only=True)
    watcher.expect()
    assert finder.calls < 25_000, "each line is looked at once"
    watcher.feed.look_for(Needle("more"), only=True)
    watcher.until(lambda: set(watcher.lines) == {"one more"})


def test_clear_forgets_and_goes_on(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "log.part"
    watcher.feed.follow(grow(part, b"one\n"))
    watcher.expect("one")
    watcher.feed.clear()
    watcher.expect()
    watcher.feed.follow(grow(part, b"two\n"))
    watcher.expect("two")
    watcher.feed.look_for(Needle("o"), only=True)
    watcher.expect("two")


@pytest.mark.parametrize(
    ("codec", "bom", "charset", "chosen"),
    [
        ("utf-8", b"", None, None),
        ("utf-8", b"\xef\xbb\xbf", "iso-8859-1", None),
        ("utf-16-le", b"\xff\xfe", None, None),
        ("utf-16-be", b"\xfe\xff", None, None),
        ("utf-32-le", b"\xff\xfe\0\0", None, None),
        ("utf-16-le", b"", "utf-16", None),
        ("cp1251", b"", "windows-1251", None),
        ("shift_jis", b"", None, "shift_jis"),
        ("gb18030", b"", "gb18030", None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_encodings(
    watcher: Watcher, tmp_path: Path, codec: str, bom: bytes, charset: str | None, chosen: str | None, late: bool
) -> None:
    word = {"cp1251": "Привет", "shift_jis": "こんにちは", "gb18030": "你好"}.get(codec, "Grüße, 你好, 😀")
    count = 100_000 if late else 3
    path = tmp_path / "text"
    path.write_bytes(bom + "".join(f"{word} {n}\n" for n in range(count)).encode(codec))
    if chosen:
        watcher.feed.read_as(chosen)
    watcher.feed.follow(LiveSource(path, None, is_complete=True, charset=charset))
    watcher.until(lambda: watcher.lines[-1:] == [f"{word} {count - 1}"])
    found = watcher.lines
    assert found == [f"{word} {n}" for n in range(count - len(found), count)]
    assert bool(watcher.notes) == late


def test_another_encoding_reads_the_file_again(watcher: Watcher, tmp_path: Path) -> None:
    watcher.feed.follow(grow(tmp_path / "log.part", "Grüße\n".encode("cp1252")))
    watcher.expect("Gr\ufffd\ufffde")
    watcher.feed.read_as("windows-1252")
    watcher.expect("Grüße")
    assert watcher.codec == "cp1252"
    with pytest.raises(ValueError, match="not a text encoding"):
        watcher.feed.read_as("base64")


def test_a_file_that_is_no_text_is_shown_only_when_asked_for(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "picture.part"
    watcher.feed.follow(grow(part, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n"))
    watcher.until(lambda: watcher.state is FeedState.NOT_TEXT)
    assert watcher.entries == []
    watcher.feed.show_anyway()
    watcher.until(lambda: "\ufffdPNG" in watcher.lines)


def test_what_turns_out_to_be_no_text_later_is_withdrawn(watcher: Watcher, tmp_path: Path) -> None:
    part = tmp_path / "file.part"
    watcher.feed.follow(grow(part, b"#!/bin/sh\n"))
    watcher.expect("#!/bin/sh")
    watcher.feed.follow(grow(part, b"\0\1\2" * 500))
    watcher.until(lambda: watcher.state is FeedState.NOT_TEXT and not watcher.entries)


def test_no_file_and_a_file_that_cannot_be_read(watcher: Watcher, tmp_path: Path) -> None:
    watcher.feed.follow(LiveSource(tmp_path / "gone", None, is_complete=True))
    time.sleep(0.05)
    watcher.take()
    assert watcher.state is FeedState.ABSENT
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    watcher.feed.follow(LiveSource(loop, 5))
    watcher.until(lambda: watcher.state is FeedState.BROKEN)
    watcher.feed.follow(grow(tmp_path / "there", b"line\n"))
    watcher.expect("line")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names in folders")
def test_a_pipe_of_that_name_holds_nobody(watcher: Watcher, tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - not there on Windows

    os.mkfifo(tmp_path / "pipe")
    watcher.feed.follow(LiveSource(tmp_path / "pipe", 10))
    watcher.feed.follow(grow(tmp_path / "there", b"line\n"))
    watcher.expect("line")


def test_an_empty_finished_file_is_complete(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    watcher.feed.follow(LiveSource(tmp_path / "empty", None, is_complete=True))
    watcher.until(lambda: watcher.state is FeedState.COMPLETE)
    assert watcher.entries == []


def test_closing_ends_the_thread_at_once_even_under_load(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"some line of text\n" * 800_000)
    watcher = Watcher()
    watcher.feed.from_the_start()
    watcher.feed.follow(LiveSource(path, None, is_complete=True))
    watcher.until(lambda: bool(watcher.entries))
    began = time.monotonic()
    watcher.feed.close()
    assert watcher.feed.join(1.0)
    assert time.monotonic() - began < 0.5


def test_memory_is_bounded_whatever_comes_and_nobody_takes(watcher: Watcher, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"%08d " % n + b"x" * 3990 + b"\n" for n in range(10_000)))
    tracemalloc.start()
    try:
        watcher.feed.look_for(Needle("x"), only=True)
        watcher.feed.follow(LiveSource(path, 4000))
        watcher.until(lambda: len(watcher.lines) == 1)
        watcher.feed.follow(LiveSource(path, None))
        end = time.monotonic() + PATIENCE
        while watcher.feed.came < 9_999 and time.monotonic() < end:
            time.sleep(0.02)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2.5 * KEPT_SIZE, "once what is kept, once what waits; they share their texts"
    batch = watcher.feed.take()
    assert batch.entries[-1] == ("00009999 " + "x" * 3990, (9, 1))
    assert size_of(batch.entries) <= KEPT_SIZE
