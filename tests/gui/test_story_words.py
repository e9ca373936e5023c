"""The window's words for what happens to a download: every kind, every reason, whatever the data."""

from datetime import datetime

import pytest
from headrace.outcomes import FileVerdict
from headrace.states import FailureReason, Notice
from headrace.story import FIELDS, Datum, StoryEntry, StoryKind
from headrace_gui.story_words import (
    NOTICES,
    Sign,
    day,
    is_same_day,
    sign_name,
    sign_of,
    sortable_moment,
    story_sentence,
    time_of_day,
)
from headrace_gui.words import FAILURES
from PySide6.QtCore import QLocale

K, N, R = StoryKind, Notice, FailureReason


def said(kind: StoryKind, *data: Datum) -> str:
    return story_sentence(StoryEntry.of(1.0, kind, *data)).replace("\N{NO-BREAK SPACE}", " ")


SENTENCES: list[tuple[StoryKind, tuple[Datum, ...], str]] = [
    (K.ADDED, ("files.test:8080", 0), "Added, from files.test:8080"),
    (K.STARTED, (3,), "Attempt 3 begins"),
    (K.CONNECTED, ("h", 200, 3_000_000, True, 0), "h answers · 3.0 MB · can be resumed · HTTP status 200"),
    (
        K.CONNECTED,
        ("h", 206, None, False, 1_500_000),
        "h answers · length unknown · cannot be resumed · 1.5 MB here · HTTP status 206",
    ),
    (K.RESTARTED, (None,), "Begun anew, as asked for"),
    (K.RESTARTED, (N.RESTARTED_CHANGED,), "Begun anew: the file on the server has changed"),
    (K.RETRY, (R.SERVER_BUSY, 503, 61.0), "Trying again in 1 min 1 s · Server is too busy · HTTP status 503"),
    (K.RETRY, (R.STALLED, None, 0.0), "Trying again at once · Server stopped sending"),
    (K.PAUSED, (0,), "Paused"),
    (K.PAUSED, (812_000_000,), "Paused · 812 MB here"),
    (K.RESUMED, (812_000_000,), "Resumed · 812 MB here"),
    (K.FAILED, (R.NOT_FOUND, 404, ""), "Failed · Server has no such file · HTTP status 404"),
    (K.FAILED, (R.DISK_ERROR, None, "EIO"), "Failed · Disk reports an error · EIO"),
    (K.FAILED, (9999, None, ""), "Failed · Reason 9999"),
    (K.NOTED, (9999,), "Notice 9999"),
    (K.SOURCE_LEFT, ("m.test", R.SOURCES_DIFFER), "m.test is asked no more · Its addresses lead to different files"),
    (K.VERIFIED, ("sha256", "given"), "The SHA-256 checksum you gave is right"),
    (K.VERIFIED, ("sha1", "pieces"), "The SHA-1 checksum of every piece is right"),
    (K.VERIFIED, ("md5", "MD5SUMS"), "The MD5 checksum from MD5SUMS is right"),
    (K.VERIFIED, ("md5", None), "The MD5 checksum is right"),
    (K.FINISHED, (3_000_000, 2.5), "Finished · 3.0 MB · 2 s after it was added"),
    (K.REMOVED, (), "Taken off the list"),
    (K.RESTORED, (), "Put back on the list"),
    (K.LOST, ("h", R.CONNECTION_LOST, None), "A connection to h ended early · Connection lost"),
    (K.LOST, ("h", None, None), "A connection to h ended early · the server sent no more"),
    (K.BLOCKS_BAD, (1_000_000,), "1.0 MB on disk had been changed and are fetched again"),
    (K.STOPPED, (5,), "Headrace was closed · 5 B here"),
    (K.TAKEN_UP, (5,), "Headrace started and found it under way · 5 B here"),
    (K.READDRESSED, ("h:81",), "Goes on from another address, at h:81"),
    (K.RENAMED, ("new.iso",), "Renamed to new.iso"),
    (K.RELOCATED, ("/data",), "Moved to /data"),
    (
        K.TAKEN_OVER,
        (5_000_000, 3, "aria2"),
        "5.0 MB of another program's file taken over \u00b7 3 samples compared with the server's",
    ),
    (K.CHECKED, ("right", "sha256"), "Checked again: every byte is right · SHA-256"),
    (K.CHECKED, ("right", "xxh3-128"), "Checked again: every byte is right · by the digests Headrace kept of it"),
    (K.CHECKED, ("size_only", None), "Checked again: the size is right, and nothing more is known"),
    (K.ASKED_ANEW, (), "Asked for anew, from the first byte"),
]


