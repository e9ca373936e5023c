"""Files of a Metalink as wanted downloads. Pure."""

from dataclasses import replace
from pathlib import Path

from headrace.metalink_draft import MetalinkFile
from headrace.spec import DownloadSpec


def spec_of_file(file: MetalinkFile, folder: Path) -> DownloadSpec:
    """Return the download of one file, from its best address, checked by its strongest hash."""
    return with_file(DownloadSpec(file.sources[0], folder, mirrors=file.sources[1:]), file)


def with_file(spec: DownloadSpec, file: MetalinkFile) -> DownloadSpec:
    """Return a wanted download with all that a Metalink says of its file; what it says itself goes before."""
    checksum = spec.checksum or next(iter(file.checksums), None)
    return replace(spec, name=spec.name or file.name, checksum=checksum, pieces=file.pieces, size=file.size)
