"""Files taken to another name, folder or disk: never over another file, and never gone from both places."""

import errno
import logging
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from xxhash import xxh3_128

from headrace.disk.folder import Folder
from headrace.disk.part_file import PartFile
from headrace.disk.removal import Removal, remove_files
from headrace.disk.renaming import patiently, publish_new
from headrace.errors import DownloadError
from headrace.relocations import Identity
from headrace.states import FailureReason

_log = logging.getLogger(__name__)
_PIECE: Final = 1 << 20


def identity_of(path: Path) -> Identity | None:
    """Return which file is at `path`; None where there is none, or what is no ordinary file. Raises OSError."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def is_one_name(path: Path, other: Path) -> bool:
    """Say whether two spellings lead to the one name of one file, as disks that ignore case have it. Raises OSError."""
    found = identity_of(path)
    return found is not None and found == identity_of(other) and path.lstat().st_nlink == 1


def move_new(source: Path, target: Path) -> None:
    """Rename, to another folder of the same disk maybe, and see that the medium knows it.

    Raises FileExistsError, and changes nothing, if `target` exists; EXDEV where it is on another disk; else OSError.
    """
    _move(source, target, publish_new)


def move_over(source: Path, target: Path) -> None:
    """Do the same for names that are the program's own: what is at `target` goes."""
    _move(source, target, Folder.replace)


def respell(source: Path, name: str) -> None:
    """Give a file another spelling of its name, where the disk takes both for one. Raises OSError."""
    _move(source, source.with_name(name), Folder.rename)


def _move(source: Path, target: Path, rename: Callable[[Folder, str, str, Folder], None]) -> None:
    with Folder(source.parent) as here, Folder(target.parent) as there:
        patiently(partial(rename, here, source.name, target.name, there))
        there.flush()
        here.flush()


def copy_file(source: Path, target: Path, check: Callable[[], None]) -> Identity:
    """Copy a whole file to a new one on another disk and compare, with its times and marks; return which file it is.

    `check` is called between pieces and may raise to stop. A leftover of the name goes; what fails leaves nothing.
    Raises DownloadError.
    """
    with source.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        part = PartFile.create(target, size)
        try:
            digest = xxh3_128()
            for offset, piece in _pieces(stream, check):
                digest.update(piece)
                part.write_at(memoryview(piece), offset)
                size = offset + len(piece)
            part.cut(size)
            _copy_facts(source, target)
            part.flush()
            _compare(part, size, digest.digest(), check)
        except BaseException:
            part.close()
            remove_files([Removal(target, (part.device, part.inode))])
            raise
        part.close()
    _copy_facts(source, target)  # closing may have set another time
    return part.device, part.inode


def _pieces(stream: BinaryIO, check: Callable[[], None]) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while piece := stream.read(_PIECE):
        check()
        yield offset, piece
        offset += len(piece)


def _compare(part: PartFile, size: int, wanted: bytes, check: Callable[[], None]) -> None:
    digest = xxh3_128()
    for piece in part.pieces(size):
        check()
        digest.update(piece)
    if digest.digest() != wanted:
        raise DownloadError.of(FailureReason.DISK_ERROR, "the copy is not what was written")


def _copy_facts(source: Path, target: Path) -> None:
    """Copy mode, times and marks, as far as the other disk keeps them."""
    with suppress(OSError):
        shutil.copystat(source, target)
    if sys.platform == "win32":
        with suppress(OSError):
            Path(f"{target}:Zone.Identifier").write_bytes(Path(f"{source}:Zone.Identifier").read_bytes())


def take_along(source: Path, target: Path, check: Callable[[], None]) -> None:
    """Move what belongs to a file and is worth less, where its name is free; what cannot be moved stays."""
    try:
        if identity_of(source) is None or os.path.lexists(target):
            return
        try:
            move_new(source, target)
        except OSError as error:
            if not is_other_disk(error):
                raise
            copy_file(source, target, check)
            source.unlink()
    except (OSError, DownloadError) as error:
        _log.warning("%s stays where it is: %s", source.name, error)


def is_other_disk(error: OSError) -> bool:
    """Say whether a rename failed because the target is on another disk."""
    return error.errno == errno.EXDEV
