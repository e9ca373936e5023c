"""Words of the Live page: what is said between lines, and what encodings are called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.live_lines import Note, NoteKind
from headrace.live_reading import FeedState
from headrace.states import UNFINISHED, DownloadState

from headrace_gui import words
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

_NOTES: Mapping[NoteKind, str] = MappingProxyType(
    {
        NoteKind.EARLIER: QT_TRANSLATE_NOOP("Live", "{size} before this are not shown"),
        NoteKind.PASSED_OVER: QT_TRANSLATE_NOOP("Live", "{size} came too fast to be shown"),
        NoteKind.ANEW: QT_TRANSLATE_NOOP("Live", "The file was begun anew"),
        NoteKind.NEXT_FILE: QT_TRANSLATE_NOOP("Live", "The recording goes on in the next file"),
    }
)
ENCODINGS: Mapping[str, str] = MappingProxyType(
    {
        "utf-8": QT_TRANSLATE_NOOP("Live", "Unicode (UTF-8)"),
        "utf-16": QT_TRANSLATE_NOOP("Live", "Unicode (UTF-16)"),
        "windows-1252": QT_TRANSLATE_NOOP("Live", "Western European (Windows-1252)"),
        "iso-8859-15": QT_TRANSLATE_NOOP("Live", "Western European (ISO-8859-15)"),
        "windows-1250": QT_TRANSLATE_NOOP("Live", "Central European (Windows-1250)"),
        "windows-1251": QT_TRANSLATE_NOOP("Live", "Cyrillic (Windows-1251)"),
        "koi8-r": QT_TRANSLATE_NOOP("Live", "Cyrillic (KOI8-R)"),
        "windows-1253": QT_TRANSLATE_NOOP("Live", "Greek (Windows-1253)"),
        "windows-1254": QT_TRANSLATE_NOOP("Live", "Turkish (Windows-1254)"),
        "windows-1255": QT_TRANSLATE_NOOP("Live", "Hebrew (Windows-1255)"),
        "windows-1256": QT_TRANSLATE_NOOP("Live", "Arabic (Windows-1256)"),
        "shift_jis": QT_TRANSLATE_NOOP("Live", "Japanese (Shift JIS)"),
        "euc_jp": QT_TRANSLATE_NOOP("Live", "Japanese (EUC-JP)"),
        "gb18030": QT_TRANSLATE_NOOP("Live", "Simplified Chinese (GB18030)"),
        "big5": QT_TRANSLATE_NOOP("Live", "Traditional Chinese (Big5)"),
        "euc_kr": QT_TRANSLATE_NOOP("Live", "Korean (EUC-KR)"),
    }
)
"""What may be chosen, by the engine's name for it."""
_EMPTY: Mapping[FeedState, str] = MappingProxyType(
    {
        FeedState.ABSENT: QT_TRANSLATE_NOOP("Live", "The file is not there"),
        FeedState.NOT_TEXT: QT_TRANSLATE_NOOP("Live", "This file is not text"),
        FeedState.READING: QT_TRANSLATE_NOOP("Live", "Waiting for the next line"),
        FeedState.COMPLETE: QT_TRANSLATE_NOOP("Live", "There is no line to show"),
        FeedState.BROKEN: QT_TRANSLATE_NOOP("Live", "The file cannot be read"),
    }
)
"""Why there are no lines."""
_SHORT: Final = {"cp125": "Windows-125", "iso8859-": "ISO-8859-"}


def note_words(note: Note) -> str:
    """Return what a note says."""
    return translate("Live", _NOTES[note.kind]).format(size=words.size(note.size))


def encoding_words(name: str) -> str:
    """Return what an encoding that may be chosen is called."""
    return translate("Live", ENCODINGS[name])


def codec_name(codec: str) -> str:
    """Return a codec's name as people write it, such as "UTF-8" or "Windows-1252"."""
    for start, shown in _SHORT.items():
        if codec.startswith(start):
            return shown + codec[len(start) :]
    return codec.replace("_", "-").upper().removesuffix("-LE").removesuffix("-BE")


def lines_words(count: int) -> str:
    """Write "1,204 lines"."""
    return translate("Live", "%Ln line(s)", "", count)


def new_lines_words(count: int) -> str:
    """Write "1,204 new lines"."""
    return translate("Live", "%Ln new line(s)", "", count)


def matching_words(count: int) -> str:
    """Write "31 matching lines"."""
    return translate("Live", "%Ln matching line(s)", "", count)


def empty_words(state: FeedState | None, download: DownloadState | None, *, is_filtered: bool) -> str:
    """Say why there are no lines, of a download in that state, None for none; "" while nobody has looked yet."""
    if download is None:
        return translate("Live", "Choose a download to see its text as it arrives")
    if state is None:
        return ""
    if state is FeedState.ABSENT and download in UNFINISHED:
        return translate("Live", "Nothing has arrived yet")
    if is_filtered and state in (FeedState.READING, FeedState.COMPLETE):
        return translate("Live", "No line matches")
    return translate("Live", _EMPTY[state])
