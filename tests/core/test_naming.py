"""What is wrong with a name a person types."""

import pytest
from headrace.disk.file_names import chosen_name
from headrace.naming import NameProblem, name_problem
from hypothesis import given
from hypothesis import strategies as st

_P = NameProblem


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a.zip", None),
        ("a b (2).tar.gz", None),
        ("", _P.EMPTY),
        ("  ", _P.EMPTY),
        ("..", _P.FOLDER),
        ("a/b", _P.FOLDER),
        ("a\\b", _P.FOLDER),
        ("a\nb", _P.CONTROL),
        ("a:b", _P.CHARACTER),
        ("a?", _P.CHARACTER),
        ("a.", _P.END),
        ("con", _P.RESERVED),
        ("desktop.ini", _P.RESERVED),
        ("é" * 200, _P.LONG),
    ],
)
def test_the_problem_of_a_name(name: str, problem: NameProblem | None) -> None:
    assert name_problem(name) is problem


@given(st.text(alphabet=st.characters(codec=None)))
def test_a_name_has_a_problem_where_the_engine_would_refuse_it(name: str) -> None:
    try:
        chosen_name(name)
    except ValueError:
        assert name_problem(name) is not None
    else:
        assert name_problem(name) is None
