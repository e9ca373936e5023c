"""The list of downloads in queue order."""

from collections.abc import Iterable
from itertools import pairwise
from math import nextafter
from pathlib import Path

import pytest
from headrace.item import DownloadItem
from headrace.queue_policy import Room
from headrace.roster import Roster
from headrace.states import RUNNING, TRANSITIONS, DownloadState
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_item

NUMBERS = st.lists(st.integers(0, 30), unique=True, max_size=12)


def roster_of(numbers: list[int]) -> Roster:
    """Return a roster of items in this order."""
    roster = Roster()
    for rank, number in enumerate(numbers):
        roster.add(make_item(number, place=float(rank)))
    return roster


def numbers_of(items: Iterable[DownloadItem]) -> list[int]:
    return [int(item.id, 16) for item in items]


def waiting(roster: Roster, *closed: str) -> list[DownloadItem]:
    """Return all that would start were there room enough, but for queues that are closed."""
    return roster.startable(Room(1000, frozenset(closed)))


def numbers_in(roster: Roster) -> list[int]:
    return [int(key, 16) for key in roster.ids()]


def ids(numbers: list[int]) -> list[str]:
    return [f"{number:016x}" for number in numbers]


def one_place(order: list[int], chosen: set[int], step: int) -> list[int]:
    """Move each chosen number by one place, as a person would: slow and plain."""
    order = list(order)
    for place in range(len(order)) if step < 0 else reversed(range(len(order))):
        other = place + step
        if order[place] in chosen and 0 <= other < len(order) and order[other] not in chosen:
            order[place], order[other] = order[other], order[place]
    return order


@given(NUMBERS, st.sets(st.integers(0, 30), max_size=6), st.integers(-15, 15))
def test_a_move_is_a_permutation_that_keeps_the_order_within_and_without(
    numbers: list[int], chosen: set[int], places: int
) -> None:
    roster = roster_of(numbers)
    roster.move(ids(sorted(chosen)), places)
    after = numbers_in(roster)
    assert sorted(after) == sorted(numbers)
    for group in (chosen, set(numbers) - chosen):
        assert [one for one in after if one in group] == [one for one in numbers if one in group]
    assert [roster.place(key) for key in roster.ids()] == list(range(len(numbers)))
    ranks = [item.record.place for item in roster]
    assert all(first < second for first, second in pairwise(ranks))


@given(NUMBERS, st.sets(st.integers(0, 30), max_size=6), st.integers(-15, 15))
def test_a_move_by_many_places_is_as_many_moves_by_one(numbers: list[int], chosen: set[int], places: int) -> None:
    roster, expected = roster_of(numbers), numbers
    roster.move(ids(sorted(chosen)), places)
    for _ in range(abs(places)):
        expected = one_place(expected, chosen, -1 if places < 0 else 1)
    assert numbers_in(roster) == expected


@given(NUMBERS, st.sets(st.integers(0, 30), max_size=6), st.integers(-15, 15))
def test_a_move_returns_exactly_what_must_be_saved(numbers: list[int], chosen: set[int], places: int) -> None:
    roster = roster_of(numbers)
    before = {item.id: item.record.place for item in roster}
    changed = {item.id for item in roster.move(ids(sorted(chosen)), places)}
    assert changed == {item.id for item in roster if item.record.place != before[item.id]}


@given(NUMBERS, st.sets(st.integers(0, 30), max_size=6), st.integers(-15, 15))
def test_saved_ranks_bring_the_order_back(numbers: list[int], chosen: set[int], places: int) -> None:
    roster = roster_of(numbers)
    roster.move(ids(sorted(chosen)), places)
    again = Roster()
    for item in sorted(roster, key=lambda item: item.id):
        again.add(item)
    assert again.ids() == roster.ids()


@pytest.mark.parametrize(
    ("chosen", "places", "order"),
    [
        ([3], -1, [1, 3, 2, 4]),
        ([3], 1, [1, 2, 4, 3]),
        ([1], -1, [1, 2, 3, 4]),
        ([4], 9, [1, 2, 3, 4]),
        ([1, 2], -1, [1, 2, 3, 4]),
        ([1, 3], -1, [1, 3, 2, 4]),
        ([2, 3], 1, [1, 4, 2, 3]),
        ([4], -(10**9), [4, 1, 2, 3]),
        ([1, 4], 10**9, [2, 3, 1, 4]),
        ([1, 2, 3, 4], 2, [1, 2, 3, 4]),
        ([77], -1, [1, 2, 3, 4]),
        ([3, 3], -1, [1, 3, 2, 4]),
        ([2], 0, [1, 2, 3, 4]),
    ],
)
def test_moves(chosen: list[int], places: int, order: list[int]) -> None:
    roster = roster_of([1, 2, 3, 4])
    roster.move(ids(chosen), places)
    assert numbers_in(roster) == order


