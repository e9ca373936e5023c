"""What a person says of a category, built-in or of their own: read, checked, and the usual of the built-in. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from headrace.rule_templates import checked_folder

MOST_CATEGORIES: Final = 100
MOST_ENDINGS: Final = 200
"""Endings, and types, of one category at most."""
NAME_LENGTH: Final = 60
"""Characters of a name, and of a key, at most."""
BUILT_IN: Final = ("video", "music", "pictures", "documents", "archives", "programs")
OTHER: Final = "other"
"""What is in none; nobody can change it."""
USUAL_ENDINGS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "video": frozenset("3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv ts vob webm wmv".split()),
        "music": frozenset("aac aiff alac ape flac m4a m4b mid mp3 oga ogg opus wav wma".split()),
        "pictures": frozenset(
            "avif bmp cr2 dng gif heic heif ico jp2 jpeg jpg jxl nef png psd raw svg tif tiff webp xcf".split()
        ),
        "documents": frozenset(
            (
                "azw3 csv doc docx djvu epub htm html json key log md mobi odp ods odt pdf ppt pptx ps rst rtf tex "
                "tsv txt xls xlsx xml yaml yml"
            ).split()
        ),
        "archives": frozenset(
            (
                "7z ar br bz2 cab cpio gz img iso lha lz lz4 lzma qcow2 rar sfs squashfs tar tbz2 tgz txz vdi vhd "
                "vhdx vmdk xz z zip zst"
            ).split()
        ),
        "programs": frozenset(
            (
                "apk appimage appx bat bin com deb dmg exe flatpak flatpakref ipa jar msi msix pkg ps1 py rpm run "
                "sh snap whl"
            ).split()
        ),
    }
)
"""The endings of file names that make a built-in category, in lower case; every ending is in one at most."""
_BY_FAMILY: Final = {"video": "video", "audio": "music", "image": "pictures"}
_BY_TYPE: Final = {
    f"application/{subtype}": key
    for key, subtypes in {
        "documents": "pdf msword rtf epub+zip vnd.ms-excel vnd.ms-powerpoint",
        "archives": (
            "zip gzip x-gzip zstd x-xz x-bzip2 x-7z-compressed x-tar x-compressed-tar vnd.rar x-rar-compressed "
            "x-iso9660-image"
        ),
        "programs": (
            "x-msdownload x-msdos-program x-dosexec vnd.microsoft.portable-executable x-msi x-ms-installer x-bat "
            "x-executable x-pie-executable x-elf x-sh x-shellscript vnd.android.package-archive java-archive "
            "vnd.debian.binary-package x-debian-package x-rpm x-redhat-package-manager hta"
        ),
    }.items()
    for subtype in subtypes.split()
}
_DOCUMENT_FAMILIES: Final = ("application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument")
_ENDING: Final = re.compile(r"[^\s./\\*?]{1,20}")
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,100})")


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """One category; nothing said of a built-in one leaves it as it is. Raises ValueError with a sentence."""

    key: str
    """What it is known by, for ever: small letters, no spaces."""
    name: str = ""
    """What a person calls it; "" is the usual name of a built-in one, and cannot be of another."""
    icon: str = ""
    """The name of its icon, "" for the usual one."""
    endings: tuple[str, ...] | None = None
    """Endings of names that make it, in lower case and without a dot; None for the usual ones."""
    types: tuple[str, ...] = ()
    """Types (type/subtype, or type/*) that make it where the name says nothing; the usual ones stay."""
    folder: str = ""
    """Where its files go that no rule sends elsewhere, a template of `rule_templates`; "" for the download folder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", checked_key(self.key))
        _require(self.key != OTHER, "the category of all other files cannot be changed")
        object.__setattr__(self, "name", checked_category_name(self.name) if self.name else "")
        _require(bool(self.name) or self.key in BUILT_IN, "a category needs a name")
        _require(re.fullmatch(r"[a-z0-9-]{0,40}", self.icon) is not None, f"{self.icon!r} is the name of no icon")
        endings = None if self.endings is None else _each(self.endings, _ending)
        object.__setattr__(self, "endings", endings if self.key in BUILT_IN else endings or ())
        object.__setattr__(self, "types", _each(self.types, _type))
        object.__setattr__(self, "folder", checked_folder(self.folder))

    @property
    def is_own(self) -> bool:
        """Whether a person made it."""
        return self.key not in BUILT_IN

    @property
    def is_usual(self) -> bool:
        """Whether it is built in, and nobody changed it."""
        return self.key in BUILT_IN and self == CategoryEntry(self.key)


def checked_categories(values: Any) -> tuple[CategoryEntry, ...]:
    """Return entries as the settings have them, of entries or of what they are in JSON. Raises ValueError."""
    if not isinstance(values, list | tuple):
        raise ValueError("categories must be a list")  # noqa: TRY004 - one error type for all
    _require(len(values) <= MOST_CATEGORIES, f"there may be {MOST_CATEGORIES} categories at most")
    entries = tuple(_entry(number, value) for number, value in enumerate(values, 1))
    for texts in ([entry.key for entry in entries], [entry.name.casefold() for entry in entries if entry.name]):
        _require(len(set(texts)) == len(texts), "two categories have the same name")
    return entries


def checked_category_name(name: str) -> str:
    """Return a category's name without spaces around it. Raises ValueError where it cannot be one."""
    _require(isinstance(name, str), "the name of a category must be a text")
    bare = name.strip()
    _require(bool(bare), "a category needs a name")
    _require(len(bare) <= NAME_LENGTH, f"the name of a category has {NAME_LENGTH} characters at most")
    _require(bare.isprintable(), "the name of a category holds a control character")
    return bare


def checked_key(key: str) -> str:
    """Return the key of a category, there or gone. Raises ValueError for what can be none."""
    right = isinstance(key, str) and 0 < len(key) <= NAME_LENGTH and key.isprintable()
    _require(right and not re.search(r"[\s,/\\]", key) and key == key.casefold(), f"no category {key!r} can be")
    return key


def endings_of(entry: CategoryEntry) -> tuple[str, ...]:
    """Return the endings that are said to make a category, the usual ones in the order of the alphabet."""
    return tuple(sorted(USUAL_ENDINGS[entry.key])) if entry.endings is None else entry.endings


def compact(entries: tuple[CategoryEntry, ...]) -> tuple[CategoryEntry, ...]:
    """Return what is worth keeping of all entries in their order: nothing of built-in ones in front that are usual."""
    kept = tuple(entry for entry in entries if not entry.is_usual)
    usual = [key for key in BUILT_IN if key not in {entry.key for entry in kept}]
    return kept if [*usual, *(entry.key for entry in kept)] == [entry.key for entry in entries] else entries


def key_for(name: str, taken: set[str]) -> str:
    """Return a key for a new category of that name, none of those taken."""
    bare = re.sub(r"[\s,/\\]+", "-", checked_category_name(name).casefold())[: NAME_LENGTH - 4].strip("-") or "own"
    used = {*taken, *BUILT_IN, OTHER}
    return next(key for number in range(1, 1000) if (key := bare if number == 1 else f"{bare}-{number}") not in used)


def usual_type(media_type: str) -> str | None:
    """Return the key of the built-in category of a type (type/subtype in lower case), None where it says nothing."""
    if media_type.startswith(_DOCUMENT_FAMILIES):
        return "documents"
    return _BY_TYPE.get(media_type) or _BY_FAMILY.get(media_type.partition("/")[0])


def places(entries: tuple[CategoryEntry, ...]) -> bool:
    """Say whether where downloads go, or what they are, depends on what a person said of categories."""
    return any(entry.folder or entry.types for entry in entries)


def _entry(number: int, value: Any) -> CategoryEntry:
    if isinstance(value, CategoryEntry):
        return value
    known = {field.name for field in fields(CategoryEntry)}
    if not isinstance(value, dict) or not set(value) <= known or "key" not in value:
        raise ValueError(f"category {number} must have a key, and may say these alone: {', '.join(sorted(known))}")
    try:
        return CategoryEntry(**value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"category {number}: {error}") from None


def _each(values: Any, read: Any) -> tuple[str, ...]:
    right = isinstance(values, list | tuple) and all(isinstance(each, str) for each in values)
    _require(right, "endings and types of a category must be lists of texts")
    _require(len(values) <= MOST_ENDINGS, f"a category has {MOST_ENDINGS} endings, and as many types, at most")
    return tuple(dict.fromkeys(map(read, values)))


def _ending(text: str) -> str:
    bare = text.strip().removeprefix("*").removeprefix(".").casefold()
    _require(_ENDING.fullmatch(bare) is not None, f"{text!r} is no ending of a name; write its last part, such as mkv")
    return bare


def _type(text: str) -> str:
    bare = text.strip().lower()
    _require(_TYPE.fullmatch(bare) is not None, f"{text!r} is no type; write one such as application/pdf or audio/*")
    return bare


def _require(right: bool, sentence: str) -> None:  # noqa: FBT001 - what must be so
    if not right:
        raise ValueError(sentence)
