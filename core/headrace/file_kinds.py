"""Whether a file's name promises the kind of file that the server says it sends. Pure functions."""

from typing import Final

from headrace.categories import USUAL, Category, in_force

_MEDIA: Final = frozenset({Category.VIDEO, Category.MUSIC})
"""Containers are used for both."""
_PAGES: Final = ("text/html", "application/xhtml+xml")
_PAGE_ENDINGS: Final = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp")


def kinds_disagree(name: str, media_type: str | None) -> bool:
    """Say whether `media_type` (type/subtype in lower case) is surely of another kind than `name` ends in.

    Types that say nothing, such as application/octet-stream, agree with every name, and so do unknown endings.
    Kinds are the built-in ones as they are for everybody, whatever a person made of them.
    """
    promised = USUAL.of_name(name)
    if promised is Category.OTHER or media_type is None:
        return False
    if media_type in _PAGES:
        return not name.lower().endswith(_PAGE_ENDINGS)
    said = USUAL.of_type(media_type)
    if said is None or said is promised or {said, promised} <= _MEDIA:
        return False
    # documents, packages and programs are archives inside, and are often called so
    return not (said is Category.ARCHIVES and promised in {Category.DOCUMENTS, Category.PROGRAMS})


def category_said(media_type: str) -> Category | None:
    """Return the category that a type (type/subtype in lower case) is of, None where it says nothing."""
    return in_force().of_type(media_type)
