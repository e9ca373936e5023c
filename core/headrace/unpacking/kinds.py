"""Which files are archives, by their names, and what goes wrong with one. Pure."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final


class Kind(Enum):
    """What an archive is read with; the values are what a tar is packed with besides."""

    ZIP = "zip"
    SEVEN_ZIP = "7z"
    TAR = ""
    TAR_GZ = "gz"
    TAR_BZ2 = "bz2"
    TAR_XZ = "xz"
    TAR_ZST = "zst"


class Fault(Enum):
    """Why an archive was not extracted. Nothing of it is there then."""

    OTHER = "other"
    """It is no archive that is known here."""
    RAR = "rar"
    PART = "part"
    """One part of several."""
    MISSING = "missing"
    """There is no such file any more."""
    LIBRARY = "library"
    """A library is wanted that is not installed: the detail names it."""
    METHOD = "method"
    """It is packed in a way that is not known here."""
    LOCKED = "locked"
    """It wants a password."""
    DAMAGED = "damaged"
    UNSAFE = "unsafe"
    """A name in it leads out of its folder: the detail is that name."""
    OVERLAPS = "overlaps"
    """The same bytes are several files: the mark of a bomb."""
    BOMB = "bomb"
    """It unpacks to far more than it is."""
    MANY = "many"
    """It holds more files than anybody wants."""
    ROOM = "room"
    """There is too little room for it on the disk."""
    DISK = "disk"
    """The disk refuses: the detail says why."""
    STOPPED = "stopped"
    """Somebody stopped it."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came of it."""

    folder: Path
    files: int
    left_out: int
    """Links, devices and the like, which are never extracted."""


class UnpackError(Exception):
    """An archive was not extracted."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(fault.value, detail)
        self.fault, self.detail = fault, detail


_ENDINGS: Final = {
    ".zip": Kind.ZIP,
    ".7z": Kind.SEVEN_ZIP,
    **dict.fromkeys((".tar",), Kind.TAR),
    **dict.fromkeys((".tar.gz", ".tgz"), Kind.TAR_GZ),
    **dict.fromkeys((".tar.bz2", ".tbz2", ".tbz"), Kind.TAR_BZ2),
    **dict.fromkeys((".tar.xz", ".txz", ".tar.lzma", ".tlz"), Kind.TAR_XZ),
    **dict.fromkeys((".tar.zst", ".tzst"), Kind.TAR_ZST),
}
_PART: Final = re.compile(r"\.(?:(?:7z|zip|tar(?:\.[a-z0-9]+)?)\.[0-9]{2,4}|z[0-9]{2,3})\Z", re.IGNORECASE)
_RAR: Final = re.compile(r"\.(?:rar|r[0-9]{2,3})\Z", re.IGNORECASE)


def _ending(name: str) -> str:
    folded = name.casefold()
    found = (ending for ending in _ENDINGS if folded.endswith(ending) and len(folded) > len(ending))
    return max(found, key=len, default="")


def looks_like_one(name: str) -> bool:
    """Say whether a person would call it an archive, one that cannot be extracted here included."""
    return bool(_ending(name) or _PART.search(name) or _RAR.search(name))


def kind_of(name: str) -> Kind:
    """Return what an archive is. Raises UnpackError OTHER, RAR or PART."""
    if ending := _ending(name):
        return _ENDINGS[ending]
    fault = Fault.RAR if _RAR.search(name) else Fault.PART if _PART.search(name) else Fault.OTHER
    raise UnpackError(fault, name)


def stem_of(name: str) -> str:
    """Return the name of an archive without its ending."""
    return name[: len(name) - len(_ending(name))]
