"""What happens to a file when it is there: how it is said, kept and brought along."""

from pathlib import Path

import pytest
from headrace.after import After, checked_after, parse_after
from headrace.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

FOLDER = str(Path("/elsewhere").absolute())


@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, "", FOLDER]), st.booleans())
def test_what_is_written_is_read(moves: bool, extracts: bool, opens: bool, sound: str | None, trashes: bool) -> None:
    after = After(Path(FOLDER) if moves else None, extracts, trashes and extracts, opens, sound)
    assert After.of(after.texts()) == after
    assert checked_after(after.texts()[::-1]) == after.texts(), "the order is that of doing"


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        (["explode"], "one of move=FOLDER, extract, trash, open, sound, sound=FILE, not 'explode'"),
        (["open", "open"], "open is said twice"),
        (["open=x"], "not 'open=x'"),
        (["move"], "move needs a folder"),
        (["move=down/here"], "given in full"),
        (["sound=bell.wav"], "given in full"),
        (["trash"], "say extract as well"),
        ("open", "a list of steps"),
        ([1], "a list of steps"),
    ],
)
def test_what_cannot_be_meant_says_why(texts: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_after(texts)


def test_a_command_line_has_commas() -> None:
    assert parse_after(f" open, move={FOLDER} ,sound") == (f"move={FOLDER}", "open", "sound")
    assert parse_after("nothing") == ()
    assert parse_after("move=~/x")[0] == f"move={Path.home() / 'x'}"
    with pytest.raises(ValueError, match="one of"):
        parse_after("")


def test_it_is_a_setting() -> None:
    assert Settings(Path("/d")).after_each == (), "off by default"
    assert Settings(Path("/d"), after_each=("open", "extract")).after_each == ("extract", "open")
    with pytest.raises(ValueError, match="setting after_each"):
        Settings(Path("/d"), after_each=("explode",))
