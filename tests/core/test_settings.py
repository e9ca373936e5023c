import json
from dataclasses import FrozenInstanceError, asdict, replace
from pathlib import Path
from typing import Any

import pytest
from headrace.settings import Settings, load_settings, save_settings
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(sorted(asdict(Settings())))


def test_defaults_are_within_the_bounds() -> None:
    assert replace(Settings()) == Settings()


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().max_running = 9  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_running", 1),
        ("max_running", 1000),
        ("max_connections", 64),
        ("limit", None),
        ("limit", 1),
        ("connect_timeout", 0.1),
        ("connect_timeout", 5),
        ("idle_timeout", 3600.0),
        ("tries", 1_000_000),
        ("continue_at_start", False),
        ("ca_file", None),
        ("history_days", None),
        ("history_days", 0),
        ("history_days", 36_500),
    ],
)
def test_accepted_values(name: str, value: object) -> None:
    changes: dict[str, Any] = {name: value}
    assert getattr(replace(Settings(), **changes), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("history_days", -1),
        ("history_days", 36_501),
        ("history_days", True),
        ("history_days", "for ever"),
        ("max_running", 0),
        ("max_running", 1001),
        ("max_running", None),
        ("max_running", 2.5),
        ("max_running", True),
        ("max_running", "4"),
        ("max_connections", 65),
        ("max_connections", -1),
        ("limit", 0),
        ("limit", 1.5),
        ("limit", 1 << 51),
        ("connect_timeout", 0),
        ("connect_timeout", None),
        ("connect_timeout", float("nan")),
        ("idle_timeout", float("inf")),
        ("tries", 0),
        ("continue_at_start", 1),
        ("continue_at_start", None),
    ],
)
def test_refused_values_are_named(name: str, value: object) -> None:
    changes: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=f"setting {name} must be"):
        replace(Settings(), **changes)


@given(
    st.builds(
        Settings,
        download_folder=st.text("abc/é ", min_size=1).map(Path),
        max_running=st.integers(1, 1000),
        max_connections=st.integers(1, 64),
        limit=st.none() | st.integers(1, 1 << 50),
        connect_timeout=st.floats(0.1, 3600),
        idle_timeout=st.floats(0.1, 3600),
        tries=st.integers(1, 1_000_000),
        ca_file=st.none() | st.text("abc/", min_size=1).map(Path),
        continue_at_start=st.booleans(),
    )
)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    path = tmp_path_factory.getbasetemp() / "settings.json"
    save_settings(settings, path)
    assert load_settings(path) == settings


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


def test_unknown_settings_are_passed_over_and_missing_ones_have_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"tries": 3, "of_a_later_version": [1]}', encoding="utf-8")
    assert load_settings(path) == Settings(tries=3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"tries": "many"}',
        b'{"tries": 0}',
        b'{"tries": NaN}',
        b'{"download_folder": 5}',
        b'{"download_folder": null}',
        b'{"ca_file": []}',
        b"[" * 100_000,
        b'{"tries": ' + b"9" * 5000 + b"}",
    ],
)
def test_an_unusable_file_is_named_with_its_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"settings\.json cannot be used: ."):
        load_settings(path)
    assert path.read_bytes() == content


@given(st.dictionaries(NAMES, JSON, max_size=3))
def test_any_json_is_loaded_or_refused(tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    try:
        settings = load_settings(path)
    except ValueError:
        return
    assert isinstance(settings.max_running, int)
    assert isinstance(settings.download_folder, Path)


def test_saving_makes_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    save_settings(Settings(tries=5), path)
    assert load_settings(path).tries == 5


def test_queues_are_kept_in_order(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(queues=(" night ", "Video \u00fc"), held_queues=("night", "", "gone", "night")), path)
    settings = load_settings(path)
    assert settings.queues == ("night", "Video \u00fc")
    assert settings.held_queues == ("night", ""), "a queue that is not there cannot be held"


@pytest.mark.parametrize(
    "names", [("",), ("  ",), ("a" * 61,), ("a\nb",), ("Night", "night"), "night", ("a", 5), {"a": 1}, None]
)
def test_names_that_no_queue_can_have(names: object) -> None:
    with pytest.raises(ValueError, match="queue"):
        Settings(queues=names)  # type: ignore[arg-type]
