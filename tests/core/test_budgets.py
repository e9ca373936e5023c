"""Data budgets: periods by the calendar, what is used, and what will have come in the end."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.budget_book import with_budget
from headrace.budgets import (
    PERIODS,
    Budget,
    Standing,
    checked_budgets,
    period_of,
    standing,
    tightest,
    with_old_budget,
)
from headrace.networks import KINDS, Network, checked_name
from headrace.settings import Settings, load_settings, save_settings
from hypothesis import given
from hypothesis import strategies as st

Plans = tuple[Budget, ...]
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("kind", "first_day", "today", "first", "end"),
    [
        ("day", 1, (2026, 11, 23), (2026, 11, 23), (2026, 11, 24)),
        ("day", 1, (2026, 12, 31), (2026, 12, 31), (2027, 1, 1)),
        ("week", 1, (2026, 11, 23), (2026, 11, 23), (2026, 11, 30)),
        ("week", 1, (2026, 11, 29), (2026, 11, 23), (2026, 11, 30)),
        ("month", 1, (2026, 12, 31), (2026, 12, 1), (2027, 1, 1)),
        ("month", 15, (2026, 1, 14), (2025, 12, 15), (2026, 1, 15)),
        ("month", 15, (2026, 1, 15), (2026, 1, 15), (2026, 2, 15)),
        ("month", 28, (2026, 3, 1), (2026, 2, 28), (2026, 3, 28)),
    ],
)
def test_periods_go_by_the_calendar(
    kind: str, first_day: int, today: tuple[int, int, int], first: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert period_of(kind, date(*today), first_day) == (date(*first), date(*end))


@given(st.sampled_from(PERIODS), DAYS, st.integers(1, 28))
def test_each_day_is_in_one_period_and_they_follow_each_other(kind: str, today: date, first_day: int) -> None:
    period = period_of(kind, today, first_day)
    assert period.first <= today < period.end
    assert period_of(kind, period.end - timedelta(days=1), first_day) == period
    assert period_of(kind, period.end, first_day).first == period.end


def test_what_came_in_the_period_counts_and_nothing_else() -> None:
    days = {date(2026, 10, 31): 900, date(2026, 11, 1): 5, date(2026, 11, 23): 7, date(2026, 12, 1): 900}
    found = standing(Budget(12), days, datetime(2026, 11, 23, 12))  # noqa: DTZ001 - a wall has no zone
    assert (found.used, found.is_spent, found.left, found.end) == (12, True, 0, date(2026, 12, 1))
    assert not found._replace(used=11).is_spent


@pytest.mark.parametrize(
    ("now", "forecast"),
    [((2026, 11, 1, 6), None), ((2026, 11, 16, 0), 200), ((2026, 11, 30, 23, 59), 100)],
)
def test_the_forecast_goes_on_as_it_went(now: tuple[int, ...], forecast: int | None) -> None:
    moment = datetime(*now)  # type: ignore[arg-type] # noqa: DTZ001 - a wall has no zone
    assert standing(Budget(1000), {date(2026, 11, 1): 100}, moment).forecast == forecast


# Networks.


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NETWORKS = st.builds(Network, st.sampled_from(["", *KINDS]), st.booleans(), NAMES)


@given(NETWORKS)
def test_a_network_is_found_again_by_its_key(network: Network) -> None:
    again = Network.of(network.key)
    assert again == network._replace(name=checked_name(network.name))
    assert "\n" not in network.key
    assert again.key == network.key


def test_what_was_counted_before_networks_had_kinds_is_known_still() -> None:
    assert Network.of("") == Network()
    assert Network.of("metered") == Network(metered=True)
    assert Network(metered=True).key == "metered"
    assert Network.of("pigeons\t\tnone") == Network()


HOME = Network("wifi", metered=False, name="Home")
PHONE = Network("wifi", metered=True, name="Phone")
STICK = Network("cellular", metered=True)


@pytest.mark.parametrize(
    ("where", "counts"),
    [
        ("everywhere", [True, True, True, True]),
        ("metered", [False, True, True, False]),
        ("wifi", [True, True, False, False]),
        ("cellular", [False, False, True, False]),
        ("ethernet", [False, False, False, False]),
        ("name:Home", [True, False, False, False]),
    ],
)
def test_where_a_budget_counts(where: str, counts: list[bool]) -> None:
    assert [Budget(1, where=where).counts(network) for network in (HOME, PHONE, STICK, Network())] == counts


@pytest.mark.parametrize("where", ["", "name:", "name: \n", "pigeons", 5, None])
def test_where_it_cannot_count_is_said(where: Any) -> None:
    with pytest.raises(ValueError, match="a budget counts in one of everywhere, metered, wifi"):
        Budget(1, where=where)


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [({"amount": 0}, "amount"), ({"amount": 1, "day": 29}, "day"), ({"amount": 1, "period": "year"}, "period")],
)
def test_what_cannot_be_a_budget_is_said(facts: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_budgets([facts])
    with pytest.raises(ValueError, match="a list"):
        checked_budgets(facts)
    with pytest.raises(ValueError, match="each has an amount"):
        checked_budgets([{"where": "wifi"}])


def test_two_for_the_same_are_one_too_many() -> None:
    with pytest.raises(ValueError, match="same period and networks"):
        checked_budgets([{"amount": 1}, {"amount": 2, "day": 5}])
    assert len(checked_budgets([{"amount": 1}, {"amount": 2, "period": "week"}, {"amount": 2, "where": "wifi"}])) == 3


# Several.


def stands(used: int, amount: int = 100, end: int = 1, *, here: bool = True) -> Standing:
    return Standing(Budget(amount), used, date(2026, 12, end), None, here)


def test_the_tightest_is_what_ends_first_or_holds_longest() -> None:
    assert tightest([]) is None
    assert tightest([stands(99, here=False)]) is None
    assert tightest([stands(10), stands(40, 120), stands(99, here=False)]) == stands(40, 120)
    assert tightest([stands(99), stands(100, end=2), stands(150, end=9), stands(100, end=3)]) == stands(150, end=9)


@given(st.lists(st.builds(stands, st.integers(0, 300), st.integers(1, 200), st.integers(1, 28), here=st.booleans())))
def test_the_tightest_is_spent_where_any_is(standings: list[Standing]) -> None:
    found = tightest(standings)
    here = [each for each in standings if each.here]
    assert (found is None) == (not here)
    if found is not None:
        assert found.is_spent == any(each.is_spent for each in here)
        assert found.left == min(each.left for each in here)


# Changes by what a person says.


MONTH, WEEK, WIFI = Budget(20), Budget(5, "week"), Budget(7, where="wifi")


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ((), (20, None, None, None), (MONTH,)),
        ((), (5, "week", None, "name:Home"), (Budget(5, "week", 1, "name:Home"),)),
        ((MONTH,), (30, None, None, None), (Budget(30),)),
        ((MONTH,), (None, None, 15, None), (Budget(20, day=15),)),
        ((MONTH,), (5, "week", None, None), (MONTH, WEEK)),
        ((MONTH, WEEK, WIFI), (9, "week", None, None), (MONTH, Budget(9, "week"), WIFI)),
        ((MONTH, WEEK, WIFI), (0, None, None, "wifi"), (MONTH, WEEK)),
        ((MONTH,), (0, None, None, None), ()),
        ((MONTH,), (0, None, None, "wifi"), (MONTH,)),
    ],
)
def test_the_one_that_is_meant_is_changed(before: Plans, said: Any, after: Plans) -> None:
    assert with_budget(before, *said) == after


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ((9, None, None, None), "several budgets are meant"),
        ((0, None, None, "everywhere"), "several budgets are meant"),
        ((None, "day", 5, None), "no such budget"),
        ((1, None, None, "pigeons"), "a budget counts in"),
    ],
)
def test_what_is_not_clear_changes_nothing(said: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        with_budget((MONTH, WEEK, WIFI), *said)


# Settings of older programs.


def test_the_one_budget_of_older_settings_is_the_first_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    old = {"budget": 20_000, "budget_period": "week", "budget_day": 15, "budget_where": "metered", "max_running": 7}
    file.write_text(json.dumps(old), encoding="utf-8")
    settings = load_settings(file)
    assert settings.budgets == (Budget(20_000, "week", 15, "metered"),)
    assert settings.max_running == 7
    save_settings(settings, file)
    assert load_settings(file).budgets == settings.budgets
    assert "budget_period" not in json.loads(file.read_text(encoding="utf-8"))


def test_who_had_none_has_none() -> None:
    assert with_old_budget({"budget": None, "budget_period": "week", "quiet": True}) == {"quiet": True}
    assert with_old_budget({"budget": 5, "budgets": []}) == {"budgets": []}


def test_settings_name_what_is_wrong_with_a_budget() -> None:
    with pytest.raises(ValueError, match="setting budgets: the amount of a budget"):
        Settings(budgets=(cast(Budget, {"amount": -1}),))
