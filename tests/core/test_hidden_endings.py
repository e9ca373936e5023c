"""Names that hid their true ending: told apart from those that were only unusual, or too long."""

import pytest
from headrace.disk.file_names import address_was_cleaned, name_was_cleaned

from tests.core.test_file_names import FAMILY

CLEANED = [
    ("photo.jpg\u202egpj.exe", True),
    ("a\u200bb.txt", True),
    ("a\u2066b", True),
    ("invoice.pdf\u200d.exe", True),
    ("photo.jpg" + " " * 90 + ".exe", True),
    ("\u202efdp.exe/film.mkv", False),
    ("film.mkv", False),
    (FAMILY * 60 + ".png", False),
    ("\u0646\u0645\u06cc\u200c\u062e.txt", False),
    ("a:b\n\0.txt", False),
    ("fu\u0308r.txt", False),
    ("\udcff", False),
    ("a" * 300, False),
    ("", False),
]


@pytest.mark.parametrize(("raw", "cleaned"), CLEANED)
def test_a_name_that_hid_its_ending_is_told_n09(raw: str, cleaned: bool) -> None:
    assert name_was_cleaned(raw) is cleaned


def test_a_hidden_ending_in_an_address_is_told_too() -> None:
    assert address_was_cleaned("https://example.org/photo.jpg%E2%80%AEgpj.exe?x=1")
    assert not address_was_cleaned("https://example.org/%E2%80%AE/photo.jpg")
    assert not address_was_cleaned("http://[::1")
