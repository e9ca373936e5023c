"""The plan of the house, checked: who imports what, what loads what, how long things are."""

import ast
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import headrace
import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("core", "gui", "resources", "tests")
BUILT = {"__pycache__", "build", "dist"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
WIDGET_LIBRARIES = "('PySide6.QtGui', 'PySide6.QtWidgets', 'PySide6.QtNetwork')"

IMPORTS = f"""
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    loaded = [library for library in {WIDGET_LIBRARIES} if library in sys.modules]
    if loaded:
        sys.exit(f"{{name}} loads {{loaded}}")
"""


def in_clean_interpreter(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False
    )


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def engine_modules() -> list[str]:
    return ["headrace", *(found.name for found in pkgutil.walk_packages(headrace.__path__, "headrace."))]


def test_no_engine_module_loads_widgets() -> None:
    modules = engine_modules()
    assert {"headrace.manager", "headrace.net.sessions"} <= set(modules)
    done = in_clean_interpreter(IMPORTS, *modules)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_entry_point_loads_no_widgets_before_it_knows_its_task() -> None:
    done = in_clean_interpreter(IMPORTS, "headrace_gui.main")
    assert (done.returncode, done.stderr) == (0, "")


def test_imports_keep_to_the_layers() -> None:
    linter = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = in_clean_interpreter(linter, "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 0 kept" not in done.stdout
    assert " 0 broken" in done.stdout


def test_the_linter_sees_what_it_is_to_forbid(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        '[tool.importlinter]\nroot_packages = ["headrace"]\ninclude_external_packages = true\n'
        '[[tool.importlinter.contracts]]\nname = "none"\ntype = "forbidden"\nallow_indirect_imports = true\n'
        'source_modules = ["headrace"]\nforbidden_modules = ["PySide6", "sqlite3"]\n',
        encoding="utf-8",
    )
    linter = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = in_clean_interpreter(linter, "--no-cache", "--config", str(wrong))
    assert done.returncode == 1
    assert "headrace.store.sqlite_store -> sqlite3" in done.stdout
    assert "headrace.manager -> PySide6" in done.stdout


def test_top_level_folders() -> None:
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert found - BUILT == set(SOURCES)


@pytest.mark.parametrize("folder", SOURCES)
def test_package_files_are_empty(folder: str) -> None:
    assert [str(path) for path in python_files(folder) if path.name == "__init__.py" and path.stat().st_size] == []


def test_no_file_is_too_long() -> None:
    lengths = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*SOURCES)}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, node in nodes("core", "gui", "resources")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert found == []


def test_no_way_around_the_layers_and_no_module_state() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in nodes("core", "gui", "resources")
        if isinstance(node, ast.Global)
        or (isinstance(node, ast.If) and imports_own_modules_for_types(node))
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names))
    ]
    assert found == []


def imports_own_modules_for_types(block: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(block.test) and any(
        "headrace" in ast.unparse(one) for one in block.body if isinstance(one, ast.Import | ast.ImportFrom)
    )


def nodes(*folders: str) -> Iterator[tuple[Path, ast.stmt | ast.expr]]:
    for path in python_files(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.stmt | ast.expr):
                yield path, node


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    assert [str(path) for path in python_files(*SOURCES) if path.stem == name] == []
