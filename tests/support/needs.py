"""What a test needs of the system. A missing program skips it by name, or fails it where HEADRACE_NO_SKIP is 1."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

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
    "dbus-daemon": "dbus",
    "groff": "groff-base",
    "chromium": "chromium",
    "node": "nodejs",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "danted": "dante-server",
    "apache2": "apache2-bin",
    "krb5kdc": "krb5-kdc",
    "kdb5_util": "krb5-kdc",
    "kadmin.local": "krb5-admin-server",
    "kinit": "krb5-user",
    "klist": "krb5-user",
    "gnome-keyring-daemon": "gnome-keyring",
    "ip": "iproute2",
    "proftpd": "proftpd-core",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "pgrep": "procps",
    "nsenter": "util-linux",
    "caddy": "caddy",
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
    return path if path is not None else missing(name, package or PACKAGES.get(name, name))


def require_file(path: Path, package: str) -> Path:
    """Return `path`; where there is no such file, skip the running test, or fail it (HEADRACE_NO_SKIP)."""
    return path if path.exists() else missing(str(path), package)


def require_extra(module: str, extra: str) -> None:
    """Where a module of an extra is missing, skip the running test, or fail it (HEADRACE_NO_SKIP)."""
    if find_spec(module) is None:
        _leave(f"needs {module}: pip install '.[{extra}]'")


def missing(what: str, package: str) -> NoReturn:
    """Skip the running test, or fail it (HEADRACE_NO_SKIP), since something of the system is missing."""
    _leave(f"needs {what}: apt install {package}")


def _leave(message: str) -> NoReturn:
    if os.environ.get("HEADRACE_NO_SKIP") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def require_marked(item: pytest.Item) -> None:
    """Apply every `needs(program, package)` mark of `item`."""
    for mark in item.iter_markers("needs"):
        require(*mark.args)
