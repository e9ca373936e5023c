"""What the README says of `headrace get`, held against the program."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from headrace.commands.options import get_parser, parse_options
from headrace.permissions import Permission
from headrace.settings import Settings
from headrace.spec import IfExists

README: Final = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| (`-.*`) \| (.+) \|$", re.MULTILINE)
EXAMPLE: Final = re.compile(r"^headrace get (?!\[)(.*)$", re.MULTILINE)


def rows() -> dict[str, str]:
    """Return the meaning of each option in the table, by the option as it is written there."""
    return {one: meaning for options, meaning in ROW.findall(README) for one in re.findall(r"`(.*?)`", options)}


def spellings() -> Iterator[str]:
    """Yield each option of the parser as the table should have it."""
    for action in get_parser()._actions:
        if action.option_strings:
            value = f" {action.metavar}" if action.metavar else ""
            yield ", ".join(action.option_strings) + value


def test_the_table_has_every_option_in_the_order_of_the_help() -> None:
    general = ["-h, --help", "--version"]
    assert list(rows()) == [one for one in spellings() if one not in general] + general


def test_every_option_that_takes_a_value_names_it() -> None:
    silent = (argparse._StoreTrueAction, argparse._CountAction, argparse._HelpAction, argparse._VersionAction)
    unnamed = [one.dest for one in get_parser()._actions if not isinstance(one, silent) and not one.metavar]
    assert unnamed == []


@pytest.mark.parametrize(
    ("option", "choices"),
    [
        ("--if-exists WHAT", [choice.value for choice in IfExists]),
        ("--allow WHAT", [choice.value for choice in Permission]),
    ],
)
def test_every_choice_is_named(option: str, choices: list[str]) -> None:
    assert re.findall("`(.*?)`", rows()[option]) == choices


@pytest.mark.parametrize("option", ["--limit RATE", "--allow WHAT", "--roll-size SIZE", "--roll-time TIME"])
def test_every_value_that_is_named_is_understood(option: str) -> None:
    examples = re.findall("`(.*?)`", rows()[option])
    assert examples
    for example in examples:
        assert parse_options([option.partition(" ")[0], example, "http://files.test/x"])


def test_the_defaults_are_those_of_the_settings() -> None:
    assert f"({Settings().max_connections} unless" in rows()["-x, --connections N"]
    assert f"({Settings().max_running} unless" in rows()["-j, --jobs N"]


def test_the_examples_are_understood() -> None:
    found = EXAMPLE.findall(README)
    assert sum("--follow" in line for line in found) >= 2
    for line in found:
        assert parse_options(shlex.split(line.partition(" | ")[0])).following is ("--follow" in line)
