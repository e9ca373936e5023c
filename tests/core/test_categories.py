"""Categories: what a person may say of them, which one a file is in, and that taking one away changes no file."""

from copy import copy, deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from headrace.categories import USUAL, Book, Category, in_force, use
from headrace.category_entries import (
    BUILT_IN,
    USUAL_ENDINGS,
    CategoryEntry,
    checked_categories,
    compact,
    endings_of,
    key_for,
    places,
)
from headrace.file_kinds import category_said, kinds_disagree
from headrace.filters import category_in, category_named, category_of
from headrace.settings import Settings, load_settings, save_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_manager import make_snapshot

pytestmark = pytest.mark.usefixtures("usual_categories")
BOOKS = CategoryEntry("books", "E-Books", "key", ("epub", "MOBI"), ("application/epub+zip",), "Books/{host}")


def test_the_built_in_ones_are_there_from_the_first() -> None:
    assert [each.value for each in Category] == [*BUILT_IN, "other"]
    assert Category("video") is Category.VIDEO
    assert in_force().entries == USUAL.entries
    assert use(()) is False


def test_one_of_a_persons_own_is_one_like_the_others() -> None:
    assert use((BOOKS,)) is True
    books = Category("books")
    assert list(Category)[-2:] == [books, Category.OTHER]
    assert (category_of("a.EPUB"), category_of("a.mobi"), category_of("a.pdf")) == (books, books, Category.DOCUMENTS)
    assert (category_said("application/epub+zip"), category_said("application/pdf")) == (books, Category.DOCUMENTS)
    assert category_in(make_snapshot("a.iso", category="books")) is books
    assert copy(books) is books
    assert deepcopy([books]) == [books]


def test_what_is_gone_leaves_files_to_their_names_until_it_is_back() -> None:
    use((BOOKS,))
    one = make_snapshot("a.iso", category="books")
    use(())
    assert category_in(one) is Category.ARCHIVES
    assert category_of("a.epub") is Category.DOCUMENTS
    assert category_named("books") is None
    with pytest.raises(ValueError, match="no category 'books'"):
        Category("books")
    use((BOOKS,))
    assert category_in(one).value == "books"


def test_what_a_person_wrote_counts_before_the_usual_and_the_first_before_the_next() -> None:
    archives = CategoryEntry("archives", endings=("zip", "epub"))
    book = Book((BOOKS, archives))
    assert [book.of_name(name).value for name in ("a.epub", "a.zip", "a.rar", "a.iso", "a.mkv", "a")] == [
        *("books", "archives", "other", "other", "video", "other"),
    ]
    assert Book((archives, BOOKS)).of_name("a.epub") is Category.ARCHIVES
    assert [each.value for each in book.order] == [
        *("video", "music", "pictures", "documents", "programs", "books", "archives", "other"),
    ]
    assert book.of_names(["a.epub", ".epub", "a.EPUB", "x"]) == [
        *(book.by_key["books"], Category.OTHER, book.by_key["books"], Category.OTHER),
    ]


def test_a_family_of_types_is_meant_by_a_star() -> None:
    book = Book((CategoryEntry("fonts", "Fonts", types=("font/*", "application/font-woff")),))
    assert [each and each.value for each in map(book.of_type, ("font/ttf", "application/font-woff", "text/plain"))] == [
        *("fonts", "fonts", None),
    ]


def test_one_is_found_by_its_key_and_by_the_name_a_person_gave_it() -> None:
    book = Book((BOOKS,))
    assert [book.called(text) for text in ("books", "e-books", "E-BOOKS", "video", "none")] == [
        *[book.by_key["books"]] * 3,
        Category.VIDEO,
        None,
    ]


