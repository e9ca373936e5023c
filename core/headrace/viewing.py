"""Snapshots of records: the one place where what is stored of a download becomes what leaves the engine. Pure."""

from typing import NamedTuple

from headrace.activity import average_speed
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord
from headrace.watches import Watch


class Working(NamedTuple):
    """What no record knows: how far the job of a download is, and what was found of its file."""

    claimed: int
    speed: float | None = None
    time_left: float | None = None
    segments: tuple[SegmentSnapshot, ...] = ()
    is_missing: bool = False
    is_verifying: bool = False
    watch: Watch | None = None
    version_of: str | None = None


def snapshot_of(record: DownloadRecord, place: int, host: str, working: Working) -> DownloadSnapshot:
    """Return the frozen view of a download at queue place `place`."""
    told = record.told.checksum if record.told else None
    checksum = record.checksum or told
    return DownloadSnapshot(
        id=record.id,
        address=record.address,
        host=host,
        name=record.name,
        folder=record.folder,
        state=record.state,
        total=record.total,
        received=record.received,
        speed=working.speed,
        time_left=working.time_left,
        connections=sum(segment.connected for segment in working.segments),
        resumable=record.resumable,
        added_at=record.added_at,
        finished_at=record.finished_at,
        retry_at=record.retry_at,
        failure=record.failure,
        notices=record.notices,
        checksum_verified=record.checksum_verified,
        checksum_source=record.checksum_source,
        queue_place=place,
        segments=working.segments,
        is_recording=record.recording is not None,
        category=record.category,
        queue=record.queue,
        priority=record.priority,
        at_once=record.at_once,
        is_missing=working.is_missing and record.state is DownloadState.COMPLETED,
        is_verifying=working.is_verifying,
        claimed=min(working.claimed, record.received),
        average_speed=average_speed(record.active_seconds, record.active_bytes),
        limit=record.limit,
        max_connections=record.connections,
        proxy=record.proxy,
        after=record.after,
        cookies=record.cookies,
        checksum=None if checksum is None else str(checksum),
        is_private=bool(record.stem),
        watch=working.watch,
        version_of=working.version_of,
    )
