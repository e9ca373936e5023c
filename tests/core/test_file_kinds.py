"""Names and types that agree, and those that do not (catalogue case N21)."""

import pytest
from headrace.file_kinds import kinds_disagree

AGREE = [
    ("setup.exe", "application/x-msdownload"),
    ("setup.exe", "application/octet-stream"),
    ("setup.exe", None),
    ("film.mp4", "video/mp4"),
    ("film.mp4", "audio/mp4"),
    ("song.ogg", "video/ogg"),
    ("a.docx", "application/zip"),
    ("a.jar", "application/zip"),
    ("a.tar.gz", "application/gzip"),
    ("a.tar.gz", "application/x-tar"),
    ("a.odt", "application/vnd.oasis.opendocument.text"),
    ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a.py", "text/x-python"),
    ("a.sh", "text/plain"),
    ("page.html", "text/html"),
    ("index.php", "text/html"),
    ("no ending", "application/x-msdownload"),
    ("a.unknown", "text/html"),
    ("logo.svg", "image/svg+xml"),
    ("a.zip", "nonsense"),
]
DISAGREE = [
    ("invoice.pdf", "application/x-msdownload"),
    ("INVOICE.PDF", "application/vnd.microsoft.portable-executable"),
    ("photo.jpg", "application/x-sh"),
    ("a.zip", "application/x-msi"),
    ("photo.jpg", "application/zip"),
    ("setup.exe", "image/png"),
    ("setup.exe", "text/html"),
    ("report.pdf", "text/html"),
    ("film.mp4", "image/gif"),
    ("film.mkv", "application/pdf"),
    ("a.zip", "video/mp4"),
]


@pytest.mark.parametrize(("name", "media_type"), AGREE)
def test_names_and_types_that_agree(name: str, media_type: str | None) -> None:
    assert not kinds_disagree(name, media_type)


@pytest.mark.parametrize(("name", "media_type"), DISAGREE)
def test_names_and_types_that_do_not(name: str, media_type: str) -> None:
    assert kinds_disagree(name, media_type)
