"""When watches look, what they ask, and what answers mean: pure rules, with clocks that are put forward and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from headrace.answers import AnswerFacts
from headrace.file_facts import FileFacts
from headrace.states import Failure, FailureReason
from headrace.version_names import is_one_name, stamped
from headrace.watches import (
    DAY,
    HOUR,
    LookOutcome,
    Validators,
    Watch,
    after_failure,
    after_new,
    after_same,
    after_same_bytes,
    asked,
    at_start,
    conditions_of,
    is_same,
    kept,
    sane,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_700_000_000.0
DATE = "Mon, 01 Jan 2024 00:00:00 GMT"
LATER = "Tue, 02 Jan 2024 00:00:00 GMT"
WATCH = Watch("a", HOUR, known=Validators('"v1"', DATE, 100))


def facts(etag: str | None = '"v1"', date: str | None = DATE, size: int | None = 100, **more: Any) -> FileFacts:
    return replace(FileFacts("data.csv", size=size, etag=etag, last_modified=date), **more)


@pytest.mark.parametrize("every", [59, 0, -1, 366 * DAY + 1])
def test_intervals_have_bounds(every: int) -> None:
    with pytest.raises(ValueError, match="once a year"):
        Watch("a", every)


@pytest.mark.parametrize("keep", [0, -1, 1001])
def test_versions_have_bounds(keep: int) -> None:
    with pytest.raises(ValueError, match="versions"):
        Watch("a", HOUR, keep)


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        (Validators('"v1"', DATE), (("If-None-Match", '"v1"'),)),
        (Validators('W/"v1"', DATE), (("If-None-Match", 'W/"v1"'),)),
        (Validators(None, DATE), (("If-Modified-Since", DATE),)),
        (Validators(None, None, 100), ()),
    ],
)
def test_a_tag_is_asked_for_before_a_date(known: Validators, fields: tuple[tuple[str, str], ...]) -> None:
    assert conditions_of(replace(WATCH, known=known)) == fields


@pytest.mark.parametrize("etag", ["v1", '"a\r\nX: y"', '"', "", 'w/"v1"', '"ä"', '"a"b"'])
def test_a_tag_that_cannot_be_sent_back_is_none(etag: str) -> None:
    assert Validators.of(facts(etag)).etag is None


@pytest.mark.parametrize(
    ("known", "found", "same"),
    [
        (Validators('"v1"', DATE, 100), facts(None, None, None, is_unchanged=True), True),
        (Validators('"v1"', DATE, 100), facts(), True),
        (Validators('"v1"', DATE, 100), facts('W/"v1"'), True),
        (Validators('"v1"', DATE, 100), facts('"v2"'), False),
        (Validators('"v1"', DATE, 100), facts(size=101), False),
        (Validators('"v1"', DATE, 100), facts(None), True),
        (Validators('"v1"', DATE, 100), facts(None, LATER), False),
        (Validators(None, DATE, 100), facts('"v1"'), True),
        (Validators(None, DATE, 100), facts('"v1"', LATER), False),
        (Validators(None, None, 100), facts(), False),
        (Validators(None, None, 100), facts(modified=NOW - 1), True),
        (Validators(None, None, 100), facts(modified=NOW + 3), False),
        (Validators(None, None, 100), facts(modified=NOW - 3), False),
        (Validators(None, None, 100), facts(modified=NOW - 1, size=None), False),
        (Validators(None, None, None), facts(modified=NOW - 1), False),
    ],
)
def test_what_an_answer_means(known: Validators, found: FileFacts, *, same: bool) -> None:
    assert is_same(replace(WATCH, known=known), found, NOW) is same


def test_tags_that_change_by_themselves_are_not_believed_after_two_times() -> None:
    watch = WATCH
    for tag in ('"v2"', '"v3"'):
        assert not is_same(watch, facts(tag), None)
        watch = after_same_bytes(watch, Validators(tag, DATE, 100))
    assert is_same(watch, facts('"v4"'), None)
    assert not is_same(watch, facts('"v4"', LATER), None)
    assert conditions_of(watch) == (("If-Modified-Since", DATE),)
    watch = after_new(watch, Validators('"v5"', LATER, 100), [])
    assert not is_same(watch, facts('"v6"', LATER), None)


def test_what_was_learnt_while_a_version_was_fetched_counts() -> None:
    assert Validators.told(AnswerFacts(validator='"v1"', last_modified=DATE), 5) == Validators('"v1"', DATE, 5)
    assert Validators.told(AnswerFacts(validator=DATE, last_modified=DATE), 5) == Validators(None, DATE, 5)
    assert Validators.told(None, 5) == Validators(None, None, 5)


# -- when ------------------------------------------------------------------------------------------------------


@given(st.integers(60, 366 * DAY), st.floats(0, 1))
def test_a_look_is_never_sooner_than_wished_and_hardly_later(every: int, chance: float) -> None:
    watch = asked(Watch("a", every), NOW, chance)
    assert every <= watch.next_at - NOW + 1e-6
    assert watch.next_at - NOW <= every + min(every * 0.1, 300) + 1e-6


@given(st.floats(0, 1e9), st.integers(60, 30 * DAY))
def test_cache_control_makes_a_look_later_by_up_to_a_day_and_never_sooner(fresh: float, every: int) -> None:
    watch = after_same(Watch("a", every), facts(fresh_for=fresh), NOW, 0.0)
    assert watch.next_at - NOW == pytest.approx(max(every, min(fresh, DAY)))


def test_failures_make_looks_rarer_and_a_good_answer_as_before() -> None:
    watch, waits = WATCH, []
    for _ in range(7):
        watch = after_failure(watch, Failure(FailureReason.SERVER_BUSY), NOW, 0.0)
        waits.append((watch.next_at - NOW) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert after_same(watch, facts(), NOW, 0.0).next_at == NOW + HOUR


def test_retry_after_is_heeded_however_long() -> None:
    failure = Failure(FailureReason.TOO_MANY_REQUESTS, retry_after=2.5 * DAY)
    assert after_failure(WATCH, failure, NOW, 0.0).next_at == NOW + 2.5 * DAY


def test_no_server_is_asked_less_often_for_a_network_that_is_gone() -> None:
    watch = replace(WATCH, every=DAY)
    for _ in range(5):
        watch = after_failure(watch, Failure(FailureReason.OFFLINE), NOW, 0.0)
    assert (watch.fails, watch.next_at) == (0, NOW + HOUR / 4)
    often = after_failure(replace(WATCH, every=60), Failure(FailureReason.NETWORK_GONE), NOW, 0.0)
    assert often.next_at == NOW + 60


@given(st.lists(st.floats(-1e6, 1e6), max_size=50), st.floats(0, 1))
def test_what_is_overdue_at_the_start_is_spread_and_the_rest_left(offsets: list[float], chance: float) -> None:
    watches = [Watch(str(number), HOUR, next_at=NOW + offset) for number, offset in enumerate(offsets)]
    taken = at_start(watches, NOW, [chance] * len(watches))
    for before, after in zip(watches, taken, strict=True):
        assert NOW < after.next_at <= NOW + 2 * DAY
        if NOW < before.next_at <= NOW + DAY:
            assert after == before
        elif before.next_at <= NOW:
            assert NOW + 5 <= after.next_at <= NOW + 605


def test_after_crashes_nothing_is_looked_at_for_some_minutes() -> None:
    (watch,) = at_start([replace(WATCH, next_at=NOW - DAY)], NOW, [0.5], careful=True)
    assert NOW + 600 <= watch.next_at <= NOW + 1200


def test_a_clock_that_was_put_back_stops_nothing() -> None:
    assert sane(replace(WATCH, next_at=NOW + 400 * DAY), NOW).next_at == NOW + HOUR
    assert sane(replace(WATCH, next_at=NOW + DAY), NOW).next_at == NOW + DAY


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_intervals_are_of_real_time_when_clocks_change(zone: str, month: int) -> None:
    here, watch = ZoneInfo(zone), Watch("a", 6 * HOUR)
    moment = datetime(2026, month, 1, 1, 30, tzinfo=here)
    looks, names = [], set()
    while moment.astimezone(here).month == month:
        watch = asked(watch, moment.timestamp(), 0.0)
        looks.append(moment.timestamp())
        names.add(stamped("data.csv", moment.timestamp(), here))
        moment = datetime.fromtimestamp(watch.next_at, UTC)
    assert {later - one for one, later in pairwise(looks)} == {6 * HOUR}
    assert len(looks) >= 28 * 4
    assert len(names) == len(looks)


def test_two_versions_in_the_hour_that_comes_twice_have_two_names() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    again = first.astimezone(UTC) + timedelta(hours=1)
    name = stamped("data.tar.gz", first.timestamp(), berlin)
    assert name == stamped("data.tar.gz", again.timestamp(), berlin) == "data (2026-10-25 02.30).tar.gz"
    assert stamped("data.tar.gz", again.timestamp(), berlin, 2) == "data (2026-10-25 02.30) (2).tar.gz"


# -- versions --------------------------------------------------------------------------------------------------


def test_versions_that_are_too_many_are_the_oldest() -> None:
    watch = replace(WATCH, keep=3, versions=("d", "c", "b", "a"))
    assert kept(watch) == (replace(watch, versions=("d", "c")), ("b", "a"))
    assert kept(replace(watch, keep=1))[1] == ("d", "c", "b", "a")
    assert kept(replace(watch, keep=None))[1] == ()


def test_a_new_version_takes_the_watch_over() -> None:
    watch = replace(WATCH, coming="b", fails=3, plain="data.csv", failure=Failure(FailureReason.GONE))
    after = after_new(watch, Validators('"v2"', LATER, 7), ["a"])
    assert (after.id, after.versions, after.changes, after.outcome) == ("b", ("a",), 1, LookOutcome.NEW)
    assert (after.coming, after.plain, after.fails, after.failure) == (None, "", 0, None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("data (2).csv", "data.csv", True),
        ("data (3).csv", "data (2).csv", True),
        ("data.csv", "data.csv", True),
        ("release-1.3.zip", "release-1.2.zip", False),
        ("data (2026-11-23 08.15).csv", "data.csv", False),
        ("a (2).tar.gz", "a.tar.gz", True),
    ],
)
def test_a_number_makes_no_other_name(one: str, other: str, *, same: bool) -> None:
    assert is_one_name(one, other) is same
