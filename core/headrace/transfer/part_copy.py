"""A part file copied to another disk: what is claimed of it, block by block, each compared with its digest."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from headrace.claims import Claims
from headrace.disk.part_file import PartFile
from headrace.disk.removal import Removal, remove_files
from headrace.errors import DownloadError
from headrace.states import FailureReason
from headrace.transfer.blocks import BLOCK, digest

_log = logging.getLogger(__name__)
Stretch = tuple[int, int]


def copy_part(
    source: Path, target: Path, claims: Claims, digests: Mapping[int, bytes], check: Callable[[], None]
) -> Claims:
    """Copy the claimed bytes to a new part file, on the medium and read back, and return the claims on that one.

    Where the source is not what was claimed of it, the claims say so: the next attempt compares every block. `check`
    is called between blocks and may raise to stop; what fails leaves nothing at `target`. Raises DownloadError.
    """
    origin = PartFile.reopen(source, claims.device)
    try:
        part = PartFile.create(target, claims.total)
        try:
            copied, sure = _copied(origin, part, claims, digests, check)
            _keep_time(target, origin.facts().mtime_ns)
            part.flush()
            _compare(part, copied, check)
            facts = part.facts()
        except BaseException:
            part.close()
            remove_files([Removal(target, (part.device, part.inode))])
            raise
        part.close()
    finally:
        origin.close()
    return replace(
        claims,
        part_name=target.name,
        device=facts.device,
        inode=facts.inode,
        mtime_ns=facts.mtime_ns if sure else None,
        publishing_as=None,
    )


def _copied(
    origin: PartFile, part: PartFile, claims: Claims, digests: Mapping[int, bytes], check: Callable[[], None]
) -> tuple[dict[Stretch, bytes], bool]:
    """Copy what can be read; return the digest of each stretch, and whether all of them are what was claimed."""
    copied: dict[Stretch, bytes] = {}
    sure = True
    for (start, end), wanted in _stretches(claims, digests):
        check()
        try:
            data = origin.read(start, end - start)
        except DownloadError as error:
            if error.failure.reason is not FailureReason.PART_FILE_CHANGED:
                raise
            _log.warning("%s ends before byte %d", claims.part_name, end)
            sure = False
            continue
        part.write_at(data, start)
        copied[start, end] = digest(data)
        sure = sure and copied[start, end] == wanted
    return copied, sure


def _compare(part: PartFile, copied: Mapping[Stretch, bytes], check: Callable[[], None]) -> None:
    for (start, end), wanted in copied.items():
        check()
        if digest(part.read(start, end - start)) != wanted:
            raise DownloadError.of(FailureReason.DISK_ERROR, "the copy is not what was written")


def _stretches(claims: Claims, digests: Mapping[int, bytes]) -> Iterator[tuple[Stretch, bytes | None]]:
    """Yield the claimed stretches, from border to border of blocks, with what each must hash to."""
    for claim in claims.segments:
        start = claim.start
        while start < claim.position:
            end = min((start // BLOCK + 1) * BLOCK, claim.position)
            whole = start % BLOCK == 0 and end % BLOCK == 0
            yield (start, end), digests.get(start // BLOCK) if whole else claim.tail or None
            start = end


def _keep_time(path: Path, mtime_ns: int) -> None:
    """Leave the time of the last write as it was: a recording tells by it when its feed was lost."""
    with suppress(OSError):
        os.utime(path, ns=(mtime_ns, mtime_ns))
