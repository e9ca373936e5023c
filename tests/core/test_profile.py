import stat
import sys
from pathlib import Path

import pytest
from headrace.profile import Profile, usual_folder


@pytest.fixture(autouse=True)
def usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the user's data folder one of the test, and take the environment's choice away."""
    place = tmp_path / "data" / "headrace"
    monkeypatch.delenv("HEADRACE_PROFILE", raising=False)
    monkeypatch.setattr("headrace.profile.platformdirs.user_data_path", lambda *_, **__: place)
    return place


def test_the_usual_place_is_made(usual_place: Path) -> None:
    assert Profile.at().folder == usual_place
    assert usual_place.is_dir()


def test_the_usual_place_is_known_without_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usual_place: Path
) -> None:
    monkeypatch.setenv("HEADRACE_PROFILE", str(tmp_path / "chosen"))
    assert usual_folder() == usual_place
    assert list(tmp_path.iterdir()) == []


def test_the_environment_chooses_unless_a_folder_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADRACE_PROFILE", str(tmp_path / "chosen"))
    assert Profile.at().folder == tmp_path / "chosen"
    assert Profile.at(tmp_path / "given").folder == tmp_path / "given"


def test_an_empty_choice_is_none(monkeypatch: pytest.MonkeyPatch, usual_place: Path) -> None:
    monkeypatch.setenv("HEADRACE_PROFILE", "")
    assert Profile.at("").folder == usual_place


def test_home_and_relative_folders_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Profile.at("~/mine").folder == tmp_path / "mine"
    assert Profile.at("here").folder == tmp_path / "here"


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX modes")
def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = Profile.at(tmp_path / "new").folder
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_file_in_the_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        Profile.at(tmp_path / "file")


def test_each_thing_has_a_place_of_its_own_in_the_folder(tmp_path: Path) -> None:
    profile = Profile.at(tmp_path)
    places = [profile.database, profile.settings, profile.window, profile.log, profile.lock]
    assert len(set(places)) == len(places)
    assert {place.parent for place in places} == {tmp_path}
    assert list(tmp_path.iterdir()) == []


def test_opening_it_again_changes_nothing(tmp_path: Path) -> None:
    first = Profile.at(tmp_path / "profile")
    first.settings.write_text("{}", encoding="utf-8")
    assert Profile.at(first.folder) == first
    assert first.settings.read_text(encoding="utf-8") == "{}"
