"""How a download's file gets to another place: in steps, each of which the database knows of before the next is taken.

A generator runs in a thread; at every `yield` it waits until what it yields is committed, and is thrown a DownloadError
where that cannot be. So the process may die anywhere: `take_up` finds the file at one place or the other, whole, and
goes on from there. Nothing is deleted before the database says where the other one is.
"""

import logging
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from headrace.claims import Claims
from headrace.disk.file_names import part_name
from headrace.disk.moving import (
    copy_file,
    identity_of,
    is_one_name,
    is_other_disk,
    move_new,
    move_over,
    respell,
    take_along,
)
from headrace.disk.part_file import PartFile
from headrace.disk.removal import Removal, remove_files
from headrace.errors import DownloadError
from headrace.outcomes import KEEP, Keep
from headrace.relocations import Identity, Relocation
from headrace.states import FailureReason
from headrace.transfer.gap_log import log_path
from headrace.transfer.part_copy import copy_part
from headrace.transfer.places import candidates, make_folder, published_before

_log = logging.getLogger(__name__)
_ASIDE: Final = ".bad"


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be known, and committed, before the next step: facts of the record, and claims where they change."""

    facts: Mapping[str, Any]
    claims: Claims | Keep | None = KEEP


Steps = Generator[Step, None, None]
_Names = Callable[[str], Iterator[str]]


class FileGoneError(DownloadError):
    """There is no file to be moved."""


@dataclass(frozen=True, slots=True)
class Movable:
    """A download without a job, and what its moves need."""

    id: str
    folder: Path
    name: str
    finished: bool
    claims: Claims | None
    is_recording: bool
    blocks: Callable[[], Mapping[int, bytes]] = field(repr=False)
    """Reads the digests of the blocks that are claimed. Raises OSError."""
    check: Callable[[], None] = field(repr=False)
    """Raises StoppedError when all is to end."""


def relocate(one: Movable, folder: Path) -> Steps:
    """Move a download's file to another folder, made where it is missing, under a free name. Raises DownloadError."""
    make_folder(folder)
    if one.folder.exists() and one.folder.samefile(folder):
        yield Step({"folder": folder})
    elif one.finished:
        yield from _finished(one, folder, one.name, candidates)
    else:
        yield from _unfinished(one, folder)


def rename(one: Movable, name: str) -> Steps:
    """Give a finished file another name, which must be free, or see to what belongs to an unfinished one."""
    if one.finished:
        yield from _finished(one, one.folder, name, _only)
        return
    if one.is_recording:
        take_along(log_path(one.folder, one.name), log_path(one.folder, name), one.check)
    if one.claims is None:  # a crash may have left a part file of the old name that nobody knows
        remove_files([Removal(one.folder / part_name(one.name, one.id))])


def settle(one: Movable, name: str) -> Steps:
    """Give a finished file the name that was wanted of it too late, or a numbered one. Raises DownloadError."""
    yield from _finished(one, one.folder, name, candidates)


def take_up(one: Movable, known: Relocation, *, go_on: bool) -> Steps:
    """Find out how far a move had come when the process died, and see it to its end.

    `go_on`: one that had not come far is begun again, and else forgotten. A part file on its way whose download has
    been completed since is a leftover. Raises DownloadError, OSError.
    """
    if one.finished and one.id in known.target.name:
        yield from _completed_since(one, known)
        return
    here, there = identity_of(known.source), identity_of(known.target)
    if there is not None and there == known.target_file:
        yield from _arrived(one, known, there)
        return
    is_elsewhere = known.target.parent != one.folder  # else what has the name there may be what the download has now
    if is_elsewhere and here is not None and here == known.source_file:  # else what is there may be all there is
        copies = {known.target, known.target.with_name(part_name(known.source.name, one.id))}
        remove_files([Removal(path) for path in copies if one.id in path.name and identity_of(path) != here])
    yield Step({"relocation": None})
    if go_on and is_elsewhere:
        yield from relocate(one, known.target.parent)
    elif go_on and one.finished:
        yield from rename(one, known.target.name)


def _completed_since(one: Movable, known: Relocation) -> Steps:
    """Let go of what is left at the old place, unless that is the finished file itself."""
    yield Step({"relocation": None})
    if identity_of(one.folder / one.name) != known.source_file:
        remove_files([Removal(known.source, known.source_file)])


# -- finished files --------------------------------------------------------------------------------------------


