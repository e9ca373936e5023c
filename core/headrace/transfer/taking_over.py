"""Taking over what another program left of a file: compared with the server's, digested, then made a part file.

Of bytes that came some other way nobody knows the version. They count once samples of them were equal to the server's
and the version those samples came with is known; whatever looks like a hole is fetched again. Nothing is written to the
file, and its name is not touched, before the database knows what it holds.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from headrace.addresses import host_of
from headrace.claims import Claims
from headrace.disk.failures import disk_faults
from headrace.disk.file_names import part_name
from headrace.disk.foreign_file import ForeignFile
from headrace.disk.moving import copy_file, is_other_disk, move_over
from headrace.disk.removal import Removal, remove_files
from headrace.errors import DownloadError
from headrace.exchanges import Wire
from headrace.net.probe import Answer, RangeRequest, RemoteFile, Verdict, open_range
from headrace.states import FailureReason
from headrace.story import StoryKind
from headrace.takeover.finding import partial_at
from headrace.takeover.partial import Partial, Stretch
from headrace.takeover.samples import SAMPLE, samples, segment_claims, sound
from headrace.transfer.attempt import Attempt
from headrace.transfer.blocks import BLOCK, digest
from headrace.transfer.places import make_folder

_log = logging.getLogger(__name__)
_ZEROS: Final = bytes(BLOCK)


class TakingOver:
    """For the job's thread, before anything else is asked of the server."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt, self._plan = attempt, attempt.plan

    def run(self) -> None:
        """Take the bytes over, so that the attempt holds them as if an earlier one had fetched them.

        Raises DownloadError: NOT_TAKEN_OVER where they cannot be, PARTIAL_IN_USE, or what server or disk bring; and
        StoppedError. The file is then where it was.
        """
        partial = self._partial()
        make_folder(self._plan.folder)
        with self._opened(partial) as file:
            remote, count = self._compare(partial, file)
            with disk_faults():
                claims, blocks = self._digest(partial, file, remote)
                self._require_unused(file)
                claims = self._make_ours(partial, claims, blocks)
        self._take_up(claims, remote)
        self._attempt.tell(StoryKind.TAKEN_OVER, claims.received, partial.program.value, count)

    def _partial(self) -> Partial:
        if self._plan.partial is None:
            raise DownloadError.of(FailureReason.INTERNAL, "nothing to take over")
        try:
            partial = partial_at(self._plan.partial)
        except ValueError as error:
            raise _refused(str(error)) from None
        if not partial.stretches:
            raise _refused("nothing of it is there yet")
        return partial

    def _opened(self, partial: Partial) -> ForeignFile:
        with disk_faults():
            try:
                return ForeignFile(partial.path)
            except ValueError as error:
                raise _refused(str(error)) from None

    def _believable(self, partial: Partial, file: ForeignFile) -> list[Stretch]:
        stretches = sound(partial.stretches, file.holes(), BLOCK)
        if not stretches:
            raise _refused("nothing of it is there yet")
        return stretches

    def _require_unused(self, file: ForeignFile) -> None:
        with disk_faults():
            in_use = file.is_in_use()
        if in_use:
            raise DownloadError.of(FailureReason.PARTIAL_IN_USE, file.path.name)

    # -- the server --------------------------------------------------------------------------------------------

    def _compare(self, partial: Partial, file: ForeignFile) -> tuple[RemoteFile, int]:
        """Compare samples with the server's bytes; return what it says of the file, and how many were equal."""
        self._require_unused(file)
        attempt, tools = self._attempt, self._attempt.tools
        chosen = samples(self._believable(partial, file), random.Random())
        attempt.connecting()
        remote: RemoteFile | None = None
        with (
            tools.hosts.slot(host_of(self._plan.address), attempt.interrupt),
            tools.transport.session(Wire(tools.exchanges)) as session,
        ):
            for start, end in chosen:
                ask = self._asking(partial, remote, start, end)
                with open_range(session, ask, attempt.interrupt, self._plan.timeouts) as answer:
                    self._judge(answer, partial)
                    self._require_equal(answer, file, start, end)
                    remote = answer.remote
        if remote is None:
            raise _refused("nothing of it is there yet")
        return remote, len(chosen)

    def _asking(self, partial: Partial, known: RemoteFile | None, start: int, end: int) -> RangeRequest:
        return RangeRequest(
            self._plan.address,
            self._plan.headers,
            first=start,
            last=end - 1,
            validator=known.validator if known else partial.etag,
            total=_total(known) if known else partial.total,
            hint=known.hint if known else None,
            allow=self._plan.allow,
        )

    def _judge(self, answer: Answer, partial: Partial) -> None:
        """See that the answer is a part of the file that was begun. Raises DownloadError."""
        remote = answer.remote
        total = _total(remote)
        changed = answer.verdict is Verdict.CHANGED or (partial.etag and remote.etag not in (None, partial.etag))
        if changed or (partial.total is not None and (total or remote.total) not in (None, partial.total)):
            raise _refused("the file on the server is another one by now")
        if answer.verdict is not Verdict.CONTINUE or total is None:
            raise _refused("the server does not send parts of this file")
        if partial.stretches[-1][1] > total:
            raise _refused(f"it is longer than the server's file, which has {total} bytes")
        self._attempt.require_size(total)

    def _require_equal(self, answer: Answer, file: ForeignFile, start: int, end: int) -> None:
        got = b"".join(bytes(piece) for piece in answer.response.iter_content(SAMPLE))
        if len(got) != end - start:
            raise DownloadError.of(FailureReason.SHORT_BODY)
        with disk_faults():
            there = file.read(start, end - start)
        if there != got:
            at = next((at for at, pair in enumerate(zip(there, got, strict=False)) if pair[0] != pair[1]), len(there))
            raise _refused(f"it differs from the server's file at byte {start + at}")

    # -- the disk ----------------------------------------------------------------------------------------------

    def _digest(self, partial: Partial, file: ForeignFile, remote: RemoteFile) -> tuple[Claims, dict[int, bytes]]:
        """Read all of it; return what may be claimed, and the digests of its blocks."""
        runs, blocks = Digesting(self._believable(partial, file), file, self._attempt.interrupt.check).run()
        total = _total(remote) or 0
        device, inode = file.identity
        return Claims(
            part_name=part_name(self._plan.name, self._plan.id),
            device=device,
            inode=inode,
            total=total,
            validator=remote.validator,
            segments=segment_claims(runs, total),
            hint=remote.hint,
            mtime_ns=file.mtime_ns,
        ), blocks

    def _make_ours(self, partial: Partial, claims: Claims, blocks: dict[int, bytes]) -> Claims:
        """Have the file under the part file's name; where it is on another disk, a copy. Its notes go with it."""
        holding, target = self._attempt.holding, self._plan.folder / claims.part_name
        holding.take_in(claims, blocks)
        try:
            move_over(partial.path, target)
        except OSError as error:
            if not is_other_disk(error):
                raise
            device, inode = copy_file(partial.path, target, self._attempt.interrupt.check)
            claims = replace(claims, device=device, inode=inode, mtime_ns=None)
            holding.take_in(claims, blocks)
            return claims
        if partial.beside is not None:
            remove_files([Removal(partial.beside)])
        return claims

    def _take_up(self, claims: Claims, remote: RemoteFile) -> None:
        attempt = self._attempt
        lost = attempt.holding.reopen(self._plan.folder / claims.part_name, attempt.interrupt.check)
        if lost >= claims.received:
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "lost on the way")
        attempt.continue_with(remote, claims)
        _log.info("%s: %d bytes taken over", self._plan.id, claims.received - lost)


