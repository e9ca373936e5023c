"""What is looked for in lines, within a bounded effort, and the words of the page."""

import time

import pytest
from headrace.live_reading import FeedState
from headrace.states import DownloadState
from headrace_gui.details.live_search import LineSearch
from headrace_gui.details.live_words import ENCODINGS, codec_name, empty_words, encoding_words
from headrace_gui.harmless import harmless


@pytest.mark.parametrize(
    ("text", "expression", "case", "line", "spans"),
    [
        ("a", False, False, "xAxa", (1, 1, 3, 1)),
        ("a", False, True, "xAxa", (3, 1)),
        (".", False, False, "a.b", (1, 1)),
        ("[", False, False, "a[b", (1, 1)),
        ("a|b", True, True, "cab", (1, 1, 2, 1)),
        ("x*", True, True, "abc", ()),
        ("^$", True, True, "", ()),
        ("é", False, False, "\U0001f600É", (2, 1)),
        (r"\d+", True, True, "٣ 4", (0, 1, 2, 1)),
        (r"(?P<n>b)", True, True, "abc", (1, 1)),
        ("z", False, False, "abc", None),
    ],
)
def test_find(text: str, expression: bool, case: bool, line: str, spans: tuple[int, ...] | None) -> None:
    assert LineSearch(text, is_expression=expression, with_case=case).find(line) == spans


def test_an_expression_that_would_take_for_ever_gives_up() -> None:
    search = LineSearch(r"(a+)+$", is_expression=True, with_case=True)
    began = time.perf_counter()
    assert search.find("a" * 40 + "b") is None
    assert time.perf_counter() - began < 0.5
    assert search.given_up == 1
    assert search.find("caa") == (1, 2)
    began = time.perf_counter()
    assert all(search.find("a" * 40 + "b") is None for _ in range(10_000))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["(", "[a", "a{2,1}", "(?<x", "*"])
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        LineSearch(text, is_expression=True, with_case=True)
    what, place = raised.value.args
    assert what
    assert 1 <= place <= len(text) + 1


def test_harmless_keeps_every_character_in_its_place() -> None:
    text = "a\tb\x00\x1b\x7f\x85\u2028\u202e\u2066\u200fé\U0001f600"
    assert harmless(text) == "a\tb␀␛␡\ufffd\ufffd\ufffd\ufffd\u200fé\U0001f600"
    assert len(harmless(text)) == len(text)


def test_every_encoding_that_is_offered_is_known_and_named() -> None:
    for name in ENCODINGS:
        "".encode(name)
        assert encoding_words(name)
    assert [codec_name(codec) for codec in ("utf-8", "utf-16-le", "cp1252", "iso8859-15", "shift_jis")] == [
        "UTF-8",
        "UTF-16",
        "Windows-1252",
        "ISO-8859-15",
        "SHIFT-JIS",
    ]


@pytest.mark.parametrize("state", [None, *FeedState])
@pytest.mark.parametrize("download", [None, *DownloadState])
@pytest.mark.parametrize("filtered", [False, True])
def test_an_empty_view_says_why(state: FeedState | None, download: DownloadState | None, filtered: bool) -> None:
    text = empty_words(state, download, is_filtered=filtered)
    assert bool(text) is (state is not None or download is None)
