"""What has ended is remembered: with the end itself, once, whatever happens to the list afterwards."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from headrace.history import HistoryEntry, HistoryQuery, Outcome, Period
from headrace.history_book import HistoryBook
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace.store import batch
from headrace.store.endings import Endings

from tests.support.engine_parts import make_record
from tests.support.opened_store import Opened
from tests.support.remembering import Answers, make_entry

ALL = HistoryQuery()
SIZE = 400_000
DONE = 1_777_900_000.0


class Stage:
    """A store with a book, and the answers of the book waited for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = DONE
        self._open()

    def _open(self) -> None:
        database = self.folder / "downloads.sqlite3"
        self.opened, self.answers = Opened(database), Answers()
        self.store = self.opened.store
        self.store.endings = Endings(clock=lambda: self.now)
        files = self.folder / "history.sqlite3", database
        day = self._day
        self.book = HistoryBook(files, self.store, self.answers.post, clock=lambda: self.now, day=day)

    @staticmethod
    def _day(moment: float) -> date:
        return datetime.fromtimestamp(moment, UTC).date()

    def entries(self, query: HistoryQuery = ALL) -> list[HistoryEntry]:
        """Return what is remembered of all that was saved so far."""
        assert self.store.flush(5)
        self.book._writing.run(lambda: self.answers.post(lambda: self.answers.take("written")))
        assert self.answers.next() == "written"
        self.book.page(query, self.answers.take)
        found: list[HistoryEntry] = self.answers.next()
        return found

    def endings(self) -> int:
        """Return how many the list still keeps for the history."""
        assert self.store.flush(5)
        with closing(sqlite3.connect(self.opened.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM endings").fetchone()[0])

    def restart(self) -> None:
        """End in order and begin again."""
        self.close()
        self._open()

    def close(self) -> None:
        assert self.book.close(10)
        assert self.store.close(5)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def finished(number: int = 1, **facts: Any) -> Any:
    usual = {"state": DownloadState.COMPLETED, "finished_at": DONE, "total": 10, "received": 10, "active_bytes": 12}
    return make_record(number, **(usual | facts))


# What is remembered.


def test_a_finished_download_is_remembered_with_all_that_is_known(stage: Stage) -> None:
    record = finished(
        address="https://example.org/a.iso?token=hush&b=1",
        final_address="https://cdn.example/a.iso",
        active_seconds=3.0,
        checksum_verified="sha256",
        checksum_source="given",
    )
    stage.store.save(record)
    (found,) = stage.entries()
    assert found == make_entry(
        1,
        download_id=record.id,
        ended_at=DONE,
        day=date(2026, 5, 4),
        address="https://example.org/a.iso?token=***&b=***",
        final_host="cdn.example",
        size=10,
        received=12,
        seconds=3.0,
        added_at=record.added_at,
        proven="sha256 given",
    )
    assert (found.speed, found.is_masked) == (4.0, True)


def test_what_is_saved_again_is_remembered_once(stage: Stage) -> None:
    for _ in range(5):
        stage.store.save(finished())
        assert stage.store.flush(5)
    stage.store.save(finished(removed=True))
    assert stage.store.flush(5)
    stage.store.delete([finished().id])
    assert len(stage.entries()) == 1


def test_what_left_the_list_stays(stage: Stage) -> None:
    stage.store.save(finished())
    assert stage.store.flush(5)
    stage.store.delete([finished().id])
    stage.restart()
    stage.book.take_over()
    assert [entry.name for entry in stage.entries()] == ["1.bin"]


def test_a_file_that_moved_is_found_where_it_is(stage: Stage) -> None:
    stage.store.save(finished())
    assert stage.store.flush(5)
    stage.store.save(finished(name="other.bin", folder=Path("/elsewhere")))
    assert [entry.path for entry in stage.entries()] == [Path("/elsewhere/other.bin")]
    assert [entry.name for entry in stage.entries(HistoryQuery("other"))] == ["other.bin"]


def test_what_was_deleted_from_the_history_does_not_come_back(stage: Stage) -> None:
    stage.store.save(finished())
    (entry,) = stage.entries()
    stage.book.delete([entry.number], stage.answers.take)
    assert stage.answers.next() == ""
    stage.store.save(finished(name="renamed.bin"))
    assert stage.store.flush(5)
    stage.store.save(finished(name="renamed.bin", removed=True))
    assert stage.entries() == []


def test_a_failure_is_remembered_with_its_reason_and_overtaken(stage: Stage) -> None:
    failure = Failure(FailureReason.NOT_FOUND, "", 404)
    stage.store.save(make_record(state=DownloadState.FAILED, failure=failure))
    (found,) = stage.entries()
    assert (found.outcome, found.failure, found.ended_at) == (Outcome.FAILED, failure, DONE)
    stage.store.save(make_record(state=DownloadState.QUEUED))
    assert stage.store.flush(5)
    stage.store.save(finished(finished_at=DONE + 5))
    assert [entry.outcome for entry in stage.entries()] == [Outcome.FINISHED]


def test_bytes_of_another_program_did_not_come_from_the_network(stage: Stage) -> None:
    stage.store.save(make_record(partial=Path("/downloads/left.part"), received=900, active_bytes=100))
    assert stage.store.flush(5)
    stage.store.save(finished(total=1000, received=1000, active_bytes=100))
    assert [(entry.size, entry.received) for entry in stage.entries()] == [(1000, 100)]


@pytest.mark.parametrize(
    ("facts", "is_there"),
    [
        ({}, False),
        ({"received": 5}, True),
        ({"active_bytes": 5}, True),
        ({"attempts": 1}, True),
    ],
)
def test_what_goes_unfinished_is_remembered_if_it_was_ever_tried(
    stage: Stage, facts: dict[str, Any], is_there: bool
) -> None:
    stage.store.save(make_record(state=DownloadState.PAUSED, **facts))
    assert stage.store.flush(5)
    stage.store.delete([make_record().id])
    assert [entry.outcome for entry in stage.entries()] == [Outcome.REMOVED] * is_there


def test_a_failed_one_that_goes_is_remembered_as_failed(stage: Stage) -> None:
    failure = Failure(FailureReason.GONE)
    stage.store.save(make_record(state=DownloadState.FAILED, failure=failure))
    assert stage.store.flush(5)
    stage.store.delete([make_record().id])
    assert [(entry.outcome, entry.failure) for entry in stage.entries()] == [(Outcome.FAILED, failure)]


def test_a_file_that_was_there_already_is_no_download(stage: Stage) -> None:
    stage.store.save(finished(notices=(Notice.SKIPPED_EXISTING,)))
    assert stage.entries() == []


def test_the_list_forgets_what_the_history_has(stage: Stage) -> None:
    stage.store.save(finished())
    assert len(stage.entries()) == 1
    assert stage.endings() == 0


def test_the_end_and_its_entry_are_written_together(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(batch, "write_stories", failing)
        stage.store.save(finished())
        assert not stage.store.flush(0.2)
        assert stage.opened.troubles != []
    with closing(sqlite3.connect(stage.opened.path)) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("downloads", "endings")]  # noqa: S608
    assert counts in ([0, 0], [1, 1])
    deadline = monotonic() + 10
    while not stage.store.flush(1):
        assert monotonic() < deadline
        stage.store.save(make_record(2))
    assert len(stage.entries()) == 1


def test_what_a_crash_left_in_the_list_is_taken_over_at_the_next_start(stage: Stage) -> None:
    stage.store.endings.told = lambda: None  # as if the process had died before
    stage.store.save(finished())
    assert stage.endings() == 1
    stage.restart()
    stage.book.take_over()
    assert len(stage.entries()) == 1
    assert stage.endings() == 0


def test_a_history_that_begins_late_begins_with_what_is_on_the_list(stage: Stage) -> None:
    stage.store.endings.wanted = False
    for number in range(1, 4):
        stage.store.save(finished(number, finished_at=DONE + number))
    stage.store.save(make_record(9))
    assert stage.store.flush(5)
    stage.store.endings.wanted = True
    stage.store.save(finished(5, finished_at=DONE + 60))
    assert [entry.name for entry in stage.entries()] == ["5.bin", "3.bin", "2.bin", "1.bin"]


# How long.


def test_old_entries_are_let_go_of_once_a_day(stage: Stage) -> None:
    for number in range(10):
        stage.now = DONE + number * 86_400
        stage.store.save(finished(number + 1, finished_at=stage.now))
        assert stage.store.flush(5)
    assert len(stage.entries()) == 10
    stage.book.keep(3)
    assert len(stage.entries()) == 10  # whoever slipped can choose anew
    stage.now += 86_400
    stage.entries()  # who looks on another day has it done
    assert [entry.name for entry in stage.entries()] == ["10.bin", "9.bin"]
    stage.book.keep(None)
    stage.now += 86_400 * 1000
    assert len(stage.entries()) == 2


def test_old_entries_are_let_go_of_at_a_start(stage: Stage) -> None:
    stage.store.save(finished(1))
    assert len(stage.entries()) == 1
    stage.now += 86_400 * 31
    stage.restart()
    stage.book.keep(30)
    stage.book.take_over()
    assert stage.entries() == []


def test_where_nothing_is_kept_nothing_is_noted(stage: Stage) -> None:
    stage.store.save(finished())
    assert len(stage.entries()) == 1
    stage.book.keep(0)
    stage.store.save(finished(2))
    assert [entry.name for entry in stage.entries()] == ["1.bin"]
    assert stage.endings() == 0
    stage.book.take_over()
    assert stage.entries() == []
    stage.book.keep(None)
    stage.store.save(finished(3))
    assert [entry.name for entry in stage.entries()] == ["3.bin"]


# Asking.


def fill(stage: Stage, count: int) -> None:
    for number in range(1, count + 1):
        stage.store.save(finished(number, finished_at=DONE + number, name=f"=file-{number}.iso"))
    assert len(stage.entries()) == min(count, 200)


def test_all_that_is_asked_for_is_answered(stage: Stage) -> None:
    fill(stage, 3)
    stage.book.count(HistoryQuery("file"), stage.answers.take)
    assert stage.answers.next() == 3
    stage.book.total(ALL, stage.answers.take)
    assert stage.answers.next().received == 36
    stage.book.figures(ALL, Period.HOST, stage.answers.take)
    assert [(one.key, one.files) for one in stage.answers.next()] == [("example.org", 3)]
    stage.book.clear(HistoryQuery("2"), stage.answers.take)
    assert stage.answers.next() == (1, "")
    assert len(stage.entries()) == 2


def test_listeners_are_told_of_new_entries(stage: Stage) -> None:
    told: list[bool] = []

    def hear() -> None:
        told.append(True)

    stage.book.listen(hear)
    fill(stage, 1)
    assert told
    stage.book.forget_listener(hear)
    before = len(told)
    stage.book.delete([1], stage.answers.take)
    assert stage.answers.next() == ""
    assert stage.entries() == []
    assert len(told) == before


def test_what_cannot_be_read_is_answered_as_nothing(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    (stage.folder / "history.sqlite3").mkdir()
    stage.book.page(ALL, stage.answers.take)
    assert stage.answers.next() == []
    stage.book.clear(ALL, stage.answers.take)
    gone, fault = stage.answers.next()
    assert gone == 0
    assert fault
    assert "cannot be read" in caplog.text
    stage.store.save(finished())
    assert stage.endings() == 1  # kept until there is a history again


@pytest.mark.parametrize("name", ["out.json", "out.csv"])
def test_a_history_goes_into_a_file_that_is_never_overwritten(stage: Stage, name: str) -> None:
    fill(stage, 250)
    path = stage.folder / name
    stage.book.export(HistoryQuery("file"), path, stage.answers.take)
    assert stage.answers.next() == ""
    text = path.read_text(encoding="utf-8")
    rows = json.loads(text) if name.endswith("json") else list(csv.DictReader(text.splitlines()))
    assert len(rows) == 250
    assert rows[0]["name"] == ("=file-250.iso" if name.endswith("json") else "'=file-250.iso")
    stage.book.export(ALL, path, stage.answers.take)
    assert stage.answers.next() == f"{name} is there already"
    assert path.read_text(encoding="utf-8") == text


def test_an_export_that_cannot_be_written_is_told(stage: Stage) -> None:
    fill(stage, 1)
    stage.book.export(ALL, stage.folder / "missing" / "out.csv", stage.answers.take)
    assert stage.answers.next() == "No such file or directory"