def test_what_a_server_passes_off_as_something_else_is_told_whatever_a_person_calls_it() -> None:
    use((BOOKS,))
    assert not kinds_disagree("a.epub", "application/epub+zip")
    assert kinds_disagree("a.epub", "text/html")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("x", "must be a list"),
        ([{"name": "x"}], "must have a key"),
        ([{"key": "x", "name": "X", "colour": 1}], "may say these alone"),
        ([{"key": "x"}], "category 1: a category needs a name"),
        ([{"key": "Big X", "name": "X"}], "no category 'Big X' can be"),
        ([{"key": "x" * 61, "name": "X"}], "can be"),
        ([{"key": "other", "folder": "x"}], "cannot be changed"),
        ([{"key": "x", "name": "x" * 61}], "60 characters at most"),
        ([{"key": "x", "name": "a\nb"}], "control character"),
        ([{"key": "x", "name": "X", "endings": ["tar.gz"]}], "no ending of a name"),
        ([{"key": "x", "name": "X", "endings": [""]}], "no ending of a name"),
        ([{"key": "x", "name": "X", "endings": "abc"}], "lists of texts"),
        ([{"key": "x", "name": "X", "types": ["pdf"]}], "no type"),
        ([{"key": "x", "name": "X", "types": ["application/"]}], "no type"),
        ([{"key": "x", "name": "X", "icon": "../x"}], "no icon"),
        ([{"key": "x", "name": "X", "folder": "../x"}], "below the download folder"),
        ([{"key": "x", "name": "X", "folder": "{counter}"}], "no part of one"),
        ([{"key": "x", "name": "X"}, {"key": "x", "name": "Y"}], "the same name"),
        ([{"key": "x", "name": "X"}, {"key": "y", "name": "x"}], "the same name"),
        ([{"key": f"x{number}", "name": f"X{number}"} for number in range(101)], "100 categories at most"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked_categories(wrong)


def test_they_are_kept_in_the_settings(tmp_path: Path) -> None:
    video = CategoryEntry("video", endings=("mkv", "ts2"))
    settings = Settings(tmp_path, categories=(BOOKS, video))
    save_settings(settings, tmp_path / "settings.json")
    again = load_settings(tmp_path / "settings.json")
    assert again.categories == (BOOKS, video)
    assert again.categories[0].endings == ("epub", "mobi")
    with pytest.raises(ValueError, match="two categories"):
        Settings(categories=(BOOKS, BOOKS))


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("E-Books", set(), "e-books"),
        ("My Big  Books", set(), "my-big-books"),
        ("Video", set(), "video-2"),
        ("Fonts", {"fonts", "fonts-2"}, "fonts-3"),
        ("電子書籍", set(), "電子書籍"),
        ("a/b, c", set(), "a-b-c"),
        ("/", set(), "own"),
    ],
)
def test_a_new_one_gets_a_key_of_its_own(name: str, taken: set[str], key: str) -> None:
    assert key_for(name, taken) == key
    assert CategoryEntry(key, name).is_own


def test_what_is_as_ever_is_not_kept_unless_the_order_needs_it() -> None:
    usual = tuple(map(CategoryEntry, BUILT_IN))
    assert compact(usual) == ()
    assert compact((*usual, BOOKS)) == (BOOKS,)
    moved = (BOOKS, *usual)
    assert compact(moved) == moved
    changed = (*usual[1:], CategoryEntry("video", endings=("mkv",)))
    assert compact(changed) == changed[-1:]


def test_whether_they_say_where_files_go() -> None:
    assert places((BOOKS,))
    assert places((CategoryEntry("fonts", "Fonts", types=("font/*",)),))
    assert not places((CategoryEntry("fonts", "Fonts", endings=("ttf",)),))
    assert endings_of(CategoryEntry("music")) == tuple(sorted(USUAL_ENDINGS["music"]))


ENDINGS = st.sampled_from(["epub", "mkv", "zip", "ttf", "x1", "flac"])
ENTRIES = st.lists(
    st.one_of(
        st.builds(CategoryEntry, st.sampled_from(BUILT_IN), endings=st.none() | st.lists(ENDINGS).map(tuple)),
        st.sampled_from("abc").flatmap(
            lambda key: st.builds(CategoryEntry, st.just(key), st.just(f"N{key}"), endings=st.lists(ENDINGS).map(tuple))
        ),
    ),
    unique_by=lambda entry: entry.key,
).map(tuple)


@given(ENTRIES)
def test_every_file_is_in_one_category_whatever_they_are(entries: tuple[CategoryEntry, ...]) -> None:
    book = Book(entries)
    assert sorted(each.value for each in book.order) == sorted({*BUILT_IN, "other", *(one.key for one in entries)})
    for ending in ("epub", "mkv", "zip", "ttf", "x1", "flac", "iso", "none"):
        claimed = [one.key for one in entries if ending in (one.endings or ())]
        usual = [
            key for key in BUILT_IN if ending in USUAL_ENDINGS[key] and book.entries[Category(key)].endings is None
        ]
        assert book.of_name(f"a.{ending}").value == (*claimed, *usual, "other")[0]
        assert book.of_names([f"a.{ending}"]) == [book.of_name(f"a.{ending}")]
    assert Book(compact(tuple(book.entries.values()))).order == book.order
    assert checked_categories([asdict(entry) for entry in entries]) == entries
