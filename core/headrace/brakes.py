"""What bounds the speed of a download. Pure."""

from enum import Enum
from typing import NamedTuple


class Brake(Enum):
    """Whose limit it is."""

    DOWNLOAD = "download"
    """The download's own."""
    QUEUE = "queue"
    ALL = "all"
    """That of all downloads together, be it the quiet one."""
    ROOM = "room"
    """What leaves others on the line room."""


class Bound(NamedTuple):
    """The lowest limit that a download is under."""

    brake: Brake
    rate: int
    """Bytes per second."""
