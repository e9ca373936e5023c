"""Text watched while it arrives."""

import re
import time
import tracemalloc
from itertools import pairwise

import pytest
from headrace.transfer.live_text import (
    CUT_MARK,
    MATCHED,
    LinePattern,
    TextWatch,
    codec_for,
    header_charset,
    text_codec,
)
from hypothesis import given
from hypothesis import strategies as st

LINES = ["first", "", "Grüße, 世界 \U0001f30d", "a\x0bb\x0cc\x85d\u2028e", "last"]
CODECS = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030", "utf-8-sig", "utf-16", "utf-32"]


def watched(*pieces: bytes, charset: str | None = None, **facts: object) -> list[str]:
    watch = TextWatch(charset, **facts)  # type: ignore[arg-type]
    return [line for piece in pieces for line in watch.feed(piece)] + watch.end()


def wanted_lines(text: str) -> list[str]:
    """Cut by the rule, over the whole text at once."""
    lines = re.split("\r\n|\n|\r", text.removeprefix("\ufeff"))
    return lines if lines[-1] else lines[:-1]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    borders = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[low:high] for low, high in pairwise(borders)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", CODECS)
def test_lines_come_right_byte_by_byte_in_every_charset(codec: str, end: str) -> None:
    data = end.join(LINES).encode(codec)
    assert watched(*(data[i : i + 1] for i in range(len(data))), charset=codec) == LINES
    assert watched(data, charset=codec) == LINES


@given(st.text(), st.sampled_from(CODECS), st.lists(st.integers(0)))
def test_any_cut_of_right_text_gives_the_lines_of_the_whole(text: str, codec: str, places: list[int]) -> None:
    data = text.encode(codec, "replace")
    whole = data.decode(codec_for(data, codec, None))
    assert watched(*cut(data, places), encoding=codec) == wanted_lines(whole)


NOT_ALL_TEXT = ["utf-8", "utf-16-le", "utf-32-be", "cp1252", "shift_jis", "euc_jp", "gb18030", "big5", "iso2022_jp"]


@given(
    st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"\x1b$B", b"\xe2\x82", b"\xff", b"a"]) | st.binary(max_size=9)),
    st.sampled_from(NOT_ALL_TEXT),
    st.lists(st.integers(0)),
)
def test_any_cut_of_any_bytes_gives_the_lines_of_one_piece(parts: list[bytes], codec: str, places: list[int]) -> None:
    data = b"".join(parts)
    assert watched(*cut(data, places), encoding=codec) == watched(data, encoding=codec)


@given(st.binary(), st.lists(st.integers(0)))
def test_any_bytes_without_any_label_are_utf_8_or_what_their_mark_says(data: bytes, places: list[int]) -> None:
    whole = data.decode(codec_for(data, None, None), "replace")
    assert watched(*cut(data, places)) == wanted_lines(whole)


@given(st.text(max_size=300), st.integers(1, 40), st.lists(st.integers(0)))
def test_long_lines_are_cut_alike_wherever_the_pieces_end(text: str, longest: int, places: list[int]) -> None:
    lines = wanted_lines(text.encode(errors="replace").decode())
    expected = [line if len(line) <= longest else line[:longest] + CUT_MARK for line in lines]
    assert watched(*cut(text.encode(errors="replace"), places), longest=longest) == expected


@pytest.mark.parametrize(
    ("start", "encoding", "charset", "codec"),
    [
        (b"plain", None, None, "utf-8"),
        (b"plain", None, "utf-16", "utf-16-le"),
        (b"plain", None, "no-such-charset", "utf-8"),
        (b"plain", None, "hex", "utf-8"),
        (b"plain", None, "us-ascii", "utf-8"),
        (b"plain", None, "Latin-1", "cp1252"),
        (b"plain", "latin-1", "utf-8", "iso8859-1"),
        (b"\xff\xfea\0", None, "utf-8", "utf-16-le"),
        (b"\xfe\xff\0a", None, "latin-1", "utf-16-be"),
        (b"\xef\xbb\xbfa", None, "latin-1", "utf-8"),
        (b"\xff\xfe\0\0", None, None, "utf-32-le"),
        (b"\0\0\xfe\xff", None, None, "utf-32-be"),
        (b"\xff\xfea\0", "latin-1", None, "iso8859-1"),
        (b"\xfe\xff\0a", "utf-16", None, "utf-16-be"),
        (b"\xef\xbb\xbfa", "utf-16", None, "utf-16-le"),
        (b"a\0", "utf-32", None, "utf-32-le"),
    ],
)
def test_the_charset_is_the_users_then_the_marks_then_the_headers(
    start: bytes, encoding: str | None, charset: str | None, codec: str
) -> None:
    assert codec_for(start, encoding, charset) == codec


