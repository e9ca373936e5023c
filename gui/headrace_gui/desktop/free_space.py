"""How much room a folder's disk has."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FolderRoom:
    """What is known of a folder: free bytes on its disk, and whether it is there."""

    free: int
    exists: bool


def folder_room(folder: Path) -> FolderRoom:
    """Ask the disk `folder` is, or would be, on. Touches the disk. Raise OSError where that fails."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    return FolderRoom(shutil.disk_usage(nearest).free, nearest == folder)
