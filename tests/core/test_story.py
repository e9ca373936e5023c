"""The story of a download as data: entries without secrets, stories that grow while they are read, settled counts."""

import math
from enum import IntEnum

import pytest
from headrace.states import FailureReason
from headrace.story import FIELDS, PACE, Headcount, StoryEntry, StoryKind, joined
from hypothesis import given
from hypothesis import strategies as st

from tests.support import canaries

K = StoryKind
STORED = {
    "ADDED": 1,
    "STARTED": 2,
    "CONNECTED": 3,
    "RESTARTED": 4,
    "CONNECTIONS": 5,
    "RETRY": 6,
    "PAUSED": 7,
    "RESUMED": 8,
    "FAILED": 9,
    "NOTED": 10,
    "SOURCE_LEFT": 11,
    "VERIFIED": 12,
    "FINISHED": 13,
    "REMOVED": 14,
    "RESTORED": 15,
    "LOST": 16,
    "BLOCKS_BAD": 17,
    "STOPPED": 18,
    "TAKEN_UP": 19,
    "READDRESSED": 20,
    "RENAMED": 21,
    "RELOCATED": 22,
    "CHECKED": 23,
    "ASKED_ANEW": 24,
    "TAKEN_OVER": 25,
    "HELD": 26,
    "NEW_VERSION": 33,
    "SUPERSEDED": 34,
}
"""Numbers in people's databases: a change here makes an old story tell something else."""


def entry(at: float = 1.0, kind: StoryKind = K.PAUSED, *data: str | float | None) -> StoryEntry:
    return StoryEntry.of(at, kind, *(data or (7,) * len(FIELDS[kind])))


# Entries.


def test_stored_numbers_keep_their_meaning() -> None:
    assert {kind.name: kind.value for kind in K} == STORED


def test_every_kind_says_what_its_data_are() -> None:
    assert set(FIELDS) == set(K)
    assert all(len(set(names)) == len(names) for names in FIELDS.values())


@pytest.mark.parametrize("kind", K)
def test_the_data_have_their_names(kind: StoryKind) -> None:
    made = entry(1.0, kind, *range(len(FIELDS[kind])))
    assert made.facts == {name: place for place, name in enumerate(FIELDS[kind])}


@pytest.mark.parametrize(
    ("kind", "count"), [(kind, len(FIELDS[kind]) + by) for kind in K for by in (-1, 1) if len(FIELDS[kind]) + by >= 0]
)
def test_too_few_or_too_many_data_are_refused(kind: StoryKind, count: int) -> None:
    with pytest.raises(ValueError, match=f"an entry of {kind.name} has {len(FIELDS[kind])} data, not {count}"):
        StoryEntry.of(1.0, kind, *[None] * count)


def test_members_of_enumerations_become_plain_numbers() -> None:
    made = StoryEntry.of(1.0, K.RETRY, FailureReason.STALLED, None, 2.5)
    assert made.data == (106, None, 2.5)
    assert not any(isinstance(datum, IntEnum) for datum in made.data)
    assert StoryEntry.of(1.0, K.CONNECTED, "h", 200, 10, True, 0).data == ("h", 200, 10, 1, 0)


SECRET = f"http://{':'.join(canaries.LOGIN).replace('/', '')}@files.test/x{canaries.SIGNED}"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (K.ADDED, (SECRET, 0)),
        (K.CONNECTED, (SECRET, 200, None, None, 0)),
        (K.FAILED, (FailureReason.INTERNAL, None, f"asked {SECRET} in vain")),
        (K.SOURCE_LEFT, (SECRET, FailureReason.NOT_FOUND)),
        (K.VERIFIED, ("sha256", SECRET)),
    ],
)
def test_addresses_in_texts_lose_their_secrets(kind: StoryKind, data: tuple[str | int | None, ...]) -> None:
    made = StoryEntry.of(1.0, kind, *data)
    assert canaries.found_in(repr(made) + made.data_text()) == []
    assert "***" in made.data_text()


