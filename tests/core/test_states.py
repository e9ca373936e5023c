from enum import IntEnum
from itertools import chain

import pytest
from headrace.states import (
    ADVICE,
    RUNNING,
    TRANSITIONS,
    UNFINISHED,
    DownloadState,
    Failure,
    FailureReason,
    Notice,
    ResumeAdvice,
)

S = DownloadState
R = FailureReason

STORED: dict[type[IntEnum], dict[str, int]] = {
    DownloadState: {
        "QUEUED": 1,
        "CONNECTING": 2,
        "DOWNLOADING": 3,
        "RETRY_WAIT": 4,
        "FINISHING": 5,
        "PAUSED": 6,
        "FAILED": 7,
        "COMPLETED": 8,
    },
    FailureReason: {
        "BAD_ADDRESS": 101,
        "NAME_NOT_FOUND": 102,
        "CONNECT_FAILED": 103,
        "CONNECT_TIMEOUT": 104,
        "CONNECTION_LOST": 105,
        "STALLED": 106,
        "TLS_CERTIFICATE": 107,
        "TLS_ERROR": 108,
        "NOT_HTTP": 109,
        "TOO_MANY_REDIRECTS": 110,
        "UNSAFE_REDIRECT": 111,
        "SHORT_BODY": 112,
        "SLOW_HEADERS": 113,
        "TOO_SLOW": 114,
        "PRIVATE_REDIRECT": 115,
        "PROXY_FAILED": 116,
        "CLIENT_CERTIFICATE": 117,
        "NETWORK_GONE": 118,
        "OFFLINE": 119,
        "EXTRA_MISSING": 120,
        "HOST_KEY_UNKNOWN": 121,
        "HOST_KEY_CHANGED": 122,
        "NOT_FOUND": 201,
        "FORBIDDEN": 202,
        "GONE": 203,
        "LOGIN_NEEDED": 204,
        "PROXY_LOGIN_NEEDED": 205,
        "TOO_MANY_REQUESTS": 206,
        "SERVER_BUSY": 207,
        "SERVER_ERROR": 208,
        "REQUEST_REFUSED": 209,
        "NO_CONTENT": 210,
        "BAD_RANGE": 211,
        "BAD_RESPONSE": 212,
        "NOT_THE_FILE": 213,
        "DECODED_TOO_LARGE": 214,
        "CONTENT_CUT": 215,
        "PROXY_REFUSED": 216,
        "LOGIN_PLUGIN_NEEDED": 221,
        "TICKET_NEEDED": 222,
        "DISK_FULL": 301,
        "NO_PERMISSION": 302,
        "FOLDER_MISSING": 303,
        "FILE_EXISTS": 304,
        "DISK_ERROR": 305,
        "PART_FILE_CHANGED": 306,
        "FILE_TOO_LARGE": 307,
        "OTHER_DISK": 308,
        "TOO_MANY_OPEN_FILES": 309,
        "CHECKSUM_MISMATCH": 401,
        "SIZE_MISMATCH": 402,
        "SOURCES_DIFFER": 403,
        "INTERNAL": 501,
        "HEADERS_NEEDED": 502,
        "COOKIES_NEEDED": 503,
    },
    Notice: {
        "RESTARTED_CHANGED": 1,
        "RESTARTED_NO_RESUME": 2,
        "RESTARTED_PART_LOST": 3,
        "LENGTH_UNKNOWN": 4,
        "SKIPPED_EXISTING": 5,
        "JOINED_BY_OVERLAP": 6,
        "BLOCKS_REFETCHED": 7,
        "LABEL_WRONG": 8,
        "TYPE_UNEXPECTED": 9,
        "NAME_CLEANED": 10,
        "WEAK_CHECKSUM": 11,
        "SOURCE_DROPPED": 12,
        "DISK_DEGRADED": 13,
        "FEED_GAPS": 14,
        "ENDED_BY_USER": 15,
        "ORIGIN_NOT_MARKED": 16,
    },
}
"""Numbers in people's databases: a change here makes an old one say something else."""


