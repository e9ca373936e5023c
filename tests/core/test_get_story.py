"""`headrace get -v`: what happens to each download, as it happens, in every style of output."""

import io
import json
import time
from collections.abc import Callable, Sequence

import pytest
from headrace.commands.exit_status import ExitStatus
from headrace.commands.options import parse_options
from headrace.commands.report import JsonReporter, LineReporter, LineStream, Reporter
from headrace.commands.terminal import BarsReporter
from headrace.spec import DownloadSpec
from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QCoreApplication

from tests.core.test_get_report import Terminal, completed, download
from tests.core.test_get_session import Play

K = StoryKind
ONE = "http://files.test/one.bin"
Made = Callable[[io.StringIO, io.StringIO, bool], Reporter]


def entry(count: int = 4) -> StoryEntry:
    return StoryEntry.of(time.mktime((2026, 3, 2, 9, 5, 7, 0, 0, -1)), K.CONNECTIONS, count)


STYLES: dict[str, Made] = {
    "lines": lambda out, err, verbose: LineReporter(LineStream(out), LineStream(err), verbose=verbose),
    "quiet": lambda out, err, verbose: LineReporter(LineStream(out), LineStream(err), quiet=True, verbose=verbose),
    "json": lambda out, err, verbose: JsonReporter(LineStream(out), LineStream(err), verbose=verbose),
}
every_style = pytest.mark.parametrize("make", STYLES.values(), ids=STYLES)


@every_style
def test_the_story_of_one_file_is_told_on_stderr_with_the_local_time(make: Made) -> None:
    out, err = io.StringIO(), io.StringIO()
    reporter = make(out, err, True)
    reporter.added([download()])
    before = out.getvalue()
    reporter.happened(download(), entry())
    assert err.getvalue() == "09:05:07 4 connections at work\n"
    assert out.getvalue() == before


@every_style
def test_where_there_are_several_each_line_names_its_file(make: Made) -> None:
    err = io.StringIO()
    reporter = make(io.StringIO(), err, True)
    reporter.added([download(1), download(2, name="b\x1b[2J\n")])
    reporter.happened(download(2, name="b\x1b[2J\n"), entry())
    reporter.happened(download(1), entry(1))
    assert err.getvalue() == "09:05:07 b\ufffd[2J\ufffd: 4 connections at work\n09:05:07 file1: 1 connection at work\n"


@every_style
def test_unasked_nothing_is_told(make: Made) -> None:
    err = io.StringIO()
    reporter = make(io.StringIO(), err, False)
    reporter.added([download()])
    reporter.happened(download(), entry())
    assert err.getvalue() == ""


def test_in_a_terminal_the_lines_stand_above_the_bars() -> None:
    out, err = io.StringIO(), Terminal()
    reporter = BarsReporter(out, err, clock=iter(map(float, range(100))).__next__, verbose=True)
    reporter.added([download(1), download(2)])
    reporter.progressed(download(1))
    reporter.tick()
    reporter.happened(download(1), entry())
    reporter.tick()
    reporter.close()
    assert out.getvalue() == ""
    shown = err.getvalue()
    told = shown.index("09:05:07 file1: 4 connections at work")
    assert shown.index("25%") < told < shown.rindex("25%")


def test_json_stays_json() -> None:
    out = io.StringIO()
    reporter = JsonReporter(LineStream(out), LineStream(io.StringIO()), verbose=True)
    reporter.added([download()])
    reporter.happened(download(), entry())
    reporter.finished(completed())
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["added", "finished"]


@pytest.mark.parametrize(
    ("argv", "level"), [([], 0), (["-v"], 1), (["--verbose"], 1), (["-vv"], 2), (["-v", "-q", "--verbose"], 2)]
)
def test_how_much_is_told(argv: list[str], level: int) -> None:
    assert parse_options([*argv, ONE]).verbose == level


# The session.


def test_what_happened_within_the_adding_is_told_after_it_and_only_of_own_downloads(
    qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play(download(1), download(2))
    own, other = download(1).id, "another"
    first, second, third = entry(1), entry(2), entry(3)
    real = play.manager.add

    def add(specs: Sequence[DownloadSpec]) -> list[str]:
        play.manager.stories_grew.emit([(own, first), (other, second)])
        return real(specs)

    monkeypatch.setattr(play.manager, "add", add)
    grown = [lambda: play.manager.stories_grew.emit([(other, first), (own, third)])]
    acts = (play.manager.loaded.emit, *grown, play.updated(completed(1), completed(2)))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert [one.id for one in play.told.of("happened")] == [own, own]
    names = [name for name, _ in play.told.calls]
    assert names.index("added") < names.index("happened")


def test_after_the_end_nothing_more_is_told(qapp: QCoreApplication) -> None:
    play = Play(completed(1))
    acts = (play.manager.loaded.emit, lambda: play.manager.stories_grew.emit([(download(1).id, entry())]))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert play.told.of("happened") == []
