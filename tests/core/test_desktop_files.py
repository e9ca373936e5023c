"""What desktops are told of the program, as their own tools judge it."""

import subprocess
from pathlib import Path

import pytest

from tests.support import needs

LINUX = Path(__file__).parents[2] / "resources" / "linux"


def judged(*command: str) -> str:
    done = subprocess.run([needs.require(command[0]), *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.needs("desktop-file-validate", "desktop-file-utils")
def test_the_desktop_entry_is_valid() -> None:
    assert judged("desktop-file-validate", str(LINUX / "org.headrace.Headrace.desktop")) == ""


@pytest.mark.needs("appstreamcli", "appstream")
def test_the_metainfo_is_valid() -> None:
    judged("appstreamcli", "validate", "--no-net", "--pedantic", str(LINUX / "org.headrace.Headrace.metainfo.xml"))


def test_the_bus_starts_the_program_that_the_entry_is_of() -> None:
    entry, service = (
        (LINUX / f"org.headrace.Headrace.{ending}").read_text(encoding="utf-8").splitlines()
        for ending in ("desktop", "service")
    )
    assert "DBusActivatable=true" in entry
    assert service == ["[D-BUS Service]", "Name=org.headrace.Headrace", "Exec=/usr/bin/env headrace --hidden"]
    actions = [line[len("[Desktop Action ") : -1] for line in entry if line.startswith("[Desktop Action ")]
    assert actions == ["add", "pause", "resume"]
