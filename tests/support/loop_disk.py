"""A disk whose power can be cut: an ext4 filesystem in a file, on a loop device. Needs Linux, root and loop devices."""

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.support import needs

_SHUTDOWN: Final = 0x8004587D
"""FS_IOC_SHUTDOWN of ext4, xfs and f2fs."""
_WITHOUT_LOG_FLUSH: Final = 2
"""What is in memory alone, journal and cache, is lost."""
_SECONDS: Final = 60
_PROGRAMS: Final = {"losetup": "mount", "mount": "mount", "umount": "mount", "mkfs.ext4": "e2fsprogs"}


class NotPermittedError(RuntimeError):
    """This system does not let us do that; the text says what and why."""


class LoopDisk:
    """A mounted disk of its own device, which stays the same over all cuts."""

    def __init__(self, device: str, folder: Path) -> None:
        self._device = device
        self.folder = folder
        self._mounted = False

    def mount(self) -> None:
        """Mount it, which replays its journal. Raises CalledProcessError."""
        _run("mount", "-t", "ext4", self._device, self.folder)
        self._mounted = True

    def unmount(self) -> None:
        """Unmount it, where it is mounted. Nobody may have a file of it open. Raises CalledProcessError."""
        if self._mounted:
            _run("umount", self.folder)
            self._mounted = False

    def cut_power(self) -> None:
        """Let no further byte reach the medium, at once; the filesystem fails every call until it is mounted again."""
        import fcntl  # noqa: PLC0415 - not on every system

        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _WITHOUT_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def restart(self) -> None:
        """Come back after a cut, as after a reboot: with what was on the medium."""
        self.unmount()
        self.mount()

    def release(self) -> None:
        """Unmount even where somebody still holds a file; for the way out."""
        if self._mounted:
            _run("umount", "--lazy", self.folder)
            self._mounted = False


@contextmanager
def loop_disk(folder: Path, size: int) -> Iterator[LoopDisk]:
    """Give an empty mounted disk of `size` bytes below `folder`; gone with the block, whatever happens in it.

    Raises NotPermittedError where the system does not allow it.
    """
    with ExitStack() as stack:
        image = _image(folder, size)
        stack.callback(image.unlink)
        device = _attached(image)
        stack.callback(_run, "losetup", "--detach", device)
        disk = LoopDisk(device, folder / "disk")
        disk.folder.mkdir()
        stack.callback(disk.folder.rmdir)
        stack.callback(disk.release)
        with _explained("cannot mount"):
            disk.mount()
        yield disk
        disk.unmount()


def _image(folder: Path, size: int) -> Path:
    """Make a sparse file with a filesystem in it."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NotPermittedError("needs Linux and root, for a loop device and mount")
    missing = [f"{name} (apt install {package})" for name, package in _PROGRAMS.items() if not needs.program(name)]
    if missing:
        raise NotPermittedError(f"needs {', '.join(missing)}")
    image = folder / "disk.ext4"
    with image.open("wb") as stream:
        stream.truncate(size)
    _run("mkfs.ext4", "-q", "-F", image)
    return image


def _attached(image: Path) -> str:
    with _explained("no loop device"):
        return _run("losetup", "--find", "--show", image).strip()


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as error:
        raise NotPermittedError(f"{what}: {error.stderr.strip()}") from error


def _run(name: str, *arguments: str | Path) -> str:
    command = [needs.program(name) or name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=False)
    done.check_returncode()
    return done.stdout
