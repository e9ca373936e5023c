"""Which downloads a person wants to see: by state, by type of file, by words. Pure functions, no order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState


class StatusFilter(Enum):
    """The groups of states a person thinks in."""

    ALL = "all"
    ACTIVE = "active"
    WAITING = "waiting"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class Category(Enum):
    """The type of a file, told by its name."""

    VIDEO = "video"
    MUSIC = "music"
    PICTURES = "pictures"
    DOCUMENTS = "documents"
    ARCHIVES = "archives"
    PROGRAMS = "programs"
    OTHER = "other"


STATES_OF: Mapping[StatusFilter, frozenset[DownloadState]] = MappingProxyType(
    {
        StatusFilter.ALL: frozenset(DownloadState),
        StatusFilter.ACTIVE: RUNNING,
        StatusFilter.WAITING: frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT}),
        StatusFilter.PAUSED: frozenset({DownloadState.PAUSED}),
        StatusFilter.FINISHED: frozenset({DownloadState.COMPLETED}),
        StatusFilter.FAILED: frozenset({DownloadState.FAILED}),
    }
)
"""Each state is in ALL and in exactly one other group."""

_STATUS_OF = {state: status for status, states in STATES_OF.items() for state in states}

EXTENSIONS: Mapping[Category, frozenset[str]] = MappingProxyType(
    {
        Category.VIDEO: frozenset("3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv ts vob webm wmv".split()),
        Category.MUSIC: frozenset("aac aiff alac ape flac m4a m4b mid mp3 oga ogg opus wav wma".split()),
        Category.PICTURES: frozenset(
            "avif bmp cr2 dng gif heic heif ico jp2 jpeg jpg jxl nef png psd raw svg tif tiff webp xcf".split()
        ),
        Category.DOCUMENTS: frozenset(
            (
                "azw3 csv doc docx djvu epub htm html json key log md mobi odp ods odt pdf ppt pptx ps rst rtf tex "
                "tsv txt xls xlsx xml yaml yml"
            ).split()
        ),
        Category.ARCHIVES: frozenset(
            (
                "7z ar br bz2 cab cpio gz img iso lha lz lz4 lzma qcow2 rar sfs squashfs tar tbz2 tgz txz vdi vhd "
                "vhdx vmdk xz z zip zst"
            ).split()
        ),
        Category.PROGRAMS: frozenset(
            (
                "apk appimage appx bat bin com deb dmg exe flatpak flatpakref ipa jar msi msix pkg ps1 py rpm run "
                "sh snap whl"
            ).split()
        ),
    }
)
"""The endings of file names that make a category, in lower case; every ending is in one category at most."""

_CATEGORY_OF = {ending: category for category, endings in EXTENSIONS.items() for ending in endings}


_ENDINGS_KEPT: Final = 1000
_BY_VALUE = {category.value: category for category in Category}


def extension_of(name: str) -> str:
    """Return the last ending of a file's name in lower case, "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.casefold() if dot and stem else ""


def category_of(name: str) -> Category:
    """Return the category the file's name belongs to."""
    return _CATEGORY_OF.get(extension_of(name), Category.OTHER)


def categories_of(names: Iterable[str]) -> list[Category]:
    """Return the categories of many names, a few times as fast as one by one."""
    return [_BY_ENDING[name[dot:]] if (dot := name.rfind(".")) > 0 else Category.OTHER for name in names]


class _ByEnding(dict[str, Category]):
    """Categories by ending with its dot, as it is written; what was looked up is kept, up to a bound."""

    def __missing__(self, ending: str) -> Category:
        found = _CATEGORY_OF.get(ending[1:].casefold(), Category.OTHER)
        if len(self) < _ENDINGS_KEPT:
            self[ending] = found
        return found


_BY_ENDING: Final = _ByEnding()


def category_named(value: str | None) -> Category | None:
    """Return the category of that value, None where there is none."""
    return _BY_VALUE.get(value or "")


def category_in(snapshot: DownloadSnapshot) -> Category:
    """Return the category a download is in: the one a person put it in, else the one of its name."""
    return _BY_VALUE.get(snapshot.category or "") or category_of(snapshot.name)


def status_of(state: DownloadState) -> StatusFilter:
    """Return the one group besides ALL that `state` belongs to."""
    return _STATUS_OF[state]


@dataclass(frozen=True, slots=True)
class DownloadFilter:
    """What is shown: a group of states, one category, one queue, and words that all must be in name or address."""

    status: StatusFilter = StatusFilter.ALL
    category: Category | None = None
    text: str = ""
    queue: str | None = None
    """The name of one queue, "" for the main one; None for all."""

    @property
    def accepts_all(self) -> bool:
        """Whether nothing is filtered at all."""
        narrowed = self.category is not None or self.queue is not None or bool(self.text.strip())
        return self.status is StatusFilter.ALL and not narrowed

    def accepts(self, snapshot: DownloadSnapshot) -> bool:
        """Tell whether `snapshot` is shown."""
        if snapshot.state not in STATES_OF[self.status]:
            return False
        if self.category is not None and category_in(snapshot) is not self.category:
            return False
        if self.queue is not None and snapshot.queue != self.queue:
            return False
        return self._has_words(snapshot)

    def _has_words(self, snapshot: DownloadSnapshot) -> bool:
        words = self.text.casefold().split()
        if not words:
            return True
        text = f"{snapshot.name}\n{snapshot.address}".casefold()
        return all(word in text for word in words)
