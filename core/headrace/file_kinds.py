"""Whether a file's name promises the kind of file that the server says it sends. Pure functions."""

from typing import Final

from headrace.filters import Category, category_of

_C = Category
_BY_FAMILY: Final = {"video": _C.VIDEO, "audio": _C.MUSIC, "image": _C.PICTURES}
_BY_TYPE: Final = {
    f"application/{subtype}": category
    for category, subtypes in {
        _C.DOCUMENTS: "pdf msword rtf epub+zip vnd.ms-excel vnd.ms-powerpoint",
        _C.ARCHIVES: (
            "zip gzip x-gzip zstd x-xz x-bzip2 x-7z-compressed x-tar x-compressed-tar vnd.rar x-rar-compressed "
            "x-iso9660-image"
        ),
        _C.PROGRAMS: (
            "x-msdownload x-msdos-program x-dosexec vnd.microsoft.portable-executable x-msi x-ms-installer x-bat "
            "x-executable x-pie-executable x-elf x-sh x-shellscript vnd.android.package-archive java-archive "
            "vnd.debian.binary-package x-debian-package x-rpm x-redhat-package-manager hta"
        ),
    }.items()
    for subtype in subtypes.split()
}
_DOCUMENT_FAMILIES: Final = ("application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument")
_MEDIA: Final = frozenset({_C.VIDEO, _C.MUSIC})
"""Containers are used for both."""
_PAGES: Final = ("text/html", "application/xhtml+xml")
_PAGE_ENDINGS: Final = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp")


def kinds_disagree(name: str, media_type: str | None) -> bool:
    """Say whether `media_type` (type/subtype in lower case) is surely of another kind than `name` ends in.

    Types that say nothing, such as application/octet-stream, agree with every name, and so do unknown endings.
    """
    promised = category_of(name)
    if promised is _C.OTHER or media_type is None:
        return False
    if media_type in _PAGES:
        return not name.lower().endswith(_PAGE_ENDINGS)
    said = category_said(media_type)
    if said is None or said is promised or {said, promised} <= _MEDIA:
        return False
    # documents, packages and programs are archives inside, and are often called so
    return not (said is _C.ARCHIVES and promised in {_C.DOCUMENTS, _C.PROGRAMS})


def category_said(media_type: str) -> Category | None:
    """Return the category that a type (type/subtype in lower case) is of, None where it says nothing."""
    if media_type.startswith(_DOCUMENT_FAMILIES):
        return _C.DOCUMENTS
    return _BY_TYPE.get(media_type) or _BY_FAMILY.get(media_type.partition("/")[0])
