"""What commands are told of what happens when all is done."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import pytest
from headrace.control.lines import Arguments
from headrace.control.planning import planned
from headrace.finale import Deed


class MadeUpPlan:
    """Can sleep."""

    def __init__(self) -> None:
        self.chosen: list[tuple[Deed, bool]] = []
        self.asked = Future[frozenset[Deed]]()

    def choose(self, deed: Deed, *, always: bool = False) -> None:
        self.chosen.append((deed, always))

    def able(self) -> Future[frozenset[Deed]]:
        return self.asked

    def facts(self) -> Mapping[str, Any]:
        return {"deed": "sleep" if self.chosen else "nothing", "seconds_left": None}


@pytest.fixture
def plan() -> MadeUpPlan:
    return MadeUpPlan()


def test_the_system_is_waited_for(plan: MadeUpPlan) -> None:
    steps = planned(Arguments({"deed": "sleep", "always": True}), plan, 0.25)
    assert [next(steps), next(steps)] == [0.25, 0.25]
    assert plan.chosen == []
    plan.asked.set_result(frozenset({Deed.QUIT, Deed.SLEEP, Deed.NOTHING}))
    expected = {"deed": "sleep", "seconds_left": None, "possible": ["nothing", "sleep", "quit"]}
    assert list(steps) == [expected]
    assert plan.chosen == [(Deed.SLEEP, True)]


def test_without_a_deed_it_is_only_told(plan: MadeUpPlan) -> None:
    plan.asked.set_result(frozenset({Deed.NOTHING}))
    assert list(planned(Arguments({}), plan, 0.1)) == [
        {"deed": "nothing", "seconds_left": None, "possible": ["nothing"]}
    ]
    assert plan.chosen == []


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"deed": "hibernate"}, "hibernate cannot be done here without a password, only: nothing, sleep"),
        ({"deed": "explode"}, "must be one of"),
        ({"deeds": "sleep"}, "no argument 'deeds'"),
        ({"deed": 7}, "must be a text"),
    ],
)
def test_what_cannot_be_is_refused(plan: MadeUpPlan, given: dict[str, object], complaint: str) -> None:
    plan.asked.set_result(frozenset({Deed.NOTHING, Deed.SLEEP}))
    with pytest.raises(ValueError, match=complaint):
        list(planned(Arguments(given), plan, 0.1))
    assert plan.chosen == []


def test_a_program_without_a_plan_says_so() -> None:
    with pytest.raises(ValueError, match="nothing when all is done"):
        list(planned(Arguments({}), None, 0.1))
