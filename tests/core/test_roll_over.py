"""Where one file of a recording ends and the next begins, and what is asked of a recording."""

import re

import pytest
from headrace.recordings import Recording
from headrace.transfer.roll_over import LINE_WITHIN, RollOver, stamp_in, stamped
from hypothesis import given
from hypothesis import strategies as st

SIZE = 1 << 10
STAMP = "20261121T101500Z"


def roll_over(*, text: bool, size: int | None = SIZE, seconds: float | None = None) -> RollOver:
    made = RollOver(Recording(roll_size=size, roll_seconds=seconds))
    made.text = text
    made.begin(0.0)
    return made


def pieces(data: list[bytes], *, text: bool) -> list[bytes]:
    """Record `data` with a clock that stands still."""
    roll, made = roll_over(text=text), [b""]
    for part in data:
        view = memoryview(part)
        while view:
            cut = roll.cut(view, len(made[-1]), 0.0)
            made[-1] += bytes(view if cut is None else view[:cut])
            view = view[len(view) if cut is None else cut :]
            if cut is not None:
                roll.begin(0.0)
                made.append(b"")
    return made if made[-1] else made[:-1]


PARTS = st.lists(st.binary(max_size=700) | st.text("ab\n", max_size=700).map(str.encode))


@given(PARTS)
def test_other_content_is_cut_at_the_byte(parts: list[bytes]) -> None:
    made = pieces(parts, text=False)
    assert b"".join(made) == b"".join(parts)
    assert all(len(piece) == SIZE for piece in made[:-1])


@given(PARTS, st.booleans())
def test_text_is_cut_at_the_first_line_end_from_the_size_on_however_it_comes(parts: list[bytes], joined: bool) -> None:
    whole = b"".join(parts)
    made = pieces([whole] if joined else parts, text=True)
    expected = re.findall(rb"(?s).{1023,}?\n|.+\Z", whole) if whole else []
    assert made == expected


def test_a_text_without_line_ends_runs_on_for_64_kib() -> None:
    assert [len(piece) for piece in pieces([b"x" * 100_000] * 3, text=True)] == [SIZE + LINE_WITHIN[0]] * 4 + [33_760]


@pytest.mark.parametrize(
    ("text", "now", "cut"), [(False, 9.9, None), (False, 10.0, 0), (True, 9.9, None), (True, 10.0, 3), (True, 99.0, 3)]
)
def test_time_ends_a_piece_with_the_next_bytes(text: bool, now: float, cut: int | None) -> None:
    roll = roll_over(text=text, size=None, seconds=10.0)
    assert roll.cut(memoryview(b"no end"), 0, 0.1) is None
    assert roll.cut(memoryview(b"ab\ncd"), 6, now) == cut


def test_time_ends_a_text_at_once_behind_a_line_and_after_five_seconds_within_one() -> None:
    roll = roll_over(text=True, size=None, seconds=10.0)
    assert roll.cut(memoryview(b"line\n"), 0, 0.1) is None
    assert roll.cut(memoryview(b"next"), 5, 11.0) == 0
    roll.begin(11.0)
    assert [roll.cut(memoryview(b"half"), place, now) for place, now in ((0, 12.0), (4, 22.0), (8, 26.9))] == [None] * 3
    assert roll.cut(memoryview(b"half"), 12, 27.0) == 0


def test_no_piece_is_empty() -> None:
    assert roll_over(text=False, size=None, seconds=1.0).cut(memoryview(b"x"), 0, 99.0) is None


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("radio.mp3", f"radio-{STAMP}.mp3"),
        ("log", f"log-{STAMP}"),
        (".hidden", f".hidden-{STAMP}"),
        ("a.very long and spoken ending", f"a.very long and spoken ending-{STAMP}"),
    ],
)
def test_pieces_are_named_after_their_beginning(name: str, piece: str) -> None:
    assert stamped(name, STAMP) == piece
    assert stamp_in(piece) == stamp_in(f"{piece}.0123456789abcdef.part") == STAMP
    assert stamp_in(name) is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=300))
def test_names_of_pieces_leave_room_for_part_and_number(name: str) -> None:
    piece = stamped(name, STAMP)
    assert len(piece.encode()) + len(".0123456789abcdef.part") <= 255
    assert stamp_in(piece) == STAMP


@pytest.mark.parametrize("facts", [{"roll_size": 1023}, {"roll_size": 1 << 51}, {"roll_seconds": 0.5}])
def test_what_cannot_be_meant_is_refused(facts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="begins a new file after"):
        Recording(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wishes", [Recording(), Recording(1 << 20, 60.0, follow=True, reconnect=True), Recording(roll_seconds=1.5)]
)
def test_a_recording_is_stored_as_text(wishes: Recording) -> None:
    assert Recording.parse(wishes.as_text()) == wishes


@pytest.mark.parametrize("text", ["", "[]", "7", '{"roll_size": "9"}', '{"roll_size": 1}', '{"roll_seconds": true}'])
def test_a_stored_recording_that_makes_no_sense_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recording.parse(text)
