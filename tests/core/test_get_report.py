"""What `headrace get` prints: words for every reason, safe text, lines, JSON and bars."""

import errno
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.commands.report import JsonReporter, LineReporter, LineStream
from headrace.commands.terminal import MOST_BARS, BarsReporter, Tally, rendered
from headrace.messages import FAILURES, NOTICES, clock_text, failure_message, printable
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

FOLDER = Path("folder").absolute()


def download(number: int = 1, state: DownloadState = DownloadState.DOWNLOADING, **facts: object) -> DownloadSnapshot:
    base = DownloadSnapshot(
        id=f"{number:016x}",
        address=f"http://files.test/file{number}?token=s3cret",
        host="files.test",
        name=f"file{number}",
        folder=FOLDER,
        state=state,
        total=1000,
        received=250,
        speed=50.0,
        time_left=15.0,
        connections=1,
        resumable=True,
        added_at=1.0,
        finished_at=None,
        retry_at=None,
        failure=None,
        notices=(),
        checksum_verified=None,
        queue_place=number,
    )
    return replace(base, **facts)  # type: ignore[arg-type]  # any field of the snapshot


def completed(number: int = 1, **facts: object) -> DownloadSnapshot:
    return download(number, DownloadState.COMPLETED, received=1000, speed=None, time_left=None, **facts)


def failed(
    reason: FailureReason = FailureReason.NOT_FOUND, number: int = 1, status: int | None = 404
) -> DownloadSnapshot:
    return download(number, DownloadState.FAILED, failure=Failure(reason, status=status))


# Words.


@pytest.mark.parametrize("reason", FailureReason)
def test_every_reason_has_its_own_sentence(reason: FailureReason) -> None:
    text = failure_message(Failure(reason))
    assert text == FAILURES[reason]
    assert text[0].islower()
    assert not text.endswith(".")
    assert list(FAILURES.values()).count(text) == 1


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_has_a_sentence(notice: Notice) -> None:
    assert NOTICES[notice]