@pytest.mark.parametrize(("kind", "data", "sentence"), SENTENCES)
def test_what_happened_is_one_calm_sentence(kind: StoryKind, data: tuple[Datum, ...], sentence: str) -> None:
    assert said(kind, *data) == sentence


def test_numbers_take_the_plural_they_need() -> None:
    for count in (1, 8):
        assert said(K.CONNECTIONS, count).startswith(f"{count} connection")
        assert f"· {count} more address" in said(K.ADDED, "h", count)


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("value", [None, 0, 1, 2, 3, 16, 1000, 1.5, "", "text"])
def test_every_kind_has_words_whatever_its_data(kind: StoryKind, value: Datum) -> None:
    numbers = {"mirrors", "attempt", "count", "wait", "received", "size", "seconds", "total", "status", "samples"}
    data = [None if name in numbers and isinstance(value, str) else value for name in FIELDS[kind]]
    entry = StoryEntry.of(1.0, kind, *data)
    text = story_sentence(entry)
    assert text
    assert not any(bad in text for bad in ("{", "}", "None", "%", "\n"))
    assert not text.endswith(".")
    assert sign_name(sign_of(entry))


@pytest.mark.parametrize("kind", [K.RETRY, K.FAILED, K.LOST, K.SOURCE_LEFT])
@pytest.mark.parametrize("reason", R)
def test_every_reason_is_told_in_the_words_of_the_list(kind: StoryKind, reason: FailureReason) -> None:
    facts: dict[str, Datum] = {"reason": reason, "host": "h", "wait": 1.0, "detail": ""}
    assert FAILURES[reason].what in said(kind, *(facts.get(name) for name in FIELDS[kind]))


@pytest.mark.parametrize("notice", N)
def test_every_notice_is_told(notice: Notice) -> None:
    assert said(K.NOTED, notice) == said(K.RESTARTED, notice) == NOTICES[notice]


@pytest.mark.parametrize("verdict", FileVerdict)
def test_every_verdict_is_told(verdict: FileVerdict) -> None:
    text = said(K.CHECKED, verdict.value, None)
    assert text.startswith(("Checked again: ", "The check"))


@pytest.mark.parametrize(
    ("entry", "sign"),
    [
        (StoryEntry.of(1, K.FINISHED, 1, 1), Sign.OK),
        (StoryEntry.of(1, K.FAILED, R.DISK_FULL, None, ""), Sign.ERROR),
        (StoryEntry.of(1, K.RETRY, R.DISK_FULL, None, 1.0), Sign.WARNING),
        (StoryEntry.of(1, K.PAUSED, 1), Sign.INFO),
        (StoryEntry.of(1, K.NOTED, N.WEAK_CHECKSUM), Sign.WARNING),
        (StoryEntry.of(1, K.NOTED, N.NAME_CLEANED), Sign.INFO),
        (StoryEntry.of(1, K.RESTARTED, None), Sign.INFO),
        (StoryEntry.of(1, K.RESTARTED, N.RESTARTED_CHANGED), Sign.WARNING),
        (StoryEntry.of(1, K.CHECKED, "right", None), Sign.OK),
        (StoryEntry.of(1, K.CHECKED, "differs", None), Sign.ERROR),
        (StoryEntry.of(1, K.CHECKED, "from a later version", None), Sign.INFO),
    ],
)
def test_what_an_entry_means(entry: StoryEntry, sign: Sign) -> None:
    assert sign_of(entry) is sign


@pytest.mark.parametrize(
    ("locale", "wanted"),
    [
        ("en_GB", "00:00:05"),
        ("en_US", "12:00:05 AM"),
        ("fi_FI", "0.00.05"),
        ("da_DK", "00.00.05"),
        ("fr_CA", "00 h 00:05"),
    ],
)
def test_times_have_seconds_in_every_locale(locale: str, wanted: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert time_of_day(_midnight() + 5).replace("\u202f", " ") == wanted


def test_days() -> None:
    assert day(_midnight()) == "Saturday, 14 March 2026"
    assert sortable_moment(_midnight() + 3723) == "2026-03-14 01:02:03"
    assert is_same_day(_midnight(), _midnight() + 86_399)
    assert not is_same_day(_midnight(), _midnight() - 1)


def _midnight() -> float:

    return datetime(2026, 3, 14).timestamp()  # noqa: DTZ001 - the day here
