"""The mean speed of a download over the time in which bytes came, over pauses and losses."""

import pytest
from headrace.activity import Activity, average_speed
from headrace.claims import claimed_ends
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState

from tests.support.engine_parts import make_claims, make_item

S = DownloadState


def test_time_counts_while_bytes_come() -> None:
    activity = Activity(10.0, 500)
    activity.begin(100.0, 1000)
    activity.pass_time(101.0)
    activity.count_to(1500)
    activity.pause(102.0)
    activity.pass_time(200.0)
    activity.count_to(1600)
    assert (activity.seconds, activity.count) == (12.0, 1100), "what was on its way at the pause counts"


def test_neither_count_ever_falls() -> None:
    activity = Activity(0.0, 0)
    activity.begin(100.0, 1000)
    activity.count_to(0)
    activity.count_to(300)
    activity.pass_time(50.0)
    assert (activity.seconds, activity.count) == (0.0, 300), "what is fetched again came again"
    activity.forget()
    activity.count_to(5000)
    activity.begin(60.0, 5000)
    activity.count_to(5100)
    assert activity.count == 400, "what an attempt found is not what it brought"


@pytest.mark.parametrize(("seconds", "speed"), [(0.0, None), (0.01, None), (0.5, 200.0), (2.0, 50.0)])
def test_a_moment_tells_no_speed(seconds: float, speed: float | None) -> None:
    assert average_speed(seconds, 100) == speed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("headrace.item.monotonic", lambda: now[0])
    return now


def test_an_item_has_its_mean_over_all_attempts(clock: list[float]) -> None:
    item = make_item(total=10_000, received=2000, active_seconds=2.0, active_bytes=2000)
    assert item.snapshot(0).average_speed == 1000.0
    item.change(S.CONNECTING)
    item.progress(0, (), 100.0)  # nothing was looked at yet
    item.note(received=2000)
    item.change(S.DOWNLOADING)
    item.progress(5000, (), 101.0)
    assert item.snapshot(0).average_speed == 5000 / 3
    clock[0] = 102.0
    item.change(S.PAUSED)
    item.note(received=6000, claims=make_claims((0, 5500, 10_000), total=10_000))
    clock[0] = 500.0
    assert item.snapshot(0).average_speed == 6000 / 4
    item.queue_again()
    item.change(S.CONNECTING)
    item.note(received=5500)
    item.change(S.DOWNLOADING)
    clock[0] = 502.0
    item.change(S.FINISHING)
    clock[0] = 600.0
    item.change(S.COMPLETED, received=10_000, claims=None)
    assert (item.record.active_seconds, item.record.active_bytes) == (6.0, 10_500)


def test_claimed_bytes_of_an_item_in_every_state(clock: list[float]) -> None:
    item = make_item(total=1000, received=400, claims=make_claims((0, 300, 600), (600, 700, 1000), total=1000))
    assert item.snapshot(0).claimed == 400
    item.change(S.CONNECTING)
    item.change(S.DOWNLOADING)
    segments = (
        SegmentSnapshot(0, 450, 600, connected=True, claimed=350),
        SegmentSnapshot(600, 800, 1000, connected=True, claimed=700),
    )
    assert item.progress(650, segments, 101.0)
    assert item.snapshot(0).claimed == 450
    item.progress(650, segments, 110.0)
    item.progress(650, segments, 1000.0)  # the speed has come down to nothing
    claimed_more = (segments[0], SegmentSnapshot(600, 800, 1000, connected=True, claimed=800))
    assert item.progress(650, claimed_more, 1000.01), "a claim alone is new to show"
    item.change(S.PAUSED)
    item.note(received=650, claims=make_claims((0, 400, 600), (600, 800, 1000), total=1000))
    assert item.snapshot(0).claimed == 600
    item.note(claims=None, received=0)
    assert item.snapshot(0).claimed == 0
    done = make_item(state=S.COMPLETED, total=1000, received=1000)
    assert done.snapshot(0).claimed == 1000


def test_snapshots_carry_the_wishes_of_the_download() -> None:
    shown = make_item(limit=5000, connections=3).snapshot(0)
    assert (shown.limit, shown.max_connections, shown.checksum, shown.average_speed) == (5000, 3, None, None)


@pytest.mark.parametrize(
    ("claimed", "stretches", "ends"),
    [
        ([], [(0, 50)], [0]),
        ([(0, 30, 100)], [(0, 50)], [30]),
        ([(0, 60, 100)], [(0, 50), (50, 70)], [50, 60]),  # claims make one of segments that are done
        ([(0, 60, 200)], [(0, 70), (120, 130)], [60, 120]),  # divided since
        ([(0, 100, 100), (100, 150, 200)], [(0, 20), (20, 20), (40, 150)], [20, 20, 100]),  # lost since
        ([(0, 10, None)], [(0, 90)], [10]),
        ([(0, 90, None)], [(0, 10)], [10]),  # never beyond what is there
    ],
)
def test_claims_by_segment(
    claimed: list[tuple[int, int, int | None]], stretches: list[tuple[int, int]], ends: list[int]
) -> None:
    claims = make_claims(*claimed, total=None) if claimed else None
    assert claimed_ends(claims, stretches) == ends
