"""How downloads come in."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.intake import adopt, at_start, new_item, request_headers, unfinished
from headrace.roster import Roster
from headrace.spec import Checksum, DownloadSpec, IfExists
from headrace.states import RUNNING, DownloadState, Failure, FailureReason
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_claims, make_item, make_record

S = DownloadState
FOLDER = Path("/downloads")
CHECKSUM = Checksum("md5", "0" * 32)


def spec(address: str = "http://example.org/1.bin", **wishes: Any) -> DownloadSpec:
    return DownloadSpec(address, FOLDER, **wishes)


def roster_with(*facts: dict[str, Any]) -> Roster:
    roster = Roster()
    for number, these in enumerate(facts, 1):
        roster.add(make_item(number, **({"address": "http://example.org/1.bin", "folder": FOLDER} | these)))
    return roster


# New ones.


def test_a_new_download_is_what_was_asked_for() -> None:
    wanted = spec(name="mine", checksum=CHECKSUM, limit=5, connections=3, if_exists=IfExists.SKIP)
    record = new_item(wanted, 7.0).record
    assert (record.place, record.name, record.name_wanted, record.state) == (7.0, "mine", True, S.QUEUED)
    assert (record.checksum, record.limit, record.connections, record.if_exists) == (CHECKSUM, 5, 3, IfExists.SKIP)
    assert (record.received, record.claims, record.total) == (0, None, None)
    assert new_item(wanted, 7.0).limiter.rate == 5


def test_the_name_is_guessed_from_the_address() -> None:
    record = new_item(spec("http://example.org/a/b%20c.zip?x=1"), 0.0).record
    assert (record.name, record.name_wanted) == ("b c.zip", False)


def test_a_download_added_paused_waits() -> None:
    assert new_item(spec(paused=True), 0.0).state is S.PAUSED


def test_ids_are_sixteen_hex_digits_and_differ() -> None:
    ids = {new_item(spec(), 0.0).id for _ in range(500)}
    assert len(ids) == 500
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in ids)


def test_a_login_becomes_a_header_and_is_not_kept() -> None:
    item = new_item(spec("http://user:p%40ss:w%C3%B6rd@example.org/1.bin", headers=(("X-Key", "canary"),)), 0.0)
    assert item.record.address == "http://example.org/1.bin"
    assert item.record.header_names == ("X-Key", "Authorization")
    name, value = item.headers[-1]
    assert (name, b64decode(value.removeprefix("Basic ")).decode()) == ("Authorization", "user:p@ss:wörd")
    for secret in ("p@ss", "p%40ss", "canary"):
        assert secret not in repr(item.record)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=10), st.text(max_size=10))
def test_headers_without_a_login_go_as_they_are(name: str, value: str) -> None:
    assert request_headers(spec(headers=((name, value),))) == ((name, value),)


# Known ones.


@pytest.mark.parametrize("state", S)
def test_an_unfinished_one_is_continued_and_a_finished_one_is_not(state: DownloadState) -> None:
    found = unfinished(roster_with({"state": state}), spec())
    assert (found is None) == (state is S.COMPLETED)


@pytest.mark.parametrize(
    ("address", "wishes", "continues"),
    [
        ("http://example.org/1.bin", {}, True),
        ("http://example.org/1.bin#part", {}, True),
        ("http://user:pw@example.org/1.bin", {}, True),
        ("http://example.org/1.bin", {"name": "file.bin"}, True),
        ("http://example.org/1.bin", {"name": "other.bin"}, False),
        ("http://example.org/1.bin?x", {}, False),
        ("https://example.org/1.bin", {}, False),
    ],
)
def test_address_and_name_must_agree(address: str, wishes: dict[str, Any], continues: bool) -> None:
    found = unfinished(roster_with({"name": "file.bin"}), spec(address, **wishes))
    assert (found is not None) == continues


def test_another_folder_is_another_download() -> None:
    assert unfinished(roster_with({"folder": Path("/elsewhere")}), spec()) is None


def test_behind_a_finished_one_the_unfinished_one_is_found() -> None:
    found = unfinished(roster_with({"state": S.COMPLETED}, {"state": S.FAILED}), spec())
    assert found is not None
    assert found.id == make_item(2).id


def test_a_known_download_follows_what_is_asked_for_now() -> None:
    item = make_item(limit=9)
    item.headers = (("X-Key", "old"),)
    headers = (("X-Other", "new"),)
    adopt(item, spec(checksum=CHECKSUM, limit=100, connections=2, if_exists=IfExists.OVERWRITE, headers=headers))
    record = item.record
    assert (record.checksum, record.limit, record.if_exists) == (CHECKSUM, 100, IfExists.OVERWRITE)
    assert (item.headers, record.header_names, record.connections) == (headers, ("X-Other",), 2)
    assert item.limiter.rate == 100


def test_without_new_headers_the_old_ones_stay() -> None:
    item = make_item()
    item.headers = (("X-Key", "old"),)
    adopt(item, spec())
    assert (item.headers, item.record.header_names) == ((("X-Key", "old"),), ("X-Key",))


# Stored ones.


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("continuing", [False, True])
def test_a_stored_download_as_a_new_process_takes_it_up(state: DownloadState, continuing: bool) -> None:
    found = at_start(make_record(state=state, received=99), continuing=continuing)
    if state in (S.COMPLETED, S.FAILED):
        assert found.state is state
    elif continuing:
        assert found.state is (S.QUEUED if state in RUNNING else state)
    else:
        assert found.state is S.PAUSED


@pytest.mark.parametrize(("state", "received"), [(S.PAUSED, 5), (S.FAILED, 5), (S.COMPLETED, 99)])
def test_only_claimed_bytes_count(state: DownloadState, received: int) -> None:
    record = make_record(state=state, received=99, claims=make_claims((0, 5, 10), total=10))
    assert at_start(record, continuing=True).received == received
    assert at_start(replace(record, claims=None), continuing=True).received == (99 if state is S.COMPLETED else 0)


def test_what_waited_for_its_time_still_does_or_is_plainly_paused() -> None:
    record = make_record(state=S.RETRY_WAIT, retry_at=5.0, failure=Failure(FailureReason.STALLED), attempts=2)
    assert at_start(record, continuing=True) == record
    paused = at_start(record, continuing=False)
    assert (paused.state, paused.retry_at, paused.failure) == (S.PAUSED, None, None)
