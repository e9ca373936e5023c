"""All settings as a file: out, in again, and whatever else a file may hold."""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from headrace.budgets import Budget
from headrace.category_entries import CategoryEntry
from headrace.rules import Rule
from headrace.settings import Settings
from headrace_gui.preferences import Closing, Motion, Preferences, Scheme
from headrace_gui.settings_transfer import (
    ForeignFileError,
    Import,
    NewerFileError,
    export_text,
    parse_import,
    read_import,
    write_export,
)

RICH = Settings(
    download_folder=Path("/srv/files").absolute(),
    max_running=7,
    limit=2_000_000,
    idle_timeout=12.5,
    low_speed=None,
    ca_file=Path("/etc/own.pem").absolute(),
    mark_origin=False,
    budgets=(Budget(5_000, "week", where="name:Home"),),
    queues=("Night", "夜"),
    held_queues=("", "夜"),
    rules=(Rule("Films", categories=("video",), folder="Videos/{host}"), Rule(paused=True)),
)
LIKES = Preferences(
    language="pt_BR",
    scheme=Scheme.DARK,
    accent="#7345D6",
    motion=Motion.REDUCED,
    closing=Closing.TRAY,
    watch_clipboard=True,
    keep_awake=False,
)


def parse(settings: Any = None, preferences: Any = None) -> Import:
    whole = {"headrace": 1, "settings": settings or {}, "preferences": preferences or {}}
    return parse_import(json.dumps(whole).encode())


def test_everything_comes_back() -> None:
    read = parse_import(export_text(RICH, LIKES).encode())
    assert Settings(**read.settings) == RICH
    assert Preferences(**read.preferences) == LIKES
    assert (read.unknown, read.unusable) == ((), ())


def test_rules_that_lead_elsewhere_come_switched_off() -> None:
    away = str(Path("/srv").absolute())
    read = parse({"rules": [{"folder": away}, {"folder": "{host}"}, {"hosts": ["a.example"]}]})
    assert [rule.enabled for rule in read.settings["rules"]] == [False, True, True]
    assert parse({"rules": [{"folder": "../x"}]}).unusable == ("rules",)


STAYING = {"rpc_secret", "webhook", "command_finished", "command_failed", "command_idle", "proxy", "no_proxy"}
STAYING |= {"trusted_certificates", "client_certificates", "cookie_file", "binding", "host_rules", "history_days"}
STAYING |= {"after_each", "when_done"}
"""What never leaves this computer, nor comes from another: secrets, what is run, who listens, what is forgotten."""


def test_a_file_brings_no_commands() -> None:
    wanted = {"command_finished": ["rm", "-rf", "{folder}"], "webhook": "https://evil.example/", "rpc_secret": "x"}
    read = parse_import(json.dumps({"headrace": 1, "settings": wanted | {"max_running": 3}}).encode())
    assert dict(read.settings) == {"max_running": 3}
    assert set(read.unusable) == set(wanted)


def test_the_defaults_come_back_and_every_field_is_in_the_file() -> None:
    usual = Settings(download_folder=Path("/home/ada").absolute())
    whole = json.loads(export_text(usual, Preferences()))
    assert set(whole) == {"headrace", "settings", "preferences"}
    assert set(whole["settings"]) == {field.name for field in fields(Settings)} - STAYING
    assert set(whole["preferences"]) == {field.name for field in fields(Preferences)}
    read = parse_import(export_text(usual, Preferences()).encode())
    assert Settings(**read.settings) == usual


def test_a_file_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    write_export(path, export_text(RICH, LIKES))
    read = read_import(path)
    assert Settings(**read.settings) == RICH
    assert read.missing == ("download_folder", "ca_file")
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


def test_paths_that_are_there_are_not_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    write_export(path, export_text(Settings(download_folder=tmp_path), Preferences()))
    assert read_import(path).missing == ()


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"."):
        write_export(tmp_path / "none" / "settings.json", "{}")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[1]",
        b"null",
        b"{}",
        b'{"headrace": "1"}',
        b'{"headrace": true}',
        b'{"headrace": 1, "settings": []}',
        b'{"headrace": 1, "preferences": 3}',
        b'{"max_running": 3}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_other_files_are_told_apart(data: bytes) -> None:
    with pytest.raises(ForeignFileError):
        parse_import(data)


