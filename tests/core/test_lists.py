"""Lists of downloads as files, there and back, and what hostile ones do."""

import json
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import Checksum
from headrace.curl_command import CommandRequest, parts_of
from headrace.lists import MOST_BYTES, MOST_DOWNLOADS, Format, read_list, written
from headrace.pieces import PieceHashes
from headrace.spec import DownloadSpec
from headrace.spec_json import spec_to_json
from hypothesis import given
from hypothesis import strategies as st

HERE = Path("/downloads").absolute()
FACTS = {"state": "completed", "total": 1_500_000, "received": 1_500_000}
FULL = DownloadSpec(
    "https://example.org/a.iso?key=1&b='2'",
    HERE / "films",
    name="It's (b) & 7.iso",
    checksum=Checksum("sha256", "ab" * 32),
    limit=1000,
    mirrors=("https://mirror.org/a.iso",),
    pieces=PieceHashes("sha1", 1 << 20, ("cd" * 20, "ef" * 20)),
    size=1_500_000,
    paused=True,
)
PLAIN = DownloadSpec("https://example.org/b.zip", HERE, name="b.zip")


def text_of(form: Format, *specs: DownloadSpec) -> str:
    return "\n".join(written([spec_to_json(spec) | FACTS for spec in specs], form)) + "\n"


def test_our_own_form_keeps_everything() -> None:
    text = text_of(Format.JSON, FULL, PLAIN)
    assert json.loads(text)["headrace"] == 1
    assert read_list(text.encode(), HERE, with_folders=True) == [FULL, PLAIN]
    assert json.loads(text_of(Format.JSON)) == {"headrace": 1, "downloads": []}


def test_folders_of_others_are_not_taken_unless_that_is_wished() -> None:
    elsewhere = Path("/elsewhere").absolute()
    for form in (Format.JSON, Format.ARIA2):
        data = text_of(form, FULL, PLAIN).encode()
        assert {spec.folder for spec in read_list(data, elsewhere)} == {elsewhere}
        assert [spec.folder for spec in read_list(data, elsewhere, with_folders=True)] == [HERE / "films", HERE]


def test_a_metalink_keeps_hash_size_and_mirrors() -> None:
    full, plain = read_list(text_of(Format.METALINK, FULL, PLAIN).encode(), HERE)
    assert (full.address, full.mirrors, full.checksum) == (FULL.address, FULL.mirrors, FULL.checksum)
    assert (full.size, plain.name, plain.address) == (1_500_000, "b.zip", PLAIN.address)


def test_a_session_of_aria2_keeps_what_aria2_knows() -> None:
    full, plain = read_list(text_of(Format.ARIA2, FULL, PLAIN).encode(), HERE, with_folders=True)
    assert (full.address, full.mirrors, full.name) == (FULL.address, FULL.mirrors, FULL.name)
    assert (full.checksum, full.limit, full.paused, plain.paused) == (FULL.checksum, 1000, True, False)


@pytest.mark.parametrize("form", [Format.CURL, Format.WGET])
def test_commands_are_those_that_are_understood(form: Format) -> None:
    parts = [part for part in parts_of(text_of(form, FULL, PLAIN)) if isinstance(part, CommandRequest)]
    assert [(part.address, part.name) for part in parts] == [(one.address, one.name) for one in (FULL, PLAIN)]


def test_a_text_gives_its_addresses() -> None:
    data = "# mine\n\nsee https://example.org/x, or\nhttps://example.org/y\n".encode("utf-16")
    assert [spec.address for spec in read_list(data, HERE)] == ["https://example.org/x", "https://example.org/y"]
    assert text_of(Format.TEXT, PLAIN) == "https://example.org/b.zip\n"


def test_what_aria2_itself_writes_is_read() -> None:
    session = (
        "http://127.0.0.1/a.bin\thttp://127.0.0.2/a.bin\t\n gid=0123456789abcdef\n dir=/tmp\n out=sub/c.bin\n"
        " max-download-limit=0\n split=5\nmagnet:?xt=x\n dir=/tmp\nhttp://127.0.0.1/b.bin\n pause=true\n"
    )
    first, second = read_list(session.encode(), HERE)
    assert (first.mirrors, first.name, first.limit) == (("http://127.0.0.2/a.bin",), "c.bin", None)
    assert (second.address, second.paused, second.folder) == ("http://127.0.0.1/b.bin", True, HERE)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no address in the list"),
        (b"nothing of use", "no address in the list"),
        (b"\0\xff\xfe", "no address in the list"),
        (b"{", "the list is not JSON"),
        (b"{" + b'"a":{' * 50_000, "the list is not JSON"),
        (b"{}", "not a list that Headrace wrote"),
        (b'{"headrace": "1"}', "not a list that Headrace wrote"),
        (b'{"headrace": 2}', "a newer Headrace"),
        (b'{"headrace": 1}', "holds no downloads"),
        (b'{"headrace": 1, "downloads": [7]}', "holds no downloads"),
        (b'{"headrace": 1, "downloads": []}', "no address in the list"),
        (b'{"headrace": 1, "downloads": [{"address": "file:///etc/passwd"}]}', "does not begin with http"),
        (b'{"headrace": 1, "downloads": [{"address": "https://h/", "name": "../x"}]}', "name"),
        (b'{"headrace": 1, "downloads": [{"address": "https://h/", "run": "x"}]}', "has no 'run'"),
        (b"https://h/x\n checksum=sha-256=zz\n", "checksum"),
        (b"<metalink>", "Metalink"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><metalink/>", "Metalink"),
        (b" " * (MOST_BYTES + 1), "64 MiB at most"),
    ],
)
def test_what_is_no_list_gets_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_list(data, HERE)


def test_a_million_entries_are_too_many() -> None:
    for data in (
        b"https://h/x\n" * (MOST_DOWNLOADS + 1),
        json.dumps({"headrace": 1, "downloads": [{}] * (MOST_DOWNLOADS + 1)}).encode(),
    ):
        with pytest.raises(ValueError, match="100,000 downloads at most"):
            read_list(data, HERE)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "a/../../x"])
def test_names_of_aria2_stay_within_the_folder(name: str) -> None:
    (spec,) = read_list(f"https://h/y\n out={name}\n".encode(), HERE)
    assert spec.name == "x"


@given(st.binary(max_size=400))
def test_any_file_is_a_list_or_a_sentence(data: bytes) -> None:
    try:
        found: list[Any] = read_list(data, HERE)
    except ValueError:
        return
    assert found
