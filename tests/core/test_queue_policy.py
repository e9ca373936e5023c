"""Which waiting downloads may start."""

from collections.abc import Iterator

import pytest
from headrace.item import DownloadItem
from headrace.queue_policy import is_held, lined_up, startable
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_record

IDS = st.lists(st.text("0123456789abcdef", min_size=1, max_size=4), unique=True, max_size=30)


@pytest.mark.parametrize(
    ("waiting", "running", "max_running", "starts"),
    [
        ("", 0, 4, ""),
        ("abc", 0, 4, "abc"),
        ("abcdef", 0, 4, "abcd"),
        ("abcdef", 3, 4, "a"),
        ("abcdef", 4, 4, ""),
        ("abcdef", 9, 4, ""),
        ("abc", 0, 1, "a"),
        ("abc", 0, 0, ""),
    ],
)
def test_as_many_as_fit_start_in_queue_order(waiting: str, running: int, max_running: int, starts: str) -> None:
    assert startable(waiting, running, max_running) == list(starts)


@given(IDS, st.integers(0, 50), st.integers(0, 50))
def test_never_more_than_the_limit_and_never_out_of_turn(waiting: list[str], running: int, limit: int) -> None:
    starts = startable(waiting, running, limit)
    assert starts == waiting[: len(starts)]
    assert len(starts) == min(len(waiting), max(0, limit - running))


def test_a_long_queue_is_not_read_further_than_needed() -> None:
    def endless() -> Iterator[str]:
        yield from ("first", "second")
        raise AssertionError("read too far")

    assert startable(endless(), 3, 5) == ["first", "second"]


def test_priority_comes_first_then_place() -> None:
    low = DownloadItem(make_record(1, priority=-1, place=1.0))
    usual = [DownloadItem(make_record(2, place=3.0)), DownloadItem(make_record(3, place=2.0))]
    high = DownloadItem(make_record(4, priority=1, place=9.0))
    assert lined_up([low, *usual, high]) == [high, usual[1], usual[0], low]


@pytest.mark.parametrize(("queue", "held", "is_so"), [("", [], False), ("", [""], True), ("night", [""], False)])
def test_a_queue_is_held_by_its_name(queue: str, held: list[str], is_so: bool) -> None:
    assert is_held(make_record(queue=queue), held) is is_so
