"""What is remembered of one download: a frozen row, and how it is written and read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter, itemgetter
from pathlib import Path
from sys import intern
from types import MappingProxyType
from typing import Any, Final

from headrace.checksums import FoundDigest
from headrace.claims import Claims, SegmentClaim
from headrace.pieces import PieceHashes
from headrace.recordings import Recording
from headrace.relocations import Relocation
from headrace.spec import Checksum, IfExists, Permission
from headrace.states import DownloadState, Failure, FailureReason, Notice, Placing


@dataclass(frozen=True, slots=True)
class DownloadRecord:
    """One download as stored. Holds no secret: header values stay in memory, only their names are kept."""

    id: str
    place: float
    """Rank in the queue; gaps and fractions allow a move without rewriting the rest."""
    address: str
    folder: Path
    name: str
    name_wanted: bool
    """Whether the name was asked for, so that the server's does not replace it."""
    state: DownloadState
    added_at: float
    finished_at: float | None = None
    total: int | None = None
    received: int = 0
    resumable: bool | None = None
    failure: Failure | None = None
    retry_at: float | None = None
    attempts: int = 0
    notices: tuple[Notice, ...] = ()
    checksum: Checksum | None = None
    checksum_verified: str | None = None
    limit: int | None = None
    connections: int | None = None
    if_exists: IfExists = IfExists.RENAME
    header_names: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    """Further addresses of the same file."""
    pieces: PieceHashes | None = None
    size: int | None = None
    """Bytes the file must have, as whoever added it says."""
    told: FoundDigest | None = None
    """What the server says the file hashes to."""
    allow: frozenset[Permission] = frozenset()
    checksum_source: str | None = None
    """Where the checksum that proved the file came from."""
    recording: Recording | None = None
    """How a body without end is taken down; None for an ordinary download."""
    removed: bool = False
    """Taken off the list: row and part file go at the next chance."""
    with_files: bool = False
    """Whether a removed download's finished file goes too: to the trash."""
    for_good: bool = False
    """Whether that file is deleted instead."""
    category: str | None = None
    """The value of the filters.Category a person put it in."""
    queue: str = ""
    """The name of its queue; "" is the main one."""
    priority: int = 0
    """-1, 0 or 1: higher ones start first."""
    at_once: bool = False
    """Whether it starts regardless of its queue and of what runs."""
    proof: str | None = None
    """What the program itself keeps of the finished file, to find out whether it is still that (`transfer.proof`)."""
    relocation: Relocation | None = None
    """The move of its file that is under way, or was when the process died."""
    final_address: str | None = None
    """Where redirects led, masked."""
    content_type: str | None = None
    active_seconds: float = 0.0
    """How long bytes have been coming, over all attempts."""
    active_bytes: int = 0
    """How many came in that time."""
    partial: Path | None = None
    """A file that another program left unfinished, which the download goes on with, or has gone on with."""
    proxy: str | None = None
    """How its servers are reached, without a password; None: as in the settings."""
    placing: Placing = Placing.CHOSEN
    """Who says where its file goes."""
    stem: str = ""
    """What its part files are called, where it is private: then it is never stored. "" for all others."""
    after: tuple[str, ...] | None = None
    """What happens to the file when it is there, as `after.After` reads it; None: as in the settings."""
    cookies: str | None = None
    """Where its own cookies are, as `own_cookies.OwnCookies.mark` has it: no secret. None for none."""
    claims: Claims | None = None

    def but(self, **facts: Any) -> "DownloadRecord":
        """Return this record with other `facts`. Raises KeyError for one that there is not."""
        record = object.__new__(DownloadRecord)
        for put, value in zip(_PUTTERS, _VALUES(self), strict=True):
            put(record, value)
        for name, value in facts.items():
            _PUTTER_OF[name](record, value)
        return record


_FIELDS: Final = tuple(field.name for field in fields(DownloadRecord))
_VALUES: Final = attrgetter(*_FIELDS)
_PUTTERS: Final = tuple(getattr(DownloadRecord, name).__set__ for name in _FIELDS)
"""Past the frozen door: `dataclasses.replace` takes three times as long, and a record is made anew at every change."""
_PUTTER_OF: Final = dict(zip(_FIELDS, _PUTTERS, strict=True))
_WITH_FILES, _FOR_GOOD = 2, 3
"""In the column `removed`: with its finished file, to the trash or for good."""
RECORD_COLUMNS = (
    "id place address folder name name_wanted state added_at finished_at total received resumable "
    "failure retry_at attempts notices checksum checksum_verified speed_limit connections if_exists "
    "header_names removed mirrors pieces allow checksum_source recording size told category queue priority proof "
    "relocation final_address content_type active_seconds active_bytes "
    "partial proxy at_once placing after cookies"
).split()


