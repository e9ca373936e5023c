"""Why an archive was not extracted, in sentences for a terminal. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.unpacking.kinds import Fault

_SENTENCES: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.OTHER: "it is no zip, tar or 7z archive",
        Fault.RAR: "RAR archives are not extracted",
        Fault.PART: "it is one part of several, which are not put together",
        Fault.MISSING: "the file is not there any more",
        Fault.LIBRARY: "{detail} is not installed; install headrace[archives]",
        Fault.METHOD: "it is packed by a method that is not known here",
        Fault.LOCKED: "it wants a password",
        Fault.DAMAGED: "it is damaged",
        Fault.UNSAFE: "a name in it leads out of its folder: {detail}",
        Fault.OVERLAPS: "several files in it are the same bytes, as in archives made to do harm",
        Fault.BOMB: "it unpacks to far more than it is",
        Fault.MANY: "it holds more files than are extracted",
        Fault.ROOM: "there is too little room on the disk",
        Fault.DISK: "the disk refuses: {detail}",
        Fault.STOPPED: "it was stopped",
    }
)


def fault_sentence(fault: Fault, detail: str) -> str:
    """Say why, without a full stop."""
    return _SENTENCES[fault].format(detail=detail)
