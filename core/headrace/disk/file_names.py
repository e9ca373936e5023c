"""Names of files: from anything a server or an address says to one component that harms no system. Pure functions."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

NAME_BYTES: Final = 255
"""Bytes of UTF-8 in one name, at most: the limit of ext4, APFS and (in UTF-16 units, never more) NTFS."""
RESERVED: Final = len(".0123456789abcdef.99.part") + len(" (9999)")
"""Bytes kept free for the suffix of the part file, of any of its first 99 generations, and for a number."""
NAME_LIMIT: Final = NAME_BYTES - RESERVED
PART_LIMIT: Final = 100
"""Bytes of one folder's name that was made of what an address or a server says."""

_LOOKED_AT: Final = (768, 256)
"""Characters of an over-long name that are read, from its beginning and from its end."""
_EDGE_SEARCH: Final = 32
"""Code points a cut moves back, at most, to spare one visible character; the longest emoji family has 11."""

_FORBIDDEN: Final = frozenset('<>:"|?*/\\\N{REPLACEMENT CHARACTER}')
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show nothing; everything else invisible is of category Cf."""
_JOINERS: Final = "\u200c\u200d"
_EDGES: Final = ". \u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" + _JOINERS
"""What a name may neither begin nor end with; Windows drops dots and spaces at the end without a word."""
_JOINED: Final = "[\u0600-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
"""Scripts and emoji that are written with joiners; between any others a joiner only hides a difference."""
_STRAY_JOINER: Final = re.compile(f"(?<!{_JOINED})[{_JOINERS}]|[{_JOINERS}](?!{_JOINED})")
_GAP: Final = re.compile(r"\s{3,}")
"""Spaces that push the real extension out of sight."""
_EXTENSION: Final = re.compile(
    r"""\.tar\.[^.\s]{1,16}\Z | \.part[0-9]{1,4}\.[^.\s]{1,16}\Z | \.(?:7z|zip|rar)\.[0-9]{2,4}\Z
    | (?:\.[a-z][a-z0-9]{1,4})?\.(?:gz|bz2|xz|zst|lz|lz4|lzma|z|br)\Z | \.[^.\s]{1,16}\Z""",
    re.IGNORECASE | re.VERBOSE,
)

_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|\Z)"
)
_FOLDER_FILES: Final = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "autorun.inf", "folder.htt"})
"""Files that change how a folder is shown or what a disk does when it is opened."""
_SHELL_LINK: Final = re.compile(
    r"\.(?:lnk|scf|url|website|desktop|webloc|inetloc|fileloc|local|pif|library-ms|search-ms|searchconnector-ms"
    r"|settingcontent-ms|appref-ms|\{[0-9a-f-]*\})\Z"
)
_DISARMED: Final = ".download"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,100}(?:\.[A-Za-z0-9_-]{1,50}){0,4}")
"""A name with nothing to be cleaned."""


def name_from_address(address: str) -> str:
    """Name a download by the last segment of its address, decoded once; else by its host; else "download"."""
    segment, host = _last_segment(address)
    return safe_name(segment, fallback=host)


def name_was_cleaned(raw: str) -> bool:
    """Say whether `safe_name` takes characters out of `raw` that would have hidden the name's true ending."""
    text = _seen_part(raw)
    shown = "".join(map(_harmless, text))
    hidden = any(not _harmless(char) for char in text) or _STRAY_JOINER.search(unicodedata.normalize("NFC", shown))
    return bool(hidden or _GAP.search(shown.strip(_EDGES)))


def address_was_cleaned(address: str) -> bool:
    """Say the same of a name that `name_from_address` makes."""
    return name_was_cleaned(_last_segment(address)[0])


