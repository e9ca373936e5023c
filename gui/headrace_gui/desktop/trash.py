"""Putting files where the desktop keeps what was thrown away."""

from pathlib import Path

from PySide6.QtCore import QFile


def to_trash(path: Path) -> bool:
    """Move a file or folder to the trash; False where its disk has none or it cannot be moved. Any thread.

    Touches the disk. What could not be moved stays where it was.
    """
    return path.is_absolute() and QFile(str(path)).moveToTrash()
