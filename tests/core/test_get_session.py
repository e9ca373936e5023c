"""How one `headrace get` follows its downloads to their end, with a manager that does what the test says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.budgets import Budget, Standing
from headrace.commands.exit_status import ExitStatus
from headrace.commands.fetch import GetSession, Manner, in_use_message
from headrace.manager import DownloadManager, ProfileInUseError
from headrace.profile import Profile
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure, FailureReason
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from tests.core.test_get_report import completed, download, failed

SPECS = [DownloadSpec(f"http://files.test/file{number}", Path("folder").absolute()) for number in (1, 2)]


AS_EVER = Manner()


class ScriptedManager(QObject):
    """Says what it is told to say."""

    loaded = Signal()
    downloads_updated = Signal(object)
    trouble = Signal(object)
    stories_grew = Signal(object)
    all_idle = Signal()

    def __init__(self, *known: DownloadSnapshot) -> None:
        super().__init__()
        self.known = {one.id: one for one in known}
        self.ids = list(self.known)
        self.added: list[DownloadSpec] = []
        self.recordings: set[str] = set()
        self.budgets: tuple[Standing, ...] = ()
        self.paused: list[str] = []

    def budgets_now(self) -> tuple[Standing, ...]:
        return self.budgets

    def pause(self, ids: Iterable[str]) -> None:
        self.paused += ids

    def add(self, specs: Sequence[DownloadSpec]) -> list[str]:
        self.added += specs
        return self.ids

    def end(self, ids: Iterable[str]) -> list[str]:
        return [one for one in ids if one in self.recordings]

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        return self.known.get(download_id)


class Told:
    """A reporter that writes down what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, arguments[0] if arguments else None))

    def of(self, name: str) -> list[Any]:
        return [argument for call, argument in self.calls if call == name]


class Play:
    """A session between a scripted manager and a reporter."""

    def __init__(self, *known: DownloadSnapshot, manner: Manner = AS_EVER) -> None:
        self.manager, self.told = ScriptedManager(*known), Told()
        self.session = GetSession(cast(DownloadManager, self.manager), SPECS, cast(Any, self.told), manner)

    def ends_after(self, app: QCoreApplication, *acts: Callable[[], object]) -> int:
        """Do `acts` in the event loop; return the status the session ends the loop with."""
        for act in acts:
            QTimer.singleShot(0, act)
        alarm = QTimer(singleShot=True, interval=5000)
        alarm.timeout.connect(lambda: QCoreApplication.exit(-99))
        alarm.start()
        try:
            return app.exec()
        finally:
            alarm.stop()

    def updated(self, *snapshots: DownloadSnapshot) -> Callable[[], None]:
        return lambda: self.manager.downloads_updated.emit(list(snapshots))


def test_all_arrived_is_status_0_told_once_each(qapp: QCoreApplication) -> None:
    play = Play(download(1), download(2))
    one, two, other = completed(1), completed(2), download(9)
    acts = (play.manager.loaded.emit, play.updated(one, download(2), other), play.updated(one, two), play.updated(two))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert play.manager.added == SPECS
    assert play.told.of("finished") == [one, two]
    assert other not in play.told.of("progressed")
    assert play.told.calls[-1] == ("close", None)


def test_one_failed_is_status_1_when_the_last_has_ended(qapp: QCoreApplication) -> None:
    play = Play(download(1), download(2))
    acts = (play.manager.loaded.emit, play.updated(failed(number=1)), play.updated(completed(2)))
    assert play.ends_after(qapp, *acts) == ExitStatus.FAILED
    assert [one.id for one in play.told.of("failed") + play.told.of("finished")] == [download(1).id, download(2).id]


def test_what_failed_or_was_skipped_within_the_adding_is_told(qapp: QCoreApplication) -> None:
    play = Play(failed(FailureReason.HEADERS_NEEDED, 1), completed(2))
    assert play.ends_after(qapp, play.manager.loaded.emit) == ExitStatus.FAILED
    assert (len(play.told.of("failed")), len(play.told.of("finished"))) == (1, 1)


def test_two_addresses_of_one_download_are_told_once(qapp: QCoreApplication) -> None:
    play = Play(completed(1))
    play.manager.ids *= 2
    assert play.ends_after(qapp, play.manager.loaded.emit) == ExitStatus.ARRIVED
    assert [len(batch) for batch in play.told.of("added")] == [1]


def test_waiting_ones_are_no_progress(qapp: QCoreApplication) -> None:
    play = Play(download(1, DownloadState.QUEUED))
    waiting = download(1, DownloadState.RETRY_WAIT)
    acts = (play.manager.loaded.emit, play.updated(waiting), play.updated(completed(1)))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert play.told.of("progressed") == [waiting]


