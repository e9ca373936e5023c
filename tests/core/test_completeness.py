"""Whether a file bears its own end: real files, cut at many points, and whole ones with something behind them."""

import io
import lzma
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from headrace.errors import StoppedError
from headrace.transfer.completeness import TAIL, Ending, ending, gzip_is_whole
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPdfWriter

from tests.support.packing import gzipped

WHOLE, CUT, UNKNOWN = Ending.WHOLE, Ending.CUT, Ending.UNKNOWN
NOISE = random.Random(7).randbytes(200_000)


def judged(name: str, content: bytes, *, with_read: bool = True) -> Ending:
    """Judge as the engine does: the first KiB, the last bytes, and a way to read what lies between."""

    def read(offset: int, size: int) -> bytes:
        assert offset >= 0
        assert size >= 0
        return content[offset : offset + size]

    return ending(name, content[:1024], content[-TAIL:], len(content), read if with_read else None)


def cuts(content: bytes) -> list[int]:
    """Return lengths to cut to: near both ends, and spread over the whole."""
    size = len(content)
    spread = {size * part // 23 for part in range(1, 23)}
    return sorted({*spread, *range(32, 200, 13), *(size - near for near in range(1, 40))} & set(range(32, size)))


# The makers.


def zip_file(*, size: int = 100_000, comment: bytes = b"", stored: bool = False, inner: bytes | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noise", NOISE[:size] if inner is None else inner)
        archive.writestr("text", b"text " * 1000)
        archive.comment = comment
    return stream.getvalue()


class _Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data, as archives streamed by servers have it."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.content += data
        return len(data)


def streamed_zip() -> bytes:
    stream = _Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noise", NOISE)
    return bytes(stream.content)


def zip64_file(monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    return zip_file()


def image(path: Path, size: int = 150) -> bytes:
    picture = QImage(size, size, QImage.Format.Format_RGB32)
    stream = random.Random(3)
    for x in range(size):
        for y in range(size):
            picture.setPixel(x, y, stream.getrandbits(24))
    assert picture.save(str(path))
    return path.read_bytes()


def pdf_file(path: Path) -> bytes:
    writer = QPdfWriter(str(path))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.drawImage(0, 0, QImage.fromData(image(path.with_suffix(".png"), 64)))
    painter.end()
    del painter, writer
    return path.read_bytes()


def box(kind: bytes, content: bytes, *, large: bool = False) -> bytes:
    if large:
        return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content
    return struct.pack(">I4s", 8 + len(content), kind) + content


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")


def mp4_file(*, moov_first: bool = False, large: bool = False) -> bytes:
    moov, mdat = box(b"moov", NOISE[:5000]), box(b"mdat", NOISE[:100_000], large=large)
    return FTYP + (moov + mdat if moov_first else mdat + moov)


def seven_zip() -> bytes:
    """An archive as 7-Zip writes it for no files, with packed bytes before its headers."""
    packed, headers = NOISE[:50_000], b"\x01\x05\x00\x00\x00"
    start = struct.pack("<QQI", len(packed), len(headers), zlib.crc32(headers))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + headers


@pytest.fixture
def files(tmp_path: Path, qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Return whole files of each kind that can be told, by name."""
    return {
        "deflated.zip": zip_file(),
        "stored.zip": zip_file(stored=True),
        "empty.zip": b"PK\x05\x06" + bytes(18),
        "comment.jar": zip_file(comment=b"c" * 65_535),
        "streamed.docx": streamed_zip(),
        "zip-in-zip.zip": zip_file(inner=zip_file(size=1000), stored=True),
        "check-crc32.xz": lzma.compress(NOISE, check=lzma.CHECK_CRC32),
        "check-none.tar.txz": lzma.compress(b"x" * 10, check=lzma.CHECK_NONE),
        "empty.xz": lzma.compress(b""),
        "padded.xz": lzma.compress(NOISE) + bytes(8),
        "two-streams.xz": lzma.compress(NOISE) + lzma.compress(b"more"),
        "picture.png": image(tmp_path / "a.png"),
        "picture.jpg": image(tmp_path / "a.jpg"),
        "paper.pdf": pdf_file(tmp_path / "paper.pdf").rstrip(),  # the last end of line is optional
        "film.mp4": mp4_file(),
        "fast.mov": mp4_file(moov_first=True),
        "large.m4v": mp4_file(large=True),
        "archive.7z": seven_zip(),
        "five.rar": b"Rar!\x1a\x07\x01\x00" + NOISE[:1000] + b"\x1d\x77\x56\x51\x03\x05\x04\x00",
        "zip64.zip": zip64_file(monkeypatch),
    }


def test_whole_files_are_whole(files: dict[str, bytes]) -> None:
    assert {name: judged(name, content) for name, content in files.items()} == dict.fromkeys(files, WHOLE)
    assert zipfile.ZipFile(io.BytesIO(files["zip64.zip"])).read("noise") == NOISE[:100_000]


def test_cut_files_are_never_whole_and_mostly_cut(files: dict[str, bytes]) -> None:
    may_look_whole = {"padded.xz", "two-streams.xz"}  # behind its first stream, or within its padding, it is one
    cannot_be_told = {"five.rar", "zip-in-zip.zip"}  # the last: an end is there, of what lies within
    for name, content in files.items():
        found = {at: judged(name, content[:at]) for at in cuts(content)}
        wholes = [at for at, is_whole in found.items() if is_whole is WHOLE]
        assert name in may_look_whole or not wholes, (name, wholes)
        seen = sum(verdict is CUT for verdict in found.values())
        assert name in cannot_be_told or seen >= len(found) * 0.6, (name, seen, len(found))


def test_a_whole_file_is_never_cut_whatever_follows_it(files: dict[str, bytes]) -> None:
    behind = (b"\n", b"\r\n", bytes(4), bytes(3000), b"<!-- page -->", NOISE[:3000])
    for name, content in files.items():
        kind = name.rpartition(".")[2]
        for more in behind if kind not in ("xz", "txz") else (bytes(4), bytes(400)):  # xz itself refuses rubbish
            assert judged(name, content + more) is not CUT, (name, more[:20])
        if kind in ("png", "jpg"):
            assert judged(name, content + NOISE) is not CUT, name


def test_without_a_way_to_read_nothing_whole_is_cut(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        assert judged(name, content, with_read=False) is not CUT, name


def test_a_thumbnail_does_not_end_its_picture() -> None:
    thumbnail = b"\xff\xd8\xff\xd9"
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(thumbnail)) + b"Exif\0\0" + thumbnail
    assert judged("a.jpg", b"\xff\xd8" + exif) is CUT


def test_a_linearized_pdf_cut_behind_its_first_part_is_not_whole() -> None:
    first = b"%PDF-1.5\n" + NOISE[:1000] + b"\nstartxref\n0\n%%EOF\n"
    assert judged("a.pdf", first) is UNKNOWN
    assert judged("a.pdf", first + NOISE) is CUT


def test_a_pdf_inside_a_cut_pdf_is_not_its_end() -> None:
    inner = b"%PDF-1.4\n" + b" " * 50 + b"xref\n0 1\ntrailer\nstartxref\n59\n%%EOF\n"
    assert judged("a.pdf", inner) is WHOLE
    assert judged("a.pdf", b"%PDF-1.7\n" + NOISE[:5000] + inner) is UNKNOWN


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("film.mp4", FTYP + box(b"moov", b"m" * 100)),
        ("film.mp4", FTYP + box(b"moov", b"m") + box(b"moof", b"f") + box(b"mdat", b"d")),
        ("film.mp4", FTYP + box(b"moov", b"m") + struct.pack(">I4s", 0, b"mdat") + b"d" * 100),
        ("notes.txt", b"PK\x03\x04" + NOISE),
        ("setup.exe", b"MZ" + NOISE),
        ("no-zip.zip", NOISE),
        ("", b""),
        ("empty.zip", b""),
        ("picture.png", b"\x89PNG"),
    ],
)
def test_what_cannot_be_told_is_unknown(name: str, content: bytes) -> None:
    assert judged(name, content) is UNKNOWN


@given(st.sampled_from("a.zip a.gz a.xz a.png a.pdf a.jpg a.rar a.7z a.mp4".split()), st.binary(max_size=300))
def test_rubbish_raises_nothing(name: str, rubbish: bytes) -> None:
    marks = (
        b"PK\3\4",
        b"\x1f\x8b\x08",
        b"\xfd7zXZ\0",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-",
        b"\xff\xd8\xff",
        b"\0\0\0\x08ftyp",
    )
    for mark in (b"", *marks):
        assert judged(name, mark + rubbish) in Ending


def test_boxes_and_chunks_without_end_are_left() -> None:
    steps: list[int] = []

    def read(offset: int, size: int) -> bytes:
        steps.append(offset)
        return struct.pack(">I4sQ", 8, b"free", 8)[:size]

    assert ending("a.mp4", FTYP, b"", 1 << 40, read) is UNKNOWN
    assert ending("a.png", b"\x89PNG\r\n\x1a\n", b"", 1 << 40, read) is UNKNOWN
    assert len(steps) < 100_000


# gzip, by unpacking.


def pieces(content: bytes, size: int = 7001) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def nothing() -> None:
    """Check nothing."""


def test_a_gzip_is_judged_by_its_size_at_first() -> None:
    assert judged("a.gz", gzipped(b"")) is UNKNOWN
    assert judged("a.gz", gzipped(NOISE)[:19]) is CUT


@pytest.mark.parametrize(
    ("content", "is_whole"),
    [
        (gzipped(NOISE), True),
        (gzipped(b""), True),
        (gzipped(NOISE) + gzipped(b"more"), True),
        (gzipped(NOISE) + bytes(512), True),
        (gzipped(NOISE) + b"rubbish", True),
        (gzipped(bytes(50_000_000), 1), True),
        (gzipped(NOISE)[:-1], False),
        (gzipped(NOISE)[:-9], False),
        (gzipped(NOISE)[:5], False),
        (gzipped(NOISE) + gzipped(b"more")[:-1], False),
        (gzipped(NOISE)[:-8] + bytes(8), False),
        (gzipped(NOISE)[:1000] + b"?" + gzipped(NOISE)[1001:], False),
        (b"no gzip at all", False),
        (b"", False),
    ],
)
def test_a_gzip_is_unpacked_to_its_end(content: bytes, is_whole: bool) -> None:
    assert gzip_is_whole(pieces(content), nothing) is is_whole


def test_unpacking_can_be_left() -> None:
    calls = iter(range(10))

    def check() -> None:
        if next(calls) == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        gzip_is_whole(pieces(gzipped(NOISE)), check)
