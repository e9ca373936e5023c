"""The manual page and the completion of shells: as the command line is today."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from headrace.commands.control_options import VERBS, control_parser
from headrace.commands.whole import SHELLS, whole_parser
from headrace.control.rows import details_json, row_of

from tests.manual import PAGE, manual
from tests.support.fake_manager import make_details, make_snapshot

PROGRAM = f'{sys.executable} -c "from headrace_gui.main import main; main()"'


def test_the_page_is_that_of_todays_parsers() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "run: python -m tests.manual"


@pytest.mark.needs("groff", "groff-base")
def test_the_page_is_laid_out_without_a_warning() -> None:
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", PAGE], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for verb in VERBS:
        assert f"headrace {verb}" in re.sub(".\x08", "", done.stdout)


def test_every_key_of_a_download_is_told() -> None:
    snapshot = make_snapshot()
    help_text = str(control_parser("list").epilog)
    keys, more = help_text.split("'info' adds:")
    assert set(row_of(snapshot)) <= set(re.findall(r"[a-z_]+", keys))
    assert set(details_json(make_details(snapshot))) <= set(re.findall(r"[a-z_]+", more))


def test_the_readme_has_every_command() -> None:
    readme = (PAGE.parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("### The program that runs")[2].partition("### ")[0]
    for verb in (*VERBS, "completion"):
        assert re.search(rf"`{verb}\b", table), verb


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `headrace` is this program."""
    program = tmp_path / "bin" / "headrace"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom headrace_gui.main import main\nsys.exit(main())\n", encoding="utf-8"
    )
    program.chmod(0o755)
    profile = tmp_path / "profile"
    return os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "HEADRACE_PROFILE": str(profile)}


def said(command: list[str], env: dict[str, str]) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="it has no bash")
def test_bash_completes(path: dict[str, str]) -> None:
    script = (
        'eval "$(headrace completion bash)"\n'
        "COMP_WORDS=(headrace list --st) COMP_CWORD=2 COMP_LINE='headrace list --st' COMP_POINT=18\n"
        "COMP_TYPE=9 COMP_WORDBREAKS=' '\n"
        '_python_argcomplete headrace; echo "${COMPREPLY[@]}"'
    )
    assert said(["bash", "-c", script], path).strip() == "--state"


@pytest.mark.needs("fish", "fish")
def test_fish_completes(path: dict[str, str]) -> None:
    script = "headrace completion fish | source; complete -C 'headrace re'"
    words = [line.split("\t")[0] for line in said(["fish", "-c", script], path).splitlines()]
    assert sorted(words) == ["remove", "resume", "retry"]


@pytest.mark.needs("zsh", "zsh")
def test_zsh_takes_the_script(path: dict[str, str]) -> None:
    script = 'autoload -Uz compinit; compinit -u -D; eval "$(headrace completion zsh)"; echo "${_comps[headrace]}"'
    assert said(["zsh", "-f", "-c", script], path).strip() == "_python_argcomplete"


def test_every_command_is_known_to_completion() -> None:
    commands = next(action for action in whole_parser()._actions if action.dest == "command")
    assert set(commands.choices or ()) == {"get", "run", "browser", "completion", *VERBS}
    assert SHELLS == ("bash", "zsh", "fish")
