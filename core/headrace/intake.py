"""How downloads come in: from what a person asks for, and from what was stored."""

import random
import re
from collections.abc import Callable, Collection, Mapping
from time import monotonic, time
from types import MappingProxyType
from typing import Any, Final

from headrace.addresses import checked_address, origin_of, split_credentials
from headrace.checksums import HASH_LENGTHS, fragment_checksum
from headrace.crashes import quarantined
from headrace.disk.file_names import name_from_address
from headrace.filters import category_named
from headrace.item import DownloadItem
from headrace.logins import Login, basic_field
from headrace.own_cookies import file_in, remembered
from headrace.proxies import bare_choice
from headrace.roster import Roster
from headrace.spec import DownloadSpec
from headrace.states import RUNNING, DownloadState, Placing
from headrace.store.records import DownloadRecord

_OWN_PART: Final = re.compile(r"\.([0-9a-f]{16})(?:\.[0-9]+)?\.part\Z")
_READDRESSABLE: Final = {DownloadState.QUEUED, DownloadState.PAUSED, DownloadState.FAILED, DownloadState.RETRY_WAIT}


def unfinished(roster: Roster, spec: DownloadSpec) -> DownloadItem | None:
    """Return the download that `spec` continues: never two writers for one aim, wherever the rules put the first.

    Who names an id means another one, with a file of its own.
    """
    if spec.id is not None:
        return None
    bare, _ = split_credentials(spec.address)
    for item in roster.find(bare):
        if item.record.folder != spec.folder and not (spec.by_rules and item.record.placing is not Placing.CHOSEN):
            continue
        same_name = spec.name is None or item.record.name == spec.name
        if item.state is not DownloadState.COMPLETED and same_name and bool(item.record.stem) is spec.private:
            return item
    return None


def require_new(spec: DownloadSpec, is_known: Callable[[str], bool]) -> None:
    """Raise ValueError where the id of a spec, or the file it is to go on with, is that of a known download."""
    if spec.id is not None and is_known(spec.id):
        raise ValueError(f"there is, or was, another download with the id {spec.id}")
    own = _OWN_PART.search("" if spec.partial is None else spec.partial.name)
    if own and is_known(own[1]):
        raise ValueError(f"{own.string} belongs to a download that is on the list, or was just now")


def new_item(
    spec: DownloadSpec,
    rank: float,
    queues: Collection[str] = (),
    facts: Mapping[str, Any] = MappingProxyType({}),
    stem: str = "private",
) -> DownloadItem:
    """Make a download of `spec`, in its queue if that is one of `queues`, else in the main one, with further `facts`.

    The part files of a private one are called after `stem`.

    A login in its address becomes a header and is not kept with it.
    """
    bare, _ = split_credentials(spec.address)
    headers = request_headers(spec)
    record = DownloadRecord(
        # no secret; to ask the system for each takes longer than all the rest
        id=spec.id or f"{random.getrandbits(64):016x}",
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
        mirrors=bare_mirrors(spec),
        pieces=spec.pieces,
        size=spec.size,
        allow=spec.allow,
        recording=spec.recording,
        category=None if spec.category is None else spec.category.value,
        queue=spec.queue if spec.queue in queues else "",
        priority=spec.priority,
        partial=spec.partial,
        proxy=None if spec.proxy is None else bare_choice(spec.proxy),
        stem=stem if spec.private else "",
        after=spec.after,
        cookies=None if spec.cookies is None else spec.cookies.mark,
    )
    return DownloadItem(record.but(**facts) if facts else record, headers, spec.cookies)


def wanted_again(record: DownloadRecord) -> DownloadSpec:
    """Return what would have to be asked for to get a download again, without headers and cookies, which are secret."""
    return DownloadSpec(
        record.address,
        record.folder,
        name=record.name,
        checksum=record.checksum if record.checksum is None or record.checksum.algorithm in HASH_LENGTHS else None,
        limit=record.limit,
        connections=record.connections,
        if_exists=record.if_exists,
        recording=record.recording,
        paused=record.state is DownloadState.PAUSED,
        mirrors=record.mirrors,
        pieces=record.pieces,
        size=record.size,
        allow=record.allow,
        category=category_named(record.category),
        queue=record.queue,
        priority=record.priority,
        proxy=record.proxy,
        private=bool(record.stem),
        after=record.after,
        cookies=remembered(record.cookies) if file_in(record.cookies) else None,
    )


