"""Deleting what a removed download leaves: its part file, and its finished file only where that was asked for."""

import logging
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """What may be deleted of one download. Both paths were made by this program, never taken from a server."""

    part: Path | None = None
    identity: tuple[int, int] | None = None
    """Device and inode the part file must have; None where they were never stored."""
    finished: Path | None = None


def remove_files(removals: Iterable[Removal]) -> None:
    """Delete what is there and is ours; what cannot be deleted stays and is logged."""
    for removal in removals:
        for path, identity in ((removal.part, removal.identity), (removal.finished, None)):
            if path is not None:
                _remove(path, identity)


def _remove(path: Path, identity: tuple[int, int] | None) -> None:
    try:
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode) and identity in (None, (facts.st_dev, facts.st_ino)):
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("a removed download's file stays: %s", error.strerror)