def test_nothing_is_waited_for_that_nobody_will_start(qapp: QCoreApplication) -> None:
    play = Play(download(1, DownloadState.PAUSED), completed(2))
    assert play.ends_after(qapp, play.manager.loaded.emit, play.manager.all_idle.emit) == ExitStatus.FAILED
    assert "the same command continues" in play.told.of("problem")[0]


def test_an_interruption_is_status_130_whatever_comes_after(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    acts = (play.manager.loaded.emit, play.session.interrupt, play.updated(completed(1)))
    assert play.ends_after(qapp, *acts) == ExitStatus.INTERRUPTED
    assert play.told.of("finished") == []


def test_an_interruption_ends_a_recording_and_waits_for_its_file(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    play.manager.recordings = {download(1).id}
    acts = (play.manager.loaded.emit, play.session.interrupt, play.updated(completed(1)))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert len(play.told.of("finished")) == 1


def test_an_interruption_before_loading_adds_nothing(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    assert play.ends_after(qapp, play.session.interrupt, play.manager.loaded.emit) == ExitStatus.INTERRUPTED
    assert play.manager.added == []


def test_trouble_before_loading_is_the_end(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    trouble = Failure(FailureReason.DISK_ERROR, "database is malformed")
    assert play.ends_after(qapp, lambda: play.manager.trouble.emit(trouble)) == ExitStatus.FAILED
    assert "database is malformed" in play.told.of("problem")[0]


def test_trouble_on_the_way_is_told_once_and_waited_out(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    trouble = Failure(FailureReason.DISK_FULL)
    tell = [lambda: play.manager.trouble.emit(trouble)] * 3
    acts = (play.manager.loaded.emit, *tell, play.updated(completed(1)))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert len(play.told.of("problem")) == 1


def test_an_error_of_the_program_ends_the_loop(qapp: QCoreApplication, capsys: pytest.CaptureFixture[str]) -> None:
    play = Play(download(1))
    error = RuntimeError("a fault of ours")
    assert play.ends_after(qapp, lambda: play.session.crash(RuntimeError, error, None)) == ExitStatus.FAILED
    assert "a fault of ours" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("role", "pid", "words"),
    [
        ("window", 12, "the Headrace window (process 12) uses the profile"),
        ("get", 12, "another headrace get (process 12) uses the profile"),
        ("", None, "another process uses the profile"),
    ],
)
def test_who_holds_the_profile_is_said(role: str, pid: int | None, words: str, tmp_path: Path) -> None:
    text = in_use_message(ProfileInUseError(tmp_path, pid, role), Profile(tmp_path))
    assert text.startswith(words)
    assert text.endswith("--profile")


SPENT = (Standing(Budget(1_000, "week", where="wifi"), 1_000, date(2026, 11, 30), None),)
ELSEWHERE = (SPENT[0]._replace(here=False),)


def test_a_spent_budget_begins_nothing_and_says_what_to_do(qapp: QCoreApplication) -> None:
    play = Play(download(1))
    play.manager.budgets = SPENT
    assert play.ends_after(qapp, play.manager.loaded.emit) == ExitStatus.OVER_BUDGET
    assert play.manager.added == []
    (problem,) = play.told.of("problem")
    assert problem.startswith("the data budget of 1.0 kB a week in Wi-Fi networks is used up until 2026-11-30; ")
    assert problem.endswith("nothing was fetched. --over-budget fetches it all the same")


def test_a_budget_spent_on_the_way_stops_what_has_not_all_its_bytes(qapp: QCoreApplication) -> None:
    finishing = replace(download(2), state=DownloadState.FINISHING)
    play = Play(download(1), finishing)

    def spend() -> None:
        play.manager.budgets = SPENT
        play.session._look_at_budgets()
        play.session._look_at_budgets()

    acts = (play.manager.loaded.emit, spend, play.updated(completed(2)), play.manager.all_idle.emit)
    assert play.ends_after(qapp, *acts) == ExitStatus.OVER_BUDGET
    assert play.manager.paused == [download(1).id]
    assert len(play.told.of("finished")) == 1
    (problem,) = play.told.of("problem")
    assert problem.endswith("the same command continues it then, or now with --over-budget")


@pytest.mark.parametrize(
    ("budgets", "manner"), [(SPENT, Manner(over_budget=True)), (ELSEWHERE, Manner()), ((), Manner())]
)
def test_what_is_wanted_over_budget_or_does_not_count_is_fetched(
    qapp: QCoreApplication, budgets: tuple[Standing, ...], manner: Manner
) -> None:
    play = Play(download(1), manner=manner)
    play.manager.budgets = budgets
    acts = (play.manager.loaded.emit, play.session._look_at_budgets, play.updated(completed(1)))
    assert play.ends_after(qapp, *acts) == ExitStatus.ARRIVED
    assert play.manager.paused == []
