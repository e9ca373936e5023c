"""What is in force by the hours of the week, the network and the budget."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from headrace.day import LOOK_AGAIN, Circumstances, Hold, HoldReason, in_force, is_quiet_hour
from headrace.queue_options import QueueOptions
from headrace.settings import Settings

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=ZONE)
"""A Monday."""
NIGHT = Settings(
    limit=2_000_000,
    queues=("night", "day"),
    queue_options=(QueueOptions("night", hours="22:00-06:00"), QueueOptions("day", hours="mon-fri 08:00-18:00")),
)


def wall(at: float) -> datetime:
    return datetime.fromtimestamp(at, ZONE)


def at(hours: float) -> float:
    """Return the Unix time so many hours after that noon."""
    return (NOON + timedelta(hours=hours)).timestamp()


def test_queues_start_at_their_hours_and_say_when() -> None:
    noon, evening = (in_force(NIGHT, Circumstances(), at(hours), wall) for hours in (0, 10))
    assert noon.holds == {"night": Hold(HoldReason.HOURS, at(10))}
    assert evening.holds == {"day": Hold(HoldReason.HOURS, at(20))}
    assert noon.stopped() == noon.closed() == {"night"}
    assert noon.limit == 2_000_000


def test_all_is_found_out_anew_at_the_next_change_and_every_minute() -> None:
    assert in_force(NIGHT, Circumstances(), at(0), wall).until == at(0) + LOOK_AGAIN
    assert in_force(NIGHT, Circumstances(), at(10) - 5, wall).until == at(10)
    spent = Circumstances(spent_until=at(0) + 7)
    assert in_force(NIGHT, spent, at(0), wall).until == at(0) + 7


def test_who_is_held_by_a_person_starts_nothing_and_goes_on() -> None:
    found = in_force(replace(NIGHT, held_queues=("", "night")), Circumstances(), at(0), wall)
    assert found.holds == {"": Hold(HoldReason.PERSON), "night": Hold(HoldReason.HOURS, at(10))}
    assert found.closed() == {"", "night"}
    assert found.stopped() == {"night"}


@pytest.mark.parametrize(
    ("wanted", "metered", "held"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_a_metered_network_holds_all_only_if_so_set(*, wanted: bool, metered: bool, held: bool) -> None:
    found = in_force(replace(NIGHT, hold_metered=wanted), Circumstances(metered=metered), at(0), wall)
    reasons = {name: hold.reason for name, hold in found.holds.items()}
    expected = dict.fromkeys(("", "night", "day"), HoldReason.METERED) if held else {"night": HoldReason.HOURS}
    assert reasons == expected


def test_nothing_is_begun_behind_a_captive_portal() -> None:
    found = in_force(NIGHT, Circumstances(portal=True), at(0), wall)
    assert {hold.reason for hold in found.holds.values()} == {HoldReason.PORTAL}
    assert found.stopped() == {"", "night", "day"}


def test_a_captive_portal_does_not_hold_what_comes_from_near_but_hours_and_persons_do() -> None:
    found = in_force(replace(NIGHT, held_queues=("day",)), Circumstances(portal=True), at(0), wall)
    assert found.open_to_near() == {""}
    over = {name: hold.over(is_near=True) for name, hold in found.holds.items()}
    assert over == {"": None, "night": Hold(HoldReason.HOURS, at(10)), "day": Hold(HoldReason.PERSON)}
    assert {hold.over(is_near=False) for hold in found.holds.values()} == set(found.holds.values())


def test_what_is_used_up_holds_all_until_there_is_more() -> None:
    spent = Circumstances(spent_until=at(3))
    assert set(in_force(NIGHT, spent, at(0), wall).holds.values()) == {Hold(HoldReason.BUDGET, at(3))}
    assert in_force(NIGHT, spent, at(3), wall).holds == {"night": Hold(HoldReason.HOURS, at(10))}


@pytest.mark.parametrize(
    ("limit", "quiet", "in_all"),
    [(None, False, None), (None, True, 500), (300, True, 300), (900, True, 500), (900, False, 900)],
)
def test_the_quiet_limit_is_in_force_while_it_is_quiet(limit: int | None, *, quiet: bool, in_all: int | None) -> None:
    found = in_force(Settings(limit=limit, quiet=quiet, quiet_limit=500), Circumstances(), at(0), wall)
    assert (found.limit, found.is_quiet) == (in_all, quiet)


def test_it_is_quiet_by_the_hours_where_there_are_any() -> None:
    settings = Settings(quiet_hours="22:00-06:00")
    assert [is_quiet_hour(settings, at(hours), wall) for hours in (0, 10, 17.9, 18)] == [False, True, True, False]
    assert is_quiet_hour(Settings(), at(0), wall) is None
    assert in_force(settings, Circumstances(), at(9), wall).quiet_turns == at(10)
