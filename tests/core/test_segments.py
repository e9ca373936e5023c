"""The map of one file."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from headrace.claims import SegmentClaim
from headrace.net.body import PIECE
from headrace.transfer.blocks import BLOCK
from headrace.transfer.segments import LEAST_SPLIT, Segment, SegmentMap
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

Stretch = tuple[int, int]
TOTALS = st.one_of(
    st.integers(0, 40),
    st.integers(0, 1 << 50),
    st.builds(lambda blocks, odd: max(0, blocks * BLOCK + odd), st.integers(0, 200), st.integers(-2, 2)),
)
SHARES = st.floats(0, 1)


def progress(most: int) -> st.SearchStrategy[int]:
    """Draw how far a segment with `most` bytes missing comes: anywhere, to a block border, to its end."""
    return st.one_of(
        st.integers(0, most), st.integers(0, most // BLOCK).map(lambda blocks: blocks * BLOCK), st.just(most)
    )


@st.composite
def maps(draw: st.DrawFn) -> SegmentMap:
    """Draw a map of up to twenty blocks, divided here and there, every segment written up to some place."""
    total = draw(st.one_of(st.integers(0, 20 * BLOCK), st.integers(0, 20).map(lambda blocks: blocks * BLOCK)))
    made = SegmentMap.plan(total)
    for _ in range(draw(st.integers(0, 7))):
        made.divide(draw(st.sampled_from(made.segments)), draw(SHARES))
    for segment in made.segments:
        made.advance(segment, draw(progress(segment.remaining or 0)))
    return made


def stretches(made: SegmentMap) -> list[Stretch]:
    return joined((segment.start, segment.position) for segment in made.segments)


def joined(parts: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for low, high in sorted(part for part in parts if part[0] < part[1]):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def without(parts: list[Stretch], gone: Iterable[Stretch]) -> list[Stretch]:
    for low, high in gone:
        parts = [piece for first, last in parts for piece in ((first, min(last, low)), (max(first, high), last))]
        parts = [part for part in parts if part[0] < part[1]]
    return joined(parts)


def tiles(made: SegmentMap) -> bool:
    borders = [segment.start for segment in made.segments] + [made.segments[-1].end]
    return (borders[0], borders[-1]) == (0, made.total) and all(
        first.end == second.start for first, second in pairwise(made.segments)
    )


def blocks_of(parts: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches that digests speak of: whole blocks, and the beginning of one where writing has come to."""
    return [
        (start, min(start + BLOCK, high)) for low, high in parts for start in range(low // BLOCK * BLOCK, high, BLOCK)
    ]


# A new map.


@given(TOTALS)
def test_a_plan_is_one_segment_of_the_whole_file(total: int) -> None:
    made = SegmentMap.plan(total)
    assert [(part.start, part.position, part.end) for part in made.segments] == [(0, 0, total)]
    assert made.complete == (total == 0)


def test_an_unknown_length_is_one_open_segment() -> None:
    made = SegmentMap.plan(None)
    (only,) = made.segments
    assert (only.start, only.position, only.end, only.remaining) == (0, 0, None, None)
    assert not made.complete
    assert made.divide(only, 0.5) is None


# Dividing.


@given(maps(), SHARES, st.data())
def test_a_cut_is_the_last_part_on_a_block_border(made: SegmentMap, share: float, data: st.DataObject) -> None:
    segment = data.draw(st.sampled_from(made.segments))
    end, before = segment.end or 0, stretches(made)
    missing = end - segment.position
    cut = made.divide(segment, share)
    assert tiles(made)
    assert stretches(made) == before
    if cut is None:
        assert (segment.end, share * missing < BLOCK or missing < LEAST_SPLIT) == (end, True)
    else:
        assert (cut.start, cut.position, cut.end) == (segment.end, segment.end, end)
        assert cut.start % BLOCK == 0
        assert cut.taken
        assert cut.start - segment.position >= BLOCK
        size = end - cut.start
        assert size <= share * missing + BLOCK / 2 + 1
        assert size >= min(share * missing - BLOCK / 2, missing - LEAST_SPLIT) - 1


@given(maps(), st.lists(SHARES, max_size=8), st.data())
def test_a_block_being_written_is_never_cut(made: SegmentMap, shares: list[float], data: st.DataObject) -> None:
    """Between the look at where a segment ends and the note that a piece is written, others may divide it."""
    segment = data.draw(st.sampled_from(made.segments))
    writing = min(data.draw(st.integers(0, PIECE)), segment.remaining or 0)
    for share in shares:
        made.divide(segment, share)
    made.advance(segment, writing)
    assert tiles(made)
    assert PIECE <= BLOCK


def test_what_cannot_be_divided() -> None:
    made = SegmentMap.plan(LEAST_SPLIT - 1)
    assert made.divide(made.segments[0], 1.0) is None
    made = SegmentMap.plan(10 * BLOCK)
    assert made.divide(made.segments[0], 0.0) is None
    made.advance(made.segments[0], 8 * BLOCK + 1)
    assert made.divide(made.segments[0], 1.0) is None


@pytest.mark.parametrize(
    ("position", "end", "share", "border"),
    [
        (0, 10, 0.5, 5),
        (0, 10, 0.9, 1),
        (0, 10, 1.0, 1),
        (0, 2, 0.5, 1),
        (4, 8, 0.25, 7),
        (0.5, 10, 1.0, 2),
        (0.5, 3, 1.0, 2),
        (0, 2.5, 0.5, 1),
        (0, 10.5, 0.04, 10),
    ],
)
def test_where_a_segment_is_cut(position: float, end: float, share: float, border: int) -> None:
    made = SegmentMap.plan(int(end * BLOCK))
    made.advance(made.segments[0], int(position * BLOCK))
    cut = made.divide(made.segments[0], share)
    assert cut is not None
    assert cut.start == border * BLOCK


# Losing, and what is left.


@given(maps(), st.data())
def test_what_is_lost_is_missing_and_nothing_else_is(made: SegmentMap, data: st.DataObject) -> None:
    written = stretches(made)
    lost = data.draw(st.lists(st.sampled_from(blocks_of(written)), max_size=6)) if written else []
    made.lose(lost)
    assert tiles(made)
    assert stretches(made) == without(written, lost)


@given(maps(), st.data())
def test_what_is_lost_may_span_segments(made: SegmentMap, data: st.DataObject) -> None:
    written, blocks = stretches(made), -(-(made.total or 0) // BLOCK)
    low, high = sorted(data.draw(st.tuples(st.integers(0, blocks), st.integers(0, blocks))))
    lost = (low * BLOCK, min(high * BLOCK, made.total or 0))
    made.lose([lost])
    assert tiles(made)
    assert stretches(made) == without(written, [lost])


def test_a_piece_over_two_finished_segments_is_lost_whole() -> None:
    made = SegmentMap.restore(8 * BLOCK, [SegmentClaim(0, BLOCK, BLOCK), SegmentClaim(BLOCK, 8 * BLOCK, 8 * BLOCK)])
    made.lose([(0, 4 * BLOCK)])
    assert stretches(made) == [(4 * BLOCK, 8 * BLOCK)]


@given(maps(), st.data())
def test_restored_without_what_is_bad(made: SegmentMap, data: st.DataObject) -> None:
    written = stretches(made)
    bad = data.draw(st.lists(st.sampled_from(blocks_of(written)), max_size=6)) if written else []
    again = SegmentMap.restore(made.total, made.claims(), bad)
    assert tiles(again)
    assert stretches(again) == without(written, bad)
    assert not any(segment.taken for segment in again.segments)


def test_what_is_bad_in_an_open_end_is_missing() -> None:
    again = SegmentMap.restore(None, [SegmentClaim(0, 3 * BLOCK + 5, None)], [(BLOCK, 2 * BLOCK)])
    assert stretches(again) == [(0, BLOCK), (2 * BLOCK, 3 * BLOCK + 5)]
    assert (again.segments[-1].end, again.total) == (None, None)
    again = SegmentMap.restore(None, [SegmentClaim(0, 3 * BLOCK + 5, None)], [(3 * BLOCK, 3 * BLOCK + 5)])
    assert stretches(again) == [(0, 3 * BLOCK)]


# What is there.


@given(maps())
def test_claims_round_trip(made: SegmentMap) -> None:
    again = SegmentMap.restore(made.total, made.claims())
    assert [shape(claim) for claim in again.claims()] == [shape(claim) for claim in made.claims()]
    assert (again.total, again.received, again.complete) == (made.total, made.received, made.complete)
    assert made.received == sum(claim.position - claim.start for claim in made.claims())
    assert made.complete == (made.received == made.total)
    assert stretches(again) == stretches(made)


def shape(claim: SegmentClaim) -> tuple[int, int, int | None]:
    return claim.start, claim.position, claim.end


@given(maps())
def test_claims_are_few_finished_segments_join_what_follows(made: SegmentMap) -> None:
    claims = made.claims()
    assert all(claim.position != claim.end for claim in claims[:-1])
    unfinished = sum(not segment.done for segment in made.segments)
    assert len(claims) in (unfinished, unfinished + 1)


@given(maps())
def test_the_front_is_the_first_missing_byte(made: SegmentMap) -> None:
    written = stretches(made)
    assert made.front == (written[0][1] if written and written[0][0] == 0 else 0)


@given(maps(), st.integers(0, 20 * BLOCK), st.integers(0, 20 * BLOCK))
def test_written_is_what_of_a_stretch_is_there(made: SegmentMap, low: int, high: int) -> None:
    found = made.written(low, high)
    assert found == sorted(found)
    assert all(low <= first < last <= high for first, last in found)
    assert joined(found) == without(stretches(made), [(0, low), (high, 1 << 60)])


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
    for segment in made.segments:
        segment.taken = False  # whoever divided has gone
    unfinished = [segment for segment in made.segments if not segment.done]
    handed: list[Segment] = []
    while (segment_taken := made.take()) is not None:
        handed.append(segment_taken)
    assert list(map(id, handed)) == list(map(id, unfinished))


def test_a_segment_given_back_is_handed_out_again() -> None:
    made = SegmentMap.plan(2 * BLOCK)
    first = made.take()
    assert first is made.segments[0]
    assert made.take() is None
    first.taken = False
    assert made.take() is first


def test_an_empty_file_is_complete_and_has_nothing_to_hand_out() -> None:
    made = SegmentMap.plan(0)
    assert made.complete
    assert made.take() is None


class Connections(RuleBasedStateMachine):
    """Any number of connections over one map: every byte is written by exactly one, once, unless it was lost."""

    @initialize(total=st.integers(0, 12 * BLOCK))
    def begin(self, total: int) -> None:
        self.map = SegmentMap.plan(total)
        self.at_work: list[Segment] = []
        self.written: list[Stretch] = []

    @rule()
    def come(self) -> None:
        segment = self.map.take()
        if segment is not None:
            assert segment not in self.at_work
            self.at_work.append(segment)

    @precondition(lambda self: self.at_work)
    @rule(data=st.data(), share=SHARES)
    def take_a_part(self, data: st.DataObject, share: float) -> None:
        cut = self.map.divide(data.draw(st.sampled_from(self.at_work)), share)
        if cut is not None:
            self.at_work.append(cut)

    @precondition(lambda self: self.at_work)
    @rule(data=st.data(), share=SHARES)
    def write(self, data: st.DataObject, share: float) -> None:
        """Look, have the segment divided by somebody else, then write what there was room for before."""
        segment = data.draw(st.sampled_from(self.at_work))
        count = min(data.draw(st.integers(0, PIECE)), segment.remaining or 0)
        offset = segment.position
        self.take_a_part(data, share)
        self.map.advance(segment, count)
        assert without([(offset, offset + count)], self.written) == joined([(offset, offset + count)])
        self.written = joined([*self.written, (offset, offset + count)])

    @precondition(lambda self: self.at_work)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        segment = data.draw(st.sampled_from(self.at_work))
        self.at_work.remove(segment)
        segment.taken = False

    @rule(data=st.data(), everything=st.booleans())
    def restart(self, data: st.DataObject, everything: bool) -> None:
        """Read the claims back in another attempt, where some blocks turn out to be bad."""
        blocks = blocks_of(self.written)
        bad = data.draw(st.lists(st.sampled_from(blocks), max_size=3)) if blocks and everything else []
        self.map = SegmentMap.restore(self.map.total, self.map.claims(), bad)
        self.at_work, self.written = [], without(self.written, bad)

    @invariant()
    def it_tiles(self) -> None:
        assert tiles(self.map)
        assert stretches(self.map) == self.written
        assert self.map.complete == (self.map.received == self.map.total)

    @invariant()
    def nobody_shares(self) -> None:
        assert {id(part) for part in self.map.segments if part.taken} == set(map(id, self.at_work))

    def teardown(self) -> None:
        """Let one connection finish it all."""
        if not hasattr(self, "map"):
            return
        for segment in self.at_work:
            segment.taken = False
        while (segment_taken := self.map.take()) is not None:
            self.map.advance(segment_taken, segment_taken.remaining or 0)
        assert self.map.complete
        assert self.map.front == self.map.total


TestConnections = Connections.TestCase


# Open ends, and claims that make no sense.


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