def test_a_secret_is_masked_before_a_long_text_is_cut() -> None:
    text = "x" * 480 + "http://canary:" + "canary" * 20 + "@files.test/"
    made = StoryEntry.of(1.0, K.FAILED, FailureReason.INTERNAL, None, text)
    assert len(str(made.data[2])) == 500
    assert canaries.found_in(repr(made)) == []


# Stored and read again.

data = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.floats(0, 1e10), st.sampled_from(sorted(K)).flatmap(lambda kind: st.tuples(st.just(kind), *[data] * 5)))
def test_what_is_stored_comes_back(at: float, row: tuple[StoryKind, str | float | None]) -> None:
    kind, *values = row
    made = StoryEntry.of(at, kind, *values[: len(FIELDS[kind])])
    text = made.data_text()
    assert text.isascii()
    assert StoryEntry.stored(at, int(kind), text) == made


@pytest.mark.parametrize(
    ("at", "kind", "text"),
    [
        (1.0, 999, "[]"),
        (1.0, 14, "{}"),
        (1.0, 14, "[1]"),
        (1.0, 7, "[]"),
        (1.0, 7, "[[1]]"),
        (1.0, 7, '[{"a": 1}]'),
        (1.0, 7, "[1"),
        (1.0, 7, ""),
        (1.0, 7, None),
        (None, 7, "[1]"),
        ("soon", 7, "[1]"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(at: float, kind: int, text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        StoryEntry.stored(at, kind, text)


def test_what_is_no_number_is_never_written() -> None:
    for datum in (math.nan, math.inf):
        with pytest.raises(ValueError, match="JSON"):
            StoryEntry.of(1.0, K.RETRY, 106, None, datum).data_text()


# A story that grows while it is read.


def test_what_was_told_meanwhile_stands_behind_what_was_read_each_once() -> None:
    one, two, three = (entry(float(at)) for at in (1, 2, 3))
    assert joined([one, two], [two, three]) == (one, two, three)
    assert joined([], [one]) == (one,)
    assert joined([one], []) == (one,)
    assert joined([one, two], [one, two]) == (one, two)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_whatever_the_reader_met_nothing_is_lost_or_told_twice(length: int, read: int, asked: int) -> None:
    story = [entry(float(at)) for at in range(length)]
    assert list(joined(story[:read], story[min(asked, read) :])) == story


# How many connections.


def told(*readings: tuple[float, int]) -> list[tuple[float, int]]:
    headcount = Headcount()
    return [(now, count) for now, count in readings if headcount.due(count, now)]


def steady(count: int, start: float, end: float) -> list[tuple[float, int]]:
    return [(start + step / 4, count) for step in range(int((end - start) * 4))]


def test_one_connection_is_nothing_to_tell() -> None:
    assert told(*steady(1, 0, 60)) == []


def test_a_number_is_told_once_it_has_settled() -> None:
    assert told(*steady(4, 0, 60)) == [(1.0, 4)]


def test_a_number_that_never_settles_is_not_told() -> None:
    assert told(*((step / 4, 2 + step % 2) for step in range(400))) == []


def test_a_new_number_waits_until_the_last_is_old_enough() -> None:
    readings = [*steady(4, 0, 3), *steady(8, 3, 60)]
    assert told(*readings) == [(1.0, 4), (1.0 + PACE, 8)]


def test_back_to_one_is_told_and_none_at_all_is_not() -> None:
    readings = [*steady(4, 0, 20), *steady(0, 20, 40), *steady(1, 40, 60)]
    assert told(*readings) == [(1.0, 4), (41.0, 1)]


def test_a_dip_that_does_not_last_is_not_told() -> None:
    readings = [*steady(4, 0, 20), *steady(3, 20, 20.5), *steady(4, 20.5, 40)]
    assert told(*readings) == [(1.0, 4)]
