"""The map of one file."""

from itertools import pairwise

import pytest
from headrace.claims import SegmentClaim
from headrace.transfer.segments import BLOCK, Segment, SegmentMap
from hypothesis import given
from hypothesis import strategies as st

TOTALS = st.one_of(
    st.integers(0, 40),
    st.integers(0, 1 << 50),
    st.builds(lambda blocks, odd: max(0, blocks * BLOCK + odd), st.integers(0, 200), st.integers(-2, 2)),
)


@st.composite
def maps(draw: st.DrawFn) -> SegmentMap:
    """Draw a planned map in which every segment is written up to some place."""
    made = SegmentMap.plan(draw(st.integers(0, 20 * BLOCK)), draw(st.integers(1, 8)))
    for segment in made.segments:
        made.advance(segment, draw(st.integers(0, segment.remaining or 0)))
    return made


@given(TOTALS, st.integers(-1, 70))
def test_a_plan_tiles_the_file_with_borders_on_blocks(total: int, connections: int) -> None:
    segments = SegmentMap.plan(total, connections).segments
    assert (segments[0].start, segments[-1].end) == (0, total)
    assert all(first.end == second.start for first, second in pairwise(segments))
    assert all(segment.start % BLOCK == 0 and segment.position == segment.start for segment in segments)
    assert all(not segment.done for segment in segments) or total == 0
    assert len(segments) == max(1, min(connections, -(-total // BLOCK)))


@given(st.integers(1, 1 << 45), st.integers(1, 64))
def test_planned_segments_differ_by_a_block_at_most(total: int, connections: int) -> None:
    sizes = [segment.remaining or 0 for segment in SegmentMap.plan(total, connections).segments]
    assert max(sizes) - min(sizes) <= 2 * BLOCK


def test_an_unknown_length_is_one_open_segment() -> None:
    made = SegmentMap.plan(None, 8)
    assert made.segments == [Segment(0, 0, None)]
    assert made.segments[0].remaining is None
    assert not made.complete


@given(maps())
def test_claims_round_trip(made: SegmentMap) -> None:
    again = SegmentMap.restore(made.total, made.claims())
    assert again.claims() == made.claims()
    assert (again.total, again.received, again.complete) == (made.total, made.received, made.complete)
    assert made.received == sum(claim.position - claim.start for claim in made.claims())
    assert made.complete == (made.received == made.total)


@given(maps(), st.data())
def test_advance_never_passes_the_end(made: SegmentMap, data: st.DataObject) -> None:
    segment = data.draw(st.sampled_from(made.segments))
    before, missing = segment.position, segment.remaining or 0
    with pytest.raises(ValueError, match="more bytes"):
        made.advance(segment, missing + data.draw(st.integers(1, 1 << 40)))
    assert segment.position == before
    made.advance(segment, missing)
    assert segment.done


@given(maps())
def test_every_unfinished_segment_is_handed_out_once_and_in_order(made: SegmentMap) -> None:
    unfinished = [segment for segment in made.segments if not segment.done]
    handed: list[Segment] = []
    while (segment := made.take()) is not None:
        handed.append(segment)
    assert list(map(id, handed)) == list(map(id, unfinished))


def test_a_segment_given_back_is_handed_out_again() -> None:
    made = SegmentMap.plan(2 * BLOCK, 2)
    first = made.take()
    assert first is made.segments[0]
    first.taken = False
    assert made.take() is first


def test_an_empty_file_is_complete_and_has_nothing_to_hand_out() -> None:
    made = SegmentMap.plan(0, 4)
    assert made.complete
    assert made.take() is None


@pytest.mark.parametrize(("given_total", "total"), [(None, 500), (500, 500), (900, 900)])
def test_an_open_end_is_closed(given_total: int | None, total: int) -> None:
    made = SegmentMap.plan(None)
    made.advance(made.segments[0], 500)
    made.close_open_end(given_total)
    assert (made.total, made.segments[-1].end, made.complete) == (total, total, total == 500)
    made.close_open_end(7)  # a known length stays
    assert made.total == total


def test_an_open_end_cannot_be_closed_before_what_was_received() -> None:
    made = SegmentMap.plan(None)
    made.advance(made.segments[0], 500)
    with pytest.raises(ValueError, match="shorter"):
        made.close_open_end(499)
    assert made.total is None


@pytest.mark.parametrize(
    ("total", "stretches"),
    [
        (10, []),
        (10, [(0, 0, 9)]),
        (10, [(0, 0, 11)]),
        (10, [(1, 1, 10)]),
        (10, [(0, 0, 5), (6, 6, 10)]),
        (10, [(0, 0, 5), (4, 4, 10)]),
        (10, [(0, 6, 5), (5, 5, 10)]),
        (10, [(0, 0, 5), (5, 4, 10)]),
        (10, [(5, 5, 10), (0, 0, 5)]),
        (10, [(0, 0, None)]),
        (None, [(0, 0, 10)]),
        (10, [(0, 0, None), (5, 5, 10)]),
        (-1, [(0, 0, -1)]),
    ],
)
def test_claims_that_do_not_tile_the_file_are_refused(total: int | None, stretches: list[tuple[int, int, int]]) -> None:
    with pytest.raises(ValueError, match=r"segment|cover"):
        SegmentMap.restore(total, [SegmentClaim(*stretch) for stretch in stretches])
