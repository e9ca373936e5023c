"""Extracts an archive into a folder of its own beside it, which appears under its name when all is in it."""

import lzma
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from headrace.disk.file_names import part_name, safe_name
from headrace.disk.folder_publishing import publish_folder
from headrace.disk.origin import Origin
from headrace.disk.space import free_space
from headrace.errors import DownloadError, StoppedError
from headrace.unpacking.kinds import Fault, Kind, Unpacked, UnpackError, kind_of, stem_of
from headrace.unpacking.meter import Meter
from headrace.unpacking.seven_zip_reader import read_seven_zip
from headrace.unpacking.tar_reader import read_tar
from headrace.unpacking.target import Target
from headrace.unpacking.zip_reader import read_zip

_DAMAGED: Final = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, ValueError, LookupError, ArithmeticError, TypeError, AttributeError, AssertionError),
    *(NotImplementedError, RuntimeError, RecursionError, MemoryError),
)
"""What libraries raise over an archive that somebody damaged, by mistake or on purpose."""
_ENDING: Final = ".unpacking"


def unpack(
    archive: Path,
    download_id: str,
    check: Callable[[], None] = lambda: None,
    tell: Callable[[float], object] = lambda _: None,
    origin: Origin | None = None,
) -> Unpacked:
    """Extract `archive`; `tell` hears fractions, `check` raises StoppedError to stop it. In a thread.

    Files are marked with their `origin`, as the archive is: a system that warns of what was downloaded warns of them
    too. Raises UnpackError, and leaves nothing then; what an earlier process left of the same download goes.
    """
    kind = kind_of(archive.name)
    stem = safe_name(stem_of(archive.name))
    made = archive.with_name(part_name(stem, download_id).removesuffix(".part") + _ENDING)
    with _told():
        shutil.rmtree(made, ignore_errors=True)
        try:
            return _filled(archive, kind, made, stem, (check, tell), origin)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _filled(
    archive: Path,
    kind: Kind,
    made: Path,
    stem: str,
    say: tuple[Callable[[], None], Callable[[float], object]],
    origin: Origin | None,
) -> Unpacked:
    with archive.open("rb") as file:
        made.mkdir(mode=0o700)
        inside = made / "inside"
        inside.mkdir()
        meter = Meter(archive.stat().st_size, lambda: free_space(made), *say)
        target = Target(inside, meter, origin)
        _read(file, kind, target)
    folder = _publish(inside, archive.parent, stem)
    return Unpacked(folder, target.files, target.left_out)


def _read(file: IO[bytes], kind: Kind, target: Target) -> None:
    if kind is Kind.ZIP:
        read_zip(file, target)
    elif kind is Kind.SEVEN_ZIP:
        read_seven_zip(file, target)
    else:
        read_tar(file, target, kind)


def _publish(inside: Path, into: Path, stem: str) -> Path:
    """Give the folder its name; where all of an archive is in one folder, it is that one."""
    with suppress(StopIteration):
        entries = inside.iterdir()
        only = next(entries)
        if next(entries, None) is None and only.is_dir() and not only.name.startswith("."):
            return publish_folder(only, into, only.name)
    return publish_folder(inside, into, stem)


@contextmanager
def _told() -> Iterator[None]:
    """Raise what goes wrong as UnpackError."""
    try:
        yield
    except UnpackError:
        raise
    except StoppedError:
        raise UnpackError(Fault.STOPPED) from None
    except DownloadError as error:
        raise UnpackError(Fault.DISK, error.failure.detail) from error
    except FileNotFoundError as error:
        raise UnpackError(Fault.MISSING) from error
    except OSError as error:  # decompressors raise some without a number
        fault = Fault.DAMAGED if error.errno is None else Fault.DISK
        raise UnpackError(fault, error.strerror or "") from error
    except _DAMAGED as error:
        raise UnpackError(Fault.DAMAGED) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("py7zr", "backports", "compression", "_lzma"):
            raise UnpackError(Fault.DAMAGED) from error
        raise
