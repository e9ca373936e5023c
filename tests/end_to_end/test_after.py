"""What happens to files when they are there: a real engine, a real server, real archives, commands and a window."""

from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace.states import DownloadState

from tests.support.archives import tarred, tree, zipped
from tests.support.control_command import Control
from tests.support.nginx import Nginx
from tests.support.person import Person
from tests.support.processes import wait_until

FILES = {"readme.txt": b"hello", "data/one.bin": bytes(200_000)}


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", after_each=("extract",)), profile.settings)
    return Control(profile, tmp_path / "downloads")


def test_archives_are_extracted_as_was_wished(control: Control, nginx: Nginx, tmp_path: Path) -> None:
    for name, maker in (("a.zip", zipped), ("b.tar.gz", tarred), ("c.zip", zipped)):
        maker(nginx.root / name, FILES)
    (nginx.root / "d.zip").write_bytes(b"PK no")
    other = tmp_path / "other"
    with control.running() as process:
        control.run("add", nginx.url("a.zip"))
        control.run("add", "--then", f"move={other},extract", nginx.url("b.tar.gz"))
        control.run("add", "--then", "nothing", nginx.url("c.zip"))
        control.run("wait")
        wait_until(lambda: (control.folder / "a").is_dir() and (other / "b").is_dir(), "both are extracted")
        assert process.stderr is not None
        said = sorted(process.stderr.readline() for _ in range(2))
        assert said[0] == f"headrace: a.zip was extracted to {control.folder / 'a'}: files 2, left out 0\n"
        control.run("add", nginx.url("d.zip"))
        assert process.stderr.readline() == "headrace: d.zip was not extracted: it is damaged\n"
        rows = {row["name"]: row["after"] for row in control.rows("list")}
        assert rows == {"a.zip": None, "b.tar.gz": [f"move={other}", "extract"], "c.zip": [], "d.zip": None}
        assert control.run("add", "--then", "explode", nginx.url("a.zip")).status == 2
    assert tree(control.folder / "a") == FILES
    assert tree(other / "b") == FILES
    assert sorted(path.name for path in control.folder.iterdir()) == ["a", "a.zip", "c.zip", "d.zip"]


@pytest.mark.timeout(120)
def test_a_person_extracts_what_has_arrived(person: Person, nginx: Nginx, tmp_path: Path) -> None:
    zipped(nginx.root / "photos.zip", FILES)
    with person.using(nginx.url("photos.zip")):
        person.until_state("photos.zip", DownloadState.COMPLETED)
        person.offer("photos.zip")
        person.press("entry", "^Extract$")
        person.until((tmp_path / "target" / "photos" / "readme.txt").exists, "the folder is there")
    assert tree(tmp_path / "target" / "photos") == FILES