def test_a_newer_file_is_told_apart() -> None:
    with pytest.raises(NewerFileError):
        parse_import(b'{"headrace": 2}')


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_bytes(b'{"headrace": 1, "settings": {"x": "' + b"a" * (2 << 20) + b'"}}')
    with pytest.raises(ForeignFileError):
        read_import(path)


def test_what_is_unknown_is_told_and_ignored() -> None:
    read = parse({"max_running": 2, "colour_of_the_sky": "blue"}, {"scheme": "dark", "mood": 3})
    assert read == Import({"max_running": 2}, {"scheme": Scheme.DARK}, ("colour_of_the_sky", "mood"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_running", 0),
        ("max_running", "4"),
        ("max_running", 4.0),
        ("max_running", True),
        ("max_running", None),
        ("limit", 0),
        ("limit", 1e6),
        ("connect_timeout", "soon"),
        ("download_folder", None),
        ("download_folder", 3),
        ("download_folder", ["/"]),
        ("download_folder", ""),
        ("download_folder", "/a\0b"),
        ("download_folder", "/\ud800"),
        ("download_folder", "Downloads"),
        ("download_folder", "~/Downloads"),
        ("ca_file", ""),
        ("ca_file", "own.pem"),
        ("mark_origin", 1),
        ("queues", "Night"),
        ("queues", ["a", "A"]),
        ("queues", [""]),
        ("held_queues", [1]),
    ],
)
def test_settings_that_cannot_be_stay_as_they_are(name: str, value: Any) -> None:
    read = parse({name: value, "tries": 3})
    assert read == Import({"tries": 3}, {}, (), (name,))


def test_paths_of_another_system_stay_out() -> None:
    foreign = "/srv/files" if sys.platform == "win32" else r"C:\Users\Ada\Downloads"
    assert parse({"download_folder": foreign}).unusable == ("download_folder",)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999"])
def test_numbers_without_end_stay_out(number: bytes) -> None:
    read = parse_import(b'{"headrace": 1, "settings": {"idle_timeout": ' + number + b"}}")
    assert read.unusable == ("idle_timeout",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scheme", "purple"),
        ("scheme", 1),
        ("scheme", None),
        ("tray_icon", "true"),
        ("tray_icon", 1),
        ("language", "xx"),
        ("language", 3),
        ("accent", "red"),
        ("accent", "#12345"),
        ("accent", "#GGGGGG"),
        ("motion", []),
        ("motion", {}),
    ],
)
def test_preferences_that_cannot_be_stay_as_they_are(name: str, value: Any) -> None:
    assert parse({}, {name: value}) == Import({}, {}, (), (name,))


def test_held_queues_are_read_with_the_queues_of_the_file() -> None:
    read = parse({"held_queues": ["Night", ""], "queues": ["Night"]})
    assert read.settings["held_queues"] == ("Night", "")
    assert not read.unusable


def test_the_one_budget_of_an_older_file_is_taken() -> None:
    old = {"budget": 5_000, "budget_period": "week", "budget_where": "metered", "budget_day": 1}
    read = parse_import(json.dumps({"headrace": 1, "settings": old}).encode())
    assert read.settings["budgets"] == (Budget(5_000, "week", 1, "metered"),)
    assert read.unknown == read.unusable == ()


def test_categories_come_along_but_lead_nowhere_else() -> None:
    away = str(Path("/srv").absolute())
    read = parse(
        {
            "categories": [
                {"key": "books", "name": "E-Books", "endings": ["epub"], "folder": away},
                {"key": "fonts", "name": "Fonts", "types": ["font/*"], "folder": "Fonts/{host}"},
            ]
        }
    )
    assert read.settings["categories"] == (
        CategoryEntry("books", "E-Books", endings=("epub",)),
        CategoryEntry("fonts", "Fonts", types=("font/*",), folder="Fonts/{host}"),
    )
    text = export_text(Settings(Path("/d"), categories=read.settings["categories"]), Preferences())
    assert parse_import(text.encode()).settings["categories"] == read.settings["categories"]
    assert parse({"categories": [{"key": "x"}]}).unusable == ("categories",)