def record_row(record: DownloadRecord) -> tuple[Any, ...]:
    """Return the values of `record` in the order of RECORD_COLUMNS."""
    return (
        record.id,
        record.place,
        record.address,
        stored_name(str(record.folder)),
        stored_name(record.name),
        record.name_wanted,
        int(record.state),
        record.added_at,
        record.finished_at,
        record.total,
        record.received,
        record.resumable,
        failure_text(record.failure),
        record.retry_at,
        record.attempts,
        json.dumps([int(notice) for notice in record.notices]),
        None if record.checksum is None else str(record.checksum),
        record.checksum_verified,
        record.limit,
        record.connections,
        record.if_exists.value,
        json.dumps(record.header_names),
        record.removed + (record.removed and record.with_files + (record.with_files and record.for_good)),
        json.dumps(record.mirrors),
        None if record.pieces is None else record.pieces.to_text(),
        json.dumps(sorted(permission.value for permission in record.allow)),
        record.checksum_source,
        None if record.recording is None else record.recording.as_text(),
        record.size,
        None if record.told is None else f"{record.told.checksum} {record.told.source}",
        record.category,
        record.queue,
        record.priority,
        record.proof,
        None if record.relocation is None else record.relocation.as_text(),
        record.final_address,
        record.content_type,
        record.active_seconds,
        record.active_bytes,
        None if record.partial is None else stored_name(str(record.partial)),
        record.proxy,
        record.at_once,
        int(record.placing),
        None if record.after is None else json.dumps(record.after),
        record.cookies,
    )


def record_from(row: tuple[Any, ...], claims: Claims | None) -> DownloadRecord:
    """Rebuild a record from a row in the order of RECORD_COLUMNS. Raises ValueError for a row that makes no sense."""
    record = object.__new__(DownloadRecord)
    for put, value in zip(_PUT_PLAIN, _plain(row), strict=True):
        put(record, value)
    for put, read, value in zip(_PUT_READ, _READERS, _to_read(row), strict=True):
        put(record, read(value))
    for put, read, value in zip(_PUT_IF_ANY, _READERS_IF_ANY, _to_read_if_any(row), strict=True):
        put(record, None if value is None else read(value))
    removed = row[_REMOVED]
    _PUTTER_OF["removed"](record, bool(removed))
    _PUTTER_OF["with_files"](record, removed in (_WITH_FILES, _FOR_GOOD))
    _PUTTER_OF["for_good"](record, removed == _FOR_GOOD)
    if record.final_address == record.address:
        _PUTTER_OF["final_address"](record, record.address)  # one object is enough
    _PUTTER_OF["claims"](record, claims)
    _PUTTER_OF["stem"](record, "")
    return record


@lru_cache(maxsize=1024)
def _folder(stored: str | bytes) -> Path:
    """Return a folder; one object for all that are in it, whose hash is worked out once."""
    return Path(loaded_name(stored))


def _array(text: str) -> list[Any]:
    """Read a JSON array; most are empty. Raises ValueError."""
    found: list[Any] = [] if text == "[]" else json.loads(text)
    return found


def told_from(text: str) -> FoundDigest:
    """Read what the server said the file hashes to, as it is stored. Raises ValueError."""
    checksum, _, source = text.partition(" ")
    return FoundDigest(Checksum.parse(checksum), source)


