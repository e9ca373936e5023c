"""Downloads as JSON objects, for commands and scripts. Pure. The keys are a promise: none goes, none changes."""

from typing import Any

from headrace.addresses import redacted
from headrace.details import DownloadDetails
from headrace.filters import category_in
from headrace.messages import failure_message
from headrace.own_cookies import key_in
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot, TotalsSnapshot
from headrace.states import Failure
from headrace.watches import Watch


def row_of(one: DownloadSnapshot, *, secrets: bool = False) -> dict[str, Any]:
    """Return a download as it stands: sizes in bytes, speeds in bytes/s, times in Unix seconds, unknown is None.

    Values in the query of its address are masked unless `secrets` are wanted.
    """
    return {
        "id": one.id,
        "address": one.address if secrets else redacted(one.address),
        "host": one.host,
        "name": one.name,
        "folder": str(one.folder),
        "path": str(one.path),
        "state": one.state.name.lower(),
        "total": one.total,
        "received": one.received,
        "speed": one.speed,
        "time_left": one.time_left,
        "connections": one.connections,
        "resumable": one.resumable,
        "added": one.added_at,
        "finished": one.finished_at,
        "retry_at": one.retry_at,
        "failure": None if one.failure is None else failure_json(one.failure),
        "notices": [notice.name.lower() for notice in one.notices],
        "checksum": one.checksum,
        "verified_by": one.checksum_verified,
        "verified_from": one.checksum_source,
        "queue": one.queue,
        "place": one.queue_place,
        "priority": one.priority,
        "at_once": one.at_once,
        "category": category_in(one).value,
        "limit": one.limit,
        "max_connections": one.max_connections,
        "proxy": one.proxy,
        "cookies": "kept" if key_in(one.cookies) else one.cookies,
        "after": None if one.after is None else list(one.after),
        "average_speed": one.average_speed,
        "missing": one.is_missing,
        "recording": one.is_recording,
        "private": one.is_private,
        "watch": None if one.watch is None else watch_json(one.watch),
        "version_of": one.version_of,
    }


def watch_json(watch: Watch) -> dict[str, Any]:
    """Return how an address is watched: spans in seconds, moments in Unix seconds, downloads by their ids."""
    return {
        "every": watch.every,
        "keep": watch.keep,
        "next": watch.next_at,
        "looked": watch.looked_at,
        "outcome": watch.outcome.value,
        "failure": None if watch.failure is None else failure_json(watch.failure),
        "looks": watch.looks,
        "changes": watch.changes,
        "versions": list(watch.versions),
        "coming": watch.coming,
    }


def failure_json(failure: Failure) -> dict[str, Any]:
    """Return why a download stopped: name, number and sentence."""
    return {
        "reason": failure.reason.name.lower(),
        "code": int(failure.reason),
        "message": failure_message(failure),
        "status": failure.status,
    }


def details_json(details: DownloadDetails) -> dict[str, Any]:
    """Return what else is known of one download; secrets are masked."""
    return {
        "final_address": details.final_address,
        "content_type": details.content_type,
        "validator": details.validator,
        "validator_is_strong": details.validator_is_strong,
        "last_modified": details.last_modified,
        "mirrors": [redacted(mirror) for mirror in details.mirrors],
        "part_path": None if details.part_path is None else str(details.part_path),
        "held_back_by": None if details.bound is None else details.bound.brake.value,
        "held_back_to": None if details.bound is None else details.bound.rate,
        "segments": [_segment(each) for each in details.segments],
        "active_connections": [
            {
                "number": each.number,
                "host": each.host,
                "start": each.start,
                "position": each.position,
                "end": each.end,
                "speed": each.speed,
                "state": each.state.value,
            }
            for each in details.connections
        ],
    }


def _segment(one: SegmentSnapshot) -> dict[str, Any]:
    return {"start": one.start, "position": one.position, "end": one.end, "connected": one.connected}


def totals_json(totals: TotalsSnapshot) -> dict[str, Any]:
    """Return the sums over all downloads."""
    return {name: getattr(totals, name) for name in TotalsSnapshot.__dataclass_fields__}
