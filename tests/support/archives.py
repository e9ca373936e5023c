"""Archives of every kind, made for tests."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import py7zr
import pytest
from headrace.unpacking import tar_reader
from headrace.unpacking.kinds import Fault, UnpackError
from headrace.unpacking.unpack import unpack

ID: Final = "0123456789abcdef"
F = Fault
Maker = Callable[[Path, dict[str, bytes]], Path]
zstd: Any = tar_reader._zstd()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    packers: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
        ".zst": zstd.compress,
    }
    path.write_bytes(packers.get(path.suffix, bytes)(raw.getvalue()))
    return path


def seven_zipped(path: Path, files: dict[str, bytes]) -> Path:
    with py7zr.SevenZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return path


MAKERS: Final[dict[str, Maker]] = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": tarred,
    "a.tar.bz2": tarred,
    "a.tar.xz": tarred,
    "a.tar.zst": tarred,
    "a.7z": seven_zipped,
}
FILES: Final = {"top.txt": b"top", "in/deep/b.bin": os.urandom(3_000_000), "in/empty": b"", ".hidden": b"h"}


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below, by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(archive: Path) -> UnpackError:
    """Return why it was refused; nothing but the archive is there."""
    beside = sorted(archive.parent.iterdir())
    with pytest.raises(UnpackError) as told:
        unpack(archive, ID)
    assert sorted(archive.parent.iterdir()) == beside, "something half is there"
    return told.value


def entry_of(kind: bytes, name: str, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


def tar_of(path: Path, *entries: tarfile.TarInfo | tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                tar.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                tar.addfile(info, io.BytesIO(entry[1]))
    return path
