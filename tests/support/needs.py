"""What a test needs of the system. A missing program skips it by name, or fails it where HEADRACE_NO_SKIP is 1."""

import os
import shutil
from typing import Final

import pytest

PACKAGES: Final = {
    "nginx": "nginx",
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "strace": "strace",
    "curl": "curl",
    "aria2c": "aria2",
}
"""Debian packages by the programs that tests use of them."""

_PLACES: Final = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def program(name: str) -> str | None:
    """Return the path of the system program `name`, also from administrators' folders; None where it is missing."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), *_PLACES))
    return shutil.which(name, path=places)


def require(name: str, package: str | None = None) -> str:
    """Return the path of program `name`; where it is missing, skip the running test, or fail it (HEADRACE_NO_SKIP)."""
    path = program(name)
    if path is not None:
        return path
    message = f"needs {name}: apt install {package or PACKAGES.get(name, name)}"
    if os.environ.get("HEADRACE_NO_SKIP") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def require_marked(item: pytest.Item) -> None:
    """Apply every `needs(program, package)` mark of `item`."""
    for mark in item.iter_markers("needs"):
        require(*mark.args)
