"""Which waiting downloads may start."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from headrace.item import DownloadItem
from headrace.queue_policy import Room, WaitingLines, lined_up
from headrace.states import DownloadState
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_record

QUEUES = ("", "night", "slow")
WAITING = st.lists(
    st.tuples(st.sampled_from(QUEUES), st.sampled_from([-1, 0, 1]), st.booleans(), st.booleans()), max_size=30
)
ROOMS = st.builds(
    Room,
    st.integers(-5, 40),
    st.frozensets(st.sampled_from(QUEUES)),
    st.dictionaries(st.sampled_from(QUEUES), st.integers(-2, 6)),
    st.frozensets(st.sampled_from(QUEUES)),
    st.just(lambda address: address.endswith(("0.bin", "5.bin"))),
)


def item(number: int, queue: str = "", priority: int = 0, *, at_once: bool = False) -> DownloadItem:
    return DownloadItem(make_record(number, queue=queue, priority=priority, place=float(number), at_once=at_once))


def waits(_one: DownloadItem) -> bool:
    return True


def busy(*numbers: int) -> Callable[[DownloadItem], bool]:
    return lambda one: int(one.id, 16) in numbers


NOBODY = busy()


def started(items: Sequence[DownloadItem], room: Room, is_busy: Callable[[DownloadItem], bool] = NOBODY) -> list[int]:
    return [int(one.id, 16) for one in WaitingLines(items).startable(room, waits, is_busy)]


@pytest.mark.parametrize(
    ("count", "running", "most", "starts"),
    [(0, 0, 4, 0), (3, 0, 4, 3), (6, 0, 4, 4), (6, 3, 4, 1), (6, 4, 4, 0), (6, 9, 4, 0), (3, 0, 1, 1), (3, 0, 0, 0)],
)
def test_as_many_as_fit_start_in_queue_order(count: int, running: int, most: int, starts: int) -> None:
    assert started([item(number) for number in range(count)], Room(most - running)) == list(range(starts))


def test_a_long_queue_is_not_read_further_than_needed() -> None:
    seen: list[int] = []

    def look(one: DownloadItem) -> bool:
        seen.append(int(one.id, 16))
        return True

    lines = WaitingLines([item(number) for number in range(1000)])
    assert len(lines.startable(Room(2), look, busy())) == 2
    assert max(seen) <= 3


def test_who_waits_no_more_loses_its_place_and_who_is_busy_keeps_it() -> None:
    items = [item(number) for number in range(5)]
    lines = WaitingLines(items)
    items[0].change(DownloadState.PAUSED)
    assert [int(one.id, 16) for one in lines.startable(Room(2), _queued, busy(1))] == [2, 3]
    assert [int(one.id, 16) for one in lines.startable(Room(2), _queued, busy())] == [1, 2]
    items[0].change(DownloadState.QUEUED)
    assert [int(one.id, 16) for one in lines.startable(Room(2), _queued, busy())] == [1, 2], "it has to come in anew"
    lines.insert(items[0])
    assert [int(one.id, 16) for one in lines.startable(Room(2), _queued, busy())] == [0, 1]


def _queued(one: DownloadItem) -> bool:
    return one.state is DownloadState.QUEUED


def test_priority_comes_first_then_place() -> None:
    low = DownloadItem(make_record(1, priority=-1, place=1.0))
    usual = [DownloadItem(make_record(2, place=3.0)), DownloadItem(make_record(3, place=2.0))]
    high = DownloadItem(make_record(4, priority=1, place=9.0))
    assert lined_up([low, *usual, high]) == [high, usual[1], usual[0], low]


NIGHT = [item(0, "night"), item(1, "night"), item(2), item(3, "night"), item(4)]


@pytest.mark.parametrize(
    ("room", "starts"),
    [
        (Room(9), [0, 1, 2, 3, 4]),
        (Room(9, frozenset({"night"})), [2, 4]),
        (Room(9, frozenset({""})), [0, 1, 3]),
        (Room(9, frozenset({"", "night"})), []),
        (Room(9, frozenset(), {"night": 1}), [0, 2, 4]),
        (Room(9, frozenset(), {"night": 0}), [2, 4]),
        (Room(9, frozenset(), {"night": -3}), [2, 4]),
        (Room(2, frozenset(), {"night": 1}), [0, 2]),
        (Room(3, frozenset(), {"": 1}), [0, 1, 2]),
        (Room(1), [0]),
    ],
)
def test_a_queue_that_is_closed_or_full_lets_others_go_first(room: Room, starts: list[int]) -> None:
    assert started(NIGHT, room) == starts


@pytest.mark.parametrize(("total", "starts"), [(-2, [4]), (0, [4]), (1, [4]), (2, [4, 0])])
def test_what_is_to_start_at_once_has_room_always_and_takes_it_from_others(total: int, starts: list[int]) -> None:
    items = [*(item(number) for number in range(4)), item(4, "night", -1, at_once=True)]
    assert started(items, Room(total, frozenset({"night"}), {"night": 0})) == starts


def test_what_comes_from_near_later_is_found_as_well() -> None:
    room = Room(9, frozenset({""}), {}, frozenset({""}), lambda address: address.endswith("1.bin"))
    lines = WaitingLines([item(0), item(1)])
    assert [int(one.id, 16) for one in lines.startable(room, waits, NOBODY)] == [1]
    lines.insert(item(11))
    assert [int(one.id, 16) for one in lines.startable(room, waits, NOBODY)] == [1, 11]


@given(WAITING, ROOMS)
def test_never_more_than_there_is_room_for_and_never_out_of_turn(
    waiting: list[tuple[str, int, bool, bool]], room: Room
) -> None:
    items = [item(number, queue, priority, at_once=now) for number, (queue, priority, now, _) in enumerate(waiting)]
    held_up = busy(*(number for number, (*_, is_busy) in enumerate(waiting) if is_busy))
    starts = WaitingLines(items).startable(room, waits, held_up)
    assert starts == list(_plainly(items, room, held_up))


def _plainly(items: list[DownloadItem], room: Room, held_up: Callable[[DownloadItem], bool]) -> Iterator[DownloadItem]:
    """Yield what is to start, as a person would find it: slow and plain."""
    free = [one for one in lined_up(items) if not held_up(one)]
    now = [one for one in free if one.record.at_once]
    yield from now
    total, left = room.total - len(now), _counted(room.queues)
    for one in free:
        queue = one.record.queue
        closed = queue in room.closed and not (queue in room.near and room.is_near(one.record.address))
        if one.record.at_once or closed or total <= 0 or left.get(queue, 1) <= 0:
            continue
        total -= 1
        left |= {queue: left[queue] - 1} if queue in left else {}
        yield one


def _counted(queues: Mapping[str, int]) -> dict[str, int]:
    return dict(queues)
