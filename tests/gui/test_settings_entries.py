"""Every setting has one entry; settings are found by words; numbers are read as people write them."""

from collections import Counter
from dataclasses import fields

import pytest
from headrace.settings import BOUNDS, Settings
from headrace_gui.preferences import Preferences
from headrace_gui.settings_pages.checks import read_value, written
from headrace_gui.settings_pages.entries import ENTRIES, entries_of, entry_of
from headrace_gui.settings_pages.entry import SUBJECTS, Entry, Home, Kind, Page
from headrace_gui.settings_pages.finding import found, marks, words_of
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

HIDDEN_ON_PURPOSE: dict[Home, frozenset[str]] = {Home.ENGINE: frozenset(), Home.WINDOW: frozenset()}


@pytest.mark.parametrize(("home", "kind"), [(Home.ENGINE, Settings), (Home.WINDOW, Preferences)])
def test_every_field_has_exactly_one_entry(home: Home, kind: type[Settings | Preferences]) -> None:
    shown = Counter(key for entry in ENTRIES if entry.home is home for key in (entry.key, *entry.also))
    wanted = {field.name for field in fields(kind)} - HIDDEN_ON_PURPOSE[home]
    assert shown == Counter(wanted)


def test_keys_are_told_apart_and_pages_have_words() -> None:
    keys = [entry.key for entry in ENTRIES]
    assert len(keys) == len(set(keys))
    assert set(SUBJECTS) == set(Page)
    assert all(entries_of(page) for page in Page)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_an_entry_says_what_it_does(entry: Entry) -> None:
    assert entry.title
    assert entry.sentence.endswith(".")
    assert entry.keywords
    assert not entry.needs or entry_of(entry.needs).kind is Kind.SWITCH
    assert (entry.key in BOUNDS) == (entry.kind in (Kind.NUMBER, Kind.SECONDS, Kind.SPEED))
    assert bool(entry.button) == (entry.home is Home.NOWHERE)


@pytest.mark.parametrize("page", Page)
def test_groups_are_not_torn_apart(page: Page) -> None:
    groups = [entry.group for entry in entries_of(page)]
    firsts = [group for number, group in enumerate(groups) if number == 0 or groups[number - 1] != group]
    assert len(firsts) == len(set(firsts))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("speed limit", "limit"),
        ("SPEED", "limit"),
        ("bandwidth", "limit"),
        ("throttle", "limit"),
        ("line stays", "limit"),
        ("dark mode", "scheme"),
        ("KiB", "binary_units"),
        ("sha-256", "find_checksums"),
        ("like the system", "motion"),
        ("quits headrace", "closing"),
        ("autostart", "autostart"),
        ("backup", "export"),
        ("queues hold", "queues"),
    ],
)
def test_a_setting_is_found_by_title_sentence_keyword_or_choice(qapp: QApplication, text: str, key: str) -> None:
    assert key in [entry.key for entry in found(ENTRIES, words_of(text))]


def test_all_words_must_be_there(qapp: QApplication) -> None:
    assert not found(ENTRIES, words_of("speed autostart"))
    assert not found(ENTRIES, words_of("xyzzy"))


@pytest.mark.parametrize(
    ("text", "searched", "marked"),
    [
        ("Speed limit", "speed", ["Speed"]),
        ("Élan vital", "elan", ["Élan"]),
        ("Straße und Strasse", "strasse", ["Straße", "Strasse"]),
        ("banana", "ana an", ["anana"]),
        ("one two", "two one", ["one", "two"]),
        ("nothing", "x", []),
    ],
)
def test_what_was_searched_for_is_marked(text: str, searched: str, marked: list[str]) -> None:
    assert [text[first:last] for first, last in marks(text, words_of(searched))] == marked


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("max_running", "12", 12),
        ("max_running", " 12 ", 12),
        ("max_running", "1,000", 1000),
        ("max_running", "0", None),
        ("max_running", "1001", None),
        ("max_running", "2.5", None),
        ("max_running", "-3", None),
        ("max_running", "many", None),
        ("max_running", "", None),
        ("connect_timeout", "1.5", 1.5),
        ("connect_timeout", "0.1", 0.1),
        ("connect_timeout", "0", None),
        ("connect_timeout", "nan", None),
        ("connect_timeout", "inf", None),
        ("connect_timeout", "1e400", None),
        ("limit", "2.5", 2_500_000),
        ("limit", "0", None),
        ("low_speed", "0.05", 50),
    ],
)
def test_numbers_are_read_and_held_against_their_bounds(key: str, text: str, value: float | None) -> None:
    reading = read_value(entry_of(key), text)
    assert reading.value == value
    assert bool(reading.fault) == (value is None)


def test_whole_numbers_stay_whole() -> None:
    texts = {"max_running": "3", "limit": "1", "idle_timeout": "3"}
    kinds = {key: type(read_value(entry_of(key), text).value) for key, text in texts.items()}
    assert kinds == {"max_running": int, "limit": int, "idle_timeout": float}


def test_a_fault_names_the_bounds() -> None:
    assert read_value(entry_of("max_running"), "0").fault == "Write a whole number from 1 to 1,000."
    assert read_value(entry_of("idle_timeout"), "x").fault == "Write a number of seconds from 0.1 to 3,600."
    assert "1\N{NO-BREAK SPACE}B/s" in read_value(entry_of("low_speed"), "0").fault


def test_numbers_are_read_in_the_manner_of_the_locale() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert read_value(entry_of("idle_timeout"), "1,5").value == 1.5
    assert written(1234.5) == "1.234,5"
    assert read_value(entry_of("tries"), written(12_000)).value == 12_000


@pytest.mark.parametrize("value", [1.0, 0.075, 30.0, 0.1, 2.5, 3600.0])
def test_what_is_written_reads_the_same(value: float) -> None:
    assert read_value(entry_of("connect_timeout"), written(max(value, 0.1))).value == max(value, 0.1)
