"""The reading of what was typed or pasted."""

import gc
import time
from itertools import pairwise

import pytest
from headrace.checksums import Checksum
from headrace.curl_command import Remark
from headrace.naming import name_from_address
from headrace_gui.dialogs import candidates
from headrace_gui.dialogs.candidates import candidates_in, read, reading


def addresses(text: str, *, literal: bool = False) -> list[str | None]:
    return [each.address for each in candidates_in(text, literal=literal)]


def test_lines_words_and_sentences() -> None:
    text = "https://a.org/one.zip\n\nsee (https://a.org/two.zip), https://a.org/three.zip.\nhttps://a.org/one.zip\n"
    assert addresses(text) == ["https://a.org/one.zip", "https://a.org/two.zip", "https://a.org/three.zip"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("magnet:?a", "is a magnet link: a torrent client is for it"),
        ("gopher://a.org/x", "does not begin with http://, https://, ftp:// or sftp://"),
        ("hello", "does not begin with http://, https://, ftp:// or sftp://"),
        ("two words", "it holds spaces or control characters"),
        ("https://a.org:99999/x", "its host or port is not valid"),
        ("https://a.org\\b/x", "has a backslash in its host"),
    ],
)
def test_a_line_without_an_address_says_why(line: str, problem: str) -> None:
    (found,) = candidates_in(line)
    assert (found.address, found.problem, found.fault, found.name) == (None, problem, problem, line)


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
    assert (found.address, found.checksum, found.fault) == (None, None, "its checksum is damaged")


@pytest.mark.parametrize(
    "text",
    [
        f"https://a.org/x.iso\n{SUM}",
        f"{SUM}\nhttps://a.org/x.iso",
        f"https://a.org/x.iso sha256:{SUM}",
        f"https://a.org/x.iso\n{SUM}  x.iso",
        f"https://a.org/x.iso\n{SUM} *dir/x.iso",
        f"https://a.org/x.iso\nSHA256 (x.iso) = {SUM}",
        f"https://a.org/x.iso\nSHA-256: {SUM}",
    ],
)
def test_a_checksum_beside_an_address_is_for_it(text: str) -> None:
    (found,) = candidates_in(text)
    assert (found.address, found.checksum) == ("https://a.org/x.iso", Checksum("sha256", SUM))


def test_checksums_find_their_files_by_name_and_by_place() -> None:
    other = "cd" * 32
    named = f"https://a.org/1.iso\nhttps://a.org/2.iso\n{other}  2.iso\n{SUM}  1.iso"
    placed = f"https://a.org/1.iso\n{SUM}\nhttps://a.org/2.iso\n{other}"
    for text in (named, placed):
        assert [each.checksum and each.checksum.digest for each in candidates_in(text)] == [SUM, other]


def test_a_checksum_of_no_file_is_told_and_a_lonely_one_is_handed_on() -> None:
    lost = candidates_in(f"https://a.org/1.iso\n{SUM}  3.iso")
    assert [each.fault for each in lost] == ["", "a checksum, and no file of that name"]
    alone = read(SUM)
    assert (alone.candidates, alone.checksum) == ([], Checksum("sha256", SUM))


def test_a_digest_within_an_address_is_no_checksum() -> None:
    assert [each.checksum for each in candidates_in(f"https://a.org/{SUM}/x")] == [None]


def test_patterns_become_many() -> None:
    text = "https://a.org/[01-03].mp4 https://[::1]/x\nhttps://a.org/{a,b}.zip"
    assert addresses(text) == [
        *(f"https://a.org/0{number}.mp4" for number in (1, 2, 3)),
        "https://[::1]/x",
        "https://a.org/a.zip",
        "https://a.org/b.zip",
    ]
    assert read(text).has_patterns
    assert addresses(text, literal=True) == ["https://a.org/[01-03].mp4", "https://[::1]/x", "https://a.org/{a,b}.zip"]
    assert not read("https://a.org/x").has_patterns


def test_a_pattern_that_stands_for_too_many_says_so() -> None:
    (found,) = candidates_in("https://a.org/[1-200000].jpg")
    assert found.address is None
    assert found.fault == "stands for 200,000 addresses, 100,000 is the most"


