"""A map rebuilt from claims and from what the disk really has."""

import logging
from collections.abc import Callable, Mapping

from headrace.claims import Claims
from headrace.disk.part_file import PartFile
from headrace.transfer.blocks import BLOCK, BlockMeter, Read, bad_stretches
from headrace.transfer.segments import Segment, SegmentMap

_log = logging.getLogger(__name__)


def restored_map(part: PartFile, claims: Claims, digests: Mapping[int, bytes], check: Callable[[], None]) -> SegmentMap:
    """Return what is claimed and is there: compared with `digests` wherever the file is not as it was left.

    `check` is called between blocks and may raise to stop. Raises DownloadError.
    """
    facts = part.facts()
    as_left = (facts.device, facts.inode, facts.mtime_ns) == (claims.device, claims.inode, claims.mtime_ns)
    everything = not as_left or facts.size < max(segment.position for segment in claims.segments)
    read = patient(part, check, facts.size)
    bad = bad_stretches(claims.segments, digests, read, everything=everything)
    if bad and not everything:  # times and size as they were left prove nothing any more
        bad = bad_stretches(claims.segments, digests, read, everything=True)
    if bad:
        _log.warning("%s: %d stretches on disk are not what was written", claims.part_name, len(bad))
    restored = SegmentMap.restore(claims.total, claims.segments, bad)
    for segment in restored.segments:
        measure_anew(segment, part)
    return restored


def patient(part: PartFile, check: Callable[[], None], size: int | None = None) -> Read:
    """Return how to read `part`, with `check` called before each read; nothing comes from behind `size`."""

    def read(offset: int, count: int) -> memoryview:
        check()
        return part.read(offset, count) if size is None or offset + count <= size else memoryview(b"")

    return read


def measure_anew(segment: Segment, part: PartFile) -> None:
    """Have the meter of a segment as if it had digested what is written since the last block border."""
    border = max(segment.start, segment.position // BLOCK * BLOCK)
    segment.meter = BlockMeter(segment.position)
    segment.meter.prime(part.read(border, segment.position - border))
