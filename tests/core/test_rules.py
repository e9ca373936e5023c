"""Rules: which downloads they hold for, which of them decides, and what a rule cannot be."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from headrace.filters import Category
from headrace.rules import Facts, Rule, checked_rules, holds, placed, with_queue_renamed
from headrace.settings import Settings, load_settings, save_settings
from hypothesis import given
from hypothesis import strategies as st

GROUND = Path("/d")
ADDED = datetime(2026, 3, 9, 7, 5, 2)  # noqa: DTZ001 - as a clock on the wall shows it
ADDRESS = "https://dl.cdn.example.org:8443/Pub/film.mkv?key=1"


def facts(address: str = ADDRESS, name: str = "film.mkv", **more: Any) -> Facts:
    return Facts(address, name, ADDED, **more)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(), True),
        (Rule(categories=("video",)), True),
        (Rule(categories=("music", "video")), True),
        (Rule(categories=("music",)), False),
        (Rule(endings=("mkv",)), True),
        (Rule(endings=("*.MKV", ".avi")), True),
        (Rule(endings=("kv",)), False),
        (Rule(hosts=("example.org",)), True),
        (Rule(hosts=("CDN.example.org",)), True),
        (Rule(hosts=("*.example.org",)), True),
        (Rule(hosts=("xample.org",)), False),
        (Rule(hosts=("www.example.org",)), False),
        (Rule(patterns=("*/pub/*",)), True),
        (Rule(patterns=("https://dl.*",)), True),
        (Rule(patterns=("http://dl.*",)), False),
        (Rule(patterns=("dl.cdn.example.org:8443/pub/*",)), True),
        (Rule(patterns=("*.mkv?key=?",)), True),
        (Rule(patterns=("*[f]ilm*",)), False),
        (Rule(patterns=("pub/*",)), False),
        (Rule(categories=("video",), hosts=("other.example",)), False),
        (Rule(queues=("night",)), False),
        (Rule(queues=("",)), True),
        (Rule(least=1), False),
    ],
)
def test_when_a_rule_holds(rule: Rule, expected: bool) -> None:
    assert holds(rule, facts()) is expected


@pytest.mark.parametrize(
    ("least", "most", "expected"), [(5, None, True), (6, None, False), (None, 5, True), (None, 4, False), (5, 5, True)]
)
def test_sizes(least: int | None, most: int | None, expected: bool) -> None:
    assert holds(Rule(least=least, most=most), facts(size=5)) is expected


@pytest.mark.parametrize(
    ("name", "media_type", "given", "expected"),
    [
        ("film.mkv", None, None, Category.VIDEO),
        ("film.mkv", "application/zip", None, Category.VIDEO),
        ("download", "video/mp4", None, Category.VIDEO),
        ("download", "application/octet-stream", None, Category.OTHER),
        ("download.php", "audio/flac", None, Category.MUSIC),
        ("film.mkv", "video/mp4", Category.DOCUMENTS, Category.DOCUMENTS),
        ("download", "video/mp4", Category.OTHER, Category.OTHER),
    ],
)
def test_the_category_is_the_chosen_one_then_the_names_then_the_types(
    name: str, media_type: str | None, given: Category | None, expected: Category
) -> None:
    assert facts(name=name, media_type=media_type, category=given).kind is expected


def test_the_first_rule_that_holds_decides() -> None:
    rules = (
        Rule(enabled=False, folder="off"),
        Rule(endings=("avi",), folder="avi"),
        Rule(hosts=("example.org",), folder="{host}", queue="night"),
        Rule(folder="all", category="music", paused=True),
    )
    found = placed(rules, facts(), GROUND)
    assert (found.folder, found.rules) == (GROUND / "dl.cdn.example.org", (2,))
    assert (found.name, found.category, found.queue, found.priority, found.paused) == (None, None, "night", None, False)
    assert found.path == GROUND / "dl.cdn.example.org" / "film.mkv"


def test_a_rule_that_goes_on_leaves_the_rest_to_those_behind_it() -> None:
    rules = (
        Rule(name="{date}-{name}", priority=1, goes_on=True),
        Rule(folder="Videos", priority=-1),
        Rule(folder="never", category="music"),
    )
    found = placed(rules, facts(), GROUND)
    assert found.path == GROUND / "Videos" / "2026-03-09-film.mkv"
    assert (found.priority, found.category, found.rules) == (1, None, (0, 1))


def test_a_category_that_a_rule_gives_counts_for_those_behind_it() -> None:
    rules = (
        Rule(endings=("ts2",), category="video", goes_on=True),
        Rule(categories=("video",), folder="{category}/{host}"),
    )
    found = placed(rules, facts(name="film.ts2"), GROUND)
    assert (found.folder, found.category) == (GROUND / "Videos" / "dl.cdn.example.org", "video")
    assert placed(rules, facts(name="film.ts3"), GROUND).folder == GROUND
    chosen = placed(rules, facts(name="film.ts2", category=Category.MUSIC), GROUND)
    assert chosen.folder == GROUND


def test_without_a_rule_that_holds_the_folder_is_the_usual_one() -> None:
    found = placed((Rule(endings=("avi",), folder="x"),), facts(), GROUND)
    assert (found.path, found.rules) == (GROUND / "film.mkv", ())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"folder": "../x"}, "rule 1: write a folder in full"),
        ({"folder": "{x}"}, r"rule 1: there is no \{x\}"),
        ({"folder": 1}, "the folder of a rule must be a text"),
        ({"name": "fixed"}, "would be the same"),
        ({"hosts": ["a b"]}, "is no host"),
        ({"hosts": "example.org"}, "hosts of a rule must be a list"),
        ({"hosts": [""]}, "cannot be empty"),
        ({"endings": ["a/b"]}, "is no ending"),
        ({"patterns": ["a b"]}, "is no pattern"),
        ({"categories": ["old films"]}, "no category 'old films'"),
        ({"category": "Films"}, "no category 'Films'"),
        ({"least": -1}, "a number of bytes"),
        ({"least": True}, "a number of bytes"),
        ({"least": 5, "most": 4}, "no file is that"),
        ({"priority": 2}, "must be -1, 0 or 1"),
        ({"queue": 5}, "must be a text"),
        ({"paused": "yes"}, "must be true or false"),
        ({"fodler": "x"}, "may say these alone"),
        ("x", "may say these alone"),
    ],
)
def test_a_rule_that_cannot_be(wrong: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        checked_rules([wrong])
    with pytest.raises(ValueError, match=sentence):
        Settings(GROUND, rules=(wrong,))


def test_rules_are_a_list_and_not_endless() -> None:
    with pytest.raises(ValueError, match="must be a list"):
        checked_rules("x")
    with pytest.raises(ValueError, match="500 rules at most"):
        checked_rules([{}] * 501)


def test_settings_with_rules_come_back_from_their_file(tmp_path: Path) -> None:
    rules = (Rule("Films", categories=("video",), least=5, folder="Videos/{host}", queue="night"), Rule(enabled=False))
    settings = Settings(tmp_path, rules=rules)
    save_settings(settings, tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json") == settings
    assert checked_rules([asdict(rule) for rule in rules]) == rules


def test_a_queue_that_is_renamed_is_renamed_in_rules() -> None:
    rules = (Rule(queue="a", queues=("a", "b")), Rule(queue="b"))
    assert with_queue_renamed(rules, "a", "c") == (Rule(queue="c", queues=("c", "b")), rules[1])
    assert with_queue_renamed(rules, "b", "")[1].queue == ""


@given(st.text("*?ab/", max_size=30), st.text("ab/", max_size=12))
def test_patterns_mean_what_they_always_do(pattern: str, rest: str) -> None:
    def meets(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return meets(pattern.lstrip("*"), text) or (bool(text) and meets(pattern, text[1:]))
        return bool(text) and pattern[0] in ("?", text[0]) and meets(pattern[1:], text[1:])

    if pattern:
        assert holds(Rule(patterns=(f"http://{pattern}",)), facts(f"http://{rest}")) is meets(pattern, rest)


def test_no_pattern_takes_long() -> None:
    rule = Rule(patterns=("*a" * 240 + "b",))
    start = perf_counter()
    assert not holds(rule, facts("http://" + "a" * 100_000))
    assert perf_counter() - start < 5.0


def test_a_rule_without_a_folder_keeps_others_from_deciding() -> None:
    rules = (Rule(hosts=("example.org",)), Rule(folder="all"))
    assert placed(rules, facts(), GROUND).folder == GROUND
    assert placed((replace(rules[0], enabled=False), rules[1]), facts(), GROUND).folder == GROUND / "all"