def adopt(item: DownloadItem, spec: DownloadSpec, queues: Collection[str] = ()) -> None:
    """Let an unfinished download follow what is asked for now; one of `queues` is where it waits, if it is named."""
    item.headers, item.cookies = request_headers(spec) or item.headers, spec.cookies or item.cookies
    names = tuple(name for name, _ in item.headers)
    item.note(
        checksum=spec.checksum or item.record.checksum,
        limit=spec.limit,
        connections=spec.connections,
        if_exists=spec.if_exists,
        header_names=names,
        mirrors=bare_mirrors(spec) or item.record.mirrors,
        pieces=spec.pieces or item.record.pieces,
        size=item.record.size if spec.size is None else spec.size,
        allow=spec.allow | item.record.allow,
        recording=spec.recording or item.record.recording,
        category=item.record.category if spec.category is None else spec.category.value,
        queue=spec.queue if spec.queue in queues else item.record.queue,
        priority=spec.priority or item.record.priority,
        proxy=item.record.proxy if spec.proxy is None else bare_choice(spec.proxy),
        after=item.record.after if spec.after is None else spec.after,
        cookies=item.record.cookies if spec.cookies is None else spec.cookies.mark,
        partial=item.record.partial if item.record.received else spec.partial or item.record.partial,
    )
    item.limiter.change(spec.limit, monotonic())


def readdress(roster: Roster, item: DownloadItem, address: str) -> bool:
    """Let a download without a job go on from `address`, if it is not done and nothing else fetches that already.

    The user's headers go along to the same origin only, and a checksum behind the address counts. Says whether it was
    done. Raises ValueError for no address, or a malformed checksum.
    """
    (bare, login), checksum = split_credentials(checked_address(address)), fragment_checksum(address.strip())
    rivals = roster.find(bare, item.record.folder)
    if item.state not in _READDRESSABLE or any(one.state is not DownloadState.COMPLETED for one in rivals):
        return False
    roster.drop(item.id)  # it is found by its address
    headers = item.headers if origin_of(bare) == origin_of(item.record.address) else ()
    if login is not None:
        headers = (*(pair for pair in headers if pair[0].lower() != "authorization"), basic_field(Login(*login)))
    item.headers = headers
    names = tuple(name for name, _ in headers)
    item.note(address=bare, final_address=None, header_names=names, checksum=checksum or item.record.checksum)
    item.address_is_new = item.record.claims is not None and bool(item.record.claims.received)
    roster.add(item)
    return True


def bare_mirrors(spec: DownloadSpec) -> tuple[str, ...]:
    """Return further addresses without logins: those of the first address are not theirs, and none is stored."""
    return tuple(split_credentials(address)[0] for address in spec.mirrors)


def request_headers(spec: DownloadSpec) -> tuple[tuple[str, str], ...]:
    """Return the request headers of a spec, with a login from its address as RFC 7617 puts it."""
    _, login = split_credentials(spec.address)
    if login is None:
        return spec.headers
    return (*spec.headers, basic_field(Login(*login)))


def at_start(record: DownloadRecord, *, continuing: bool, suspect: bool = False) -> DownloadRecord:
    """Return a stored record as a new process takes it up: what was running waits for its turn, or is paused.

    A `suspect` may be what crashed the program again and again: it waits for a person.
    """
    if record.state is DownloadState.COMPLETED:
        return record
    facts: dict[str, Any] = {"received": record.claims.received if record.claims else 0}
    if suspect:
        return quarantined(record.but(**facts))
    if record.state is not DownloadState.FAILED and not continuing:
        facts |= {"state": DownloadState.PAUSED, "failure": None, "retry_at": None}
    elif record.state in RUNNING:
        facts["state"] = DownloadState.QUEUED
    changed = any(getattr(record, name) != value for name, value in facts.items())
    return record.but(**facts) if changed else record
