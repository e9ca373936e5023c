"""The reading of what was typed or pasted."""

import time

import pytest
from headrace.checksums import Checksum
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


SUM = "ab" * 32


def test_a_checksum_in_an_address_is_kept_and_every_other_fragment_goes() -> None:
    text = f"https://a.org/x#sha256={SUM.upper()}\nhttps://a.org/y#chapter-2\nhttps://a.org/z#v=1&md5={SUM[:32]}"
    assert [(each.address, each.checksum) for each in candidates_in(text)] == [
        ("https://a.org/x", Checksum("sha256", SUM)),
        ("https://a.org/y", None),
        ("https://a.org/z", Checksum("md5", SUM[:32])),
    ]


@pytest.mark.parametrize("lines", [["", f"#sha256={SUM}"], [f"#sha256={SUM}", ""]])
def test_of_one_address_twice_the_one_with_a_checksum_is_kept(lines: list[str]) -> None:
    (found,) = candidates_in("\n".join(f"https://a.org/x{fragment}" for fragment in lines))
    assert (found.address, found.checksum) == ("https://a.org/x", Checksum("sha256", SUM))


def test_a_checksum_that_is_none_is_a_fault_of_its_line() -> None:
    (found,) = candidates_in("https://a.org/x#sha256=abc")
    assert (found.address, found.checksum) == (None, None)
    assert found.problem == "a sha256 checksum has 64 hexadecimal digits"


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
