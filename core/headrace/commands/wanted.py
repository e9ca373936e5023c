"""What `headrace get` is to fetch: addresses, lists of them and Metalinks become DownloadSpecs."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from headrace.commands.cookie_options import with_cookies
from headrace.commands.follow_options import follow_wishes
from headrace.extras import require_for
from headrace.metalink_specs import with_file
from headrace.spec import DownloadSpec
from headrace.takeover.finding import partial_at

METALINK_SUFFIXES: Final = (".meta4", ".metalink")


def wanted(given: argparse.Namespace, folder: Path, stdin: IO[bytes] | None) -> tuple[DownloadSpec, ...]:
    """Return what the arguments ask for, in their order, each address once. Raise ValueError with a sentence.

    Of two downloads from one address the one that knows more about its file stays.
    """
    found: dict[str, DownloadSpec] = {}
    for spec in _specs(given, folder, stdin):
        known = found.get(spec.address)
        if known is None or _knowledge(spec) > _knowledge(known):
            found[spec.address] = spec
    return with_cookies(given, found.values())


def addresses_in_list(lines: Iterable[str]) -> list[str]:
    """Return the addresses of a list, one a line, without blank lines and lines that begin with #."""
    stripped = (line.strip() for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]


def _specs(given: argparse.Namespace, folder: Path, stdin: IO[bytes] | None) -> Iterator[DownloadSpec]:
    if given.take_over is not None:
        yield _continued(given, folder)
        return
    for argument in given.addresses:
        if _is_metalink(argument):
            yield from _in_metalink(given, folder, Path(argument))
        else:
            yield _spec(given, folder, argument)
    for source in given.input:
        for address in addresses_in_list(_read_list(source, stdin)):
            yield _spec(given, folder, address)
    for path in given.metalink:
        yield from _in_metalink(given, folder, path)


def _continued(given: argparse.Namespace, folder: Path) -> DownloadSpec:
    """Return the download that goes on with another program's file, from the address given or the one known there."""
    if given.input or given.metalink or len(given.addresses) > 1:
        raise ValueError("--take-over fits one address only; run the command once for each file")
    partial = partial_at(given.take_over.expanduser())
    address = next(iter((*given.addresses, *partial.addresses)), None)
    if address is None:
        raise ValueError(f"{partial.path.name} does not say where it came from; give its address as well")
    spec = _spec(given, folder if given.dir else partial.path.parent, address)
    return replace(spec, name=spec.name or partial.name or None, partial=given.take_over.expanduser().absolute())


def _is_metalink(argument: str) -> bool:
    return argument.lower().endswith(METALINK_SUFFIXES) and "://" not in argument


def _spec(given: argparse.Namespace, folder: Path, address: str) -> DownloadSpec:
    for each in (address, *given.mirror):
        require_for(each)
    return DownloadSpec(
        address,
        folder,
        name=given.name,
        headers=tuple(given.header),
        checksum=given.checksum,
        connections=given.connections,
        if_exists=given.if_exists,
        mirrors=tuple(given.mirror),
        allow=frozenset(given.allow),
        recording=follow_wishes(given).recording,
        proxy=given.proxy,
        private=given.private,
    )


def _in_metalink(given: argparse.Namespace, folder: Path, path: Path) -> Iterator[DownloadSpec]:
    """Yield a download for each file of a Metalink; what the command line says besides goes before what it says."""
    from headrace.metalink import METALINK_LIMIT, read_metalink  # noqa: PLC0415 - loads an XML parser, for these alone

    data = _file_bytes(path, "Metalink", METALINK_LIMIT + 1)
    try:
        files = read_metalink(data)
    except ValueError as error:
        raise ValueError(f"{path} cannot be used: {error}") from None
    for file in files:
        spec = _spec(given, folder, file.sources[0])
        yield replace(with_file(spec, file), mirrors=(*file.sources[1:], *spec.mirrors))


def _knowledge(spec: DownloadSpec) -> tuple[bool, bool, int]:
    return spec.checksum is not None, spec.pieces is not None, len(spec.mirrors)


def _read_list(source: str, stdin: IO[bytes] | None) -> list[str]:
    from_stdin = stdin if source == "-" else None
    data = _file_bytes(Path(source), "list") if from_stdin is None else from_stdin.read()
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"the list {source} is not UTF-8 text; save it as UTF-8") from None


def _file_bytes(path: Path, what: str, limit: int = -1) -> bytes:
    """Read a file, `limit` bytes of it at most."""
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise ValueError(f"the {what} {path} cannot be read: {error.strerror or error}") from None
