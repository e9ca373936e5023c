"""Finds settings by words, whatever their case and accents, and where in a text the words are."""

import unicodedata
from collections.abc import Iterable

from headrace_gui.settings_pages.entry import SUBJECTS, Entry
from headrace_gui.texts import translate


def words_of(text: str) -> list[str]:
    """Return the words to look for."""
    return [folded for folded, _places in map(_fold, text.split()) if folded]


def found(entries: Iterable[Entry], words: list[str]) -> list[Entry]:
    """Return the entries in whose texts, in the language in force, every one of the words occurs."""
    return [entry for entry in entries if all(word in _haystack(entry) for word in words)]


def marks(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Return where the words are in `text`: from and to, in order, not overlapping."""
    if not words:
        return []
    folded, places = _fold(text)
    hits = sorted(
        (places[start], places[start + len(word) - 1] + 1) for word in words for start in _starts(folded, word)
    )
    merged: list[tuple[int, int]] = []
    for first, last in hits:
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _haystack(entry: Entry) -> str:
    texts = (entry.title, entry.sentence, entry.keywords, entry.group, SUBJECTS[entry.page].title)
    options = (choice.text for choice in entry.choices)
    return _fold("\n".join(translate("Settings", text) for text in (*texts, *options) if text))[0]


def _starts(text: str, word: str) -> list[int]:
    starts, place = [], text.find(word)
    while place >= 0:
        starts.append(place)
        place = text.find(word, place + 1)
    return starts


def _fold(text: str) -> tuple[str, list[int]]:
    """Return `text` without case and accents, and for each of its characters its place in `text`."""
    folded, places = "", []
    for place, char in enumerate(text):
        plain = "".join(c for c in unicodedata.normalize("NFKD", char.casefold()) if not unicodedata.combining(c))
        folded += plain
        places += [place] * len(plain)
    return folded, places
