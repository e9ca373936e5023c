"""Options of queues: what they may be, and how they follow their queue."""

from pathlib import Path
from typing import Any

import pytest
from headrace.queue_options import QueueOptions, checked_options, options_of, renamed, with_options
from headrace.settings import Settings, load_settings, save_settings

NIGHT = QueueOptions("night", Path("/data/night"), 500_000, 2, "22:00-06:00")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"folder": "night"}, "in full"),
        ({"limit": 0}, "limit of a queue must be from 1"),
        ({"limit": True}, "limit of a queue must be from 1"),
        ({"max_running": 1001}, "max_running of a queue must be from 1 to 1000"),
        ({"hours": "always"}, "written such as"),
        ({"hours": 7}, "are texts"),
        ({"speed": 7}, "what is set"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(values: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Settings(queues=("night",), queue_options=({"queue": "night", **values},))  # type: ignore[arg-type] # JSON


@pytest.mark.parametrize("value", [{}, "night", [3], [{}], [{"limit": 3}]])
def test_what_are_no_options_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"list|queue"):
        checked_options(value, ("night",))


def test_they_come_back_from_the_file(tmp_path: Path) -> None:
    settings = Settings(tmp_path, queues=("night",), queue_options=(NIGHT,))
    save_settings(settings, tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json").options_of("night") == NIGHT


def test_those_of_queues_that_are_gone_and_those_that_say_nothing_are_left_out() -> None:
    found = checked_options([NIGHT, QueueOptions("gone", limit=3), QueueOptions("day")], ("day", "night"))
    assert found == (NIGHT,)
    assert options_of(found, "day") == QueueOptions("day")


def test_the_last_word_counts_and_the_order_is_that_of_the_queues() -> None:
    main = QueueOptions("", limit=5)
    again = QueueOptions("night", limit=6)
    assert checked_options([NIGHT, main, again], ("night",)) == (main, again)
    assert checked_options(with_options((main, NIGHT), again), ("night",)) == (main, again)


def test_they_go_along_with_another_name() -> None:
    (found,) = renamed((NIGHT,), {"night": "late"})
    assert (found.queue, found.limit) == ("late", NIGHT.limit)
