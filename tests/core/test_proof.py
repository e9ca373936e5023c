"""The proof of a finished file: the same from its digests and from its bytes, another for every other file."""

from collections.abc import Mapping

import pytest
from headrace.claims import SegmentClaim
from headrace.transfer.blocks import BLOCK, digest
from headrace.transfer.proof import ProofMeter, proof_of, proof_of_claims, proof_size, proof_text
from hypothesis import given
from hypothesis import strategies as st

from tests.support import seeded
from tests.support.engine_parts import make_claims

SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77]


def nothing() -> Mapping[int, bytes]:
    raise AssertionError("no whole block, and yet asked for")


def blocks_of(body: bytes) -> dict[int, bytes]:
    return {
        at // BLOCK: digest(memoryview(body)[at : at + BLOCK]) for at in range(0, len(body) // BLOCK * BLOCK, BLOCK)
    }


def tail_of(body: bytes) -> bytes:
    rest = len(body) % BLOCK
    return digest(memoryview(body)[len(body) - rest :]) if rest else b""


@pytest.mark.parametrize("size", SIZES)
def test_claims_and_bytes_make_the_same_proof(size: int) -> None:
    body = seeded.body(1, 0, size)
    claims = make_claims((0, size, size, tail_of(body)), total=size)
    known = proof_of_claims(claims, lambda: blocks_of(body)) if size >= BLOCK else proof_of_claims(claims, nothing)
    assert known == proof_of([memoryview(body)])
    assert known is not None
    assert proof_size(known) == size


@given(st.lists(st.integers(1, BLOCK), max_size=8))
def test_how_the_bytes_are_cut_makes_no_difference(sizes: list[int]) -> None:
    body = memoryview(seeded.body(2, 0, 2 * BLOCK + 5))
    cuts = [min(sum(sizes[:number]), len(body)) for number in range(len(sizes) + 1)]
    pieces = [body[low:high] for low, high in zip(cuts, [*cuts[1:], len(body)], strict=True)]
    assert proof_of(pieces) == proof_of([body])


def test_segments_may_end_anywhere_before() -> None:
    body = seeded.body(1, 0, 3 * BLOCK + 9)
    stretches = [(0, BLOCK, BLOCK), (BLOCK, 3 * BLOCK, 3 * BLOCK), (3 * BLOCK, len(body), len(body), tail_of(body))]
    assert proof_of_claims(make_claims(*stretches, total=len(body)), lambda: blocks_of(body)) == proof_of([body])  # type: ignore[list-item,arg-type]


@pytest.mark.parametrize("lost", ["block", "tail", "bytes", "length"])
def test_what_is_not_known_is_not_made_up(lost: str) -> None:
    body = seeded.body(1, 0, 2 * BLOCK + 9)
    blocks = blocks_of(body)
    if lost == "block":
        del blocks[1]
    tail = b"" if lost == "tail" else tail_of(body)
    position = len(body) - (lost == "bytes")
    total = None if lost == "length" else len(body)
    claims = make_claims((0, position, total, tail), total=total)
    assert proof_of_claims(claims, lambda: blocks) is None


def test_every_other_file_has_another() -> None:
    body = bytearray(seeded.body(1, 0, BLOCK + 10))
    proofs = {proof_of([memoryview(body)]), proof_of([memoryview(body)[:-1]]), proof_of([memoryview(body + b"\0")])}
    body[5] ^= 1
    proofs |= {proof_of([memoryview(body)]), proof_text(0, [])}
    assert len(proofs) == 5


def test_a_meter_may_be_read_on_the_way() -> None:
    meter, body = ProofMeter(), memoryview(seeded.body(1, 0, BLOCK + 10))
    meter.update(body[:100])
    assert meter.text() == proof_of([body[:100]])
    meter.update(body[100:])
    assert (meter.text(), meter.size) == (proof_of([body]), len(body))


def test_a_segment_that_begins_within_the_last_block_has_no_tail_of_it() -> None:
    claims = make_claims(total=BLOCK + 9)
    segments = (SegmentClaim(0, BLOCK + 3, BLOCK + 3, b"x" * 16), SegmentClaim(BLOCK + 3, BLOCK + 9, BLOCK + 9, b"y"))
    assert proof_of_claims(type(claims)("p", 1, 2, BLOCK + 9, None, segments), lambda: {0: b"z"}) is None
