"""The terminal's words for what happens to a download: every kind, every reason, and nothing that steers a terminal."""

import pytest
from headrace.messages import FAILURES, NOTICES, STORIES, duration, story_sentence
from headrace.states import FailureReason, Notice
from headrace.story import FIELDS, Datum, StoryEntry, StoryKind
from hypothesis import given
from hypothesis import strategies as st

K = StoryKind
N = Notice
R = FailureReason


def said(kind: StoryKind, *data: Datum) -> str:
    return story_sentence(StoryEntry.of(1.0, kind, *data))


SENTENCES: list[tuple[StoryKind, tuple[Datum, ...], str]] = [
    (K.ADDED, ("files.test", 0), "added, from files.test"),
    (K.ADDED, ("files.test:8080", 1), "added, from files.test:8080 and 1 mirror"),
    (K.ADDED, ("files.test", 12), "added, from files.test and 12 mirrors"),
    (K.STARTED, (3,), "attempt 3 begins"),
    (
        K.CONNECTED,
        ("h", 200, 3_000_000, True, 0),
        "h answers (HTTP status 200): 3,000,000 bytes, a pause keeps what has come",
    ),
    (
        K.CONNECTED,
        ("h", 206, 3_000_000, 1, 1_500_000),
        "h answers (HTTP status 206): 3,000,000 bytes, a pause keeps what has come, 1,500,000 bytes here",
    ),
    (
        K.CONNECTED,
        ("h", None, None, False, 1),
        "h answers: length unknown, a pause loses what has come, 1 byte here",
    ),
    (K.RESTARTED, (None,), "begun anew from the first byte"),
    (
        K.RESTARTED,
        (N.RESTARTED_CHANGED,),
        "the file on the server has changed; begun anew from its first byte",
    ),
    (K.CONNECTIONS, (1,), "1 connection at work"),
    (K.CONNECTIONS, (8,), "8 connections at work"),
    (
        K.RETRY,
        (R.SERVER_BUSY, 503, 61.0),
        "the server is too busy (HTTP status 503); tried again in 1 min 1 s",
    ),
    (K.RETRY, (R.STALLED, None, 0.0), "the server sent nothing for too long; tried again at once"),
    (K.PAUSED, (0,), "paused"),
    (K.PAUSED, (1234,), "paused, 1,234 bytes here"),
    (K.RESUMED, (1234,), "resumed, 1,234 bytes here"),
    (K.FAILED, (R.NOT_FOUND, 404, ""), "failed: the server has no such file (HTTP status 404)"),
    (K.FAILED, (R.DISK_ERROR, None, "EIO"), "failed: the disk reported an error: EIO"),
    (K.NOTED, (N.WEAK_CHECKSUM,), NOTICES[N.WEAK_CHECKSUM]),
    (
        K.SOURCE_LEFT,
        ("m.test", R.SOURCES_DIFFER),
        "m.test is asked no more: the addresses do not lead to one and the same file",
    ),
    (K.VERIFIED, ("sha256", "given"), "the sha256 checksum that was given is right"),
    (K.VERIFIED, ("sha1", "pieces"), "the sha1 checksum of every piece is right"),
    (K.VERIFIED, ("md5", "SHA256SUMS"), "the md5 checksum from SHA256SUMS is right"),
    (K.VERIFIED, ("md5", None), "the md5 checksum is right"),
    (K.FINISHED, (3_000_000, 2.5), "finished: 3,000,000 bytes, 2.5 s after it was added"),
    (K.REMOVED, (), "taken off the list"),
    (K.RESTORED, (), "put back on the list"),
    (K.LOST, ("h", R.CONNECTION_LOST, None), "a connection to h ended early: the connection was lost"),
    (
        K.LOST,
        ("h", R.FORBIDDEN, 403),
        "a connection to h ended early: the server does not permit access (HTTP status 403)",
    ),
    (K.LOST, ("h", None, None), "a connection to h ended early: the server ended the body"),
    (K.BLOCKS_BAD, (1 << 20,), "1,048,576 bytes on disk are not right and are fetched again"),
    (K.STOPPED, (5,), "the program ended, 5 bytes here"),
    (K.TAKEN_UP, (5,), "found under way by the program's next start, 5 bytes here"),
    (K.READDRESSED, ("h:81",), "goes on from another address, at h:81"),
    (K.RENAMED, ("a.iso",), "called a.iso from now on"),
    (K.RELOCATED, ("/other/disk",), "moved to /other/disk"),
    (K.NEW_VERSION, ("data.csv",), "a new version, called data.csv"),
    (K.SUPERSEDED, ("data.csv",), "a newer version has come, called data.csv"),
    (K.HELD, ("hours",), "stopped: the hours of its queue are over"),
    (K.HELD, ("of another version",), "stopped: of another version"),
    (
        K.TAKEN_OVER,
        (5, 3, "aria2"),
        "5 bytes of another program's file taken over (aria2), after 3 samples were compared",
    ),
    (K.CHECKED, ("right", "sha256"), "looked at again: the file is what it was, by its sha256 digest"),
    (K.CHECKED, ("size_only", None), "looked at again: its size is right, and nothing else is known of it"),
    (K.CHECKED, ("missing", None), "looked at again: the file is not there"),
    (K.CHECKED, ("differs", "xxh3"), "looked at again: the file is not what it was any more, by its xxh3 digest"),
    (K.ASKED_ANEW, (), "asked for anew, from the first byte"),
]


