"""Lines of a download on stdout while it arrives, and the options for that."""

import argparse
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from headrace.commands.follow import FollowPrinter
from headrace.commands.follow_options import FollowWishes, add_follow, follow_wishes, parse_duration, parse_size
from headrace.commands.report import LineStream
from headrace.recordings import Recording
from headrace.transfer.live_text import LinePattern

TEXT = "".join(f"line {number} of many\n" for number in range(100_000))


class Taken:
    """A reader that takes lines while its gate is open."""

    def __init__(self) -> None:
        self.text = ""
        self.gate = threading.Event()
        self.gate.set()

    def write_line(self, text: str) -> None:
        self.gate.wait(20)
        self.text += text + "\n"


@contextmanager
def printer(out: Taken | LineStream, **facts: object) -> Iterator[FollowPrinter]:
    made = FollowPrinter(out, **facts)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        if isinstance(out, Taken):
            out.gate.set()
        made.close()
        made._thread.join(10)


def never() -> bool:
    return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def tap(follow: FollowPrinter, text: str, charset: str | None = None) -> None:
    follow.tap("id", memoryview(text.encode(charset or "utf-8")), charset)


def test_lines_are_printed_as_they_come_and_the_rest_at_the_end() -> None:
    out = Taken()
    with printer(out) as follow:
        tap(follow, "one\r\ntw")
        until(lambda: out.text == "one\n")
        tap(follow, "o\nthree")
        until(lambda: out.text == "one\ntwo\n")
        assert follow.drain(never)
    assert out.text == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("facts", "charset", "expected"),
    [
        ({}, "utf-16", "größe\nb\n"),
        ({"pattern": LinePattern.regex("ö")}, "latin-1", "größe\n"),
        ({"encoding": "latin-1"}, "utf-8", "grÃ¶Ã\x9fe\nb\n"),
        ({"pattern": LinePattern.text("c")}, None, ""),
    ],
)
def test_only_the_wanted_lines_in_the_right_charset(facts: dict[str, object], charset: str, expected: str) -> None:
    out = Taken()
    with printer(out, **facts) as follow:
        tap(follow, "größe\nb\n", charset)
        assert follow.drain(never)
    assert out.text == expected


def test_a_terminal_is_not_steered_by_what_servers_send() -> None:
    plain, screen, text = Taken(), Taken(), "a\tb\x1b[2J\u202egnp.exe\n"
    for out, terminal in ((plain, False), (screen, True)):
        with printer(out, terminal=terminal) as follow:
            tap(follow, text)
            assert follow.drain(never)
    assert plain.text == text
    assert screen.text == "a\tb\ufffd[2J\ufffdgnp.exe\n"


def test_a_slow_reader_sets_the_pace_and_gets_every_line() -> None:
    out = Taken()
    with printer(out, room=1 << 16) as follow:
        out.gate.clear()
        feeder = threading.Thread(target=tap, args=(follow, TEXT))
        feeder.start()
        time.sleep(0.2)
        assert feeder.is_alive()
        assert follow._waiting <= (1 << 16) + 30
        out.gate.set()
        feeder.join(20)
        assert follow.drain(never)
    assert out.text == TEXT


def test_a_download_that_waits_for_a_reader_is_let_go_at_once() -> None:
    out = Taken()
    with printer(out, room=1000) as follow:
        out.gate.clear()
        feeder = threading.Thread(target=tap, args=(follow, TEXT))
        feeder.start()
        until(lambda: follow._waiting >= 1000)
        began = time.perf_counter()
        follow.close()
        feeder.join(5)
        assert time.perf_counter() - began < 0.5
        tap(follow, TEXT)  # no more than a call


def test_a_reader_that_is_blocked_at_the_end_can_be_left_alone() -> None:
    out = Taken()
    asked: list[None] = []

    def enough() -> bool:
        asked.append(None)
        return len(asked) > 3

    with printer(out) as follow:
        out.gate.clear()
        tap(follow, "never taken\n")
        assert not follow.drain(enough)
    assert len(asked) == 4


def test_a_reader_that_went_away_ends_the_printing_alone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stream, printer(LineStream(stream), room=1000) as follow:  # noqa: PTH123
        tap(follow, TEXT)
        assert follow.drain(never)


def test_an_unknown_encoding_is_refused_before_anything_begins() -> None:
    with pytest.raises(ValueError, match="not a text encoding"):
        FollowPrinter(Taken(), encoding="hex")


# -- options ---------------------------------------------------------------------------------------------------


def wishes(*arguments: str) -> FollowWishes:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_follow(parser)
    return follow_wishes(parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", FollowWishes()),
        ("--follow", FollowWishes(Recording(follow=True))),
        ("--record", FollowWishes(Recording(reconnect=True))),
        ("--roll-size 2KiB", FollowWishes(Recording(roll_size=2048))),
        ("--record --roll-time 1h30m", FollowWishes(Recording(roll_seconds=5400.0, reconnect=True))),
        ("--follow --grep a.b --encoding latin-1", None),
        ("--follow --grep a.b -F", FollowWishes(Recording(follow=True), LinePattern.text("a.b"))),
    ],
)
def test_options(line: str, expected: FollowWishes | None) -> None:
    found = wishes(*line.split())
    if expected is None:
        expected = FollowWishes(Recording(follow=True), LinePattern.regex("a.b"), "latin-1")
    assert found == expected


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--grep x", "add --follow"),
        ("--encoding utf-8", "add --follow"),
        ("--follow -F", "add --grep"),
        ("--follow --grep (", "not a regular expression"),
        ("--follow --encoding hex", "not a text encoding"),
        ("--roll-size 0", "not a size"),
        ("--roll-size 5M/s", "not a size"),
        ("--roll-size 5", "begins a new file after"),
        ("--roll-time soon", "not a time"),
        ("--roll-time 0s", "not a time"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises((ValueError, argparse.ArgumentError), match=sentence):
        wishes(*line.split())


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("2H", 7200), ("1d", 86_400), ("1d1h1m1s", 90_061)]
)
def test_times(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "m5", "1.5h", "-1", "1h1d", "٣s", "9" * 400])
def test_no_times(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "size"), [("500M", 500_000_000), ("2GiB", 2 << 30), ("7", 7)])
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size
