"""What becomes of archives, in words."""

from typing import Final

from headrace.unpacking.kinds import Fault

from headrace_gui.texts import QT_TRANSLATE_NOOP, isolated, translate

FAULTS: Final = {
    Fault.OTHER: QT_TRANSLATE_NOOP("Unpacking", "It is no zip, tar or 7z archive."),
    Fault.RAR: QT_TRANSLATE_NOOP("Unpacking", "RAR archives are not extracted."),
    Fault.PART: QT_TRANSLATE_NOOP("Unpacking", "It is one part of several, which are not put together."),
    Fault.MISSING: QT_TRANSLATE_NOOP("Unpacking", "The file is not there any more."),
    Fault.LIBRARY: QT_TRANSLATE_NOOP("Unpacking", "The library {detail} is not installed."),
    Fault.METHOD: QT_TRANSLATE_NOOP("Unpacking", "It is packed in a way that is not known here."),
    Fault.LOCKED: QT_TRANSLATE_NOOP("Unpacking", "It wants a password."),
    Fault.DAMAGED: QT_TRANSLATE_NOOP("Unpacking", "It is damaged."),
    Fault.UNSAFE: QT_TRANSLATE_NOOP("Unpacking", "A name in it leads out of its folder: {detail}"),
    Fault.OVERLAPS: QT_TRANSLATE_NOOP("Unpacking", "It was made to do harm: several files in it are the same bytes."),
    Fault.BOMB: QT_TRANSLATE_NOOP("Unpacking", "It unpacks to far more than it is."),
    Fault.MANY: QT_TRANSLATE_NOOP("Unpacking", "It holds too many files."),
    Fault.ROOM: QT_TRANSLATE_NOOP("Unpacking", "There is too little room on the disk."),
    Fault.DISK: QT_TRANSLATE_NOOP("Unpacking", "The disk refuses: {detail}"),
    Fault.STOPPED: QT_TRANSLATE_NOOP("Unpacking", "It was stopped."),
}


def refusal(name: str, fault: Fault, detail: str) -> str:
    """Say that an archive was not extracted, and why."""
    why = translate("Unpacking", FAULTS[fault]).format(detail=isolated(detail))
    return translate("Unpacking", "“{name}” was not extracted. {why}").format(name=isolated(name), why=why)


def extracted(name: str, files: int, left_out: int) -> str:
    """Say that one was."""
    text = translate("Unpacking", "“{name}” extracted").format(name=isolated(name))
    if not left_out:
        return f"{text}: {translate('Unpacking', '%Ln file(s)', '', files)}"
    more = translate("Unpacking", "%Ln link(s) left out", "", left_out)
    return f"{text}: {translate('Unpacking', '%Ln file(s)', '', files)}, {more}"


def extracting(name: str) -> str:
    """Say that one is being extracted."""
    return translate("Unpacking", "Extracting “{name}”…").format(name=isolated(name))
