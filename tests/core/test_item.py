"""One download's facts, and the only door to its state."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from headrace.item import DownloadItem
from headrace.snapshots import SegmentSnapshot
from headrace.states import RUNNING, TRANSITIONS, DownloadState, Failure, FailureReason, Notice

from tests.support.engine_parts import make_item

S = DownloadState
PAIRS = [(before, after) for before in S for after in S]


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda state: state.name)
def test_every_change_is_checked_against_the_table(before: DownloadState, after: DownloadState) -> None:
    item = make_item(state=before)
    if after is before or after in TRANSITIONS[before]:
        item.change(after, attempts=3)
        assert (item.state, item.record.attempts) == (after, 3)
    else:
        with pytest.raises(ValueError, match=f"cannot go from {before.name} to {after.name}"):
            item.change(after, attempts=3)
        assert (item.state, item.record.attempts) == (before, 0)


def test_the_state_has_no_other_door() -> None:
    item = make_item()
    with pytest.raises(AttributeError):
        item.state = S.COMPLETED  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        item.record.state = S.COMPLETED  # type: ignore[misc]


@pytest.mark.parametrize("state", S)
def test_running_is_what_the_table_says(state: DownloadState) -> None:
    assert make_item(state=state).running == (state in RUNNING)


def downloading(received: int = 0, **facts: Any) -> DownloadItem:
    item = make_item(received=received, **facts)
    item.change(S.CONNECTING)
    item.change(S.DOWNLOADING)
    return item


def test_progress_says_whether_there_is_anything_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.item.monotonic", lambda: 100.0)
    item = downloading(500)
    assert not item.progress(500, (), 100.0)
    assert item.progress(1500, (), 101.0)
    assert (item.record.received, item.speed) == (1500, 1000.0)
    assert item.progress(1500, (), 102.0), "the speed falls while nothing comes"


def test_a_speed_is_known_only_while_bytes_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.item.monotonic", lambda: 100.0)
    item = downloading(total=10_000)
    item.progress(1000, (SegmentSnapshot(0, 1000, 10_000, connected=True),), 101.0)
    shown = item.snapshot(3)
    assert (shown.speed, shown.time_left, shown.connections, shown.queue_place) == (1000.0, 9.0, 1, 3)
    item.change(S.FINISHING)
    assert (item.speed, item.snapshot(3).time_left) == (None, None)
    item.change(S.PAUSED)
    assert (item.snapshot(3).connections, item.snapshot(3).segments) == (0, ())


def test_a_new_connection_measures_from_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.item.monotonic", lambda: 100.0)
    item = downloading(1_000_000)
    item.progress(1_000_100, (), 101.0)
    assert item.speed == 100.0


def test_time_left_is_unknown_without_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.item.monotonic", lambda: 100.0)
    item = downloading(total=None)
    item.progress(1000, (), 101.0)
    assert (item.snapshot(0).time_left, item.snapshot(0).fraction) == (None, None)


@pytest.mark.parametrize("state", [S.PAUSED, S.FAILED, S.RETRY_WAIT])
def test_what_is_queued_again_has_its_full_budget(state: DownloadState) -> None:
    failure = Failure(FailureReason.SERVER_BUSY)
    item = make_item(state=state, failure=failure, retry_at=5.0, attempts=7)
    item.queue_again()
    record = item.record
    assert (record.state, record.failure, record.retry_at, record.attempts) == (S.QUEUED, None, None, 0)
    assert not item.restart


@pytest.mark.parametrize(
    ("reason", "anew"),
    [
        (FailureReason.CHECKSUM_MISMATCH, True),
        (FailureReason.SIZE_MISMATCH, True),
        (FailureReason.PART_FILE_CHANGED, True),
        (FailureReason.CONNECTION_LOST, False),
        (FailureReason.DISK_FULL, False),
        (FailureReason.FILE_EXISTS, False),
    ],
)
def test_what_was_proven_wrong_is_fetched_anew(reason: FailureReason, anew: bool) -> None:
    item = make_item(state=S.FAILED, failure=Failure(reason))
    item.queue_again()
    assert item.restart is anew


def test_a_snapshot_shows_the_record() -> None:
    item = make_item(
        7,
        address="http://example.org:8080/a?b=c",
        total=200,
        received=50,
        resumable=True,
        notices=(Notice.LENGTH_UNKNOWN,),
        state=S.PAUSED,
    )
    shown = item.snapshot(0)
    assert (shown.id, shown.host, shown.name, shown.state) == (item.id, "example.org:8080", "7.bin", S.PAUSED)
    assert (shown.total, shown.received, shown.fraction, shown.resumable) == (200, 50, 0.25, True)
    assert shown.path == item.record.folder / "7.bin"
    assert shown.notices == (Notice.LENGTH_UNKNOWN,)


def test_header_values_are_not_in_the_record() -> None:
    item = DownloadItem(make_item().record, (("Authorization", "secret-canary"),))
    assert "secret-canary" not in repr(item.record)
    assert "secret-canary" not in repr(item.snapshot(0))