@pytest.mark.parametrize(("kind", "data", "sentence"), SENTENCES)
def test_what_happened_is_one_plain_sentence(kind: StoryKind, data: tuple[Datum, ...], sentence: str) -> None:
    assert said(kind, *data) == sentence


def test_every_kind_has_its_sentence() -> None:
    assert set(STORIES) == set(K) == {kind for kind, _, _ in SENTENCES}


@pytest.mark.parametrize("kind", [K.RETRY, K.FAILED, K.LOST, K.SOURCE_LEFT])
@pytest.mark.parametrize("reason", R)
def test_every_reason_is_told_without_the_advice_for_the_end(kind: StoryKind, reason: FailureReason) -> None:
    data: dict[str, Datum] = {"reason": reason, "host": "h", "wait": 1.0, "detail": ""}
    text = said(kind, *(data.get(name) for name in FIELDS[kind]))
    cause = FAILURES[reason].partition(";")[0]
    assert cause in text
    assert not any(advice in text for advice in ("same command", "--", "-vv", "try later"))
    assert text[0].islower()
    assert not text.endswith(".")


@pytest.mark.parametrize("kind", [K.NOTED, K.RESTARTED])
@pytest.mark.parametrize("notice", N)
def test_every_notice_is_told(kind: StoryKind, notice: Notice) -> None:
    text = said(kind, notice)
    begun_anew = notice in {N.RESTARTED_CHANGED, N.RESTARTED_NO_RESUME, N.RESTARTED_PART_LOST, N.RESTARTED_TAKEN_OVER}
    assert ("begun anew" in text) if begun_anew else (text == NOTICES[notice])


def test_numbers_of_another_version_of_the_program_are_told_as_such() -> None:
    assert said(K.FAILED, 9999, None, "") == "failed: reason 9999"
    assert said(K.NOTED, 9999) == "notice 9999"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (K.ADDED, ("a\x1b[2J\n\u202eb", 0)),
        (K.FAILED, (R.INTERNAL, None, "a\x1b[2J\n\u202eb")),
        (K.VERIFIED, ("sha256", "a\x1b[2J\n\u202eb")),
    ],
)
def test_texts_of_others_cannot_steer_the_terminal(kind: StoryKind, data: tuple[Datum, ...]) -> None:
    assert "a\ufffd[2J\ufffd\ufffdb" in said(kind, *data)


@given(st.text())
def test_whatever_a_text_holds_it_is_one_line_and_no_pattern(text: str) -> None:
    assert len(said(K.FAILED, R.INTERNAL, None, text + "{count} {0}").splitlines()) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.24, "0.2 s"),
        (5.0, "5 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.7, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 0 min"),
        (7500, "2 h 5 min"),
        (360_000, "100 h 0 min"),
    ],
)
def test_a_time_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text
