"""What a crash leaves of private downloads: part files that nobody knows any more."""

import re
from collections.abc import Callable
from pathlib import Path

from headrace.disk.removal import Removal, remove_files


def remove_leftovers(folder: Path, stem: str, is_known: Callable[[str], bool]) -> None:
    """Delete the part files in a folder that are called after `stem`, but for those of ids that are known.

    Only for who holds the profile that the stem is made of: then no other process writes to them. Raises nothing.
    """
    own = re.compile(re.escape(stem) + r"\.([0-9a-f]{16})(?:\.[0-9]+)?\.part(?:\.bad)?")
    try:
        found = [path for path in folder.iterdir() if (match := own.fullmatch(path.name)) and not is_known(match[1])]
    except OSError:
        return
    remove_files(Removal(path) for path in found)
