"""What is brought along at a start: addresses, links of our scheme, files of Metalinks."""

from pathlib import Path

import pytest
from headrace.brought import Brought

METALINK = (
    '<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink">'
    '<file name="a.bin"><size>3</size><url>https://h/a.bin</url></file></metalink>'
)


def test_addresses_are_added_and_links_are_offered() -> None:
    brought = Brought.of(["https://h/x#part", "headrace:https://h/y", "HEADRACE://https%3A%2F%2Fh%2Fz%3Fq%3D1"])
    assert brought.addresses == ("https://h/x",)
    assert brought.offers == ("https://h/y", "https://h/z?q=1")
    assert brought.downloads == ()
    assert brought
    assert not Brought.of([])


@pytest.mark.parametrize("name", ["list.meta4", "my list.METALINK"])
def test_a_metalink_is_read_by_path_or_address_of_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(METALINK, encoding="utf-8")
    for argument in (str(file), file.as_uri()):
        (row,) = Brought.of([argument]).downloads
        assert (row["address"], row["name"], row["size"]) == ("https://h/a.bin", "a.bin", 3)
        assert "folder" not in row


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("headrace:", "does not begin with http"),
        ("headrace:file:///etc/passwd", "does not begin with http"),
        ("headrace:javascript:alert(1)", "does not begin with http"),
        ("file:///etc/passwd", "does not begin with http"),
        ("/nowhere/x.meta4", "cannot be read"),
        ("x.txt", "does not begin with http"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(argument: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Brought.of([argument])


def test_a_metalink_on_a_server_is_an_address() -> None:
    assert Brought.of(["https://h/x.meta4"]).addresses == ("https://h/x.meta4",)


def test_a_file_that_is_no_metalink_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.meta4"
    file.write_text("<html>", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.meta4 cannot be used"):
        Brought.of([str(file)])
