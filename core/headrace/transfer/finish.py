"""From all bytes written to a file under its final name: verify, flush, publish. The commit point of a download."""

import logging
from contextlib import suppress
from threading import Lock
from typing import Final

from headrace.addresses import host_of
from headrace.checksums import GIVEN, PIECES, WEAK, FoundDigest
from headrace.disk.origin import Origin
from headrace.disk.renaming import set_aside
from headrace.errors import DownloadError, StoppedError
from headrace.exchanges import Wire
from headrace.net.small import fetch_small
from headrace.spec import IfExists
from headrace.states import FailureReason, Notice
from headrace.story import StoryKind
from headrace.transfer.attempt import Attempt
from headrace.transfer.blocks import BLOCK
from headrace.transfer.completeness import Ending, ending, gzip_is_whole, is_gzip
from headrace.transfer.hashing import BehindHasher
from headrace.transfer.proof import proof_of, proof_of_claims
from headrace.transfer.sidecars import SidecarFinder

_log = logging.getLogger(__name__)
SIDECAR_LEAST: Final = 16 << 20
"""Bytes from which on checksum files are looked for beside a file."""
_EDGE: Final = 1 << 17


class LostBytesError(Exception):
    """Parts of the complete file were not right; they are called missing now, and are to be fetched again."""


class WrongBaseError(Exception):
    """The complete file is not right, and an address is left that may have the right one: all begins anew there."""


class ForeignBytesError(Exception):
    """The complete file is not right, and bytes of another program's file are in it: all is to begin anew."""


