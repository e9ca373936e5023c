"""Downloads as aria2 tells of them: every value a text, GIDs being the ids of downloads. Pure."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from headrace.details import DownloadDetails
from headrace.messages import failure_message
from headrace.rpc.errors import error_code
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.states import RUNNING, DownloadState

ACTIVE: Final = RUNNING
WAITING: Final = frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT, DownloadState.PAUSED})
STOPPED: Final = frozenset({DownloadState.COMPLETED, DownloadState.FAILED})
_WORDS: Final = (
    dict.fromkeys(ACTIVE, "active")
    | dict.fromkeys(WAITING, "waiting")
    | {DownloadState.PAUSED: "paused", DownloadState.FAILED: "error", DownloadState.COMPLETED: "complete"}
)
_PIECE: Final = 1 << 20
_MOST_PIECES: Final = 1 << 14
"""Beyond so many, pieces are told larger than the blocks they are made of."""


def word_of(state: DownloadState) -> str:
    """Return what aria2 calls a state."""
    return _WORDS[state]


def status_of(
    one: DownloadSnapshot,
    addresses: Sequence[str],
    details: Callable[[], DownloadDetails | None],
    keys: Collection[str] = (),
    *,
    removed: bool = False,
) -> dict[str, Any]:
    """Return what `tellStatus` tells, of `keys` alone if there are any; `details` are asked for where they are wanted.

    A `removed` one is off the list.
    """
    piece = piece_length(one.total)
    makers: dict[str, Callable[[], Any]] = {
        "gid": lambda: one.id,
        "status": lambda: "removed" if removed else word_of(one.state),
        "totalLength": lambda: str(_total(one)),
        "completedLength": lambda: str(one.received),
        "uploadLength": lambda: "0",
        "bitfield": lambda: bitfield(one, details, piece),
        "downloadSpeed": lambda: str(int(one.speed or 0)),
        "uploadSpeed": lambda: "0",
        "connections": lambda: str(one.connections),
        "errorCode": lambda: str(31 if removed else error_code(one.failure)),
        "errorMessage": lambda: "" if one.failure is None else failure_message(one.failure),
        "numPieces": lambda: str(-(-_total(one) // piece)),
        "pieceLength": lambda: str(piece),
        "dir": lambda: str(one.folder),
        "files": lambda: [file_of(one, addresses)],
    }
    if one.is_verifying:
        makers["verifyIntegrityPending"] = lambda: "true"
    if not (removed or one.state in STOPPED):
        del makers["errorCode"], makers["errorMessage"]
    if not _total(one):
        del makers["bitfield"]
    return {key: make() for key, make in makers.items() if not keys or key in keys}


def _total(one: DownloadSnapshot) -> int:
    return one.total or 0


def file_of(one: DownloadSnapshot, addresses: Sequence[str]) -> dict[str, Any]:
    """Return what `getFiles` tells of the one file there is."""
    return {
        "index": "1",
        "path": str(one.path),
        "length": str(_total(one)),
        "completedLength": str(one.received),
        "selected": "true",
        "uris": uris_of(one, addresses),
    }


def uris_of(one: DownloadSnapshot, addresses: Sequence[str]) -> list[dict[str, str]]:
    """Return what `getUris` tells: the first one is in use while the download runs."""
    used = one.state in ACTIVE
    return [{"uri": each, "status": "used" if used and not at else "waiting"} for at, each in enumerate(addresses)]


def piece_length(total: int | None) -> int:
    """Return the bytes of a piece: a block, or as many as keep the pieces few."""
    length = _PIECE
    while (total or 0) > length * _MOST_PIECES:
        length *= 2
    return length


def bitfield(one: DownloadSnapshot, details: Callable[[], DownloadDetails | None], piece: int) -> str:
    """Return in hex which pieces are whole, the first being the highest bit."""
    total = _total(one)
    count = -(-total // piece)
    width = -(-count // 8) * 2
    if one.state is DownloadState.COMPLETED:
        stretches = [(0, total)]
    else:
        known = details()
        stretches = _joined(known.segments if known is not None else ())
    bits = 0
    for start, end in stretches:
        first, last = -(-start // piece), count if end >= total else end // piece
        if last > first:
            bits |= ((1 << (last - first)) - 1) << (width * 4 - last)
    return f"{bits:0{width}x}"


def _joined(segments: Sequence[SegmentSnapshot]) -> list[tuple[int, int]]:
    """Return the stretches that are there, those that touch being one."""
    found: list[tuple[int, int]] = []
    for start, position in sorted((one.start, one.position) for one in segments):
        if found and found[-1][1] >= start:
            found[-1] = (found[-1][0], max(position, found[-1][1]))
        elif position > start:
            found.append((start, position))
    return found
