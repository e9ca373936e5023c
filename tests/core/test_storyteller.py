"""The storyteller: what becomes an entry where states change and jobs report, and what is passed over."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace.story import PACE, StoryEntry, StoryKind
from headrace.storyteller import Storyteller
from headrace.transfer.events import (
    JobConnected,
    JobConnecting,
    JobEnded,
    JobEvent,
    JobFinished,
    JobFinishing,
    JobNoted,
)

from tests.support.engine_parts import make_item, make_record

K = StoryKind
S = DownloadState
R = FailureReason
N = Notice


class Book:
    """A keeper of stories that answers when it is told to."""

    def __init__(self) -> None:
        self.written: list[tuple[str, StoryEntry]] = []
        self.asked: list[Callable[[Sequence[StoryEntry]], None]] = []

    def save_story(self, download_id: str, entry: StoryEntry) -> None:
        self.written.append((download_id, entry))

    def ask_story(self, download_id: str, answer: Callable[[Sequence[StoryEntry]], None]) -> None:
        assert download_id
        self.asked.append(answer)


class Stage:
    """A storyteller with a clock set by hand, and one download."""

    def __init__(self, state: DownloadState = S.DOWNLOADING, **facts: Any) -> None:
        self.book, self.now = Book(), 1_700_000_100.0
        self.teller = Storyteller(self.book, lambda: self.now)
        self.item = make_item(state=state, **facts)

    def hear(self, event: JobEvent, **changes: Any) -> None:
        """Report `event`, which changes these facts of the download."""
        before = self.item.record
        self.item.record = replace(before, **changes)
        self.teller.heard(before, self.item, event)

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """Kind and data of every entry, in order."""
        return [(entry.kind, *entry.data) for _, entry in self.book.written]


def connected(host: str = "files.test", status: int = 200, total: int | None = 1000, received: int = 0) -> JobConnected:
    return JobConnected("1.bin", total, True, (), host, status, received=received)


def lost(reason: FailureReason = R.CONNECTION_LOST, host: str = "files.test") -> JobNoted:
    return JobNoted(K.LOST, (host, reason, None))


# What a person does.


def test_adding_tells_the_host_and_how_many_more_there_are() -> None:
    stage = Stage(S.QUEUED, address="https://files.test:8443/a?key=canary", mirrors=("http://a/", "http://b/"))
    stage.teller.added(stage.item)
    stage.teller.readdressed(stage.item)
    assert stage.told == [(K.ADDED, "files.test:8443", 2), (K.READDRESSED, "files.test:8443")]


def test_an_entry_is_saved_with_the_time_and_handed_out_once() -> None:
    stage = Stage()
    stage.teller.tell(stage.item, K.REMOVED)
    stage.now += 5
    stage.teller.tell(stage.item, K.RESTORED)
    fresh = stage.teller.take_fresh()
    assert fresh == stage.book.written
    assert [(key, entry.at) for key, entry in fresh] == [(stage.item.id, 1_700_000_100.0), (stage.item.id, stage.now)]
    assert stage.teller.take_fresh() == []


@pytest.mark.parametrize("kind", [K.PAUSED, K.RESUMED, K.STOPPED, K.TAKEN_UP])
def test_what_was_there_is_told(kind: StoryKind) -> None:
    stage = Stage(received=77)
    stage.teller.at(stage.item, kind)
    assert stage.told == [(kind, 77)]


# A new process.


@pytest.mark.parametrize("state", S)
def test_only_what_ran_is_taken_up(state: DownloadState) -> None:
    stage = Stage(S.QUEUED if state in (S.CONNECTING, S.DOWNLOADING, S.FINISHING) else state, received=5)
    stage.teller.taken_up(make_record(state=state), stage.item)
    assert stage.told == ([(K.TAKEN_UP, 5)] if stage.item.state is not state else [])


def test_what_may_have_crashed_the_program_is_told_to_wait() -> None:
    failure = Failure(R.INTERNAL, "it may be what crashes the program")
    stage = Stage(S.FAILED, failure=failure, received=5)
    stage.teller.taken_up(make_record(state=S.DOWNLOADING), stage.item)
    assert stage.told == [(K.TAKEN_UP, 5), (K.FAILED, R.INTERNAL, None, failure.detail)]


def test_what_had_failed_before_is_not_told_again() -> None:
    stage = Stage(S.FAILED, failure=Failure(R.NOT_FOUND))
    stage.teller.taken_up(stage.item.record, stage.item)
    assert stage.told == []


# Attempts.


def test_each_attempt_has_its_number() -> None:
    stage = Stage(S.CONNECTING)
    stage.teller.started(stage.item)
    stage.item.note(attempts=2)
    stage.teller.started(stage.item)
    assert stage.told == [(K.STARTED, 1), (K.STARTED, 3)]


def test_a_start_that_could_not_be_is_told_as_what_it_is() -> None:
    stage = Stage(S.FAILED, failure=Failure(R.HEADERS_NEEDED))
    stage.teller.started(stage.item)
    waiting = Stage(S.RETRY_WAIT, failure=Failure(R.TOO_MANY_OPEN_FILES), retry_at=1_700_000_102.04)
    waiting.teller.started(waiting.item)
    assert stage.told == [(K.FAILED, R.HEADERS_NEEDED, None, "")]
    assert waiting.told == [(K.RETRY, R.TOO_MANY_OPEN_FILES, None, 2.0)]


ENDED = JobEnded(None, 0, ())


@pytest.mark.parametrize(
    ("state", "facts", "told"),
    [
        (S.RETRY_WAIT, {"failure": Failure(R.SERVER_BUSY, status=503)}, [(K.RETRY, R.SERVER_BUSY, 503, 0.0)]),
        (S.FAILED, {"failure": Failure(R.DISK_ERROR, "EIO")}, [(K.FAILED, R.DISK_ERROR, None, "EIO")]),
        (S.DOWNLOADING, {"received": 9}, [(K.STOPPED, 9)]),
        (S.CONNECTING, {"failure": Failure(R.STALLED)}, [(K.STOPPED, 0)]),
        (S.FINISHING, {}, [(K.STOPPED, 0)]),
        (S.PAUSED, {}, []),
        (S.QUEUED, {}, []),
    ],
)
def test_the_end_of_a_job_is_told_by_what_became_of_the_download(
    state: DownloadState, facts: dict[str, Any], told: list[Any]
) -> None:
    stage = Stage()
    stage.hear(ENDED, state=state, **facts)
    assert stage.told == told


def test_a_failure_that_was_overcome_is_not_told_when_the_program_ends() -> None:
    stage = Stage(S.CONNECTING, failure=Failure(R.STALLED))
    stage.hear(connected(), state=S.DOWNLOADING, failure=None)
    stage.hear(ENDED)
    assert [kind for kind, *_ in stage.told] == [K.CONNECTED, K.STOPPED]


# Finished.


def test_the_proof_comes_before_the_end() -> None:
    stage = Stage(S.FINISHING, added_at=1_700_000_000.0)
    event = JobFinished("1.bin", 1000, (), "sha256", "Repr-Digest")
    stage.hear(event, state=S.COMPLETED, finished_at=1_700_000_012.34)
    assert stage.told == [(K.VERIFIED, "sha256", "Repr-Digest"), (K.FINISHED, 1000, 12.3)]


def test_without_a_checksum_nothing_is_called_verified_and_a_clock_set_back_is_no_time() -> None:
    stage = Stage(S.FINISHING, added_at=1_700_000_000.0)
    stage.hear(JobFinished("1.bin", 1000, (), None), state=S.COMPLETED, finished_at=1_600_000_000.0)
    assert stage.told == [(K.FINISHED, 1000, 0.0)]


def test_what_was_skipped_is_not_called_finished() -> None:
    stage = Stage(S.CONNECTING)
    event = JobFinished("1.bin", 0, (N.SKIPPED_EXISTING,), None)
    stage.hear(event, state=S.COMPLETED, notices=(N.SKIPPED_EXISTING,))
    assert stage.told == [(K.NOTED, N.SKIPPED_EXISTING)]


# On the way.


@pytest.mark.parametrize("event", [JobConnecting(), JobFinishing()])
def test_states_that_come_and_go_are_no_story(event: JobEvent) -> None:
    stage = Stage()
    stage.hear(event)
    assert stage.told == []


def test_the_answer_is_told_with_what_is_there_and_again_only_when_it_is_another() -> None:
    stage = Stage(received=999)
    more = connected(received=10)
    for answer in (connected(), more, connected(status=206, received=10), connected(total=None), connected("b.test")):
        stage.hear(answer)
    assert stage.told == [
        (K.CONNECTED, "files.test", 200, 1000, 1, 0),
        (K.CONNECTED, "files.test", 206, 1000, 1, 10),
        (K.CONNECTED, "files.test", 200, None, 1, 0),
        (K.CONNECTED, "b.test", 200, 1000, 1, 0),
    ]


def test_an_answer_that_comes_after_a_stop_is_not_told() -> None:
    stage = Stage(S.PAUSED)
    stage.hear(connected())
    assert stage.told == []


@pytest.mark.parametrize("between", [lost(), JobNoted(K.RESTARTED, (N.RESTARTED_CHANGED,))])
def test_after_a_loss_or_a_new_beginning_the_same_answer_is_news(between: JobNoted) -> None:
    stage = Stage()
    for event in (connected(), between, connected(), connected()):
        stage.hear(event)
    assert [kind for kind, *_ in stage.told] == [K.CONNECTED, between.kind, K.CONNECTED]


def test_a_new_attempt_tells_its_answer_anew() -> None:
    stage = Stage()
    for _ in range(2):
        stage.teller.started(stage.item)
        stage.hear(connected())
        stage.hear(ENDED, state=S.PAUSED)
        stage.item.record = replace(stage.item.record, state=S.DOWNLOADING)
    assert [kind for kind, *_ in stage.told] == [K.STARTED, K.CONNECTED] * 2


def test_losses_are_told_at_their_pace_for_each_download() -> None:
    stage, other = Stage(), make_item(2, state=S.DOWNLOADING)
    for _ in range(100):
        stage.hear(lost())
        stage.hear(connected())
        stage.now += PACE / 20
    stage.teller.heard(other.record, other, lost(R.STALLED))
    assert stage.told == [
        *[(K.LOST, "files.test", R.CONNECTION_LOST, None), (K.CONNECTED, "files.test", 200, 1000, 1, 0)] * 5,
        (K.LOST, "files.test", R.STALLED, None),
    ]


def test_a_clock_set_back_does_not_silence_losses() -> None:
    stage = Stage()
    stage.hear(lost())
    stage.now -= 3600
    stage.hear(lost())
    assert len(stage.told) == 2


TOLD_AS_THEY_ARE: list[JobNoted] = [
    JobNoted(K.RESTARTED, (None,)),
    JobNoted(K.CONNECTIONS, (4,)),
    JobNoted(K.SOURCE_LEFT, ("mirror.test", R.SOURCES_DIFFER)),
    JobNoted(K.BLOCKS_BAD, (1 << 20,)),
]


@pytest.mark.parametrize("event", TOLD_AS_THEY_ARE, ids=lambda event: event.kind.name)
def test_what_jobs_note_is_told_as_it_is(event: JobNoted) -> None:
    stage = Stage()
    stage.hear(event)
    stage.hear(event)
    assert stage.told == [(event.kind, *event.data)] * 2


BEHIND = {N.RESTARTED_CHANGED, N.RESTARTED_NO_RESUME, N.RESTARTED_PART_LOST, N.BLOCKS_REFETCHED, N.SOURCE_DROPPED}


@pytest.mark.parametrize("notice", N)
def test_a_notice_is_told_once_unless_an_entry_behind_it_says_more(notice: Notice) -> None:
    stage = Stage()
    stage.hear(JobNoted(K.NOTED, (notice,)), notices=(notice,))
    stage.hear(connected(), notices=(notice,))
    stage.hear(ENDED, state=S.PAUSED)
    assert [row for row in stage.told if row[0] is K.NOTED] == ([] if notice in BEHIND else [(K.NOTED, notice)])


def test_notices_that_come_with_another_event_are_told_before_it() -> None:
    stage = Stage(S.FINISHING)
    notices = (N.LENGTH_UNKNOWN, N.WEAK_CHECKSUM)
    stage.hear(JobFinished("1.bin", 7, notices, None), state=S.COMPLETED, notices=notices)
    assert [row[:2] for row in stage.told] == [(K.NOTED, notices[0]), (K.NOTED, notices[1]), (K.FINISHED, 7)]


def test_secrets_in_what_is_reported_are_masked() -> None:
    stage = Stage()
    stage.hear(ENDED, state=S.FAILED, failure=Failure(R.INTERNAL, "asked http://me:canary@h/?sig=magpie in vain"))
    assert stage.told == [(K.FAILED, R.INTERNAL, None, "asked http://***@h/?sig=*** in vain")]


# Asked for.


def tell(stage: Stage, count: int) -> StoryEntry:
    """Tell one more entry, and return it."""
    stage.now += 1
    stage.teller.tell(stage.item, K.CONNECTIONS, count)
    return stage.book.written[-1][1]


def test_a_story_that_grew_while_it_was_read_is_whole() -> None:
    stage = Stage()
    one = tell(stage, 1)
    stage.teller.ask(stage.item.id, lambda _: None)
    two, three = tell(stage, 2), tell(stage, 3)
    assert stage.teller.complete(stage.item.id, [one, two]) == (one, two, three)
    assert stage.teller.complete(stage.item.id, [one]) == (one,), "what is told later is told elsewhere"


def test_asked_for_twice_each_answer_has_all_that_was_told_till_then() -> None:
    stage = Stage()
    one = tell(stage, 1)
    stage.teller.ask(stage.item.id, lambda _: None)
    two = tell(stage, 2)
    stage.teller.ask(stage.item.id, lambda _: None)
    assert stage.teller.complete(stage.item.id, [one]) == (one, two)
    three = tell(stage, 3)
    assert stage.teller.complete(stage.item.id, [one, two]) == (one, two, three)


def test_the_story_of_another_download_does_not_get_in() -> None:
    stage = Stage()
    stage.teller.ask("another", lambda _: None)
    tell(stage, 1)
    assert stage.teller.complete("another", []) == ()


def test_asking_passes_the_answer_on_to_the_keeper() -> None:
    stage, answers = Stage(), list[Sequence[StoryEntry]]()
    stage.teller.ask(stage.item.id, answers.append)
    entry = tell(stage, 1)
    stage.book.asked[0]([entry])
    assert answers == [[entry]]
