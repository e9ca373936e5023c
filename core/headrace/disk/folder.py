"""A folder held open while names in it are made, changed and removed."""

import errno
import os
import sys
from pathlib import Path
from types import TracebackType

_CANNOT_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}


class Folder:
    """Reaches names through the folder's descriptor, so that a link put into its path meanwhile leads nowhere else.

    On Windows, which has no such calls, by path. Everything raises OSError; no name is ever followed as a link.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        if sys.platform != "win32":
            self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> "Folder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    @property
    def descriptor(self) -> int | None:
        """The open folder, for calls that this class does not know; None on Windows."""
        return self._descriptor

    def device(self) -> int:
        """Return the device the folder is on."""
        return os.stat(self._path if self._descriptor is None else self._descriptor).st_dev  # noqa: PTH116

    def open(self, name: str, flags: int) -> int:
        """Open a file of the folder; a new one is readable by its owner only."""
        return os.open(self.at(name), flags, 0o600, dir_fd=self._descriptor)

    def lstat(self, name: str) -> os.stat_result:
        """Return the facts of a name, of a link itself where it is one."""
        return os.stat(self.at(name), dir_fd=self._descriptor, follow_symlinks=False)

    def unlink(self, name: str) -> None:
        """Remove a name that is no folder."""
        os.unlink(self.at(name), dir_fd=self._descriptor)

    def replace(self, old: str, new: str, into: "Folder | None" = None) -> None:
        """Rename, in the same folder or `into` another; a file named `new` goes."""
        there = into or self
        os.replace(self.at(old), there.at(new), src_dir_fd=self._descriptor, dst_dir_fd=there.descriptor)

    def rename(self, old: str, new: str, into: "Folder | None" = None) -> None:
        """Rename as the system likes best: on Windows an existing name is refused, elsewhere it goes."""
        there = into or self
        os.rename(self.at(old), there.at(new), src_dir_fd=self._descriptor, dst_dir_fd=there.descriptor)

    def link(self, old: str, new: str, into: "Folder | None" = None) -> None:
        """Give a file one more name, which must be free."""
        there = into or self
        os.link(old, new, src_dir_fd=self._descriptor, dst_dir_fd=there.descriptor, follow_symlinks=False)

    def flush(self) -> None:
        """Return when the names are on the medium, where the system can be asked for that."""
        if self._descriptor is None:
            return  # NTFS journals names by itself and cannot be asked
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_FLUSH:
                raise

    def at(self, name: str) -> str:
        """Return how calls of the system are given a name of the folder: with its descriptor, or by path."""
        return name if self._descriptor is not None else str(self._path / name)
