"""Writes the wanted lines of a file, all that has come of it so far, to another file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headrace.breathing import Breathing
from headrace.disk.failures import disk_failure
from headrace.disk.whole_file import replacing
from headrace.errors import StoppedError
from headrace.live_file import LiveFile, LiveSource
from headrace.live_lines import Finder
from headrace.states import Failure
from headrace.transfer.live_text import TextWatch

_STEP: Final = 1 << 15
_LONGEST: Final = 1 << 22
"""Characters of a line that is written whole."""


@dataclass(frozen=True, slots=True)
class Saved:
    """How many lines were found; they are in the file only if nothing else is said."""

    lines: int
    failure: Failure | None = None
    is_ended: bool = False
    """Whether it was ended before all was read."""
    is_itself: bool = False
    """Whether the target is the file that was to be read: that one is never replaced."""


def save_lines(
    source: LiveSource, target: Path, finder: Finder | None, encoding: str | None, is_ended: Callable[[], bool]
) -> Saved:
    """Write the lines in which `finder` finds something, as UTF-8 with LF, and put the file in its place when done.

    What is at `target` is replaced: whether it may be is for a person to say. Takes as long as the file is large, and
    half of one processor; asks `is_ended` every few milliseconds.
    """
    if _are_one(source.path, target):
        return Saved(0, is_itself=True)
    breathing = Breathing(is_ended)
    count = 0
    try:
        with replacing(target) as out:
            for lines in _found(source, finder, encoding):
                out.writelines(f"{line}\n".encode(errors="replace") for line in lines)
                count += len(lines)
                _rest(breathing)
    except StoppedError:
        return Saved(count, is_ended=True)
    except OSError as error:
        return Saved(count, disk_failure(error))
    return Saved(count)


def _rest(breathing: Breathing) -> None:
    if breathing():
        raise StoppedError


def _are_one(first: Path | None, second: Path) -> bool:
    try:
        return first is not None and first.samefile(second)
    except OSError:
        return False


def _found(source: LiveSource, finder: Finder | None, encoding: str | None) -> Iterator[list[str]]:
    file = LiveFile()
    try:
        file.look(source)
        watch = TextWatch(source.charset, encoding, longest=_LONGEST)
        while data := file.read(_STEP):
            yield _wanted(watch.feed(data), finder)
        yield _wanted(watch.end() if source.is_complete else [], finder)
    finally:
        file.close()


def _wanted(lines: list[str], finder: Finder | None) -> list[str]:
    return lines if finder is None else [line for line in lines if finder.find(line) is not None]