def test_patterns_together_stand_for_no_more_than_one_may() -> None:
    found = candidates_in("https://a.org/[1-60000].jpg\nhttps://b.org/[1-60000].jpg")
    assert len(found) == 60_001
    assert found[-1].fault == "stands for 60,000 addresses, 100,000 is the most"


def test_commands_become_addresses_with_headers_and_names() -> None:
    text = "curl 'https://a.org/x?id=1' -H 'X-Key: secret' -b 'a=1' -o film.mp4 --limit-rate 1M -k ;\nhttps://a.org/y"
    result = read(text)
    first, second = result.candidates
    assert (first.address, first.name, first.limit) == ("https://a.org/x?id=1", "film.mp4", 1_000_000)
    assert dict(first.headers) == {"X-Key": "secret", "Cookie": "a=1"}
    assert (second.address, second.headers) == ("https://a.org/y", ())
    assert result.remarks == {Remark.CERTIFICATE}
    assert "secret" not in repr(first)


def test_what_a_command_cannot_become_is_told() -> None:
    (posts,) = candidates_in("curl https://a.org/x -d a=secret")
    assert posts.address is None
    assert posts.fault == "sends a form or a file, which a download cannot"
    assert "secret" not in posts.name


def test_a_name_of_a_command_that_no_disk_takes_is_left_out() -> None:
    assert [each.name for each in candidates_in("curl https://a.org/x.zip -o 'a:b'")] == ["x.zip"]


def test_a_pattern_in_a_command_of_curl_counts_and_one_of_wget_does_not() -> None:
    assert len(candidates_in("curl -O 'https://a.org/[1-3].jpg'")) == 3
    assert addresses("wget 'https://a.org/[1-3].jpg'") == ["https://a.org/[1-3].jpg"]
    assert not read("wget 'https://a.org/[1-3].jpg'").has_patterns


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.org/x/y.zip?token=1", "y.zip"),
        ("https://a.org/a%20b.zip", "a b.zip"),
        ("https://a.org/dir/", "dir"),
        ("https://a.org/", "a.org"),
    ],
)
def test_the_name_in_an_address(address: str, name: str) -> None:
    assert [each.name for each in candidates_in(address)] == [name]


@pytest.mark.alone
def test_ten_thousand_lines_are_read_in_short_steps() -> None:
    text = "\n".join(f"https://example.org/{number}.bin" for number in range(10_000))
    gc.freeze()  # what other tests left to the garbage collector is not the reading's
    try:
        pauses = [time.thread_time(), *(time.thread_time() for _ in reading(text)), time.thread_time()]
    finally:
        gc.unfreeze()
    assert pauses[-1] - pauses[0] < 1.0
    assert max(later - earlier for earlier, later in pairwise(pauses)) < 0.01
    assert len(candidates_in(text)) == 10_000


@pytest.mark.parametrize(
    "lines",
    [
        ["https://a.org/1.zip"] * 5_000,
        ["https://a.org/1.zip", *[""] * 5_000],
        ["https://a.org/1.zip", *[f"{SUM}  1.zip"] * 5_000],
    ],
    ids=["the same", "nothing", "checksums"],
)
def test_lines_that_bring_nothing_new_are_read_in_short_steps_too(lines: list[str]) -> None:
    assert len(list(reading("\n".join(lines)))) >= len(lines) // 64


def test_checksums_cost_no_more_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def watched(address: str) -> str:
        nonlocal asked
        asked += 1
        return name_from_address(address)

    monkeypatch.setattr(candidates, "name_from_address", watched)
    files = [f"{number}.zip" for number in range(200)]
    text = "\n".join([*(f"https://a.org/{file}" for file in files), *(f"{SUM}  {file}" for file in reversed(files))])
    found = candidates_in(text)
    assert [each.checksum for each in found] == [Checksum("sha256", SUM)] * 200
    assert asked == 200


def test_a_line_of_any_length_is_read_in_short_steps() -> None:
    text = " ".join(f"https://a.org/{number}.zip" for number in range(10_000))
    assert len(list(candidates._lines(text))) == 1
    assert len(candidates_in(text)) == 10_000
    assert len(list(reading(text))) > 100
    lines = "".join(f"{number}\r\n" for number in range(20_000))
    assert list(candidates._lines(lines)) == lines.splitlines()