@pytest.mark.parametrize("kind", STORED)
def test_stored_numbers_keep_their_meaning(kind: type[IntEnum]) -> None:
    found = {name: member.value for name, member in kind.__members__.items()}
    assert {name: found.get(name) for name in STORED[kind]} == STORED[kind]
    assert len(set(found.values())) == len(found)


def reachable(start: DownloadState) -> set[DownloadState]:
    seen, ahead = {start}, [start]
    while ahead:
        ahead += [state for state in TRANSITIONS[ahead.pop()] if state not in seen]
        seen.update(ahead)
    return seen


def test_every_state_is_in_the_table_and_reached_from_the_queue() -> None:
    assert set(TRANSITIONS) == set(S)
    assert set(chain.from_iterable(TRANSITIONS.values())) <= set(S)
    assert reachable(S.QUEUED) == set(S)


def test_no_state_follows_itself() -> None:
    assert [state for state in S if state in TRANSITIONS[state]] == []


@pytest.mark.parametrize("state", sorted(UNFINISHED | {S.FAILED}))
def test_every_unfinished_download_can_still_be_completed(state: DownloadState) -> None:
    assert S.COMPLETED in reachable(state)


@pytest.mark.parametrize("state", sorted(UNFINISHED - {S.PAUSED}))
def test_every_unfinished_download_can_be_paused(state: DownloadState) -> None:
    assert S.PAUSED in TRANSITIONS[state]


@pytest.mark.parametrize("state", [S.PAUSED, S.FAILED, S.RETRY_WAIT])
def test_what_stands_still_starts_again_through_the_queue_alone(state: DownloadState) -> None:
    assert S.QUEUED in TRANSITIONS[state]
    assert not TRANSITIONS[state] & RUNNING


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_what_runs_may_fail_and_may_wait_to_try_again(state: DownloadState) -> None:
    assert {S.FAILED, S.RETRY_WAIT} <= TRANSITIONS[state]


def test_a_completed_download_never_downloads_by_itself() -> None:
    assert TRANSITIONS[S.COMPLETED] == {S.QUEUED}, "where somebody asks for it anew"


def test_groups_of_states() -> None:
    assert {S.CONNECTING, S.DOWNLOADING, S.FINISHING} == RUNNING
    assert set(S) - {S.FAILED, S.COMPLETED} == UNFINISHED
    assert RUNNING <= UNFINISHED


def test_every_reason_has_advice() -> None:
    assert set(ADVICE) == set(R)


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (R.CONNECTION_LOST, ResumeAdvice.WAIT),
        (R.STALLED, ResumeAdvice.WAIT),
        (R.SHORT_BODY, ResumeAdvice.WAIT),
        (R.TOO_MANY_REQUESTS, ResumeAdvice.WAIT),
        (R.SERVER_BUSY, ResumeAdvice.WAIT),
        (R.SERVER_ERROR, ResumeAdvice.WAIT),
        (R.NAME_NOT_FOUND, ResumeAdvice.WAIT),
        (R.TLS_CERTIFICATE, ResumeAdvice.ASK),
        (R.UNSAFE_REDIRECT, ResumeAdvice.ASK),
        (R.LOGIN_NEEDED, ResumeAdvice.ASK),
        (R.NOT_FOUND, ResumeAdvice.ASK),
        (R.DISK_FULL, ResumeAdvice.ASK),
        (R.CHECKSUM_MISMATCH, ResumeAdvice.ASK),
        (R.INTERNAL, ResumeAdvice.ASK),
    ],
)
def test_advice(reason: FailureReason, advice: ResumeAdvice) -> None:
    assert ADVICE[reason] is advice


@pytest.mark.parametrize("table", [TRANSITIONS, ADVICE])
def test_the_tables_cannot_be_changed(table: dict[object, object]) -> None:
    with pytest.raises(TypeError):
        table[next(iter(table))] = None


def test_a_failure_knows_nothing_it_was_not_told() -> None:
    failure = Failure(R.NOT_FOUND)
    assert (failure.detail, failure.status, failure.retry_after, failure.needed_bytes) == ("", None, None, None)
