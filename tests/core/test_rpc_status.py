"""Downloads as aria2 tells of them: fields, pieces, error codes."""

from headrace.rpc.errors import CODES, error_code
from headrace.rpc.status import bitfield, piece_length, status_of, word_of
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_manager import make_details, make_snapshot

MIB = 1 << 20
STRETCHES = st.lists(st.tuples(st.integers(0, 20 * MIB), st.integers(0, 3 * MIB)), max_size=8)


@given(total=st.integers(1, 20 * MIB), stretches=STRETCHES)
def test_a_piece_is_told_when_all_of_it_is_there(total: int, stretches: list[tuple[int, int]]) -> None:
    segments = tuple(
        SegmentSnapshot(min(start, total), min(start + length, total), total, connected=False)
        for start, length in stretches
    )
    one = make_snapshot(total=total, received=0, state=DownloadState.PAUSED)
    details = make_details(one, segments=segments)
    told = bitfield(one, lambda: details, MIB)
    there = bytearray(total)
    for each in segments:
        there[each.start : each.position] = b"\1" * (each.position - each.start)
    count = -(-total // MIB)
    whole = [all(there[at * MIB : (at + 1) * MIB]) for at in range(count)]
    bits = "".join("1" if each else "0" for each in whole).ljust(len(told) * 4, "0")
    assert len(told) == -(-count // 8) * 2
    assert f"{int(told, 16):0{len(told) * 4}b}" == bits


def test_a_finished_file_has_all_its_pieces_and_nobody_is_asked() -> None:
    one = make_snapshot(total=9 * MIB + 1, state=DownloadState.COMPLETED)
    assert bitfield(one, lambda: None, MIB) == "ffc0"


@given(st.none() | st.integers(0, 1 << 60))
def test_pieces_stay_few(total: int | None) -> None:
    length = piece_length(total)
    assert length >= MIB
    assert -(-(total or 0) // length) <= 1 << 14


def test_keys_narrow_the_answer_and_details_are_asked_for_where_they_are_wanted() -> None:
    asked: list[bool] = []
    one = make_snapshot(total=MIB, state=DownloadState.PAUSED)
    told = status_of(one, [one.address], lambda: asked.append(True), ["gid", "status", "nonsense"])
    assert told == {"gid": one.id, "status": "paused"}
    assert asked == []
    status_of(one, [one.address], lambda: asked.append(True), ["bitfield"])
    assert asked == [True]


def test_every_state_has_a_word() -> None:
    assert {word_of(state) for state in DownloadState} == {"active", "waiting", "paused", "error", "complete"}


def test_a_failure_has_code_and_sentence_and_no_secret() -> None:
    failure = Failure(FailureReason.NOT_FOUND, status=404)
    one = make_snapshot(state=DownloadState.FAILED, failure=failure)
    told = status_of(one, [], lambda: None, ["errorCode", "errorMessage"])
    assert told == {"errorCode": "3", "errorMessage": "the server has no such file (HTTP status 404)"}


def test_codes_are_aria2s() -> None:
    assert error_code(None) == 0
    assert all(1 < code < 33 for code in CODES.values())
    assert all(error_code(Failure(reason)) >= 1 for reason in FailureReason)
