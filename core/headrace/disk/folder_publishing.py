"""Gives a folder that was filled under a name of its own the name it is to have, in one step and over nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from headrace.disk.folder import Folder
from headrace.disk.renaming import rename_exclusively


def publish_folder(made: Path, into: Path, name: str) -> Path:
    """Move the folder `made` into another on its disk, under `name` or, where that is taken, a numbered one.

    Returns where it is. Raises OSError, and changes nothing then.
    """
    for candidate in _names(name):
        with suppress(FileExistsError):
            _rename(made, into / candidate)
            return into / candidate
    raise AssertionError("numbers never end")


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def _rename(made: Path, final: Path) -> None:
    """Raise FileExistsError where there is anything of that name."""
    if sys.platform == "win32":
        made.rename(final)  # refuses an existing name there
        return
    with Folder(made.parent) as here, Folder(final.parent) as there:
        try:
            rename_exclusively(here, made.name, final.name, there)
        except FileExistsError:
            raise
        except OSError:
            _claim_and_rename(made, final)


def _claim_and_rename(made: Path, final: Path) -> None:
    """Claim the name by an empty folder, which a rename may replace: for systems without an exclusive rename."""
    final.mkdir()
    try:
        os.replace(made, final)  # noqa: PTH105 - of folders
    except OSError:
        with suppress(OSError):
            final.rmdir()
        raise
