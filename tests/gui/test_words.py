"""Words: every state, reason and notice has some; sizes, times and sentences read as people write them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from headrace.filters import Category, StatusFilter
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace_gui import words
from PySide6.QtCore import QLocale

from tests.support.fake_manager import make_snapshot

_S = DownloadState
NOW = datetime(2026, 3, 14, 14, 6).timestamp()  # noqa: DTZ001 - local time is what people read
NARROW = "\N{NO-BREAK SPACE}"


def plain(text: str) -> str:
    return text.replace(NARROW, " ")


@pytest.mark.parametrize("reason", list(FailureReason))
def test_every_reason_says_what_happened_and_what_to_do(reason: FailureReason) -> None:
    what, advice = words.FAILURES[reason]
    sentence = words.failure_sentence(Failure(reason, status=500))
    assert 8 < len(what) <= 45
    assert 8 < len(advice) <= 55
    assert sentence.startswith(f"{what}. {advice}.")
    assert reason.name not in sentence
    assert str(reason.value) not in sentence


def test_tables_of_words_are_complete() -> None:
    assert set(words.FAILURES) == set(FailureReason)
    assert set(words.NOTICES) == set(Notice)
    assert set(words.STATE_NAMES) == set(DownloadState)
    assert set(words.STATUS_NAMES) == set(StatusFilter)
    assert set(words.CATEGORY_NAMES) == set(Category)
    assert len({each.what for each in words.FAILURES.values()}) == len(FailureReason)


@pytest.mark.parametrize("state", list(DownloadState))
def test_every_state_has_a_line_and_a_progress_label(state: DownloadState) -> None:
    snapshot = make_snapshot(state=state)
    assert words.status(snapshot, NOW)
    assert words.progress(snapshot)
    assert words.row_sentence(snapshot, NOW).startswith("file.bin, ")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (512_400, "512 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_600_000, "1.6 MB"),
        (99_940_000, "99.9 MB"),
        (99_960_000, "100 MB"),
        (892_000_000, "892 MB"),
        (3_900_000_000, "3.9 GB"),
        (5 * 10**15, "5.0 PB"),
        (10**22, "10,000 EB"),
    ],
)
def test_size(amount: int | None, text: str) -> None:
    assert plain(words.size(amount)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.2, "a moment"),
        (36.4, "36 s"),
        (59.6, "1 min"),
        (86, "1 min 26 s"),
        (599, "9 min 59 s"),
        (720, "about 12 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (86_399, "about 1 day"),
        (3 * 86_400, "about 3 days"),
        (90 * 86_400, "over a month"),
    ],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert plain(words.duration(seconds)) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(minutes=4), "14:02"),
        (timedelta(hours=15), "yesterday"),
        (timedelta(days=3), "11 Mar"),
        (timedelta(days=120), "14 Nov 2025"),
    ],
)
def test_moment(ago: timedelta, text: str) -> None:
    assert words.moment(NOW - ago.total_seconds(), NOW) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "No limit"),
        (500_000, "500 kB/s"),
        (2_000_000, "2 MB/s"),
        (1_500_000, "1.5 MB/s"),
        (1_500_000_000, "1.5 GB/s"),
        (3_000_000_000, "3 GB/s"),
        (999_600_000, "1.0 GB/s"),
        (250_000_000, "250 MB/s"),
        (1_234, "1 kB/s"),
    ],
)
def test_limit(rate: int | None, text: str) -> None:
    assert plain(words.limit(rate)) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [(1, "next in line"), (2, "number 2 in line"), (1112, "number 1,112 in line")],
)
def test_place_in_line(place: int, text: str) -> None:
    assert words.place_in_line(place) == f"Waiting for a free place, {text}"


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.0, "0 %"), (0.29, "29 %"), (0.9999, "99 %"), (1.0, "100 %"), (1.2, "100 %")]
)
def test_percent_never_promises_too_much(fraction: float, text: str) -> None:
    assert plain(words.percent(fraction)) == text


LINES: list[tuple[dict[str, Any], str]] = [
    ({"state": _S.QUEUED}, "Waiting for a free place, number 2 in line"),
    ({"state": _S.CONNECTING}, "Connecting to example.org"),
    ({"state": _S.DOWNLOADING, "connections": 1, "speed": 9.0}, "from example.org · 1 connection"),
    ({"state": _S.DOWNLOADING, "connections": 4, "speed": 9.0}, "from example.org · 4 connections"),
    (
        {"state": _S.DOWNLOADING, "connections": 4, "speed": 0.0},
        "from example.org · nothing is arriving at the moment",
    ),
    (
        {"state": _S.DOWNLOADING, "connections": 1, "speed": 9.0, "notices": (Notice.RESTARTED_CHANGED,)},
        "from example.org · 1 connection · fetched anew: the file on the server had changed",
    ),
    (
        {"state": _S.RETRY_WAIT, "retry_at": NOW + 40, "failure": Failure(FailureReason.TOO_MANY_REQUESTS)},
        "Server asked us to wait, trying again in 40 s",
    ),
    (
        {"state": _S.RETRY_WAIT, "retry_at": NOW - 1, "failure": Failure(FailureReason.CONNECTION_LOST)},
        "Connection lost, trying again now",
    ),
    ({"state": _S.PAUSED}, "Paused"),
    ({"state": _S.PAUSED, "received": 312_000_000, "resumable": True}, "Paused · resumes from 312 MB"),
    (
        {"state": _S.PAUSED, "received": 312_000_000, "resumable": False},
        "Paused · will begin again, the server cannot resume",
    ),
    (
        {
            "state": _S.FAILED,
            "received": 5_000_000,
            "failure": Failure(FailureReason.DISK_FULL, needed_bytes=2_100_000_000),
        },
        "Disk is full (needs 2.1 GB more) · Free space, then resume · 5.0 MB kept",
    ),
    ({"state": _S.COMPLETED, "checksum_verified": "sha256"}, "Finished, verified by SHA-256"),
    ({"state": _S.COMPLETED}, "Finished, length checked"),
    ({"state": _S.COMPLETED, "notices": (Notice.LENGTH_UNKNOWN,)}, "Finished · length unknown"),
    (
        {"state": _S.COMPLETED, "notices": (Notice.SKIPPED_EXISTING,)},
        "Skipped, a file of that name was there already",
    ),
]


@pytest.mark.parametrize(("facts", "line"), LINES)
def test_status_lines(facts: dict[str, Any], line: str) -> None:
    place = 2 if facts["state"] is _S.QUEUED else None
    assert plain(words.status(make_snapshot(**facts), NOW, place)) == line


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"state": _S.QUEUED}, "Waiting"),
        ({"state": _S.QUEUED, "total": 100, "received": 40}, "40 %"),
        ({"state": _S.DOWNLOADING, "total": 100}, "0 %"),
        ({"state": _S.DOWNLOADING, "received": 48_200_000}, "48.2 MB so far"),
        ({"state": _S.CONNECTING, "total": 100, "received": 40}, "40 %"),
        ({"state": _S.FINISHING, "total": 100, "received": 100}, "Finishing"),
        ({"state": _S.COMPLETED, "total": 100, "received": 100}, "Done"),
        ({"state": _S.FAILED}, "Failed"),
        ({"state": _S.RETRY_WAIT}, "Waiting"),
    ],
)
def test_progress_labels(facts: dict[str, Any], label: str) -> None:
    assert plain(words.progress(make_snapshot(**facts))) == label


@pytest.mark.parametrize(("name", "text"), [("sha256", "SHA-256"), ("md5", "MD5"), ("blake2b", "BLAKE2b")])
def test_checksum_names(name: str, text: str) -> None:
    assert words.checksum_name(name) == text


def test_numbers_follow_the_locale() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert plain(words.speed(41_800_000)) == "41,8 MB/s"
