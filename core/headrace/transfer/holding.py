"""What an attempt holds of the file: the part file, the map of what is in it, and what the database was told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from headrace.claims import Claims, SegmentClaim, claimed_ends
from headrace.disk.part_file import PartFile
from headrace.disk.removal import Removal, remove_files
from headrace.errors import DownloadError
from headrace.snapshots import SegmentSnapshot
from headrace.states import Failure, FailureReason
from headrace.transfer.blocks import bad_stretches
from headrace.transfer.doubts import Doubts
from headrace.transfer.ledger import Ledger
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.restoring import measure_anew, patient, restored_map
from headrace.transfer.segments import Segment, SegmentMap

_log = logging.getLogger(__name__)


class Holding:
    """Part file, map and claims of one attempt, always in step. Thread-safe; disk faults raise DownloadError.

    Order is everything here: bytes reach the disk before the claim on them is made, and a claim is withdrawn before
    other bytes may take its place.
    """

    def __init__(self, download_id: str, keeper: ClaimKeeper, claims: Claims | None) -> None:
        self._id = download_id
        self._ledger = Ledger(download_id, keeper, claims)
        self._lock = Lock()  # guards map and fields; held for arithmetic only
        self._disk_lock = Lock()  # one checkpoint, swap or close at a time; always taken before _lock
        self._map: SegmentMap | None = None
        self._part: PartFile | None = None
        self._publishing_as: str | None = None
        self.validator: str | None = None
        self.hint: str | None = None
        self.base = claims.base if claims else None
        """The address the validators belong to; None for the download's own."""
        self.generation = claims.generation if claims else 1
        self._earlier = claims.earlier if claims else ()
        self.doubts = Doubts(claims.joins if claims else ())
        """Joins that are still to be proven."""

    # -- what is there -----------------------------------------------------------------------------------------

    @property
    def claimed(self) -> Claims | None:
        """The claims the database was told last."""
        return self._ledger.claimed

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

    @property
    def front(self) -> int:
        """Bytes from the first on that are written without a hole."""
        with self._lock:
            return self._map.front if self._map else 0

    @property
    def device(self) -> int | None:
        """The disk the part file is on, or was on last; None without one."""
        part = self._part
        return None if part is None else part.device

    @property
    def part_path(self) -> Path | None:
        """The part file; None without one."""
        part = self._part
        return None if part is None else part.path

    @property
    def room_reserved(self) -> bool:
        """Whether the disk has set room aside for all bytes."""
        return self._part is None or self._part.reserved

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Every segment as it stands."""
        with self._lock:
            parts = self._map.segments if self._map else []
            seen = [(part.start, part.position, part.end, part.taken) for part in parts]
        ends = claimed_ends(self.claimed, ((start, position) for start, position, _, _ in seen))
        return tuple(SegmentSnapshot(*each, claimed=end) for each, end in zip(seen, ends, strict=True))

    # -- beginning and leaving ---------------------------------------------------------------------------------

    def reopen(self, path: Path, check: Callable[[], None]) -> int:
        """Take up the part file the claims speak of; return how many claimed bytes were not there any more.

        After an attempt that did not end in order, and wherever size, time or identity are not as they were left, each
        claimed block is compared with its digest; `check` is called between blocks and may raise to stop.
        Raises DownloadError PART_FILE_CHANGED if there is no such file, FOLDER_MISSING, OTHER_DISK.
        """
        claims = self.claimed
        if claims is None or not claims.received:
            return 0
        part = PartFile.reopen(path, claims.device)
        try:
            restored = restored_map(part, claims, self._ledger.blocks(), check)
        except BaseException:
            part.close()
            raise
        with self._lock:
            self._part, self._map = part, restored
            self.validator, self.hint = claims.validator, claims.hint
        return claims.received - restored.received

    def take_in(self, claims: Claims, blocks: dict[int, bytes]) -> None:
        """Have committed what a file holds that is about to become the part file. Raises DownloadError."""
        with self._disk_lock:
            self._ledger.begin()
            self._ledger.claim(claims, blocks, claims.mtime_ns)
            self._ledger.await_commit()

    def begin(
        self, path: Path, total: int | None, version: tuple[str | None, str | None], base: str | None = None
    ) -> None:
        """Make a new part file and an empty map for it; `version` is strong validator and hint, `base` their address.

        Nothing may be claimed any more when this is called.
        """
        with self._disk_lock:
            self._close()
            self._ledger.begin()
            segments = SegmentMap.plan(total)
            part = self._made(path, total)
            with self._lock:
                self._part, self._map = part, segments
                (self.validator, self.hint), self.base = version, base
                self._publishing_as = None

    def _made(self, path: Path, total: int | None) -> PartFile:
        """Make the part file; an earlier generation gives way where there is no room for both."""
        try:
            return PartFile.create(path, total)
        except DownloadError as error:
            if error.failure.reason is not FailureReason.DISK_FULL or not self._earlier:
                raise
        self.drop_earlier(path.parent)
        return PartFile.create(path, total)

    def forget(self, *, keep_part: bool = True) -> None:
        """Withdraw all claims, in the database first, so that bytes of another version can never be mixed in.

        A part file with bytes in it is kept as an earlier generation until the new one is proven.
        """
        with self._disk_lock:
            part = self._part
            self._close()
            with self._lock:
                received = self._map.received if self._map else 0
                self._map = self._part = self.validator = self.hint = None
                self.doubts.clear()
            old = self._earlier
            if part is not None and received and keep_part:
                self._earlier = (part.path.name,)
                self.generation += 1
                remove_files([Removal(part.path.with_name(name)) for name in old if name != part.path.name])
            self._ledger.withdraw(self.generation, self._earlier)

    def discard(self) -> None:
        """Withdraw all claims and delete the part file: what is in it is of no use."""
        part = self._part
        self.forget(keep_part=False)
        if part is not None:
            remove_files([Removal(part.path)])

    def drop_earlier(self, folder: Path) -> None:
        """Delete the part files of earlier generations."""
        remove_files([Removal(folder / name) for name in self._earlier])
        self._earlier = ()

    # -- segments ----------------------------------------------------------------------------------------------

    def take(self) -> Segment | None:
        """Hand out a segment that nobody works on."""
        with self._lock:
            return self._map.take() if self._map else None

    def take_at(self, offset: int) -> Segment | None:
        """Hand out the free segment that begins at `offset` and is empty."""
        with self._lock:
            return self._map.take_at(offset) if self._map else None

    def divide(self, segment: Segment, share: float) -> Segment | None:
        """Take over the last `share` of what is missing of a segment somebody else works on."""
        with self._lock:
            return self._map.divide(segment, share) if self._map else None

    def give_back(self, segment: Segment) -> None:
        """Let others take the rest of `segment`."""
        with self._lock:
            segment.taken = False

    def write(self, segment: Segment, data: memoryview) -> int:
        """Write `data` where `segment` stands, up to its end, and move it on; return the bytes written."""
        part, segments = self._held()
        with self._lock:  # the end may move towards the position, but never over a piece being written
            missing = segment.remaining
            offset = segment.position
        data = data if missing is None else data[:missing]
        if data:
            part.write_at(data, offset)
            with self._lock:
                self._ledger.fresh.update(segment.meter.update(data))
                segments.advance(segment, len(data))
        return len(data)

    def differs(self, data: memoryview, offset: int) -> bool:
        """Say whether `data` contradicts what is written from `offset` on."""
        part, segments = self._held()
        with self._lock:
            written = segments.written(offset, offset + len(data))
        return any(part.read(low, high - low) != data[low - offset : high - offset] for low, high in written)

    def sample(self, size: int) -> tuple[int, int]:
        """Return a written stretch of `size` bytes at most, from the front where there is one; empty for none."""
        with self._lock:
            start, end = self._map.first_stretch if self._map else (0, 0)
        return max(start, end - size), end

    def is_written(self, start: int, end: int) -> bool:
        """Say whether all of [start, end) is written."""
        segments = self._held()[1]
        with self._lock:
            return sum(high - low for low, high in segments.written(start, end)) == end - start

    def withhold(self, segment: Segment) -> None:
        """Claim nothing of what is written to `segment` from now on, until `release` or `retract`."""
        with self._lock:
            segment.sure = (segment.position, segment.meter.tail())

    def release(self, segment: Segment) -> None:
        """Claim what was withheld."""
        with self._lock:
            segment.sure = None

    def retract(self, segment: Segment) -> None:
        """Call missing again what was withheld."""
        part, _ = self._held()
        with self._lock:
            position = segment.position if segment.sure is None else segment.sure[0]
            segment.position, segment.sure = position, None
            measure_anew(segment, part)

    def read(self, offset: int, size: int) -> memoryview:
        """Read written bytes back. Raises DownloadError where the file has become shorter."""
        return self._held()[0].read(offset, size)

    def lose(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Call written stretches missing, claims withdrawn first. Nobody may be at work."""
        part, segments = self._held()
        with self._disk_lock, self._lock:
            segments.lose(stretches)
            for segment in segments.segments:
                measure_anew(segment, part)
        failure = self.checkpoint()
        if failure is not None:
            raise DownloadError(failure)
        self._ledger.await_commit()

    def learn_total(self, total: int | None) -> None:
        """Fix a length that was unknown: as the server says now, or (None) at what was received."""
        _, segments = self._held()
        with self._lock:
            segments.close_open_end(total)

    # -- claims ------------------------------------------------------------------------------------------------

    def checkpoint(self, *, last: bool = False) -> Failure | None:
        """Flush, then claim; a fault leaves the earlier claims standing, and is returned.

        `last`: nothing is written any more, so that a later attempt may trust a file that is as it was left.
        """
        with self._disk_lock:
            part = self._part
            if part is None or part.closed or self._map is None:
                return None
            with self._lock:
                claims, fresh = self._claims(part), self._ledger.take_fresh()
            if not last and not self._ledger.differs(claims):
                with self._lock:
                    self._ledger.keep(fresh)
                return None
            try:
                part.flush()
                self._ledger.claim(claims, fresh, mtime_ns=part.facts().mtime_ns if last else None)
            except Exception as error:  # noqa: BLE001 - what is written stays unclaimed, whatever went wrong
                with self._lock:
                    self._ledger.keep(fresh)
                _log.warning("%s: checkpoint failed: %s", self._id, error)
                if isinstance(error, DownloadError):
                    return error.failure
                return Failure(FailureReason.INTERNAL, type(error).__name__)
        return None

    def _claims(self, part: PartFile) -> Claims:
        segments = self._map
        return Claims(
            part_name=part.path.name,
            device=part.device,
            inode=part.inode,
            total=segments.total if segments else None,
            validator=self.validator,
            segments=segments.claims() if segments else (SegmentClaim(0, 0, None),),
            publishing_as=self._publishing_as,
            hint=self.hint,
            base=self.base,
            generation=self.generation,
            earlier=self._earlier,
            joins=self.doubts.offsets(),
        )

    # -- the end -----------------------------------------------------------------------------------------------

    def seal(self) -> None:
        """See that the complete file is the one written, nothing more or less, and on the medium."""
        part, segments = self._held()
        part.cut(segments.received)
        part.check_in_place(segments.received)
        with self._disk_lock:
            part.flush()

    def unwritten(self, check: Callable[[], None]) -> list[tuple[int, int]]:
        """Return the blocks of the sealed file in whose place the disk has a hole, and not what was written."""
        part, segments = self._held()
        holes = part.holes(segments.received)
        if not holes:
            return []
        self.checkpoint()
        self._ledger.await_commit()
        return bad_stretches(
            segments.claims(), self._ledger.blocks(), patient(part, check), everything=True, within=holes
        )

    def pieces(self) -> Iterator[memoryview]:
        """Read the written bytes back."""
        part, segments = self._held()
        return part.pieces(segments.received)

    @property
    def part(self) -> PartFile:
        """The part file, to dress it before it is published. Raises DownloadError where there is none."""
        return self._held()[0]

    def publish(self, final: Path, *, overwrite: bool) -> None:
        """Give the part file its final name. Raises FileExistsError if that is taken and must stay.

        The intention is committed first, so that a crash on either side of the rename is recovered to one file.
        """
        part, _ = self._held()
        with self._disk_lock:
            self._publishing_as = final.name
            with self._lock:
                claims, fresh = self._claims(part), self._ledger.take_fresh()
            self._ledger.claim(claims, fresh)
            self._ledger.await_commit()
            part.publish(final, overwrite=overwrite)

    def close(self) -> None:
        """Close the part file."""
        with self._disk_lock:
            self._close()

    def _close(self) -> None:
        if self._part is not None:
            with suppress(OSError):  # what was not flushed is not claimed
                self._part.close()

    def _held(self) -> tuple[PartFile, SegmentMap]:
        part, segments = self._part, self._map
        if part is None or segments is None:
            raise DownloadError.of(FailureReason.INTERNAL, "no part file")
        return part, segments
