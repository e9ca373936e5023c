"""Regular expressions in rules: what they hold for, what their groups give to names and folders, and their bounds."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from headrace.expressions import ExpressionError, Flaw, checked_expression, groups_in, matched, require_quick
from headrace.rules import Facts, Rule, checked_rules, holds, placed
from hypothesis import given
from hypothesis import strategies as st

GROUND = Path("/d")
ADDED = datetime(2026, 3, 9, 7, 5, 2)  # noqa: DTZ001 - as a clock on the wall shows it
ADDRESS = "https://cdn4.example.org/shows/Dark/season-2/The.Return-1080p.mkv"


def facts(address: str = ADDRESS, name: str = "The.Return-1080p.mkv") -> Facts:
    return Facts(address, name, ADDED)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(host_match=r"^cdn\d+\."), True),
        (Rule(host_match=r"^CDN"), True),
        (Rule(host_match="^example"), False),
        (Rule(host_match="shows"), False),
        (Rule(address_match=r"/season-(\d+)/"), True),
        (Rule(address_match="^https://cdn4"), True),
        (Rule(address_match="season-$"), False),
        (Rule(name_match=r"\d+p\.mkv$"), True),
        (Rule(name_match="season"), False),
        (Rule(host_match="^cdn", name_match="mkv$", endings=("mkv",)), True),
        (Rule(host_match="^cdn", name_match="iso$"), False),
    ],
)
def test_an_expression_holds_where_it_fits_somewhere(rule: Rule, expected: bool) -> None:
    assert holds(rule, facts()) is expected


def test_what_groups_catch_stands_in_folder_and_name() -> None:
    rule = Rule(
        host_match=r"^(\w+?)\d",
        address_match=r"/shows/(?P<show>[^/]+)/season-(\d+)",
        name_match=r"^(?P<title>.+)-(\d+)p",
        folder="{show}/Season {3}",
        name="{title} [{5}] {1}.{ext}",
    )
    found = placed((rule,), facts(), GROUND)
    assert found.path == GROUND / "Dark" / "Season 2" / "The.Return [1080] cdn.mkv"


def test_folder_and_name_of_two_rules_have_each_their_own_groups() -> None:
    first = Rule(address_match=r"/shows/([^/]+)", folder="{1}", goes_on=True)
    second = Rule(name_match=r"^(\w+)\.", name="{1}.{ext}")
    assert placed((first, second), facts(), GROUND).path == GROUND / "Dark" / "The.mkv"


def test_a_group_that_caught_nothing_is_empty() -> None:
    rule = Rule(name_match=r"(xyz)?(?P<what>Return)", folder="a{1}", name="{what}{1}.{ext}")
    assert placed((rule,), facts(), GROUND).path == GROUND / "a" / "Return.mkv"


@given(st.text(min_size=1, max_size=60))
def test_what_a_server_chose_leads_nowhere_else(caught: str) -> None:
    rule = Rule(name_match="(?s)^(.*)$", folder="Kept/{1}", name="{1}")
    path = placed((rule,), facts(name=caught), GROUND).path
    assert path.is_relative_to(GROUND / "Kept")
    assert ".." not in path.parts


@pytest.mark.parametrize(
    ("wrong", "flaw", "said"),
    [
        ({"name_match": "("}, Flaw.SYNTAX, "no regular expression"),
        ({"name_match": "a{2,1}"}, Flaw.SYNTAX, "no regular expression"),
        ({"name_match": "x" * 201}, Flaw.LONG, "200 characters at most"),
        ({"name_match": "(?P<host>x)"}, Flaw.GROUP, "call the group 'host' otherwise"),
        ({"name_match": "(?P<a>x)", "host_match": "(?P<a>y)"}, Flaw.GROUP, "call the group 'a' otherwise"),
    ],
)
def test_what_is_no_expression_is_refused(wrong: dict[str, Any], flaw: Flaw, said: str) -> None:
    with pytest.raises(ExpressionError, match=said) as raised:
        Rule(**wrong)
    assert raised.value.flaw is flaw
    with pytest.raises(ValueError, match=f"rule 1: .*{said}"):
        checked_rules([wrong])


@pytest.mark.parametrize("template", ["{2}", "{title}", "{0}"])
def test_a_template_knows_no_group_that_is_not_there(template: str) -> None:
    with pytest.raises(ValueError, match=r"there is no \{"):
        Rule(name_match="(x)", folder=template)


@pytest.mark.parametrize("slow", ["(a|a)*$", "(a|aa)+$", r"(\w|x)+$", "(x|xx|y)+z?$"])
def test_one_that_takes_for_ever_is_refused_where_it_is_written(slow: str) -> None:
    with pytest.raises(ExpressionError, match="takes too long") as raised:
        require_quick(slow)
    assert raised.value.flaw is Flaw.SLOW


@pytest.mark.parametrize(
    "quick", ["", r"^(.*)-(.*)-(\d+)\.zip$", r"S(\d+)E(\d+)", r"(?P<a>[^/]+)/(?P<b>[^/]+)/x", "(a+)+$"]
)
def test_usual_ones_are_not(quick: str) -> None:
    require_quick(checked_expression(quick))


def test_one_in_the_settings_costs_a_moment_at_most_and_holds_for_nothing() -> None:
    began = perf_counter()
    rule = Rule(name_match="(a|aa)+$", folder="never")
    assert not holds(rule, facts(name="a" * 200 + "!"))
    assert perf_counter() - began < 10  # it would take longer than anybody lives


def test_groups_are_counted_and_named() -> None:
    assert groups_in(r"(a)(?P<b>c)(?:d)") == (2, ("b",))
    assert groups_in("") == (0, ())
    assert matched("(b)(?P<x>c)", "aBc") == (("B", "c"), {"x": "c"})
    assert matched("b", "x" * 3_000 + "b") is None
