"""From the bytes of a feed to files: appended, gaps marked, pieces begun and published, watchers told."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import gmtime, monotonic, strftime, time

from headrace.errors import DownloadError
from headrace.net.body import PIECE
from headrace.net.probe import RemoteFile
from headrace.recordings import Recording
from headrace.spec import IfExists
from headrace.states import FailureReason
from headrace.transfer import places, target
from headrace.transfer.checksum import matches
from headrace.transfer.gap_log import Gap, log_path, write_gap
from headrace.transfer.plan import JobPlan
from headrace.transfer.roll_over import RollOver, stamp_in, stamped
from headrace.transfer.tape import Tape, rolled_before
from headrace.transfer.tools import JobTools

_log = logging.getLogger(__name__)
_TEXT = {"application/json", "application/x-ndjson", "application/jsonl", "application/xml", "application/javascript"}
_INTERRUPTED = "interrupted"
"""The reason of a gap between two attempts; it is one only if the second brings anything."""

Tap = Callable[[str, memoryview, str | None], None]
"""Is handed id, bytes in order and charset of the header, in the worker's thread, once the bytes are written."""


class OtherContentError(Exception):
    """A file that is fetched again is not the one that was begun."""


class Recorder:
    """All files of one recording. The worker's thread uses it; counters and checkpoints of `tape` are for any thread.

    A recording that rolls over makes pieces named after the time each began, and never overwrites any file. Raises
    DownloadError for faults of the disk.
    """

    def __init__(self, plan: JobPlan, tools: JobTools, wishes: Recording, on_gap: Callable[[], None]) -> None:
        """Make one that has `on_gap` called in the worker's thread when a gap turns out to be in the recording."""
        self._plan = plan
        self._wishes = wishes
        self._on_gap = on_gap
        self._tap: Tap | None = getattr(tools, "tap", None)
        self.tape = Tape(plan.id, tools.keeper, plan.claims)
        self.name = plan.name
        """The final name; the one that the pieces are named after, where there are several."""
        self.wanted: str | None = None
        """What pieces are named after from the next one on, None for no other name. Any thread may set it."""
        self._piece = plan.name
        self._published: tuple[str, int] | None = None
        self.proof: str | None = None
        """What the last file can be recognised by later; None until it is finished."""
        self._roll = RollOver(wishes) if wishes.rolls else None
        self._lost: tuple[float, str] | None = None
        self._matched: int | None = None
        self._charset: str | None = None

    @property
    def begun(self) -> bool:
        """Whether there is anything to keep."""
        return self.tape.open or self._published is not None

    # -- beginnings --------------------------------------------------------------------------------------------

    def take_up(self) -> None:
        """Go on with what an earlier attempt claimed; its end and this beginning enclose a gap."""
        claims = self._plan.claims
        if claims is None:
            return
        lost = rolled_before(self._plan.folder, claims)
        if lost is not None:
            self._published = claims.publishing_as or self.name, claims.received
            self.tape.claimed = None
        else:
            lost = self.tape.resume(self._plan.folder / claims.part_name)
            if self._roll is not None:
                self._piece = stamped(self.name, stamp_in(claims.part_name) or _stamp(time()))
                self._roll.begin(monotonic())
        self.lost(_INTERRUPTED, lost)

    def open(self, name: str, remote: RemoteFile) -> None:
        """Make the file for a body that begins now."""
        places.make_folder(self._plan.folder)
        self.name = name if self._roll else target.vacant_name(self._plan.folder, name, self._plan.if_exists)
        is_file = not self._wishes.reconnect and self._roll is None
        self._begin(remote.total if is_file else None, remote.validator if is_file else None)

    def listen(self, remote: RemoteFile, charset: str | None) -> None:
        """Learn what kind of bytes come from now on."""
        self._charset = charset
        if self._roll is not None:
            wide = (charset or "").lower().startswith(("utf-16", "utf-32", "ucs"))
            media_type = remote.media_type or ""
            self._roll.text = not wide and (
                self._wishes.follow or media_type.startswith("text/") or media_type in _TEXT
            )

    def _begin(self, total: int | None, validator: str | None) -> None:
        if self._roll is not None:
            self.name = self.wanted or self.name
        self._piece = stamped(self.name, _stamp(time())) if self._roll else self.name
        self.tape.begin(target.part_path(replace(self._plan, claims=None), self._piece), total, validator)
        if self._roll is not None:
            self._roll.begin(monotonic())

    # -- bytes -------------------------------------------------------------------------------------------------

    def take(self, data: memoryview) -> None:
        """Write the next bytes of the feed, over as many pieces as it takes. Raises OtherContentError."""
        if self._matched is None:
            self._put(data)
        elif data:
            for fresh in self._compared(data, self._matched):
                self._put(fresh)

    def _put(self, data: memoryview) -> None:
        while data:
            if not self.tape.open:
                self._begin(None, None)
            cut = self._roll.cut(data, self.tape.position, monotonic()) if self._roll else None
            self._write(data if cut is None else data[:cut])
            data = data[len(data) if cut is None else cut :]
            if cut is not None:
                self._turn_over()

    def _write(self, data: memoryview) -> None:
        if not data:
            return
        self._mark_gap(time())
        self.tape.append(data)
        if self._tap is not None:
            self._tap(self._plan.id, data, self._charset)

    def _turn_over(self) -> None:
        """Publish the piece; the next one is begun with the next byte. What comes meanwhile waits in the socket."""
        self.tape.seal()
        self._publish(last=False)

    # -- losses ------------------------------------------------------------------------------------------------

    def lost(self, reason: str, moment: float) -> None:
        """Note that the feed was lost at `moment` (Unix seconds); further losses until it is back are the same gap."""
        if self._lost is None and (self.tape.position or self._published):
            self._lost = moment, reason

    def join(self) -> None:
        """Expect another body. A feed's bytes are appended; what may be a file is first compared with what is there.

        As long as it is the same, nothing is written: a server that sends a file again from its beginning adds nothing.
        """
        compares = not self._wishes.reconnect and self._roll is None and self.tape.position
        self._matched = 0 if compares else None

    def forget(self) -> None:
        """Throw away what there is, so that a file can be begun anew."""
        self._lost = self._matched = None
        self.tape.forget()

    def _compared(self, data: memoryview, matched: int) -> Iterator[memoryview]:
        """Yield what has to be written once the body is known to be the same up to here, or another."""
        held = self.tape.read(matched, min(len(data), self.tape.position - matched))
        same = _common(held, data)
        self._matched = matched + same
        if same == len(held) and self._matched < self.tape.position:
            return
        if same < len(held):
            if self.tape.total is not None:
                raise OtherContentError
            yield from (self.tape.read(at, min(PIECE, self._matched - at)) for at in range(0, self._matched, PIECE))
        else:
            self._lost = None  # nothing was missed
        self._matched = None
        yield data[same:]

    def _mark_gap(self, returned: float | None) -> None:
        if self._lost is not None:
            (moment, reason), self._lost = self._lost, None
            gap = Gap(moment, self.tape.position, reason, self._piece)
            write_gap(log_path(self._plan.folder, self.name), gap, returned)
            self._on_gap()

    # -- the end -----------------------------------------------------------------------------------------------

    def finish(self, check: Callable[[], None]) -> tuple[str, int]:
        """Publish the last piece; return its name and bytes. `check` may raise to stop, as long as it is not named."""
        if not self.tape.open and self._published is None:
            self._begin(None, None)
        if self._lost is not None and self._lost[1] != _INTERRUPTED:
            self._mark_gap(None)
        if self.tape.open:
            self.tape.seal()
            self._verify(check)
            self.proof = self.tape.proof(check)
            check()
            self._publish(last=True)
        return self._published or (self.name, 0)

    def _verify(self, check: Callable[[], None]) -> None:
        checksum = self._plan.checksum
        if checksum is not None and self._roll is None and not matches(checksum, self.tape.pieces(), check):
            raise DownloadError.of(FailureReason.CHECKSUM_MISMATCH, checksum.algorithm)

    def _publish(self, *, last: bool) -> None:
        size = self.tape.position
        name = self._give_name(last=last)
        self._published = name, size
        _log.info("%s: published, %d bytes", self._plan.id, size)

    def _give_name(self, *, last: bool) -> str:
        folder, policy = self._plan.folder, IfExists.RENAME if self._roll else self._plan.if_exists
        for name in places.candidates(self._piece):
            try:
                self.tape.publish(folder / name, overwrite=policy is IfExists.OVERWRITE, last=last)
            except FileExistsError as error:
                if policy is not IfExists.RENAME:
                    raise DownloadError.of(FailureReason.FILE_EXISTS, name) from error
            else:
                return name
        raise AssertionError("candidates never end")


def _common(one: memoryview, other: memoryview) -> int:
    """Return how many bytes at the beginning are the same, by halving: a comparison of slices is fast."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle)
    return low


def _stamp(moment: float) -> str:
    return strftime("%Y%m%dT%H%M%SZ", gmtime(moment))
