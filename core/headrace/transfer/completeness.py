"""Whether a file bears its own end: for bodies whose length nobody announced. Pure; where in doubt, it says unknown."""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import PurePosixPath
from typing import Final

from headrace.errors import DownloadError
from headrace.net.decoding import Decoder

TAIL: Final = 65_557
"""Bytes of the end that `ending` wants to see: the end of a zip with the longest comment."""

Read = Callable[[int, int], bytes]
"""Return this many bytes from this offset on, fewer at the end of the file."""

_STEPS: Final = 20_000
"""Chunks or boxes that are walked along, at most."""
_SCAN: Final = 1 << 20
_ZIP_NAMES: Final = set(
    ".zip .jar .war .apk .aab .ipa .docx .xlsx .pptx .odt .ods .odp .epub .whl .xpi .cbz .kmz .nupkg .vsix".split()
)
_MP4_NAMES: Final = set(".mp4 .m4a .m4v .m4b .mov .3gp .3g2".split())
_GZIP_NAMES: Final = {".gz", ".tgz"}
_BOXES: Final = set(b"moov mdat free skip wide udta meta uuid pnot".split())
_IEND: Final = b"\0\0\0\0IEND\xaeB`\x82"
_RAR_ENDS: Final = (b"\x1d\x77\x56\x51\x03\x05\x04\x00", b"\xc4\x3d\x7b\x00\x40\x07\x00")
_PDF_END: Final = re.compile(rb"startxref\s+([0-9]+)\s+%%EOF")
_PDF_TABLE: Final = re.compile(rb"\s*(?:xref\b|[0-9]+\s+[0-9]+\s+obj)")
_PDF_LAST: Final = 2048


class Ending(Enum):
    """What a file's own marks say of its end."""

    WHOLE = "whole"
    """It bears the mark of its end, where that belongs."""
    CUT = "cut"
    """It lacks an end that every whole file of its kind has."""
    UNKNOWN = "unknown"


def ending(name: str, head: bytes, tail: bytes, size: int, read: Read | None = None) -> Ending:
    """Judge a file of `size` bytes by its name, its first bytes (1 KiB) and its last TAIL, or all if it is shorter.

    `read`, where given, is called for what lies between: PNG, JPEG, MP4 and MOV can only be told with it, or when the
    whole file is in `tail`. A kind counts only where name and first bytes agree.
    """
    if read is None and len(tail) >= size:
        read = _reader(tail)
    suffix = PurePosixPath(name.lower()).suffix
    for suffixes, marks, look in _KINDS:
        if suffix in suffixes and head.startswith(marks):
            return look(_File(head, tail, size, read))
    if suffix in _MP4_NAMES and head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _mp4(_File(head, tail, size, read))
    return Ending.UNKNOWN


def is_gzip(name: str, head: bytes) -> bool:
    """Say whether a file is a .gz by its name and by its first bytes."""
    return PurePosixPath(name.lower()).suffix in _GZIP_NAMES and head.startswith(b"\x1f\x8b")


def gzip_is_whole(pieces: Iterable[bytes], check: Callable[[], object]) -> bool:
    """Say whether these pieces of a .gz unpack to its end, checksums included; the output goes nowhere.

    It takes the time of unpacking; `check` is called before each step and may raise, which ends it.
    """
    decoder = Decoder("gzip", allow_large=True, check=check)
    try:
        for piece in pieces:
            for _ in decoder.decode(piece):
                pass
        decoder.finish()
    except DownloadError:
        return False
    return not decoder.as_it_came


class _File:
    """What is known of a file."""

    def __init__(self, head: bytes, tail: bytes, size: int, read: Read | None) -> None:
        self.head, self.tail, self.size, self.read = head, tail, size, read


def _reader(content: bytes) -> Read:
    return lambda offset, size: content[offset : offset + size]


def _zip(file: _File) -> Ending:
    """Look for the end of the central directory (APPNOTE 4.3.16), and that it lies where it says."""
    tail = file.read(max(0, file.size - _SCAN), _SCAN) if file.read else file.tail
    begin, at, is_found = file.size - len(tail), len(tail), False
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0:
        record = tail[at : at + 22]
        if len(record) == 22 and at + 22 + int.from_bytes(record[20:22], "little") <= len(tail):
            is_found = True
            if _zip_agrees(tail[max(0, at - 76) : at], record, begin + at):
                return Ending.WHOLE
    return Ending.UNKNOWN if is_found or len(tail) < min(file.size, TAIL) else Ending.CUT


def _zip_agrees(before: bytes, record: bytes, position: int) -> bool:
    """Say whether the directory ends where its end record lies, or the record of an archive beyond 4 GiB does."""
    size, offset = struct.unpack("<II", record[12:20])
    is_large = len(before) == 76 and before[:4] == b"PK\x06\x06" and before[56:60] == b"PK\x06\x07"
    record_at = int.from_bytes(before[64:72], "little") if is_large else None
    return bool(size + offset == position) or record_at == position - 76


def _gzip(file: _File) -> Ending:
    """Compare with the 20 bytes of an empty file (RFC 1952): more cannot be seen without `gzip_is_whole`."""
    return Ending.CUT if file.size < 20 else Ending.UNKNOWN


