"""Digests of blocks: every kind of damage on the disk is found, and nothing else is called damaged."""

from collections.abc import Iterable

import pytest
from headrace.claims import SegmentClaim
from headrace.errors import StoppedError
from headrace.transfer.blocks import BLOCK, BlockMeter, bad_stretches, digest
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_128_digest

from tests.support import seeded

Stretch = tuple[int, int]
SIZE = 4 * BLOCK + 1000
BODY = seeded.body(3, 0, SIZE)


class Disk:
    """A part file in memory, with what was asked of it."""

    def __init__(self, data: bytes = BODY) -> None:
        self.data = bytearray(data)
        self.reads: list[Stretch] = []

    def read(self, offset: int, size: int) -> memoryview:
        """Read as far as there is something."""
        self.reads.append((offset, offset + size))
        return memoryview(self.data)[offset : offset + size]

    @property
    def bytes_read(self) -> int:
        return sum(end - start for start, end in self.reads)


def digests(data: bytes = BODY) -> dict[int, bytes]:
    whole = len(data) // BLOCK
    return {number: xxh3_128_digest(data[number * BLOCK : (number + 1) * BLOCK]) for number in range(whole)}


def claim(start: int, position: int, end: int | None) -> SegmentClaim:
    """Claim bytes of BODY, with the tail they have."""
    border = max(start, position // BLOCK * BLOCK)
    return SegmentClaim(start, position, end, xxh3_128_digest(BODY[border:position]) if position % BLOCK else b"")


ALL = claim(0, SIZE, SIZE)


def found(
    disk: Disk,
    claims: Iterable[SegmentClaim] = (ALL,),
    known: dict[int, bytes] | None = None,
    *,
    everything: bool = True,
    within: list[Stretch] | None = None,
) -> list[Stretch]:
    return bad_stretches(claims, digests() if known is None else known, disk.read, everything=everything, within=within)


# Meters.


def test_a_digest_is_xxh3_of_128_bits() -> None:
    """Digests are in databases: they must stay what they are."""
    assert digest(memoryview(b"")).hex() == "99aa06d3014798d86001c324468d497f"
    assert digest(memoryview(b"abc")) == xxh3_128_digest(b"abc")


@given(st.lists(st.integers(0, 2 * BLOCK), max_size=6))
def test_blocks_are_digested_however_the_bytes_come(sizes: list[int]) -> None:
    meter, offset = BlockMeter(0), 0
    finished: dict[int, bytes] = {}
    for size in sizes:
        data = memoryview(BODY)[offset : offset + size]
        offset += len(data)
        finished.update(meter.update(data))
        rest = BODY[offset // BLOCK * BLOCK : offset]
        assert meter.tail() == (xxh3_128_digest(rest) if rest else b"")
    assert finished == digests(BODY[:offset])


@given(st.integers(0, SIZE), st.integers(0, SIZE))
def test_a_meter_goes_on_where_another_ended(first: int, second: int) -> None:
    low, high = sorted((first, second))
    meter = BlockMeter(low)
    meter.prime(memoryview(BODY)[low // BLOCK * BLOCK : low])
    finished = dict(meter.update(memoryview(BODY)[low:high]))
    assert finished == {number: digests()[number] for number in range(low // BLOCK, high // BLOCK)}
    assert meter.tail() == claim(0, high, None).tail


def test_a_block_is_told_once() -> None:
    meter = BlockMeter(0)
    assert meter.update(memoryview(BODY)[:BLOCK]) == [(0, digests()[0])]
    assert meter.update(memoryview(b"")) == []
    assert meter.update(memoryview(BODY)[BLOCK : BLOCK + 1]) == []
    assert meter.tail() == xxh3_128_digest(BODY[BLOCK : BLOCK + 1])


def test_asking_for_the_tail_changes_nothing() -> None:
    meter = BlockMeter(0)
    meter.update(memoryview(BODY)[:10])
    assert meter.tail() == meter.tail()
    assert meter.update(memoryview(BODY)[10:BLOCK]) == [(0, digests()[0])]


# Damage.

CLAIMS = {
    "whole": [ALL],
    "half": [claim(0, 2 * BLOCK + 7, SIZE)],
    "on a border": [claim(0, 2 * BLOCK, SIZE)],
    "two": [claim(0, BLOCK + 5, 3 * BLOCK), claim(3 * BLOCK, SIZE, SIZE)],
    "nothing": [claim(0, 0, SIZE)],
    "less than a block": [claim(0, 12, None)],
    "an empty part": [claim(0, BLOCK, BLOCK), claim(BLOCK, BLOCK, SIZE)],
}


def test_what_was_written_is_good() -> None:
    for claims in CLAIMS.values():
        assert found(Disk(), claims) == []


def stretches_of(claims: list[SegmentClaim]) -> list[Stretch]:
    return [
        (start, min(start + BLOCK, part.position))
        for part in claims
        for start in range(part.start, part.position, BLOCK)
    ]


def flipped(disk: Disk, low: int, high: int) -> None:
    disk.data[(low + high) // 2] ^= 1


def zeroed(disk: Disk, low: int, high: int) -> None:
    disk.data[low:high] = bytes(high - low)


def torn(disk: Disk, low: int, high: int) -> None:
    """Keep the first half, as a write that lost power would."""
    middle = (low + high) // 2
    disk.data[middle:high] = bytes(high - middle)


def first_byte(disk: Disk, low: int, high: int) -> None:
    disk.data[low] ^= 0x80


def last_byte(disk: Disk, low: int, high: int) -> None:
    disk.data[high - 1] ^= 0x80


def other_version(disk: Disk, low: int, high: int) -> None:
    disk.data[low:high] = seeded.body(4, low, high)


def shifted(disk: Disk, low: int, high: int) -> None:
    """Put the bytes a place further, as a lost byte before them would."""
    disk.data[low:high] = disk.data[high - 1 : high] + disk.data[low : high - 1]


DAMAGE = [flipped, zeroed, torn, first_byte, last_byte, other_version, shifted]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS.keys())
def test_each_damage_is_found_where_it_is_and_nowhere_else(claims: list[SegmentClaim], damage: object) -> None:
    assert callable(damage)
    for stretch in stretches_of(claims):
        disk = Disk()
        damage(disk, *stretch)
        assert found(disk, claims) == [stretch]


def test_two_blocks_in_each_others_place_are_both_bad() -> None:
    disk = Disk()
    disk.data[:BLOCK], disk.data[BLOCK : 2 * BLOCK] = BODY[BLOCK : 2 * BLOCK], BODY[:BLOCK]
    assert found(disk) == [(0, BLOCK), (BLOCK, 2 * BLOCK)]


def test_damage_behind_the_claims_is_none() -> None:
    disk = Disk()
    disk.data[2 * BLOCK + 7 :] = bytes(SIZE - 2 * BLOCK - 7)
    assert found(disk, CLAIMS["half"]) == []


@pytest.mark.parametrize(("left", "first_bad"), [(SIZE - 1, 4), (3 * BLOCK, 3), (3 * BLOCK - 1, 2), (1, 0), (0, 0)])
def test_what_a_shorter_file_lacks_is_bad(left: int, first_bad: int) -> None:
    disk = Disk(BODY[:left])
    assert found(disk) == stretches_of([ALL])[first_bad:]


@pytest.mark.parametrize("known", [{}, {0: digests()[0]}, digests() | {1: b""}, digests() | {1: digests()[2]}])
def test_what_has_no_digest_or_another_is_bad(known: dict[int, bytes]) -> None:
    right = [number for number in range(4) if known.get(number) == digests()[number]]
    bad = [stretch for number, stretch in enumerate(stretches_of([ALL])) if number not in right and number < 4]
    assert found(Disk(), known=known) == bad


def test_a_tail_without_digest_is_bad() -> None:
    assert found(Disk(), [SegmentClaim(0, BLOCK + 9, SIZE)]) == [(BLOCK, BLOCK + 9)]


def test_digests_of_blocks_that_nobody_claims_say_nothing() -> None:
    assert found(Disk(), CLAIMS["half"], digests() | {3: b"another generation's"}) == []


@given(st.lists(st.integers(0, SIZE - 1), max_size=5))
def test_any_flips_are_found_in_their_blocks(places: list[int]) -> None:
    disk = Disk()
    for place in set(places):
        disk.data[place] ^= 0x10
    numbers = sorted({place // BLOCK for place in places})
    assert found(disk) == [stretches_of([ALL])[number] for number in numbers]


# How much is read.


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("whole", [(4 * BLOCK, SIZE)]),
        ("half", [(2 * BLOCK, 2 * BLOCK + 7)]),
        ("on a border", [(BLOCK, 2 * BLOCK)]),
        ("two", [(BLOCK, BLOCK + 5), (4 * BLOCK, SIZE)]),
        ("nothing", []),
        ("less than a block", [(0, 12)]),
        ("an empty part", [(0, BLOCK)]),
    ],
)
def test_of_a_file_as_it_was_left_only_the_ends_are_read(name: str, read: list[Stretch]) -> None:
    disk = Disk()
    assert found(disk, CLAIMS[name], everything=False) == []
    assert disk.reads == read
    for stretch in read:
        flipped(disk, *stretch)
    assert found(disk, CLAIMS[name], everything=False) == read


def test_everything_is_read_once() -> None:
    disk = Disk()
    found(disk)
    assert disk.reads == stretches_of([ALL])


@pytest.mark.parametrize(
    ("within", "read"),
    [
        ([], []),
        ([(0, 1)], [0]),
        ([(BLOCK, 2 * BLOCK)], [1]),
        ([(BLOCK - 1, BLOCK + 1)], [0, 1]),
        ([(10, 20), (SIZE - 1, SIZE)], [0, 4]),
        ([(0, SIZE)], [0, 1, 2, 3, 4]),
        ([(SIZE, SIZE + 5)], []),
    ],
)
def test_within_some_stretches_only_their_blocks_are_read(within: list[Stretch], read: list[int]) -> None:
    disk = Disk(bytes(SIZE))
    wanted = [stretches_of([ALL])[number] for number in read]
    assert found(disk, within=within) == wanted
    assert disk.reads == wanted


def test_reading_may_be_stopped() -> None:
    disk = Disk()

    def read(offset: int, size: int) -> memoryview:
        if offset >= 2 * BLOCK:
            raise StoppedError
        return disk.read(offset, size)

    with pytest.raises(StoppedError):
        bad_stretches([ALL], digests(), read, everything=True)
    assert disk.bytes_read == 2 * BLOCK