class Digesting:
    """Reads a file of another program, and finds out what of it may be believed to have been written."""

    def __init__(self, stretches: Sequence[Stretch], file: ForeignFile, check: Callable[[], None]) -> None:
        self._stretches, self._file, self._check = stretches, file, check
        self._blocks: dict[int, bytes] = {}

    def run(self) -> tuple[list[tuple[Stretch, bytes]], dict[int, bytes]]:
        """Return the runs of sound blocks, each with the digest of its tail, and the digests of whole blocks.

        `check` is called before each block and may raise. Raises DownloadError, OSError.
        """
        runs: list[tuple[Stretch, bytes]] = []
        for start, end in self._stretches:
            for block, tail in self._sound(start, end):
                if runs and runs[-1][0][1] == block[0] and not runs[-1][1]:
                    runs[-1] = (runs[-1][0][0], block[1]), tail
                else:
                    runs.append((block, tail))
        if not runs:
            raise _refused("nothing of it is there yet")
        return runs, self._blocks

    def _sound(self, start: int, end: int) -> Iterator[tuple[Stretch, bytes]]:
        """Yield the sound blocks of a stretch, and the sound part of the one it ends in, with its digest."""
        for first in range(start // BLOCK * BLOCK, end, BLOCK):
            self._check()
            low, last = max(first, start), min(first + BLOCK, end)
            data = self._file.read(low, last - low)
            if low != first or len(data) < last - low or data == _ZEROS[: len(data)]:
                continue
            if last % BLOCK:
                yield (first, last), digest(memoryview(data))
            else:
                self._blocks[first // BLOCK] = digest(memoryview(data))
                yield (first, last), b""


def _total(remote: RemoteFile | None) -> int | None:
    return remote.range.total if remote is not None and remote.range is not None else None


def _refused(why: str) -> DownloadError:
    return DownloadError.of(FailureReason.NOT_TAKEN_OVER, why)


def is_wanted(attempt: Attempt) -> bool:
    """Say whether the attempt is to begin by taking over: never once a new generation was begun without those bytes."""
    claims = attempt.plan.claims
    fresh = claims is None or (claims.generation == 1 and not claims.earlier)
    return attempt.plan.partial is not None and not attempt.plan.restart and fresh
