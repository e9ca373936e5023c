"""A disk of a few MiB in memory, to be filled and pulled out. Needs Linux and the right to mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import needs


class SmallDisk:
    """A mounted disk. What is below its folder shows again once it is pulled out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mounted = True

    def fill(self, *, leave: int = 0) -> Path:
        """Take all room but `leave` bytes, and return the file that takes it."""
        ballast = self.folder / "ballast"
        facts = os.statvfs(self.folder)
        with ballast.open("xb") as stream:
            os.posix_fallocate(stream.fileno(), 0, facts.f_bavail * facts.f_frsize - leave)
        return ballast

    def pull_out(self) -> None:
        """Take the disk away, as a stick is pulled: who has a file open keeps that, the path shows what is below."""
        if self._mounted:
            self._mounted = False
            subprocess.run(["umount", "--lazy", self.folder], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size: int, kind: str = "tmpfs", options: str = "") -> Iterator[SmallDisk]:
    """Mount a disk of `size` bytes at `folder`, which exists; skip the test where that is not allowed.

    `kind` "ramfs" is one without a bound, and without extended attributes and allocation.
    """
    needs.require("mount", "mount")
    wishes = ",".join(filter(None, (f"size={size}", "mode=0700", options)))
    command = ["mount", "-t", kind, "-o", wishes, "headrace-test", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"needs the right to mount a {kind}: root, and a container that allows it")
    disk = SmallDisk(folder)
    try:
        yield disk
    finally:
        disk.pull_out()