class Finish:
    """The end of one attempt. All methods run in the job's thread, but `begin` and `wake`."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._beginning = Lock()
        self._hasher: BehindHasher | None = None
        self._hashing: FoundDigest | None = None
        self.verdict: FoundDigest | None = None
        """The digest that proved the file; None where none did."""

    @property
    def proof(self) -> tuple[str, str] | None:
        """What proved the file: an algorithm, and where its digests came from. None where nothing did."""
        pieces = self._attempt.plan.pieces
        if self.verdict is not None:
            return self.verdict.checksum.algorithm, self.verdict.source
        return None if pieces is None else (pieces.algorithm, PIECES)

    def keepsake(self) -> str | None:
        """Return what the published file can be recognised by later: from its digests, which are committed, else read.

        None where neither can be had, which is no fault of the download, or where a stop comes first.
        """
        holding, keeper, key = self._attempt.holding, self._attempt.tools.keeper, self._attempt.plan.id
        with suppress(DownloadError, OSError, StoppedError):
            claims = holding.claimed
            known = proof_of_claims(claims, lambda: keeper.load_blocks(key)) if claims else None
            return known or proof_of(holding.pieces(), self._attempt.interrupt.check)
        return None

    def recall(self) -> None:
        """Take the file as proven by what was known of it: an earlier attempt was about to publish it."""
        self.verdict = self._expected()

    # -- behind the writers ------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin to digest what is written, where it is known by now what the digest must be; once is enough."""
        with self._beginning:  # several connections may come here at once
            expected = self._expected()
            if expected is None or self._hasher is not None:
                return
            holding = self._attempt.holding
            self._hashing = expected
            self._hasher = BehindHasher([expected.checksum.algorithm], holding.read, lambda: holding.front)
            self._hasher.start()

    def wake(self) -> None:
        """Say that more was written. From any thread."""
        hasher = self._hasher
        if hasher is not None:
            hasher.wake()

    def forget(self) -> None:
        """Drop what was digested: another generation begins."""
        self.close()
        self._hashing = self.verdict = None
        self._attempt.digests = []

    def close(self) -> None:
        """End the hashing thread."""
        hasher, self._hasher = self._hasher, None
        if hasher is not None:
            hasher.close()

    # -- the end -----------------------------------------------------------------------------------------------

    def run(self) -> str:
        """Verify and publish the complete file; return the name it got.

        Raises LostBytesError, WrongBaseError, ForeignBytesError, DownloadError, or StoppedError while verifying.
        """
        attempt = self._attempt
        self._check_size()
        attempt.holding.seal()
        self._check_holes()
        self._check_pieces()
        self._check_digest(self._expected())
        if self.verdict is None and not self._pieces_prove:
            self._check_digest(self._beside())
        if self.verdict is None:
            self._check_trailer()
            if attempt.is_foreign and not self._pieces_prove:
                attempt.note(Notice.TAKEN_OVER_UNPROVEN)
        self._dress()
        attempt.interrupt.check()
        return self._publish()

    def _expected(self) -> FoundDigest | None:
        """Return what the file must hash to: as the user says, else as the server said with it, strong before weak."""
        if self._attempt.plan.checksum is not None:
            return FoundDigest(self._attempt.plan.checksum, GIVEN)
        return next(iter(self._attempt.digests), None)

    @property
    def _pieces_prove(self) -> bool:
        return self._attempt.plan.pieces is not None

    def _check_digest(self, expected: FoundDigest | None) -> None:
        """Compare the file with what it must hash to. Raises DownloadError CHECKSUM_MISMATCH, LostBytesError."""
        if expected is None:
            return
        found = self._digest(expected)
        if found == expected.checksum.digest:
            self.verdict = expected
            if expected.checksum.weak:
                self._attempt.note(Notice.WEAK_CHECKSUM)
            return
        self._attempt.interrupt.check()  # what is stopped is judged the next time, and told then
        self._blame_mirrors()
        if self._attempt.is_foreign:
            self.close()
            raise ForeignBytesError
        self._try_another()
        raise self._mismatch(f"{expected.checksum.algorithm}, {expected.source}")

    def _digest(self, expected: FoundDigest) -> str:
        holding, algorithm = self._attempt.holding, expected.checksum.algorithm
        hasher = self._hasher
        if hasher is None or self._hashing is None or self._hashing.checksum.algorithm != algorithm:
            self.close()
            hasher = BehindHasher([algorithm], holding.read, lambda: holding.front)
        self._hasher = None  # it ends with `finish`
        return hasher.finish(holding.total or 0, self._attempt.interrupt.check)[algorithm]

    def _try_another(self) -> None:
        """Raise WrongBaseError where an address is left that may have the right file."""
        self.close()
        if self._attempt.leave_base():
            raise WrongBaseError

    def _mismatch(self, detail: str) -> DownloadError:
        """Keep the file that is not right for inspection, under a name that nobody takes for the right one."""
        holding = self._attempt.holding
        path = holding.part.path
        holding.forget(keep_part=False)
        with suppress(DownloadError):
            detail += f", kept as {set_aside(path.with_name(path.name)).name}"
        return DownloadError.of(FailureReason.CHECKSUM_MISMATCH, detail)

    def _blame_mirrors(self) -> None:
        """Where other addresses had a part in it, fetch their blocks again from the first. Raises LostBytesError."""
        bad = self._attempt.drop_mirrors()
        if bad:
            self._lose([(block * BLOCK, (block + 1) * BLOCK) for block in bad])

    def _check_size(self) -> None:
        """See that the segments add up to the file, and to the one asked for. Raises DownloadError SIZE_MISMATCH."""
        received, total = self._attempt.holding.received, self._attempt.holding.total
        if received != total:
            raise DownloadError.of(FailureReason.SIZE_MISMATCH, f"{received} bytes instead of {total}")
        self._attempt.require_size(total)

    def _check_holes(self) -> None:
        """Fetch again what was written and is a hole on the disk. Raises LostBytesError."""
        lost = self._attempt.holding.unwritten(self._attempt.interrupt.check)
        if lost:
            _log.error("%s: %d blocks that were written are not there", self._attempt.plan.id, len(lost))
            self._attempt.note(Notice.BLOCKS_REFETCHED)
            self._lose(lost)

    def _check_pieces(self) -> None:
        """Compare each piece with its hash; wrong ones are fetched again, from another address where there is one."""
        pieces, holding = self._attempt.plan.pieces, self._attempt.holding
        if pieces is None or holding.total is None:
            return
        wrong = []
        for index in range(pieces.count):
            self._attempt.interrupt.check()
            start, end = pieces.span(index, holding.total)
            if not pieces.matches(index, holding.read(start, end - start)):
                wrong.append((start, end))
        if wrong:
            _log.warning("%s: %d pieces are not right", self._attempt.plan.id, len(wrong))
            if not self._attempt.blame(wrong):
                self._try_another()
                raise self._mismatch(f"{pieces.algorithm} of a piece")
            self._lose([(start // BLOCK * BLOCK, -(-end // BLOCK) * BLOCK) for start, end in wrong])
        if pieces.algorithm in WEAK and self._attempt.plan.checksum is None:
            self._attempt.note(Notice.WEAK_CHECKSUM)

    def _lose(self, stretches: list[tuple[int, int]]) -> None:
        holding = self._attempt.holding
        total = holding.total or 0
        self.close()
        lost = [(start, min(end, total)) for start, end in stretches]
        self._attempt.tell(StoryKind.BLOCKS_BAD, sum(end - start for start, end in lost))
        holding.lose(lost)
        raise LostBytesError

    def _beside(self) -> FoundDigest | None:
        """Look for a checksum file on the same host, for files large enough to be worth it."""
        attempt = self._attempt
        plan, total = attempt.plan, attempt.holding.total or 0
        if not plan.find_checksums or total < SIDECAR_LEAST:
            return None
        place = attempt.tools.hosts.slot(host_of(attempt.base), attempt.interrupt)
        with place, attempt.tools.transport.session(Wire(attempt.tools.exchanges)) as session:
            timeouts = (min(plan.connect_timeout, 5.0), min(plan.idle_timeout, 5.0))
            finder = SidecarFinder(
                lambda address: fetch_small(session, address, attempt.interrupt, timeouts),
                attempt.tools.folder_lists,
                attempt.interrupt.wait,
            )
            found = finder.find(attempt.base, {attempt.server_name or plan.name})
        if found is not None:
            _log.info("%s: %s has its checksum in %s", plan.id, host_of(attempt.base), found.source)
        return found

    def _check_trailer(self) -> None:
        """Where neither length nor sum is known, ask the format. Raises DownloadError CONTENT_CUT."""
        attempt, holding = self._attempt, self._attempt.holding
        if Notice.LENGTH_UNKNOWN not in attempt.notices or not holding.total:
            return
        head = bytes(holding.read(0, min(_EDGE, holding.total)))
        start = max(0, holding.total - _EDGE)
        tail = bytes(holding.read(start, holding.total - start))
        found = ending(attempt.name, head, tail, holding.total, self._read)
        if found is Ending.UNKNOWN and is_gzip(attempt.name, head):  # its end bears no mark: only unpacking tells
            is_whole = gzip_is_whole(map(bytes, holding.pieces()), attempt.interrupt.check)
            found = Ending.WHOLE if is_whole else Ending.CUT
        if found is Ending.CUT:
            holding.forget()
            raise DownloadError.of(FailureReason.CONTENT_CUT, attempt.name)

    def _read(self, offset: int, size: int) -> bytes:
        """Read back; fewer bytes at the end of the file."""
        holding = self._attempt.holding
        return bytes(holding.read(offset, max(0, min(size, (holding.total or 0) - offset))))

    # -- publishing --------------------------------------------------------------------------------------------

    def _dress(self) -> None:
        """Give the file the server's time and the mark of where it came from, before its final name appears."""
        attempt = self._attempt
        origin = Origin(attempt.base, attempt.plan.referrer) if attempt.plan.mark_origin else None
        if not attempt.holding.part.dress(attempt.modified, origin):
            attempt.note(Notice.ORIGIN_NOT_MARKED)

    def _publish(self) -> str:
        attempt = self._attempt
        plan, holding, name = attempt.plan, attempt.holding, attempt.name
        if plan.if_exists is IfExists.OVERWRITE:
            holding.publish(plan.folder / name, overwrite=True)
            return name
        for candidate in attempt.free_names():
            try:
                holding.publish(plan.folder / candidate, overwrite=False)
            except FileExistsError as error:
                if plan.if_exists is not IfExists.RENAME:
                    raise DownloadError.of(FailureReason.FILE_EXISTS, name) from error
            else:
                return candidate
        raise AssertionError("candidates never end")
