"""The side log of a recording: what was sent while the feed was lost is not in the file, and here is where and when."""

import logging
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from headrace.disk.system_calls import OPEN_FLAGS

_log = logging.getLogger(__name__)
_SUFFIX: Final = ".gaps.log"
_NAME_BYTES: Final = 255
_HEAD: Final = "# lost\treturned\toffset\treason\tfile\n"
_UNKNOWN: Final = "-"


@dataclass(frozen=True, slots=True)
class Gap:
    """One loss of the feed: at `lost` (Unix seconds), before byte `offset` of the file `name`."""

    lost: float
    offset: int
    reason: str
    name: str


def log_path(folder: Path, name: str) -> Path:
    """Return where the gaps of the recording `name` are written: beside it."""
    room = _NAME_BYTES - len(_SUFFIX)
    return folder / (name.encode()[:room].decode("utf-8", "ignore") + _SUFFIX)


def gap_line(gap: Gap, returned: float | None) -> str:
    """Return the line for a gap, fields parted by tabs, times in UTC; a feed that never came back has none of return.

    The name stands last and is clean of control characters, so that no server can forge a line.
    """
    back = _UNKNOWN if returned is None else _iso(returned)
    return f"{_iso(gap.lost)}\t{back}\t{gap.offset}\t{gap.reason}\t{gap.name}\n"


def write_gap(path: Path, gap: Gap, returned: float | None) -> None:
    """Append one line. A fault of the disk is logged and nothing else: it must not end a recording."""
    try:
        _append(path, gap_line(gap, returned))
    except OSError as error:
        _log.warning("gap at byte %d not written to the side log: %s", gap.offset, error.strerror)


def _append(path: Path, line: str) -> None:
    """Append to a regular file, never through a link."""
    descriptor = os.open(path, OPEN_FLAGS | os.O_APPEND | os.O_CREAT, 0o666)
    with os.fdopen(descriptor, "ab", buffering=0) as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(None, "it is no ordinary file")
        stream.write(((_HEAD if not found.st_size else "") + line).encode("utf-8", "backslashreplace"))


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
