"""Which parts of another program's bytes are compared with the server's before any of them count. Pure."""

import random
from collections.abc import Iterable, Sequence
from typing import Final

from headrace.claims import SegmentClaim
from headrace.takeover.partial import Stretch

SAMPLE: Final = 1 << 16
"""Bytes of a sample."""
LEAST: Final = 4
MOST: Final = 16
"""Samples of one file: one for each 4 MiB."""
_LARGEST: Final = 6
"""Stretches whose ends are looked at."""


def sound(stretches: Sequence[Stretch], holes: Sequence[Stretch], block: int) -> list[Stretch]:
    """Return stretches without the blocks that a hole touches: what stands beside one may never have been written."""
    found: list[Stretch] = []
    for start, end in stretches:
        at = start
        for low, high in ((low // block * block, -(-high // block) * block) for low, high in holes):
            if high <= at or low >= end:
                continue
            if low > at:
                found.append((at, low))
            at = max(at, high)
        if at < end:
            found.append((at, end))
    return found


def samples(stretches: Sequence[Stretch], chance: random.Random) -> list[Stretch]:
    """Choose samples: where the largest stretches begin and end, and others anywhere, each byte as likely."""
    largest = sorted(stretches, key=lambda one: one[0] - one[1])[:_LARGEST]
    found = {}
    for start, end in largest:
        found[end] = (max(start, end - SAMPLE), end)
        found[start] = (start, min(end, start + SAMPLE))
    whole = sum(end - start for start, end in stretches)
    wanted = max(LEAST, min(MOST, whole >> 22))
    for _ in range(max(0, wanted - len(found)) if whole > 2 * SAMPLE else 0):
        at = _place(stretches, chance.randrange(whole))
        found[at[0]] = at
    return sorted(set(found.values()))


def _place(stretches: Iterable[Stretch], number: int) -> Stretch:
    """Return a sample that begins at the byte of that number, or as near as its stretch allows."""
    for start, end in stretches:
        if number < end - start:
            at = max(start, min(start + number, end - SAMPLE))
            return at, min(end, at + SAMPLE)
        number -= end - start
    raise ValueError("there are not so many bytes")


def segment_claims(runs: Sequence[tuple[Stretch, bytes]], total: int) -> tuple[SegmentClaim, ...]:
    """Return the map of a file of which `runs` are there: stretches from borders on, each with its tail's digest."""
    found = [] if runs and runs[0][0][0] == 0 else [SegmentClaim(0, 0, runs[0][0][0] if runs else total)]
    for number, ((start, end), tail) in enumerate(runs, 1):
        found.append(SegmentClaim(start, end, runs[number][0][0] if number < len(runs) else total, tail))
    return tuple(found)