def stored_name(name: str) -> str | bytes:
    """Return the name of a file or folder as text; as bytes where it is no Unicode at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")
    return name


def loaded_name(name: str | bytes) -> str:
    """Read what `stored_name` made."""
    return name.decode("utf-8", "surrogatepass") if isinstance(name, bytes) else name


def failure_text(failure: Failure | None) -> str | None:
    """Return a failure as it is stored."""
    if failure is None:
        return None
    return json.dumps([int(failure.reason), failure.detail, failure.status, failure.retry_after, failure.needed_bytes])


def failure_from(text: str) -> Failure:
    """Read what `failure_text` made. Raises ValueError, TypeError."""
    reason, *data = json.loads(text)
    return Failure(FailureReason(reason), *data)


_READ: Final[Mapping[str, Callable[[Any], object]]] = MappingProxyType(
    {
        "place": float,
        "folder": _folder,
        "name": loaded_name,
        "name_wanted": bool,
        "state": DownloadState,
        "notices": lambda text: tuple(map(Notice, _array(text))),
        "if_exists": IfExists,
        "header_names": lambda text: tuple(_array(text)),
        "mirrors": lambda text: tuple(_array(text)),
        "allow": lambda text: frozenset(map(Permission, _array(text))),
        "queue": intern,
        "at_once": bool,
        "placing": Placing,
    }
)
"""How columns are read that do not hold what the record does; texts that come again and again are kept once."""
_READ_IF_ANY: Final[Mapping[str, Callable[[Any], object]]] = MappingProxyType(
    {
        "resumable": bool,
        "failure": failure_from,
        "checksum": Checksum.parse,
        "checksum_verified": intern,
        "pieces": PieceHashes.from_text,
        "checksum_source": intern,
        "recording": Recording.parse,
        "told": told_from,
        "category": intern,
        "relocation": Relocation.parse,
        "content_type": intern,
        "proxy": intern,
        "cookies": intern,
        "after": lambda text: tuple(_array(text)),
        "partial": lambda stored: Path(loaded_name(stored)),
    }
)
"""The same of columns in which there may be nothing, which is read as None."""
_REMOVED: Final = RECORD_COLUMNS.index("removed")
_AS_STORED: Final = [name for name in RECORD_COLUMNS if name not in {*_READ, *_READ_IF_ANY, "removed"}]
_plain: Final = itemgetter(*map(RECORD_COLUMNS.index, _AS_STORED))
_PUT_PLAIN: Final = tuple(_PUTTER_OF["limit" if name == "speed_limit" else name] for name in _AS_STORED)
_to_read: Final = itemgetter(*map(RECORD_COLUMNS.index, _READ))
_PUT_READ: Final = tuple(_PUTTER_OF[name] for name in _READ)
_READERS: Final = tuple(_READ.values())
_to_read_if_any: Final = itemgetter(*map(RECORD_COLUMNS.index, _READ_IF_ANY))
_PUT_IF_ANY: Final = tuple(_PUTTER_OF[name] for name in _READ_IF_ANY)
_READERS_IF_ANY: Final = tuple(_READ_IF_ANY.values())


CLAIM_COLUMNS = (
    "download_id part_name device inode total validator publishing_as segments hint base mtime_ns generation earlier "
    "joins"
).split()


def claims_row(download_id: str, claims: Claims) -> tuple[Any, ...]:
    """Return the values of `claims` in the order of CLAIM_COLUMNS; device and inode as text, since they use 64 bits."""
    return (
        download_id,
        stored_name(claims.part_name),
        str(claims.device),
        str(claims.inode),
        claims.total,
        claims.validator,
        None if claims.publishing_as is None else stored_name(claims.publishing_as),
        json.dumps([[part.start, part.position, part.end, part.tail.hex()] for part in claims.segments]),
        claims.hint,
        claims.base,
        claims.mtime_ns,
        claims.generation,
        json.dumps([name.encode("utf-8", "surrogateescape").hex() for name in claims.earlier]),
        json.dumps(claims.joins),
    )


def claims_from(row: tuple[Any, ...]) -> tuple[str, Claims]:
    """Rebuild a download's id and claims from a row in the order of CLAIM_COLUMNS.

    Raises ValueError or TypeError for a row that makes no sense.
    """
    download_id, part_name, device, inode, total, validator, publishing_as, segments, *rest = row
    hint, base, mtime_ns, generation, earlier, joins = rest
    return download_id, Claims(
        part_name=loaded_name(part_name),
        device=int(device),
        inode=int(inode),
        total=total,
        validator=validator,
        segments=tuple(_segment_claim(*part) for part in json.loads(segments)),
        publishing_as=None if publishing_as is None else loaded_name(publishing_as),
        hint=hint,
        base=base,
        mtime_ns=mtime_ns,
        generation=generation,
        earlier=tuple(bytes.fromhex(name).decode("utf-8", "surrogateescape") for name in json.loads(earlier)),
        joins=tuple(json.loads(joins)),
    )


def _segment_claim(start: int, position: int, end: int | None, tail: str = "") -> SegmentClaim:
    return SegmentClaim(start, position, end, bytes.fromhex(tail))
