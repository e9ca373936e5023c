"""Something else in the place of the file: login pages, error messages, programs."""

import pytest
from headrace.transfer.intruders import intruder, unexpected_type
from hypothesis import given
from hypothesis import strategies as st

from tests.support.packing import gzipped

LOGIN = b"\r\n <!DOCTYPE html><html><head><title>Sign in</title></head><body>Hotel Wi-Fi</body></html>"
BARE_PAGE = b'<div class="portal">Please accept the terms</div>'
S3_ERROR = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
JSON_ERROR = b'{"error": {"code": 403, "message": "link expired"}}'
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04"


@pytest.mark.parametrize(
    ("name", "media_type", "head", "what"),
    [
        ("setup.exe", "text/html", LOGIN, "a web page instead of .exe"),
        ("setup.exe", "application/octet-stream", LOGIN, "a web page instead of .exe"),
        ("data.zip", None, LOGIN, "a web page instead of .zip"),
        ("DATA.ZIP", "text/html", b"\xef\xbb\xbf" + LOGIN, "a web page instead of .zip"),
        ("debian.iso", "text/html", BARE_PAGE, "a web page instead of .iso"),
        ("debian.iso", "text/html", LOGIN.decode().encode("utf-16"), "a web page instead of .iso"),
        ("a.mp4", "application/xhtml+xml", b'<?xml version="1.0"?><!-- x --><html>', "a web page instead of .mp4"),
        ("photo.png", "application/json", JSON_ERROR, "an error message instead of .png"),
        ("photo.jpg", "image/jpeg", b'{\n  "status": 404}', "an error message instead of .jpg"),
        ("backup.7z", "application/xml", S3_ERROR, "an error message instead of .7z"),
        ("backup.tar.gz", "application/xml", S3_ERROR, "an error message instead of .gz"),
        ("paper.pdf", "text/html; charset=utf-8", LOGIN, "a web page instead of .pdf"),
    ],
)
def test_s29_something_else_is_named(name: str, media_type: str | None, head: bytes, what: str) -> None:
    assert intruder(name, media_type, head) == what


@pytest.mark.parametrize(
    ("name", "media_type", "head"),
    [
        ("index.html", "text/html", LOGIN),
        ("page.htm", None, LOGIN),
        ("download", "text/html", LOGIN),
        ("script.php", "text/html", LOGIN),
        ("notes.txt", "text/plain", LOGIN),
        ("table.xls", "text/html", LOGIN),  # many a program exports it so
        ("letter.doc", "text/html", LOGIN),
        ("feed.xml", "application/xml", S3_ERROR),
        ("answer.json", "application/json", JSON_ERROR),
        ("drawing.svg", "image/svg+xml", b"<?xml version='1.0'?><svg>"),
        ("firmware.bin", "text/html", LOGIN),
        ("page.html.gz", "text/html", LOGIN),  # unpacked on the way
        ("sitemap.xml.gz", "application/xml", S3_ERROR),
        ("dump.gz", "text/html", LOGIN),
        ("setup.exe", "text/html", PROGRAM),  # the type lies, the file is right
        ("data.zip", "text/html", b"PK\x03\x04"),
        ("data.zip", "text/html", b""),
        ("data.zip", "text/plain", b"Not Found"),  # text, but who can tell
        ("data.tar", None, b"<notes>\0" + bytes(500)),
        ("a.pdf", None, b"{ PostScript before the mark }%PDF-1.4"),
        ("a.zip", "application/json", b'{"id": 5}'),
        ("film.mp4", "video/mp4", b"\0\0\0\x18ftypmp42"),
    ],
)
def test_what_may_be_the_file_is_let_in(name: str, media_type: str | None, head: bytes) -> None:
    assert intruder(name, media_type, head) is None


@pytest.mark.parametrize(
    ("name", "media_type", "head", "is_unexpected"),
    [
        ("invoice.pdf", "application/x-msdownload", b"%PDF-1.7", True),
        ("invoice.pdf", "application/pdf", PROGRAM + bytes(60), True),
        ("invoice.pdf", None, b"\x7fELF\x02", True),
        ("photo.jpg", "application/x-dosexec", b"", True),
        ("readme.txt", None, PROGRAM, True),
        ("readme.txt", None, b"MZ Wallace sells bags\n" * 9, False),
        ("invoice.pdf", "application/octet-stream", b"%PDF-1.7", False),
        ("photo.jpg", "image/webp", b"RIFF\0\0\0\0WEBP", False),
        ("setup.exe", "application/x-msdownload", PROGRAM, False),
        ("driver.sys", None, PROGRAM, False),
        ("program", "application/x-executable", b"\x7fELF", False),
        ("pack.tar.gz", "application/gzip", gzipped(b"x"), False),
    ],
)
def test_n21_a_program_under_another_name_is_noticed(
    name: str, media_type: str | None, head: bytes, is_unexpected: bool
) -> None:
    assert unexpected_type(name, media_type, head) is is_unexpected


@given(st.text(max_size=30), st.none() | st.text(max_size=30), st.binary(max_size=1500))
def test_nothing_is_raised(name: str, media_type: str | None, head: bytes) -> None:
    assert intruder(name, media_type, head) is None or head
    assert unexpected_type(name, media_type, head) in (True, False)


def test_a_kilobyte_of_rubbish_takes_no_time() -> None:
    for nasty in (b"<!--" * 5000, b"<?xml" * 5000, b"{" * 20_000, b" \n<?xml?><!---->" * 1000, b'{"' * 9999):
        intruder("a.zip", "text/html", nasty)