def test_what_is_known_besides_stands_in_brackets() -> None:
    failure = Failure(FailureReason.DISK_FULL, detail="disk\x1bC", status=507, needed_bytes=12_345)
    assert failure_message(failure).endswith("(HTTP status 507, 12,345 bytes are needed, disk\ufffdC)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain näme 文件 🎉.txt", "plain näme 文件 🎉.txt"),
        ("a\x1b[2Jb\x07", "a\ufffd[2Jb\ufffd"),
        ("a\nb\rc\td", "a\ufffdb\ufffdc\ufffdd"),
        ("\x9b31m\x7f", "\ufffd31m\ufffd"),
        ("exe\u202egpj.x", "exe\ufffdgpj.x"),
        ("\u2028\ud800", "\ufffd\ufffd"),
    ],
)
def test_text_of_others_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_text_keeps_its_length_and_is_one_line(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1


# Lines.


class Gone(io.StringIO):
    """A pipe whose reader has left."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    def write(self, _text: str) -> int:
        self.attempts += 1
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def lines(reporter_quiet: bool = False) -> tuple[LineReporter, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return LineReporter(LineStream(out), LineStream(err), quiet=reporter_quiet), out, err


def test_a_finished_file_is_its_path_on_stdout() -> None:
    reporter, out, err = lines()
    reporter.added([download()])
    reporter.progressed(download())
    reporter.tick()
    reporter.finished(completed())
    assert (out.getvalue(), err.getvalue()) == (f"finished {FOLDER / 'file1'}\n", "")


def test_a_skipped_file_says_so_with_a_note_on_stderr() -> None:
    reporter, out, err = lines()
    reporter.finished(completed(notices=(Notice.SKIPPED_EXISTING,)))
    assert out.getvalue() == f"skipped {FOLDER / 'file1'}\n"
    assert err.getvalue() == f"note file1: {NOTICES[Notice.SKIPPED_EXISTING]}\n"


def test_a_failed_file_is_its_address_without_secrets_and_the_reason_on_stderr() -> None:
    reporter, out, err = lines()
    reporter.failed(failed())
    assert out.getvalue() == ""
    assert err.getvalue() == "failed http://files.test/file1?token=***: the server has no such file (HTTP status 404)\n"


def test_quiet_prints_errors_alone() -> None:
    reporter, out, err = lines(reporter_quiet=True)
    reporter.finished(completed(notices=(Notice.LENGTH_UNKNOWN,)))
    reporter.remark("interrupted")
    assert (out.getvalue(), err.getvalue()) == ("", "")
    reporter.failed(failed())
    reporter.problem("the disk is full")
    assert len(err.getvalue().splitlines()) == 2


def test_a_name_cannot_forge_lines_or_steer_the_terminal() -> None:
    reporter, out, err = lines()
    reporter.finished(completed(name="x\nfinished /etc/passwd\x1b[2J", notices=(Notice.LENGTH_UNKNOWN,)))
    assert len(out.getvalue().splitlines()) == len(err.getvalue().splitlines()) == 1
    assert "\x1b" not in out.getvalue() + err.getvalue()


def test_a_reader_that_left_is_no_error_and_is_tried_once() -> None:
    gone = Gone()
    stream = LineStream(gone)
    stream.write_line("one")
    stream.write_line("two")
    assert gone.attempts == 1


def test_a_missing_stream_swallows_lines() -> None:
    stream = LineStream(None)
    stream.write_line("one")
    assert isinstance(stream, LineStream)


def test_characters_the_stream_cannot_hold_are_escaped() -> None:
    raw = io.BytesIO()
    text = io.TextIOWrapper(raw, encoding="ascii")
    LineStream(text).write_line("文")
    assert raw.getvalue().rstrip() == b"\\u6587"


# JSON.


class JsonLines:
    """A JsonReporter with a clock set by hand, and what it wrote."""

    def __init__(self) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.now = 100.0
        self.reporter = JsonReporter(LineStream(self.out), LineStream(self.err), clock=lambda: self.now)

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


def test_the_json_objects_have_their_keys() -> None:
    made = JsonLines()
    made.reporter.added([download()])
    made.reporter.progressed(download())
    made.reporter.finished(
        completed(notices=(Notice.RESTARTED_CHANGED,), checksum_verified="sha256", checksum_source="given")
    )
    made.reporter.failed(failed())
    head = {"id": f"{1:016x}", "time": 100.0}
    assert made.objects == [
        {"event": "added", "address": "http://files.test/file1?token=***", "folder": str(FOLDER), "name": "file1"}
        | head,
        {"event": "progress", "received": 250, "total": 1000, "speed": 50.0, "time_left": 15.0, "state": "downloading"}
        | head,
        {
            "event": "finished",
            "path": str(FOLDER / "file1"),
            "size": 1000,
            "checksum": "sha256",
            "checksum_source": "given",
            "skipped": False,
            "notices": ["restarted_changed"],
        }
        | head,
        {"event": "failed", "reason": "not_found", "code": 201, "status": 404, "message": made.objects[3]["message"]}
        | head,
    ]
    assert made.err.getvalue() == ""


def test_unknown_is_null_in_json() -> None:
    made = JsonLines()
    made.reporter.progressed(download(total=None, speed=None, time_left=None))
    made.reporter.finished(completed(notices=(Notice.SKIPPED_EXISTING,)))
    assert [made.objects[0][key] for key in ("total", "speed", "time_left")] == [None, None, None]
    assert (made.objects[1]["size"], made.objects[1]["skipped"], made.objects[1]["checksum"]) == (None, True, None)


def test_progress_comes_once_a_second_and_the_last_is_not_lost() -> None:
    made = JsonLines()
    for received in (1, 2, 3):
        made.reporter.progressed(download(received=received))
    made.reporter.tick()
    assert [one["received"] for one in made.objects] == [1]
    made.now += 1.0
    made.reporter.tick()
    made.reporter.tick()
    assert [one["received"] for one in made.objects] == [1, 3]


def test_progress_is_paced_for_each_download_alone_and_ends_with_it() -> None:
    made = JsonLines()
    made.reporter.progressed(download(1))
    made.reporter.progressed(download(2))
    made.reporter.progressed(download(2, received=999))
    made.reporter.finished(completed(2))
    made.now += 5.0
    made.reporter.tick()
    assert [one["event"] for one in made.objects] == ["progress", "progress", "finished"]


def test_a_clock_set_back_does_not_silence_progress() -> None:
    made = JsonLines()
    made.reporter.progressed(download(received=1))
    made.now -= 3600
    made.reporter.progressed(download(received=2))
    assert [one["received"] for one in made.objects] == [1, 2]


def test_json_is_ascii_and_keeps_one_line_whatever_the_name() -> None:
    made = JsonLines()
    made.reporter.finished(completed(name="\ud800\u2028\n\x1b文"))
    assert made.out.getvalue().isascii()
    assert str(made.objects[0]["path"]).endswith("\ud800\u2028\n\x1b文")


# Bars.


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def drawn(tally: Tally, width: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    with console.capture() as captured:
        console.print(rendered(tally))
    return captured.get().splitlines()


def test_a_bar_shows_name_percent_size_speed_and_time() -> None:
    tally = Tally()
    tally.add([download()])
    bar, total = drawn(tally)
    for word in ("file1", "25%", "250 bytes of 1.0 kB", "50 bytes/s", "0:15"):
        assert word in bar
    assert "0 of 1 arrived" in total


def test_thousands_of_downloads_are_ten_lines() -> None:
    tally = Tally()
    tally.add([download(number, DownloadState.QUEUED, received=0) for number in range(5000)])
    for number in range(20):
        tally.note(download(number))
    shown = drawn(tally)
    assert len(shown) == MOST_BARS + 2 == 10
    assert "and 12 more running" in shown[-2]
    assert "0 of 5000 arrived" in shown[-1]


def test_the_sums_follow_the_changes() -> None:
    tally = Tally()
    tally.add([download(1, received=0), download(2, received=0), download(3, received=100)])
    tally.note(download(1, received=300))
    tally.note(completed(1))
    tally.note(failed(number=2))
    assert (tally.finished, tally.failed, tally.received, tally.speed) == (1, 1, 1000 + 250 + 100, 50.0)
    assert list(tally.running) == [download(3).id]
    assert "1 of 3 arrived, 1 failed" in drawn(tally)[-1]


def test_a_download_of_unknown_length_shows_no_percent() -> None:
    tally = Tally()
    tally.add([download(total=None, speed=None, time_left=None)])
    assert "%" not in drawn(tally)[0]


def test_names_are_text_and_no_markup() -> None:
    tally = Tally()
    tally.add([download(name="[red]\x1b[31m:smile:")])
    assert "[red]\ufffd[31m:smile:" in drawn(tally)[0]


def test_a_narrow_terminal_still_gets_one_line_each() -> None:
    tally = Tally()
    tally.add([download(name="n" * 300)])
    assert len(drawn(tally, width=30)) == 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.4, "0:00"), (7, "0:07"), (750, "12:30"), (3723, "1:02:03"), (360_000, "100:00:00")],
)
def test_time_left_as_a_clock(seconds: float | None, text: str) -> None:
    assert clock_text(seconds) == text


def bars(out: io.StringIO, err: io.StringIO) -> BarsReporter:
    now = iter(range(1000))
    return BarsReporter(out, err, clock=lambda: float(next(now)))


def test_bars_are_drawn_on_stderr_and_paths_go_to_a_stdout_that_is_no_terminal() -> None:
    out, err = io.StringIO(), Terminal()
    reporter = bars(out, err)
    reporter.added([download(1), download(2)])
    reporter.progressed(download(1))
    reporter.tick()
    reporter.finished(completed(1))
    reporter.failed(failed(number=2))
    reporter.tick()
    reporter.close()
    assert out.getvalue() == f"finished {FOLDER / 'file1'}\n"
    assert "25%" in err.getvalue()
    assert "failed http://files.test/file2?token=***" in err.getvalue()


def test_where_both_are_terminals_paths_move_the_bars_out_of_their_way() -> None:
    out, err = Terminal(), Terminal()
    reporter = bars(out, err)
    reporter.added([download(1)])
    reporter.tick()
    reporter.finished(completed(1, name="n" * 300))
    reporter.close()
    assert out.getvalue() == ""
    assert f"finished {FOLDER / ('n' * 300)}" in err.getvalue()


def test_the_cursor_is_shown_again_at_the_end() -> None:
    err = Terminal()
    reporter = bars(io.StringIO(), err)
    reporter.added([download(1)])
    reporter.tick()
    reporter.close()
    hidden, shown = err.getvalue().rfind("\x1b[?25l"), err.getvalue().rfind("\x1b[?25h")
    assert 0 <= hidden < shown


def test_redraws_are_paced() -> None:
    err = Terminal()
    reporter = BarsReporter(io.StringIO(), err, clock=lambda: 1.0)
    reporter.added([download(1)])
    reporter.tick()
    length = len(err.getvalue())
    reporter.tick()
    assert len(err.getvalue()) == length
    reporter.close()
