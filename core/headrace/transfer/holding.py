"""What an attempt holds of the file: the part file, the map of what is in it, and what the database was told."""

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from headrace.claims import Claims
from headrace.disk.part_file import PartFile
from headrace.errors import DownloadError
from headrace.snapshots import SegmentSnapshot
from headrace.states import Failure, FailureReason
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.segments import Segment, SegmentMap

_log = logging.getLogger(__name__)
_COMMIT_TIMEOUT = 30.0


class Holding:
    """Part file, map and claims of one attempt, always in step. Thread-safe; disk faults raise DownloadError.

    Order is everything here: bytes reach the disk before the claim on them is made, and a claim is withdrawn before
    other bytes may take its place.
    """

    def __init__(self, download_id: str, keeper: ClaimKeeper, claims: Claims | None) -> None:
        self._id = download_id
        self._keeper = keeper
        self._lock = Lock()  # guards map and fields; held for arithmetic only
        self._disk_lock = Lock()  # one checkpoint, swap or close at a time; always taken before _lock
        self._map: SegmentMap | None = None
        self._part: PartFile | None = None
        self._publishing_as: str | None = None
        self._distrust: Failure | None = None
        self.validator: str | None = None
        self.claimed = claims

    @property
    def empty(self) -> bool:
        """Whether nothing is held yet: the next request asks for the whole file."""
        return self._map is None

    @property
    def complete(self) -> bool:
        """Whether every byte of a known length is written."""
        with self._lock:
            return self._map is not None and self._map.complete

    @property
    def total(self) -> int | None:
        """Length of the file in bytes, None where unknown."""
        with self._lock:
            return self._map.total if self._map else None

    @property
    def received(self) -> int:
        """Bytes written."""
        with self._lock:
            return self._map.received if self._map else 0

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Every segment as it stands."""
        with self._lock:
            parts = self._map.segments if self._map else []
            return tuple(SegmentSnapshot(part.start, part.position, part.end, part.taken) for part in parts)

    def reopen(self, path: Path) -> None:
        """Take up the part file the claims speak of. Raises DownloadError PART_FILE_CHANGED if it is not that file."""
        claims = self.claimed
        if claims is None:
            return
        least = max((segment.position for segment in claims.segments), default=0)
        part = PartFile.reopen(path, claims.device, claims.inode, least)
        with self._lock:
            self._part, self.validator = part, claims.validator
            self._map = SegmentMap.restore(claims.total, claims.segments)

    def begin(self, path: Path, total: int | None, validator: str | None) -> None:
        """Make a new part file and an empty map for it. Nothing may be claimed any more when this is called."""
        with self._disk_lock:
            self._close()
            part = PartFile.create(path, total)
            with self._lock:
                self._part, self._map, self.validator = part, SegmentMap.plan(total), validator
                self._publishing_as = self._distrust = None

    def forget(self) -> None:
        """Withdraw all claims, in the database first, so that bytes of another version can never be mixed in."""
        with self._disk_lock:
            self._keeper.save_claims(self._id, None)
            self._await_commit()
            self._close()
            with self._lock:
                self._map = self._part = self.validator = self.claimed = None

    def take(self) -> Segment | None:
        """Hand out a segment that nobody works on."""
        with self._lock:
            return self._map.take() if self._map else None

    def give_back(self, segment: Segment) -> None:
        """Let others take the rest of `segment`."""
        with self._lock:
            segment.taken = False

    def write(self, segment: Segment, data: memoryview) -> None:
        """Write `data` where `segment` stands and move it on."""
        part, segments = self._held()
        part.write_at(data, segment.position)
        with self._lock:
            segments.advance(segment, len(data))

    def learn_total(self, total: int | None) -> None:
        """Fix a length that was unknown: as the server says now, or (None) at what was received."""
        _, segments = self._held()
        with self._lock:
            segments.close_open_end(total)

    def checkpoint(self) -> None:
        """Flush, then claim; a disk fault leaves the earlier claims standing, and is raised by the next write."""
        with self._disk_lock:
            if self._part is None or self._part.closed or self._distrust is not None:
                return
            claims = self._claims()
            if claims == self.claimed:
                return
            try:
                self._flush(self._part)
            except DownloadError as error:
                _log.warning("%s: checkpoint failed: %s", self._id, error)
                return
            self._keeper.save_claims(self._id, claims)
            self.claimed = claims

    def seal(self) -> None:
        """See that the complete file is the one written, nothing more or less, and on the medium."""
        part, segments = self._held()
        part.cut(segments.received)
        part.check_in_place(segments.received)
        with self._disk_lock:
            self._flush(part)

    def pieces(self) -> Iterator[memoryview]:
        """Read the written bytes back."""
        part, segments = self._held()
        return part.pieces(segments.received)

    def publish(self, final: Path, *, overwrite: bool) -> None:
        """Give the part file its final name. Raises FileExistsError if that is taken and must stay.

        The intention is committed first, so that a crash on either side of the rename is recovered to one file.
        """
        part, _ = self._held()
        with self._disk_lock:
            self._publishing_as = final.name
            self.claimed = self._claims()
            self._keeper.save_claims(self._id, self.claimed)
            self._await_commit()
            part.publish(final, overwrite=overwrite)

    def close(self) -> None:
        """Close the part file."""
        with self._disk_lock:
            self._close()

    def _close(self) -> None:
        if self._part is not None:
            self._part.close()

    def _flush(self, part: PartFile) -> None:
        """Flush. A system reports lost bytes once: after a failure nothing more of this attempt is believed."""
        try:
            part.flush()
        except DownloadError as error:
            self._distrust = error.failure
            raise

    def _held(self) -> tuple[PartFile, SegmentMap]:
        if self._distrust is not None:
            raise DownloadError(self._distrust)
        if self._part is None or self._map is None:
            raise DownloadError.of(FailureReason.INTERNAL, "no part file")
        return self._part, self._map

    def _claims(self) -> Claims:
        part, segments = self._held()
        with self._lock:
            return Claims(
                part_name=part.path.name,
                device=part.device,
                inode=part.inode,
                total=segments.total,
                validator=self.validator,
                segments=segments.claims(),
                publishing_as=self._publishing_as,
            )

    def _await_commit(self) -> None:
        if not self._keeper.flush(_COMMIT_TIMEOUT):
            raise DownloadError.of(FailureReason.DISK_ERROR, "the list of downloads cannot be written")