def _finished(one: Movable, folder: Path, wanted: str, names: _Names) -> Steps:
    source = one.folder / one.name
    known = _known(source)
    try:
        target = yield from _placed(Relocation(source, known, folder / wanted, known), source, names)
    except OSError as error:
        if not is_other_disk(error):
            raise
        copy = folder / part_name(one.name, one.id)
        carried = copy_file(source, copy, one.check)
        try:
            target = yield from _placed(Relocation(source, known, folder / wanted, carried), copy, names)
        except Exception:
            remove_files([Removal(copy, carried)])
            raise
        known_there = carried
    else:
        known_there = known
    yield from _arrived(one, Relocation(source, known, target, known_there), known_there)


def _placed(move: Relocation, carrier: Path, names: _Names) -> Generator[Step, None, Path]:
    """Give what is at `carrier` the first name that is free; return where it is then. Raises DownloadError, OSError."""
    for name in names(move.target.name):
        target = move.target.with_name(name)
        respelt = carrier == move.source and is_one_name(carrier, target)
        if os.path.lexists(target) and not respelt:
            continue
        yield Step({"relocation": replace(move, target=target)})
        try:
            if respelt:
                respell(carrier, name)
            else:
                move_new(carrier, target)
        except FileExistsError:
            continue
        except OSError as error:
            if respelt or not _is_done(error, target, move.target_file):
                raise
        return target
    raise DownloadError.of(FailureReason.FILE_EXISTS, move.target.name)


def _only(name: str) -> Iterator[str]:
    yield name


def _known(source: Path) -> Identity:
    known = identity_of(source)
    if known is None:
        raise FileGoneError.of(FailureReason.FOLDER_MISSING, f"{source.name} is not there")
    return known


# -- unfinished files ------------------------------------------------------------------------------------------


def _unfinished(one: Movable, folder: Path) -> Steps:
    claims = one.claims
    if claims is None or not claims.received:
        own = claims.part_name if claims else part_name(one.name, one.id)
        remove_files([Removal(one.folder / own)] if own else [])
        _take_along(one, one.folder / one.name, folder / one.name)
        yield Step({"folder": folder})
        return
    source = published_before(one.folder, claims) or one.folder / claims.part_name
    if not _is_there(source, claims):  # the next attempt will find that out, and say so
        yield Step({"folder": folder})
        return
    known = _known(source)
    move = Relocation(source, known, folder / claims.part_name, known)
    yield Step({"relocation": move})
    try:
        move_over(move.source, move.target)
    except OSError as error:
        if is_other_disk(error):
            claims = copy_part(source, move.target, claims, one.blocks(), one.check)
            move = replace(move, target_file=(claims.device, claims.inode))
        elif not _is_done(error, move.target, known):
            raise
    yield from _arrived(replace(one, claims=claims), move, move.target_file or known)


def _is_there(source: Path, claims: Claims) -> bool:
    """Say whether there is anything to be moved. Raises DownloadError where it may only be out of reach."""
    try:
        PartFile.reopen(source, claims.device).close()
    except DownloadError as error:
        if error.failure.reason is not FailureReason.PART_FILE_CHANGED:
            raise
        return False
    return True


# -- both ------------------------------------------------------------------------------------------------------


def _is_done(error: OSError, target: Path, wanted: Identity | None) -> bool:
    """Say whether a rename was done although it failed: only whether the medium knows of it is in doubt then."""
    if wanted is None or identity_of(target) != wanted:
        return False
    _log.warning("%s is where it was to go: %s", target.name, error.strerror)
    return True


def _arrived(one: Movable, move: Relocation, there: Identity) -> Steps:
    """Have the database say where the file is; then see to what is left at the old place."""
    facts: dict[str, Any] = {"folder": move.target.parent, "relocation": move}
    claims: Claims | Keep | None = KEEP
    if one.finished:
        facts["name"] = move.target.name
    elif one.claims is not None:
        same = (one.claims.device, one.claims.inode) == there
        time = one.claims.mtime_ns if same else None
        claims = replace(one.claims, device=there[0], inode=there[1], mtime_ns=time, publishing_as=None)
    if identity_of(move.source) == move.source_file and not is_one_name(move.source, move.target):
        yield Step(facts, claims)
        remove_files([Removal(move.source, move.source_file)])
    _take_along(one, move.source, move.target)
    yield Step(facts | {"relocation": None}, claims)


def _take_along(one: Movable, source: Path, target: Path) -> None:
    """Move what belongs to a file besides: earlier generations, what was set aside, the log of gaps."""
    names = [*one.claims.earlier, f"{one.claims.part_name}{_ASIDE}"] if one.claims and not one.finished else []
    for name in names:
        take_along(source.with_name(name), target.with_name(name), one.check)
    if one.is_recording:
        old, new = (source.name, target.name) if one.finished else (one.name, one.name)
        take_along(log_path(source.parent, old), log_path(target.parent, new), one.check)
