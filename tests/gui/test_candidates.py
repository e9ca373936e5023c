"""The reading of what was typed or pasted."""

import time

import pytest
from headrace_gui.dialogs.candidates import candidates_in, name_in
from headrace_gui.drops import addresses_of
from PySide6.QtCore import QMimeData, QUrl


def test_lines_words_and_sentences() -> None:
    text = "https://a.org/one.zip\n\nsee (https://a.org/two.zip), https://a.org/three.zip.\nhttps://a.org/one.zip\n"
    assert [each.address for each in candidates_in(text)] == [
        "https://a.org/one.zip",
        "https://a.org/two.zip",
        "https://a.org/three.zip",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ftp://a.org/x", "does not begin with http:// or https://"),
        ("hello", "does not begin with http:// or https://"),
        ("two words", "it holds spaces or control characters"),
        ("https://a.org:99999/x", "its host or port is not valid"),
    ],
)
def test_a_line_without_an_address_says_why(line: str, problem: str) -> None:
    (found,) = candidates_in(line)
    assert (found.address, found.problem, found.name) == (None, problem, line)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.org/x/y.zip?token=1", "y.zip"),
        ("https://a.org/a%20b.zip", "a b.zip"),
        ("https://a.org/dir/", "dir"),
        ("https://a.org/", "a.org"),
    ],
)
def test_name_in(address: str, name: str) -> None:
    assert name_in(address) == name


def test_five_thousand_lines_are_read_at_once() -> None:
    text = "\n".join(f"https://example.org/{number}.bin" for number in range(5_000))
    began = time.perf_counter()
    assert len(candidates_in(text)) == 5_000
    assert time.perf_counter() - began < 1.0


def test_links_and_text_that_are_dropped() -> None:
    links, text, files = QMimeData(), QMimeData(), QMimeData()
    links.setUrls([QUrl("https://a.org/x y.zip"), QUrl("https://a.org/z")])
    text.setText("get https://a.org/q now")
    files.setUrls([QUrl.fromLocalFile("/downloads/x")])
    assert addresses_of(links) == ["https://a.org/x%20y.zip", "https://a.org/z"]
    assert addresses_of(text) == ["https://a.org/q"]
    assert addresses_of(files) == []