def test_equal_ranks_do_not_stop_a_move() -> None:
    roster = Roster()
    for number in (1, 2, 3):
        roster.add(make_item(number, place=5.0))
    roster.move(ids([3]), -1)
    assert numbers_in(roster) == [1, 3, 2]


def test_a_removed_item_comes_back_to_its_place_and_no_other_has_its_rank() -> None:
    roster = roster_of([1, 2])
    last = roster.pick(ids([2]))[0]
    roster.drop(last.id)
    roster.add(make_item(3, place=roster.next_rank(0.0)))
    roster.add(last)
    assert numbers_in(roster) == [1, 2, 3]
    roster.move(ids([3]), -1)
    assert numbers_in(roster) == [1, 3, 2]


def test_stored_items_are_put_where_their_rank_belongs() -> None:
    roster = Roster()
    for number in (5, 1, 3, 2, 4):
        roster.add(make_item(number))
    assert numbers_in(roster) == [1, 2, 3, 4, 5]
    assert roster.next_rank(0.0) == 6.0
    assert roster.next_rank(1000.0) == 1000.0


def test_an_empty_roster() -> None:
    roster = Roster()
    assert (len(roster), roster.ids(), roster.next_rank(0.0), list(roster)) == (0, [], 0.0, [])
    assert roster.move(["x"], 1) == []
    assert roster.get("x") is None
    assert roster.find("http://a/", Path("/x")) == []


def test_pick_takes_each_once_and_passes_over_strangers() -> None:
    roster = roster_of([1, 2, 3])
    picked = roster.pick([*ids([3, 9, 1, 3]), "nonsense"])
    assert [item.record.id for item in picked] == ids([3, 1])


def test_find_goes_by_address_and_folder() -> None:
    roster = Roster()
    aims = [("http://a/", "/x"), ("http://a/", "/y"), ("http://b/", "/x"), ("http://a/", "/x")]
    for number, (address, folder) in enumerate(aims):
        roster.add(make_item(number, address=address, folder=Path(folder)))
    assert [item.id for item in roster.find("http://a/", Path("/x"))] == ids([0, 3])
    roster.drop(ids([0])[0])
    assert [item.id for item in roster.find("http://a/", Path("/x"))] == ids([3])
    roster.drop(ids([3])[0])
    assert roster.find("http://a/", Path("/x")) == []
    assert ids([3])[0] not in roster
    assert ids([1])[0] in roster


def test_only_the_queued_wait_in_the_order_of_their_ranks() -> None:
    roster = roster_of([1, 2, 3])
    second = roster.pick(ids([2]))[0]
    assert numbers_of(waiting(roster)) == [1, 2, 3]
    second.change(DownloadState.PAUSED)
    assert numbers_of(waiting(roster)) == [1, 3]
    second.change(DownloadState.QUEUED)
    assert numbers_of(waiting(roster)) == [1, 2, 3]
    roster.move(ids([3]), -2)
    assert numbers_of(waiting(roster)) == [3, 1, 2]
    roster.drop(second.id)
    assert numbers_of(waiting(roster)) == [3, 1]


def test_counts_follow_every_change_of_state() -> None:
    roster = roster_of([1, 2, 3])
    first = roster.pick(ids([1]))[0]
    first.change(DownloadState.CONNECTING)
    assert (roster.count([DownloadState.QUEUED]), roster.count(RUNNING)) == (2, 1)
    assert roster.in_states([DownloadState.CONNECTING]) == [first]
    roster.drop(first.id)
    first.change(DownloadState.PAUSED)  # off the list: no business of the roster's
    assert roster.count(DownloadState) == 2
    roster.add(first)
    assert roster.count([DownloadState.PAUSED]) == 1


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, *DownloadState])), max_size=60))
def test_counts_and_the_line_follow_whatever_happens(steps: list[tuple[int, DownloadState | None]]) -> None:
    """A number comes, goes with None, and takes every state that the table lets it take."""
    roster = Roster()
    for number, state in steps:
        item = roster.get(ids([number])[0])
        if item is None:
            roster.add(make_item(number, place=roster.next_rank(0.0)))
        elif state is None:
            roster.drop(item.id)
        elif state in TRANSITIONS[item.state]:
            item.change(state)
        else:
            roster.move([item.id], -1)
        assert [one.id for one in waiting(roster)] == [one.id for one in roster if one.state is DownloadState.QUEUED]
        for wanted in DownloadState:
            found = {one.id for one in roster.in_states([wanted])}
            assert found == {one.id for one in roster if one.state is wanted}
        assert roster.count(DownloadState) == len(roster)