@pytest.mark.parametrize("name", ["", "nonsense", "hex", "zlib", "rot13", "utf-7", "idna", "unicode_escape", "a\0b"])
def test_what_is_no_charset_of_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a text encoding"):
        text_codec(name)
    with pytest.raises(ValueError, match="not a text encoding"):
        TextWatch(encoding=name)


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        (None, None),
        ("text/plain", None),
        ("text/plain; charset=UTF-8", "UTF-8"),
        ('text/plain;format=flowed; Charset="iso-8859-1"', "iso-8859-1"),
        ("text/plain; charset=", None),
        ("text/plain; charset=../../etc", None),
        ("text/plain; charset=" + "x" * 100, "x" * 40),
        ("text/x-charset=no", None),
    ],
)
def test_the_charset_of_a_header(said: str | None, charset: str | None) -> None:
    assert header_charset(said) == charset


def test_a_line_is_given_as_soon_as_its_end_is_there() -> None:
    watch = TextWatch()
    assert watch.feed(b"one\ntw") == ["one"]
    assert watch.feed(b"o\r") == ["two"]
    assert watch.feed(b"\nthree\r") == ["three"]
    assert watch.feed(b"\r\n") == [""]
    assert watch.feed(b"10%\r20%\r") == ["10%", "20%"]
    assert watch.feed(b"") == watch.end() == []


def test_a_character_that_never_gets_whole_is_replaced_at_the_end() -> None:
    watch = TextWatch()
    assert watch.feed("ü\n€".encode()[:-1]) == ["ü"]
    assert watch.end() == ["\ufffd"]
    assert watched("€".encode("utf-16-le")[:1], charset="utf-16-le") == ["\ufffd"]


def test_a_line_of_100_mb_costs_neither_memory_nor_time() -> None:
    watch = TextWatch(longest=1000)
    block = b"x" * (1 << 20)
    found: list[str] = []
    began = time.perf_counter()
    tracemalloc.start()
    try:
        for _ in range(100):
            found += watch.feed(block)
        found += watch.feed(b"\nshort\n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == ["x" * 1000 + CUT_MARK, "short"]
    assert peak < 4 << 20
    assert time.perf_counter() - began < 10


def test_a_line_that_grows_byte_by_byte_takes_linear_time() -> None:
    watch = TextWatch()
    began = time.perf_counter()
    assert not any(watch.feed(b"y") for _ in range(300_000))
    assert watch.end() == ["y" * 300_000]
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        (LinePattern.text("o"), ["one", "two"]),
        (LinePattern.text("."), []),
        (LinePattern.text(""), ["one", "two", "three"]),
        (LinePattern.regex("^t"), ["two", "three"]),
        (LinePattern.regex("(?i)E$"), ["one", "three"]),
        (LinePattern.regex("[[]|w"), ["two"]),
    ],
)
def test_only_wanted_lines_are_given(pattern: LinePattern, kept: list[str]) -> None:
    assert watched(b"one\ntwo\nthr", b"ee", pattern=pattern) == kept


def test_a_regular_expression_sees_the_beginning_of_a_line_and_a_text_all_of_it() -> None:
    line = b"x" * MATCHED + b"end"
    assert watched(line, pattern=LinePattern.regex("end")) == []
    assert watched(line, pattern=LinePattern.text("end")) == [line.decode()]
    assert watched(line[1:], pattern=LinePattern.regex("xe")) == [line[1:].decode()]


@pytest.mark.parametrize("expression", ["(", "*", "[", "a{2,1}", "(?P<n", "a{99999999999999999999}"])
def test_a_bad_expression_is_a_value_error(expression: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression"):
        LinePattern.regex(expression)
