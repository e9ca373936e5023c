"""What a job is told to do."""

from collections.abc import Callable

from headrace.counters import Counters, Promised
from headrace.item import DownloadItem
from headrace.own_cookies import GIVEN
from headrace.settings import Settings
from headrace.sorting import placer_of
from headrace.states import Failure, FailureReason
from headrace.transfer.plan import JobPlan


def lost_of(item: DownloadItem) -> Failure | None:
    """Return why no attempt can be made: what was given at first, and is secret, is not known any more."""
    record = item.record
    if record.header_names and not item.headers:
        return Failure(FailureReason.HEADERS_NEEDED)
    if record.cookies == GIVEN and item.cookies is None:
        return Failure(FailureReason.COOKIES_NEEDED)
    return None


def plan_of(item: DownloadItem, settings: Settings, counters: Counters, promised: Callable[[], Promised]) -> JobPlan:
    """Return what the next attempt at a download is to do, by what is known of it and by the settings."""
    record = item.record
    return JobPlan(
        id=record.id,
        address=record.address,
        folder=record.folder,
        name=record.name,
        name_wanted=record.name_wanted,
        headers=item.headers,
        cookies=item.cookies,
        checksum=record.checksum,
        if_exists=record.if_exists,
        claims=record.claims,
        total=record.total,
        mirrors=record.mirrors,
        pieces=record.pieces,
        size=record.size,
        told=record.told,
        allow=record.allow,
        max_connections=record.connections or settings.max_connections,
        connections_chosen=record.connections is not None,
        connect_timeout=settings.connect_timeout,
        idle_timeout=settings.idle_timeout,
        low_speed=settings.low_speed,
        proxy=record.proxy,
        partial=None if item.restart else record.partial,
        restart=item.restart,
        address_is_new=item.address_is_new and not item.restart,
        find_checksums=settings.find_checksums,
        mark_origin=settings.mark_origin and not record.stem,
        stem=record.stem,
        placer=placer_of(record, settings, counters, promised),
    )
