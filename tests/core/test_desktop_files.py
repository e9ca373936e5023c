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
    assert judged("desktop-file-validate", str(LINUX / "headrace.desktop")) == ""


@pytest.mark.needs("appstreamcli", "appstream")
def test_the_metainfo_is_valid() -> None:
    judged("appstreamcli", "validate", "--no-net", "--pedantic", str(LINUX / "org.headrace.Headrace.metainfo.xml"))