def _xz(file: _File) -> Ending:
    """Look for the footer, behind which only zeros in fours may be (xz-file-format 2.1.2, 2.2)."""
    kept = file.tail.rstrip(b"\0")
    footer = file.tail[: len(kept)][-12:]
    if not kept or len(footer) < 12:
        return Ending.CUT if file.size < 32 else Ending.UNKNOWN
    padding_fits = (len(file.tail) - len(kept)) % 4 == 0
    good = footer[10:] == b"YZ" and zlib.crc32(footer[4:10]) == int.from_bytes(footer[:4], "little")
    return Ending.WHOLE if good and padding_fits else Ending.UNKNOWN if good else Ending.CUT


def _png(file: _File) -> Ending:
    """Walk along the chunks to IEND; what follows that is no part of the picture (PNG 3rd edition, 5.2, 5.3)."""
    if file.read is None:
        return Ending.WHOLE if file.tail.endswith(_IEND) else Ending.UNKNOWN
    at = 8
    for _ in range(_STEPS):
        length, kind = _big(file.read(at, 4)), file.read(at + 4, 4)
        at += 12 + length
        if at > file.size or not kind:
            return Ending.CUT
        if kind == b"IEND":
            return Ending.WHOLE
    return Ending.UNKNOWN


def _pdf(file: _File) -> Ending:
    """Look for the last %%EOF and for where its table of references lies (ISO 32000-1, 7.5.5)."""
    ends = list(_PDF_END.finditer(file.tail[-_PDF_LAST:]))
    if ends:
        table = int(ends[-1][1][:20])  # 0 at the end of a linearized file's first part
        fits = 0 < table < file.size and (file.read is None or bool(_PDF_TABLE.match(file.read(table, 32))))
        return Ending.WHOLE if fits else Ending.UNKNOWN
    has_mark = b"%%EOF" in file.tail or b"startxref" in file.tail
    return Ending.UNKNOWN if has_mark or len(file.tail) < min(file.size, TAIL) else Ending.CUT


def _jpeg(file: _File) -> Ending:
    """Find the main picture's data, so that no thumbnail's end is taken for its own, then an end behind it."""
    if file.read is None:
        return Ending.UNKNOWN
    data = _jpeg_data(file.read, file.size)
    if data is None:
        return Ending.UNKNOWN
    if data < file.size - 1 and file.tail.endswith(b"\xff\xd9"):
        return Ending.WHOLE
    seen = any(b"\xff\xd9" in piece for piece in _pieces(file.read, data, file.size))
    return Ending.UNKNOWN if seen else Ending.CUT


def _jpeg_data(read: Read, size: int) -> int | None:
    """Return where the entropy-coded data begins, or the file's size if it ends before; None where that is lost."""
    at = 2
    for _ in range(_STEPS):
        marker = read(at, 4)
        if at + 4 > size:
            return size
        if marker[0] != 0xFF:
            return None
        at += 2 + _big(marker[2:4]) if marker[1] != 0xFF else 1
        if marker[1] == 0xDA:
            return min(at, size)
    return None


def _pieces(read: Read, start: int, end: int) -> Iterator[bytes]:
    """Yield what lies between two offsets, each piece with the first byte of the next."""
    for offset in range(start, end, _SCAN):
        yield read(offset, _SCAN + 1)


def _mp4(file: _File) -> Ending:
    """Walk along the boxes (ISO/IEC 14496-12, 4.2): a file has moov and mdat, and ends where a box ends."""
    if file.read is None:
        return Ending.UNKNOWN
    at = 0
    seen: set[bytes] = set()
    for _ in range(_STEPS):
        if at == file.size:
            return Ending.WHOLE if {b"moov", b"mdat"} <= seen and b"moof" not in seen else Ending.UNKNOWN
        box = file.read(at, 16)
        kind = box[4:8]
        length = _big(box[8:16]) if _big(box[:4]) == 1 else _big(box[:4])
        if length < 8 or len(box) < 8:
            return Ending.UNKNOWN  # 0: to the end of the file
        at += length
        if at > file.size:
            is_cut = kind in _BOXES and not {b"moov", b"mdat"} <= seen
            return Ending.CUT if is_cut else Ending.UNKNOWN
        seen.add(kind)
    return Ending.UNKNOWN


def _rar(file: _File) -> Ending:
    return Ending.WHOLE if file.tail.endswith(_RAR_ENDS) else Ending.UNKNOWN


def _seven_zip(file: _File) -> Ending:
    """Read where the headers at the end are (7zFormat.txt, SignatureHeader)."""
    start = file.head[12:32]
    if len(start) < 20 or zlib.crc32(start) != int.from_bytes(file.head[8:12], "little"):
        return Ending.UNKNOWN
    offset, size, _ = struct.unpack("<QQI", start)
    return Ending.WHOLE if 32 + offset + size <= file.size else Ending.CUT


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


_KINDS: Final[tuple[tuple[set[str], tuple[bytes, ...], Callable[[_File], Ending]], ...]] = (
    (_ZIP_NAMES, (b"PK\x03\x04", b"PK\x05\x06"), _zip),
    (_GZIP_NAMES, (b"\x1f\x8b\x08",), _gzip),
    ({".xz", ".txz"}, (b"\xfd7zXZ\0",), _xz),
    ({".png"}, (b"\x89PNG\r\n\x1a\n",), _png),
    ({".pdf"}, (b"%PDF-",), _pdf),
    ({".jpg", ".jpeg"}, (b"\xff\xd8\xff",), _jpeg),
    ({".rar"}, (b"Rar!\x1a\x07",), _rar),
    ({".7z"}, (b"7z\xbc\xaf\x27\x1c",), _seven_zip),
)
