"""The entry point and the preflight, in processes of their own: sentences, exit statuses, nothing loaded too soon."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from headrace_gui.desktop import preflight

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the preflight is for Unix desktops")
MAIN = "import sys; from headrace_gui.main import main; sys.exit(main())"


def run(
    *arguments: str, code: str = MAIN, environment: Mapping[str, str | None] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    changed = {key: value for key, value in (os.environ | dict(environment)).items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=changed, capture_output=True, text=True, timeout=60, check=False
    )


NO_DISPLAY: dict[str, str | None] = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}


def test_without_a_display_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    done = run("--profile", str(tmp_path), environment=NO_DISPLAY)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("headrace: there is no display")
    assert "headrace get" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "display",
    [{"DISPLAY": ":987"}, {"WAYLAND_DISPLAY": "no-such-compositor"}, {"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"}],
)
def test_a_display_that_refuses_is_told_and_nothing_aborts(tmp_path: Path, display: dict[str, str | None]) -> None:
    done = run("--profile", str(tmp_path), environment=NO_DISPLAY | display)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be opened" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "libxcb-cursor.so.0: cannot open shared object file: No such file or directory",
            ["libxcb-cursor.so.0", "sudo apt install libxcb-cursor0", "headrace get"],
        ),
        ("libunheard-of.so.7: cannot open shared object file", ["libunheard-of.so.7", "headrace get"]),
        ("something else broke", ["something else broke", "headrace get"]),
    ],
)
def test_a_missing_library_is_named_with_its_package(error: str, words: list[str]) -> None:
    sentence = preflight._install(error, ())
    assert [word for word in words if word not in sentence] == []


def test_all_missing_libraries_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_loads", lambda name: name != "libxcb-icccm.so.4")
    sentence = preflight._install("libxcb-cursor.so.0: cannot open shared object file", preflight._ON_X11)
    assert "sudo apt install libxcb-cursor0 libxcb-icccm4" in sentence


def test_a_missing_module_of_qt_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("importlib.import_module", fail)
    monkeypatch.setattr(preflight, "_loads", lambda _name: True)
    sentence = preflight._missing_modules()
    assert sentence is not None
    assert "sudo apt install libegl1" in sentence


@pytest.mark.parametrize(("is_there", "said"), [(True, None), (False, "sudo apt install libgssapi-krb5-2")])
def test_the_network_module_is_tried_only_where_its_libraries_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, said: str | None, *, is_there: bool
) -> None:
    def load(name: str) -> None:
        if name == "PySide6.QtNetwork":
            raise ImportError("libgssapi_krb5.so.2: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("importlib.import_module", load)
    monkeypatch.setattr(preflight, "_loads", lambda name: is_there or name != "libgssapi_krb5.so.2")
    sentence = preflight._missing_modules()
    assert sentence == said if said is None else said in (sentence or "")


def test_the_plugin_of_this_machine_can_be_found() -> None:
    assert list(preflight._plugin_folder().glob("libq*.so"))


def test_a_bad_address_is_wrong_usage(tmp_path: Path) -> None:
    done = run("--profile", str(tmp_path), "gopher://example.org/x", environment=NO_DISPLAY)
    assert done.returncode == 2
    assert "does not begin with http://, https://, ftp:// or sftp://" in done.stderr
    assert done.stderr.count("\n") == 1


def test_version_and_help() -> None:
    version, usage = run("--version"), run("--help")
    assert (version.returncode, usage.returncode) == (0, 0)
    assert version.stdout.startswith("headrace 0.")
    assert "headrace get" in usage.stdout


def test_a_profile_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("--profile", str(tmp_path / "file"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_get_loads_no_window() -> None:
    code = (
        "import sys\nfrom headrace_gui.main import main\n"
        "try:\n    main(['get', '--help'])\nexcept SystemExit:\n    pass\n"
        "assert not [name for name in sys.modules if name in ('PySide6.QtGui', 'PySide6.QtWidgets')]\n"
    )
    done = run(code=code)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_get_cannot_write_at_its_end_is_told_as_ever() -> None:
    code = "import sys\nsys.stdout = open('/dev/full', 'w')\n" + MAIN + "\n"
    code = code.replace(
        "sys.exit(main())", "sys.argv[1:] = ['get', '--version']; sys.stdout.write('x'); sys.exit(main())"
    )
    done = run(code=code)
    assert done.returncode == 120
    assert "No space left" in done.stderr
