"""The part file of a recording: appended to, flushed and claimed, published. Claims are as careful as a download's."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

from headrace.claims import Claims, SegmentClaim
from headrace.disk.failures import disk_faults
from headrace.disk.part_file import PartFile
from headrace.errors import DownloadError
from headrace.states import FailureReason
from headrace.transfer.ledger import unwritten
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.proof import ProofMeter, proof_of

_log = logging.getLogger(__name__)
_COMMIT_TIMEOUT = 30.0


class Tape:
    """One growing piece at a time. One thread writes; `checkpoint` and the counters may be used from any other.

    Bytes reach the disk before they are claimed: what is claimed survives a crash, and only that is continued.
    """

    def __init__(self, download_id: str, keeper: ClaimKeeper, claims: Claims | None) -> None:
        self._id = download_id
        self._keeper = keeper
        self._disk_lock = Lock()  # one checkpoint, publication or close at a time
        self._part: PartFile | None = None
        self._publishing_as: str | None = None
        self.claimed = claims
        self.position = 0
        """Bytes of the present piece."""
        self.total: int | None = None
        """Bytes the piece will have; None for a feed."""
        self.validator: str | None = None
        """What names the version of a file of known length."""
        self.received = 0
        """Bytes of all pieces together."""
        self._meter: ProofMeter | None = None

    @property
    def open(self) -> bool:
        """Whether there is a piece under way."""
        return self._part is not None

    @property
    def device(self) -> int | None:
        """The disk of the present piece, None without one."""
        part = self._part
        return None if part is None else part.device

    @property
    def path(self) -> Path | None:
        """The part file of the present piece, None without one."""
        part = self._part
        return None if part is None else part.path

    @property
    def complete(self) -> bool:
        """Whether all bytes of a known length are there."""
        return self.open and self.position == self.total

    def begin(self, path: Path, total: int | None, validator: str | None) -> None:
        """Make a new piece. Raises DownloadError."""
        part = PartFile.create(path, None)
        with self._disk_lock:
            self._part, self.position, self._meter = part, 0, ProofMeter()
            self.total, self.validator, self._publishing_as = total, validator, None

    def resume(self, path: Path) -> float:
        """Go on behind the claimed bytes; return when the file was last written, in Unix seconds.

        Bytes behind the claims are cut off: after a power cut they need not be what was sent. Raises DownloadError
        PART_FILE_CHANGED if it is not that file any more.
        """
        claims = self.claimed
        if claims is None or len(claims.segments) != 1:
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "altered")
        part = PartFile.reopen(path, claims.device)
        facts = part.facts()
        if (facts.device, facts.inode) != (claims.device, claims.inode) or facts.size < claims.received:
            part.close()
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "altered")
        part.cut(claims.received)
        with self._disk_lock:
            self._part, self.position, self._meter = part, claims.received, None
            self.received += self.position
            self.total, self.validator = claims.total, claims.validator
        return facts.mtime_ns / 1e9

    def forget(self) -> None:
        """Withdraw all claims, in the database first, and let go of the piece; the next one replaces its file."""
        with self._disk_lock:
            self._keeper.save_claims(self._id, None)
            self._await_commit()
            self._let_go()
            self.received -= self.position
            self.claimed, self.position = None, 0

    def append(self, data: memoryview) -> None:
        """Write `data` behind what is there. Raises DownloadError."""
        self._held().write_at(data, self.position)
        if self._meter is not None:
            self._meter.update(data)
        self.position += len(data)
        self.received += len(data)

    def checkpoint(self) -> None:
        """Flush, then claim; a disk fault leaves the earlier claims standing, and is raised by the next write."""
        with self._disk_lock:
            if self._part is None or self._part.closed or self._publishing_as is not None:
                return
            claims = self._claims(self._part)
            if claims == self.claimed:
                return
            try:
                self._part.flush()
            except DownloadError as error:
                _log.warning("%s: checkpoint failed: %s", self._id, error)
                return
            self._keeper.save_claims(self._id, claims)
            self.claimed = claims

    def proof(self, check: Callable[[], None]) -> str:
        """Return the proof of the piece. Raises DownloadError.

        One that an earlier attempt began is read back; `check` is called meanwhile and may raise to stop.
        """
        return proof_of(self.pieces(), check) if self._meter is None else self._meter.text()

    def seal(self) -> None:
        """See that the piece is the file that was written, nothing more or less, and on the medium."""
        part = self._held()
        part.check_in_place(self.position)
        with self._disk_lock:
            part.flush()

    def read(self, offset: int, size: int) -> memoryview:
        """Read exactly `size` bytes of the piece back."""
        return self._held().read(offset, size)

    def pieces(self) -> Iterator[memoryview]:
        """Read the piece back."""
        return self._held().pieces(self.position)

    def publish(self, final: Path, *, overwrite: bool, last: bool) -> None:
        """Give the piece its final name. Raises FileExistsError if that is taken and must stay; DownloadError.

        The intention is committed first. Claims of the last piece are those of a complete file, so that a crash is
        recovered to the published recording; after a crash behind any other piece the recording goes on.
        """
        part = self._held()
        with self._disk_lock:
            self._publishing_as = final.name
            self.total = self.position if last else self.total
            self.claimed = self._claims(part)
            self._keeper.save_claims(self._id, self.claimed)
            self._await_commit()
            part.publish(final, overwrite=overwrite)
            if not last:
                self._let_go()
                self.claimed, self.position = None, 0

    def close(self) -> None:
        """Close the file."""
        with self._disk_lock:
            if self._part is not None:
                self._part.close()

    def _let_go(self) -> None:
        if self._part is not None:
            self._part.close()
        self._part = self.total = self.validator = self._publishing_as = None

    def _held(self) -> PartFile:
        if self._part is None:
            raise DownloadError.of(FailureReason.INTERNAL, "no part file")
        return self._part

    def _claims(self, part: PartFile) -> Claims:
        return Claims(
            part_name=part.path.name,
            device=part.device,
            inode=part.inode,
            total=self.total,
            validator=self.validator,
            segments=(SegmentClaim(0, self.position, self.total),),
            publishing_as=self._publishing_as,
        )

    def _await_commit(self) -> None:
        if not self._keeper.flush(_COMMIT_TIMEOUT):
            raise unwritten(self._keeper)


def rolled_before(folder: Path, claims: Claims) -> float | None:
    """Say whether the claimed piece got its final name, and was not the last, before the process died; None if not.

    Returns when it was last written, in Unix seconds. The part file's name is freed, where the crash came between link
    and unlink.
    """
    if claims.publishing_as is None or claims.complete:
        return None
    with disk_faults():
        try:
            facts = (folder / claims.publishing_as).lstat()
        except FileNotFoundError:
            return None
        if (facts.st_dev, facts.st_ino) != (claims.device, claims.inode):
            return None
        (folder / claims.part_name).unlink(missing_ok=True)
    return facts.st_mtime
