"""Where files go: folders, free names, and whether an earlier attempt had published its file."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from headrace.claims import Claims
from headrace.disk.failures import disk_faults
from headrace.disk.file_names import numbered


def candidates(name: str) -> Iterator[str]:
    """Yield `name`, then numbered names, without end."""
    yield name
    for number in count(2):
        yield numbered(name, number)


def make_folder(folder: Path) -> None:
    """Make the target folder where it is missing. Raises DownloadError."""
    with disk_faults():
        folder.mkdir(parents=True, exist_ok=True)


def published_before(folder: Path, claims: Claims) -> Path | None:
    """Return the final file if an earlier attempt had renamed the complete part file and then died."""
    if not claims.publishing_as or not claims.complete:
        return None
    final, part = folder / claims.publishing_as, folder / claims.part_name
    with disk_faults():
        try:
            facts = final.lstat()
        except FileNotFoundError:
            return None
        if (facts.st_dev, facts.st_ino, facts.st_size) != (claims.device, claims.inode, claims.total):
            return None
        part.unlink(missing_ok=True)  # a second link to the same file, where the crash came between link and unlink
    return final