def _last_segment(address: str) -> tuple[str, str]:
    """Return the last segment of an address, decoded once, and its host; two empty texts where it is no address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return _percent_decoded(parts.path.rstrip("/").rpartition("/")[2]) if host else "", host


def _percent_decoded(segment: str) -> str:
    data = unquote_to_bytes(segment.encode("utf-8", "replace"))
    try:
        return data.decode("utf-8")
    except UnicodeError:
        return data.decode("latin-1")


def safe_name(raw: str, fallback: str = "download") -> str:
    """Make one component of `raw`, harmless on every system and NAME_LIMIT bytes at most; else of `fallback`.

    Applying it twice changes nothing more. Numbers, part suffix and extension always have room.
    """
    return _disarmed(_cleaned(raw)) or _disarmed(_cleaned(fallback)) or "download"


def safe_part(raw: str) -> str:
    """Make the name of one folder of `raw`, which separates nothing; "" where nothing of it is left.

    It has PART_LIMIT bytes at most, and a few more where a name is reserved on some system.
    """
    return _disarmed(_fitted(_cleaned(whole(raw)), PART_LIMIT))


def whole(raw: str) -> str:
    """Return a text whose separators of folders separate no more."""
    return raw.replace("/", "_").replace("\\", "_")


def stem_and_ending(name: str) -> tuple[str, str]:
    """Part a name before its ending, without the dot between; compound endings stay whole."""
    stem, ending = _split(name)
    return stem, ending[1:]


def _cleaned(raw: str) -> str:
    """Take the last component and leave only characters that every system takes and every person sees."""
    if _PLAIN.fullmatch(raw):  # most are, and a list of them is long
        return raw
    text = unicodedata.normalize("NFC", "".join(map(_harmless, _seen_part(raw))))
    text = unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text))
    return _GAP.sub(" ", text).strip(_EDGES)


def _seen_part(raw: str) -> str:
    """Return the last component, as far as it is read at all, without halves of characters."""
    text = raw.replace("\\", "/").rstrip("/").rpartition("/")[2]
    head, tail = _LOOKED_AT
    if len(text) > head + tail:
        text = text[:head] + text[-tail:]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _harmless(char: str) -> str:
    if " " <= char <= "~":
        return "_" if char in _FORBIDDEN else char
    category = unicodedata.category(char)
    if char in _INVISIBLE or (category == "Cf" and char not in _JOINERS):
        return ""
    return "_" if char in _FORBIDDEN or category in {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"} else char


def _disarmed(name: str) -> str:
    """Cut to NAME_LIMIT, prefix device names with "_", append ".download" to types that a file manager obeys."""
    name = _fitted(name, NAME_LIMIT)
    if _is_reserved(name):
        name = "_" + _fitted(name, NAME_LIMIT - 1)
    if _SHELL_LINK.search(name.casefold()):
        name = _fitted(name, NAME_LIMIT - len(_DISARMED)) + _DISARMED
    return name


def _is_reserved(name: str) -> bool:
    folded = name.casefold()
    return folded in _FOLDER_FILES or _DEVICE.match(folded) is not None


def numbered(name: str, number: int) -> str:
    """Put ` (number)` before the extension: "a (2).tar.gz". Never over NAME_BYTES for numbers up to 10**9."""
    return labelled(name, str(number))


def labelled(name: str, label: str) -> str:
    """Put ` (label)` before the extension; the stem is cut where that would be over NAME_BYTES."""
    stem, extension = _split(name)
    suffix = f" ({label}){extension}"
    return _cut(stem, NAME_BYTES - _size(suffix)) + suffix


def part_name(name: str, download_id: str, generation: int = 1) -> str:
    """Name a part file after its download (id: 16 hex digits) and generation: no other has it. At most NAME_BYTES."""
    suffix = f".{download_id}.part" if generation == 1 else f".{download_id}.{generation}.part"
    return _fitted(name, NAME_BYTES - _size(suffix)) + suffix


def chosen_name(raw: str) -> str:
    """Return a name a person typed as it is. Raise ValueError with a sentence if some system cannot have it."""
    if not raw.strip() or raw in {".", ".."}:
        raise ValueError(f"{raw!r} is not a file name" if raw else "the file name is empty")
    if "/" in raw or "\\" in raw:
        raise ValueError("a file name cannot hold / or \\: choose the folder apart from the name")
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in raw):
        raise ValueError("the file name holds a control character or half of one that is no text")
    if wrong := sorted(_FORBIDDEN.intersection(raw)):
        raise ValueError(f"a file name cannot hold {' '.join(wrong)} on every system")
    if raw[-1] in ". ":
        raise ValueError("a file name cannot end with a dot or a space: Windows would drop it")
    if _is_reserved(raw):
        raise ValueError(f"{raw!r} is reserved on Windows: _{raw} would do")
    if _size(raw) > NAME_BYTES:
        raise ValueError(f"the file name has {_size(raw)} bytes, {NAME_BYTES} is the most a disk takes")
    return raw


def _split(name: str) -> tuple[str, str]:
    """Part a name before its extension, compound ones whole; the stem is never empty."""
    match = _EXTENSION.search(name, 1)
    return (name[: match.start()], match[0]) if match else (name, "")


def _fitted(name: str, limit: int) -> str:
    """Cut the stem so that the whole name has `limit` bytes at most."""
    if _size(name) <= limit:
        return name
    stem, extension = _split(name)
    return _cut(stem, limit - _size(extension)) + extension


def _cut(text: str, room: int) -> str:
    """Cut to `room` bytes between two visible characters, and not behind a dot or a space."""
    if _size(text) <= room:
        return text
    longest = len(text.encode("utf-8", "surrogatepass")[:room].decode("utf-8", "ignore"))
    nearest = range(longest, max(longest - _EDGE_SEARCH, 0), -1)
    kept = text[: next((edge for edge in nearest if not _is_joined(text, edge)), longest)]
    return kept.rstrip(_EDGES) or kept


def _is_joined(text: str, edge: int) -> bool:
    """Tell whether the characters on both sides of `edge` are shown as one."""
    behind = text[edge]
    mark = unicodedata.category(behind).startswith("M") or behind in _JOINERS or "\U0001f3fb" <= behind <= "\U0001f3ff"
    return mark or text[edge - 1] == "\u200d"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
