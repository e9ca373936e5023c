"""Lines between a running program and its commands: what is read and what is refused."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from headrace.control.lines import Arguments, line_of, object_of, request_line, request_of
from hypothesis import given
from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def sentence_of(call: Callable[[], object]) -> str:
    """Return what a ValueError says, nothing where none is raised; whatever else is raised comes out."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""


@given(st.dictionaries(st.text(), ANYTHING, max_size=5))
def test_an_object_survives_as_one_line_of_ascii(values: dict[str, Any]) -> None:
    line = line_of(values)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert object_of(line) == values


@given(st.binary(max_size=200))
def test_whatever_comes_is_an_object_or_a_sentence(line: bytes) -> None:
    assert sentence_of(lambda: object_of(line)) in {"", "a line is not JSON", "a line is not a JSON object"}


@given(ANYTHING)
def test_an_argument_is_of_its_kind_or_a_sentence(value: object) -> None:
    arguments = Arguments({"x": value})
    for read in (arguments.text, arguments.texts, arguments.list, arguments.number, arguments.flag):
        sentence = sentence_of(partial(read, "x"))
        assert not sentence or sentence.startswith("x must be ")


def test_arguments_that_are_off_are_left_out_and_empty_texts_are_not() -> None:
    line = request_line("list", which=[], state=None, all=False, queue="", places=0)
    assert json.loads(line) == {"do": "list", "queue": "", "places": 0}


def test_a_request_is_a_verb_and_arguments() -> None:
    request = request_of(object_of(request_line("move", which=["a"], places=-2)))
    assert request.verb == "move"
    assert request.arguments.texts("which") == ["a"]
    assert request.arguments.number("places") == -2
    assert (request.arguments.number("to"), request.arguments.flag("all")) == (None, False)


def test_a_switch_is_no_number_and_a_number_no_switch() -> None:
    with pytest.raises(ValueError, match="whole number"):
        Arguments({"x": True}).number("x")
    with pytest.raises(ValueError, match="true or false"):
        Arguments({"x": 1}).flag("x")


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(ValueError, match="no argument 'fro'"):
        Arguments({"to": 1, "fro": 2}).only("to")


def test_a_list_has_bounds() -> None:
    with pytest.raises(ValueError, match="100,000 entries"):
        Arguments({"which": [""] * 100_001}).texts("which")
