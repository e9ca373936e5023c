"""How downloads come in: from what a person asks for, and from what was stored."""

import secrets
from base64 import b64encode
from dataclasses import replace
from time import monotonic, time

from headrace.addresses import split_credentials
from headrace.disk.file_names import name_from_address
from headrace.item import DownloadItem
from headrace.roster import Roster
from headrace.spec import DownloadSpec
from headrace.states import RUNNING, DownloadState
from headrace.store.records import DownloadRecord


def unfinished(roster: Roster, spec: DownloadSpec) -> DownloadItem | None:
    """Return the download that `spec` continues: never two writers for one aim."""
    bare, _ = split_credentials(spec.address)
    for item in roster.find(bare, spec.folder):
        same_name = spec.name is None or item.record.name == spec.name
        if item.state is not DownloadState.COMPLETED and same_name:
            return item
    return None


def new_item(spec: DownloadSpec, rank: float) -> DownloadItem:
    """Make a download of `spec`; a login in its address becomes a header and is not kept with it."""
    bare, _ = split_credentials(spec.address)
    headers = request_headers(spec)
    record = DownloadRecord(
        id=secrets.token_hex(8),
        place=rank,
        address=bare,
        folder=spec.folder,
        name=spec.name or name_from_address(bare),
        name_wanted=spec.name is not None,
        state=DownloadState.PAUSED if spec.paused else DownloadState.QUEUED,
        added_at=time(),
        checksum=spec.checksum,
        limit=spec.limit,
        connections=spec.connections,
        if_exists=spec.if_exists,
        header_names=tuple(name for name, _ in headers),
    )
    return DownloadItem(record, headers)


def adopt(item: DownloadItem, spec: DownloadSpec) -> None:
    """Let an unfinished download follow what is asked for now."""
    item.headers = request_headers(spec) or item.headers
    names = tuple(name for name, _ in item.headers)
    item.note(
        checksum=spec.checksum,
        limit=spec.limit,
        connections=spec.connections,
        if_exists=spec.if_exists,
        header_names=names,
    )
    item.limiter.change(spec.limit, monotonic())


def request_headers(spec: DownloadSpec) -> tuple[tuple[str, str], ...]:
    """Return the request headers of a spec, with a login from its address as RFC 7617 puts it."""
    _, login = split_credentials(spec.address)
    if login is None:
        return spec.headers
    token = b64encode(":".join(login).encode()).decode("ascii")
    return (*spec.headers, ("Authorization", f"Basic {token}"))


def at_start(record: DownloadRecord, *, continuing: bool) -> DownloadRecord:
    """Return a stored record as a new process takes it up: what was running waits for its turn, or is paused."""
    if record.state is DownloadState.COMPLETED:
        return record
    record = replace(record, received=record.claims.received if record.claims else 0)
    if record.state in RUNNING:
        record = replace(record, state=DownloadState.QUEUED)
    if continuing or record.state is DownloadState.FAILED:
        return record
    return replace(record, state=DownloadState.PAUSED, failure=None, retry_at=None)