def test_an_item_off_the_list_is_not_followed_any_more() -> None:
    roster = roster_of([1])
    item = roster.pick(ids([1]))[0]
    roster.drop(item.id)
    item.change(DownloadState.PAUSED)
    assert roster.count(DownloadState) == 0
    roster.add(item)
    assert roster.in_states([DownloadState.PAUSED]) == [item]


def test_ten_thousand_are_moved_from_end_to_end_at_once() -> None:
    roster = roster_of(list(range(10_000)))
    roster.move(ids(list(range(9_000, 10_000))), -10_000)
    assert numbers_in(roster)[:1001] == [*range(9_000, 10_000), 0]


@given(NUMBERS, st.sets(st.integers(0, 30), max_size=6), st.integers(-1, 14))
def test_what_is_dropped_somewhere_is_there(numbers: list[int], chosen: set[int], place: int) -> None:
    roster = roster_of(numbers)
    changed = roster.move_to(ids(sorted(chosen)), place)
    before = [one for one in numbers[: max(0, place)] if one not in chosen]
    behind = [one for one in numbers[max(0, place) :] if one not in chosen]
    moved = [one for one in numbers if one in chosen]
    assert numbers_in(roster) == before + moved + behind
    assert numbers_of(changed) == moved, "the others keep their ranks"
    ranks = [item.record.place for item in roster]
    assert all(one < other for one, other in pairwise(ranks))
    assert roster.next_rank(0.0) > max(ranks, default=-1.0)


def test_where_no_rank_is_left_all_behind_get_new_ones() -> None:
    roster = Roster()
    for number, place in enumerate([1.0, nextafter(1.0, 2.0), 5.0]):
        roster.add(make_item(number, place=place))
    changed = roster.move_to(ids([2]), 1)
    assert numbers_in(roster) == [0, 2, 1]
    assert set(numbers_of(changed)) == {1, 2}
    ranks = [item.record.place for item in roster]
    assert all(one < other for one, other in pairwise(ranks))


def test_held_queues_and_priorities_make_the_line() -> None:
    roster = roster_of([1, 2, 3, 4])
    second, third, fourth = roster.pick(ids([2, 3, 4]))
    second.note(queue="night")
    third.note(priority=1)
    fourth.note(priority=-1)
    roster.line_up_anew()
    assert numbers_of(waiting(roster)) == [3, 1, 2, 4]
    assert numbers_of(waiting(roster, "night")) == [3, 1, 4]
    assert numbers_of(waiting(roster, "")) == [2]


def test_an_item_is_found_where_it_went() -> None:
    roster = roster_of([1, 2])
    item = roster.pick(ids([1]))[0]
    before = item.record.folder
    roster.rehouse(item, Path("/elsewhere"))
    assert item.record.folder == Path("/elsewhere")
    assert numbers_of(roster.find(item.record.address, Path("/elsewhere"))) == [1]
    assert item not in roster.find(item.record.address, before)
    roster.drop(item.id)
    assert roster.find(item.record.address, Path("/elsewhere")) == []


def test_what_is_set_aside_starts_only_when_it_is_put_back_and_in_its_turn() -> None:
    items = [make_item(number, priority=1 if number == 3 else 0) for number in range(1, 6)]
    roster = Roster()
    for item in items:
        roster.add(item)
    for item in (items[0], items[2], items[3]):
        roster.set_aside(item.id)
    assert [item.record.place for item in waiting(roster)] == [2, 5]
    for item, line in ((items[3], [2, 4, 5]), (items[2], [3, 2, 4, 5]), (items[0], [3, 1, 2, 4, 5])):
        roster.put_back(item.id)
        assert [item.record.place for item in waiting(roster)] == line
    items[1].change(DownloadState.PAUSED)
    roster.set_aside(items[1].id)
    roster.put_back(items[1].id)
    roster.put_back("unknown")
    assert [item.record.place for item in waiting(roster)] == [3, 1, 4, 5]
    items[4].note(queue="night")
    roster.set_aside(items[4].id)
    assert len(list(waiting(roster, "night"))) == 3
    roster.put_back(items[4].id)
    assert items[4] not in waiting(roster, "night")
