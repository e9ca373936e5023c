"""Deleting what a removed download leaves: its part files, and its finished file only where that was asked for."""

import logging
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

_Identity = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Removal:
    """What may be deleted of one download. All paths were made by this program, never taken from a server."""

    part: Path | None = None
    identity: _Identity = None
    """Device and inode the part file must have; None where they were never stored."""
    finished: Path | None = None
    finished_size: int | None = None
    """Bytes of the finished file: another file that has taken its name since is not ours. None for any."""
    others: tuple[Path, ...] = ()
    """Part files of earlier generations, and those set aside; their names alone say that they are ours."""

    def named(self) -> Iterator[tuple[Path, _Identity, int | None]]:
        """Yield every path with the identity and the size it must have."""
        if self.part is not None:
            yield self.part, self.identity, None
        if self.finished is not None:
            yield self.finished, None, self.finished_size
        for path in self.others:
            yield path, None, None


def remove_files(removals: Iterable[Removal]) -> None:
    """Delete what is there and is ours; what cannot be deleted stays and is logged."""
    for removal in removals:
        for path, identity, size in removal.named():
            _remove(path, identity, size)


def is_ours(path: Path, identity: _Identity, size: int | None) -> bool:
    """Say whether there is a file with this identity and size, None being any. Raises OSError."""
    facts = path.lstat()
    is_it = identity in (None, (facts.st_dev, facts.st_ino)) and size in (None, facts.st_size)
    return stat.S_ISREG(facts.st_mode) and is_it


def _remove(path: Path, identity: _Identity, size: int | None) -> None:
    try:
        if is_ours(path, identity, size):
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("a removed download's file stays: %s", error.strerror)
