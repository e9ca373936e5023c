"""Part files as attempts leave them."""

from pathlib import Path
from typing import Final

from headrace.claims import Claims
from headrace.transfer.blocks import BLOCK
from headrace.transfer.holding import Holding

from tests.support import seeded
from tests.support.engine_parts import RecordingKeeper, write

TAG: Final = '"v1"'
HINT: Final = f"{TAG}\nSat, 01 Jan 2000 00:00:00 GMT"
SIZE = 3 * BLOCK + 500
BODY = seeded.body(7, 0, SIZE)


def never() -> None:
    """Be asked whether to stop, and go on."""


def claimed(holding: Holding) -> Claims:
    holding.checkpoint()
    assert holding.claimed is not None
    return holding.claimed


def left(keeper: RecordingKeeper, path: Path, *, last: bool, upto: int = SIZE) -> Claims:
    """Write BODY up to `upto` and leave it, in order or by a crash."""
    holding = Holding("id", keeper, None)
    holding.begin(path, SIZE, (TAG, HINT))
    for start in range(0, upto, 300_000):
        write(holding, BODY[start : min(upto, start + 300_000)])
    holding.checkpoint(last=last)
    holding.close()
    assert holding.claimed is not None
    assert (holding.claimed.mtime_ns is not None) is last
    return holding.claimed


def claimed_of(holding: Holding) -> Claims:
    assert holding.claimed is not None
    return holding.claimed
