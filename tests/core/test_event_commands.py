"""Commands for what happens: programs with arguments, never a shell."""

import pytest
from headrace.event_commands import FACTS, checked_command, filled, join_command, split_command
from headrace.settings import Settings
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("  ", ()),
        ("notify-send done", ("notify-send", "done")),
        ("sh -c 'echo $0; rm x' {path}", ("sh", "-c", "echo $0; rm x", "{path}")),
        ('"/opt/my program" --file={path} {id}', ("/opt/my program", "--file={path}", "{id}")),
        ("a | b > c && $(d)", ("a", "|", "b", ">", "c", "&&", "$(d)")),
    ],
)
def test_it_is_split_and_nothing_else(text: str, parts: tuple[str, ...]) -> None:
    assert split_command(text) == parts


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a 'b", "quotation mark is open"),
        ("'' b", "begins with a program"),
        ("{path} b", "begins with a program"),
        ("a {name}", "there is no {name}, only {path}"),
        ("a {address}", "there is no {address}"),
        ("a {}", "there is no {}"),
        ("a\0b", "list of texts"),
    ],
)
def test_what_cannot_be_run_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace("{", r"\{")):
        split_command(text)


def test_settings_hold_no_command_that_cannot_be_run() -> None:
    assert Settings(command_finished=("a", "{path}")).command_finished == ("a", "{path}")
    for wrong in (("a", "{secret}"), "a b", ("",), (7,)):
        with pytest.raises(ValueError, match="command"):
            Settings(command_finished=wrong)  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(FACTS), st.text(max_size=30), max_size=5), st.text("ab{}pathid ", max_size=30))
def test_a_fact_never_becomes_another_argument_or_a_mark(facts: dict[str, str], text: str) -> None:
    try:
        command = checked_command(["program", text, "{path}", "x{folder}y"])
    except ValueError:
        return
    found = filled(command, facts)
    assert len(found) == 4
    assert found[0] == "program"
    assert found[2:] == [facts.get("path", ""), f"x{facts.get('folder', '')}y"]


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1))
def test_what_is_joined_is_split_into_the_same(parts: list[str]) -> None:
    try:
        command = checked_command(parts)
    except ValueError:
        return
    assert split_command(join_command(command)) == command
