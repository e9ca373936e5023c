"""What can be told of one download besides its snapshot: gathered when a person looks at it, and only then."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from headrace.answers import AnswerFacts
from headrace.claims import Claims
from headrace.details import DownloadDetails
from headrace.item import DownloadItem
from headrace.masking import masked_address
from headrace.roster import Roster
from headrace.runner import Runner
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord
from headrace.transfer.job_face import Job


class Insight:
    """Reads items and jobs. Lives in the manager's thread; no disk, no network, far below a millisecond."""

    def __init__(self, roster: Roster, runner: Runner) -> None:
        self._roster, self._runner = roster, runner

    def details(self, download_id: str) -> DownloadDetails | None:
        """Return the details of a download on the list, None where there is none of that id."""
        item = self._roster.get(download_id)
        if item is None:
            return None
        record, job = item.record, self._runner.job(download_id)
        facts, checksum = _facts(item), record.checksum or (record.told.checksum if record.told else None)
        return DownloadDetails(
            id=record.id,
            final_address=record.final_address,
            content_type=record.content_type,
            validator=facts.validator,
            validator_is_strong=facts.is_strong,
            last_modified=facts.last_modified,
            segments=_segments(item, job),
            connections=job.connections() if job is not None and item.running else (),
            exchanges=self._runner.exchanges.of(download_id),
            mirrors=_masked(record.mirrors),
            checksum_expected=None if checksum is None else str(checksum),
            part_path=_part_path(record, job),
            bound=self._runner.limits.bound(item) if item.running else None,
        )

    def forget(self, download_ids: Iterable[str]) -> None:
        """Drop what was kept of downloads that left the list."""
        self._runner.exchanges.forget(download_ids)


def _segments(item: DownloadItem, job: Job | None) -> tuple[SegmentSnapshot, ...]:
    record, claims = item.record, item.record.claims
    if record.state is DownloadState.COMPLETED:
        size = record.received
        return (SegmentSnapshot(0, size, size, connected=False, claimed=size),)
    if job is not None and (seen := item.segments or job.segments()):
        return seen
    if claims is not None and claims.received:
        return tuple(
            SegmentSnapshot(claim.start, claim.position, claim.end, connected=False, claimed=claim.position)
            for claim in claims.segments
        )
    return () if record.total is None else (SegmentSnapshot(0, 0, record.total, connected=False, claimed=0),)


def _part_path(record: DownloadRecord, job: Job | None) -> Path | None:
    if record.state is DownloadState.COMPLETED:
        return None
    if job is not None and job.part_path is not None:
        return job.part_path
    return record.folder / record.claims.part_name if record.claims and record.claims.part_name else None


def _facts(item: DownloadItem) -> AnswerFacts:
    """Return what the server said, of an earlier process as far as the claims tell it."""
    if item.answer is not None or item.record.claims is None:
        return item.answer or AnswerFacts()
    return _remembered(item.record.claims)


def _remembered(claims: Claims) -> AnswerFacts:
    tag, _, date = (claims.hint or "").partition("\n")
    named = claims.validator or tag or date or None
    strong = claims.validator is not None if named else None
    return AnswerFacts(validator=named, is_strong=strong, last_modified=date or None)


@lru_cache(maxsize=8)
def _masked(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Mask addresses, which may be a thousand, once and not with every look."""
    return tuple(masked_address(address) for address in addresses)
