"""The columns of the list, one by one, and its plain arithmetic."""

from typing import Any

import pytest
from headrace.states import DownloadState
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import places_in_line, spans

from tests.support.fake_manager import make_snapshot

_S = DownloadState
NOW = 1_700_000_100.0
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}


def test_columns_are_whole() -> None:
    snapshot = make_snapshot(
        "a.zip", total=5, speed=5.0, time_left=5.0, finished_at=NOW, average_speed=5.0, connections=2, limit=9,
        checksum="sha256:00",
    )  # fmt: skip
    keys = [column.key for column in COLUMNS]
    assert len(set(keys)) == len(keys)
    assert [key for key, column in zip(keys, COLUMNS, strict=True) if column.shown] == [
        "name",
        "progress",
        "size",
        "speed",
        "time_left",
        "added",
    ]
    for column in COLUMNS:
        assert column.title
        assert column.text(snapshot, NOW)
        assert column.sort_key(snapshot) is not None
        assert column.width >= 56


@pytest.mark.parametrize(
    ("column", "facts", "text"),
    [
        ("queue", {}, "Main queue"),
        ("queue", {"queue": "Night"}, "Night"),
        ("priority", {"priority": 1}, "High"),
        ("priority", {}, "Normal"),
        ("category", {"category": "music"}, "Music"),
        ("category", {}, "Documents"),
        ("checksum", {}, "\N{EN DASH}"),
        ("checksum", {"checksum": "sha256:00"}, "SHA-256 expected"),
        ("checksum", {"checksum": "sha256:00", "checksum_verified": "sha256"}, "SHA-256 verified"),
        ("connections", {}, ""),
        ("connections", {"connections": 8}, "8"),
        ("limit", {}, ""),
        ("limit", {"limit": 2_000_000}, "2 MB/s"),
        ("average_speed", {"average_speed": 7_300_000.0}, "7.3 MB/s"),
    ],
)
def test_what_the_columns_say(column: str, facts: dict[str, Any], text: str) -> None:
    said = COLUMNS[NUMBER[column]].text(make_snapshot("a.pdf", **facts), NOW)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("rows", "found"), [([], []), ([3], [(3, 3)]), ([5, 1, 2, 0], [(0, 2), (5, 5)]), ([4, 3], [(3, 4)])]
)
def test_spans(rows: list[int], found: list[tuple[int, int]]) -> None:
    assert list(spans(rows)) == found


def test_lines_are_counted_by_queue_and_priority() -> None:
    waiting = [
        make_snapshot(id="a"),
        make_snapshot(id="b", queue="Night"),
        make_snapshot(id="c", priority=1),
        make_snapshot(id="d", queue="Night", priority=-1),
        make_snapshot(id="e", queue="Night"),
    ]
    assert places_in_line(waiting) == {"c": 1, "a": 2, "b": 1, "e": 2, "d": 3}
