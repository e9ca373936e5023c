"""The body of one answer on its way to the disk: compared where bytes are there, written where they are missing."""

from collections.abc import Iterator
from typing import Final, Protocol

from headrace.errors import DownloadError
from headrace.net.body import PIECE
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RemoteFile
from headrace.permissions import Permission
from headrace.states import FailureReason, Notice
from headrace.transfer.answer_digest import AnswerDigest
from headrace.transfer.attempt import Attempt, RestartError
from headrace.transfer.line import Line
from headrace.transfer.segments import Segment
from headrace.transfer.sources import Source

OVERLAP: Final = 1 << 16
"""Bytes compared on a side of a join for which no strong validator vouches."""
GLANCE: Final = 512
"""Bytes compared before each join: a server may name the right version and the right place, and send something else."""


class Carrier(Protocol):
    """The connection that brings the body."""

    source: Source
    interrupt: Interrupt
    segment: Segment | None
    received: int
    line: Line

    def watched(self) -> None:
        """Be told that the file is not complete with the first piece."""

    def follow(self, offset: int) -> Segment | None:
        """Hand out the segment that begins at `offset`, where nobody is at it."""

    def different(self) -> Exception:
        """Return what follows from bytes of another version."""


class BodyWriter:
    """Takes in the body of one answer, in the thread of its connection."""

    def __init__(self, attempt: Attempt, carrier: Carrier, answer: Answer) -> None:
        self._attempt, self._carrier, self._answer = attempt, carrier, answer
        self._named = True
        self._holding = attempt.holding

    def sweep(self, segment: Segment) -> None:
        """Go through the whole file: compare what is there with the disk, write what is missing.

        What the server sends is then on disk byte for byte, whatever its version is called.
        """
        holding, carrier = self._holding, self._carrier
        if holding.total is None:
            raise RestartError(Notice.RESTARTED_NO_RESUME)
        self._attempt.announce(self._answer.remote)
        offset = 0
        for piece in self._pieces():
            data = memoryview(piece)
            if holding.differs(data, offset):
                raise carrier.different()
            while segment.start < offset + len(data):
                inside = max(0, segment.position - offset)
                carrier.received += holding.write(segment, data[inside:])
                if not segment.done:
                    break
                further = holding.take()
                if further is None:
                    break
                holding.give_back(segment)
                carrier.segment = segment = further
            offset += len(data)
        if offset < (holding.total or 0):
            raise DownloadError.of(FailureReason.SHORT_BODY)
        holding.doubts.clear()

    def copy(self, first: int, segment: Segment, *, named: bool) -> None:
        """Write the body where it belongs, as it arrives; then see that it was as long as announced.

        Bytes before the segment were asked for to prove the join: they are compared with the disk. The body hands out
        nothing that was received after a stop, so no byte of a stopped attempt is written late. An answer that is not
        `named` after the version held leaves its two ends in doubt.
        """
        digest, self._named = AnswerDigest.of(self._answer), named
        if digest is not None:
            self._holding.withhold(segment)
        if not named and not (first < segment.position and self._holding.is_written(first, segment.position)):
            self._holding.doubts.add(segment.position)
        try:
            self._copy(first, segment, digest)
        finally:
            last = self._carrier.segment or segment
            if not named:
                self._holding.doubts.add(last.position)
            self._holding.release(last)

    def _copy(self, first: int, segment: Segment, digest: AnswerDigest | None) -> None:
        remote, begun = self._answer.remote, segment.position
        offset, announced = first, _end_of(remote, first)
        for piece in self._pieces():
            data = memoryview(piece)
            if digest is not None:
                digest.update(data)
            if offset < begun:
                self._prove(data, offset, begun)
            further = self._fill(data, offset, segment, announced)
            if further is None:
                return  # the rest is others' work: the connection is given up
            offset, segment = offset + len(data), further
        if digest is not None and not digest.matches:
            self._throw_away(segment, begun, digest)
            return
        self._holding.release(segment)
        if announced is None and segment.end is None:
            self._require_told_total(segment.position)
            self._holding.learn_total(None)
            self._attempt.look_at_start(remote, segment.position)
        elif not segment.done and (announced is None or offset < announced):
            raise DownloadError.of(FailureReason.SHORT_BODY)

    def _require_told_total(self, came: int) -> None:
        """Take an end that nothing but the connection's tells for a cut, where the length was known once."""
        told, chunked = self._attempt.told_total, "Transfer-Encoding" in self._answer.response.headers
        if not chunked and not self._answer.remote.encoded and told is not None and came < told:
            raise DownloadError.of(FailureReason.SHORT_BODY)

    def _fill(self, data: memoryview, offset: int, segment: Segment, announced: int | None) -> Segment | None:
        """Write what is missing, on into segments behind that nobody is at; return the one to go on with, if any."""
        while True:
            inside = max(0, segment.position - offset)
            if inside < len(data):
                self._write(data[inside:], segment)
            if not segment.done or segment.position >= (announced or 0):
                return segment
            further = self._carrier.follow(segment.position)
            if further is None:
                return None
            self._holding.give_back(segment)
            segment = further

    def _write(self, data: memoryview, segment: Segment) -> None:
        attempt, carrier = self._attempt, self._carrier
        written = self._holding.write(segment, data)
        if segment.end is None and attempt.plan.size is not None and segment.position > attempt.plan.size:
            attempt.require_size(segment.position)
        if not segment.start:
            attempt.look_at_start(self._answer.remote, segment.position)
        carrier.received += written
        attempt.delivered(segment.position - written, segment.position, carrier.source)
        if attempt.tools.tap is not None:
            attempt.tools.tap(attempt.plan.id, data[:written], self._answer.remote.charset)

    def _prove(self, data: memoryview, offset: int, begun: int) -> None:
        """Compare what came before the segment with the disk. Raises RestartError, DownloadError SOURCES_DIFFER."""
        inside = begun - offset
        if self._holding.differs(data[:inside], offset):
            raise self._carrier.different()
        if inside <= len(data) and not (self._named and begun not in self._holding.doubts):
            self._attempt.note(Notice.JOINED_BY_OVERLAP)
            if self._holding.is_written(max(0, begun - OVERLAP), begun):
                self._holding.doubts.end(begun)

    def _throw_away(self, segment: Segment, begun: int, digest: AnswerDigest) -> None:
        """Call missing again what an answer brought that is not what it was to be; the second time it is the end."""
        self._holding.retract(segment)
        if self._attempt.strikes(begun) > 1:
            raise DownloadError.of(FailureReason.CHECKSUM_MISMATCH, f"{digest.algorithm}, Content-Digest")

    def _pieces(self) -> Iterator[bytes | memoryview]:
        """Loop over the body, at most as fast as the limits allow."""
        attempt, throttle, body = self._attempt, self._attempt.throttle, self._answer.body
        body.decode, body.allow_large = self._answer.remote.encoded, Permission.LARGE_DECODED in attempt.plan.allow
        address = self._answer.remote.address
        body.piece = throttle.piece(PIECE, address)
        first, line = True, self._carrier.line
        for piece in self._answer.response.iter_content(PIECE):
            size = len(piece)
            line.hold()
            yield piece  # written first: what was received is not lost to a stop while waiting
            body.rest()
            if first and not self._holding.complete:
                first = False
                self._carrier.watched()
            throttle.pace(size, self._carrier.interrupt, address)
            line.go_on()
            body.piece = throttle.piece(PIECE, address)
        if body.label_was_wrong:
            attempt.note(Notice.LABEL_WRONG)


def _end_of(remote: RemoteFile, first: int) -> int | None:
    """Return the offset at which this body must end: the least of what was announced."""
    announced = None if remote.encoded or remote.length is None else first + remote.length
    stretch = None if remote.range is None else remote.range.last + 1
    known = [end for end in (announced, stretch) if end is not None]
    return min(known) if known else None
