"""Something else in the place of the file: a login page, an error message, a program. Pure functions, slow to judge."""

import re
from pathlib import PurePosixPath
from typing import Final

_LOOK: Final = 1024
"""Bytes of the body that are looked at."""

_PROGRAMS: Final = set(".exe .msi .msix .dll .deb .rpm .apk .ipa .appimage .dmg .pkg .jar .war .iso .swf .wasm".split())
_ARCHIVES: Final = set(
    ".zip .7z .rar .tar .tgz .tbz2 .txz .cab .whl .xpi .crx .cbz .cbr .epub .vhd .vmdk .qcow2".split()
)
_IMAGES: Final = set(".jpg .jpeg .png .gif .webp .avif .heic .bmp .tif .tiff .ico .psd".split())
_SOUND_AND_FILM: Final = set(
    ".mp3 .m4a .aac .flac .ogg .opus .wav .wma .mp4 .m4v .mkv .webm .mov .avi .wmv .flv .mpg .mpeg .3gp".split()
)
_DOCUMENTS: Final = set(".pdf .docx .xlsx .pptx .odt .ods .odp .djvu .mobi .azw3".split())
_FONTS: Final = set(".ttf .otf .woff .woff2".split())
_COMPRESSED: Final = set(".gz .bz2 .xz .zst .lz4 .lzma .br".split())
_BINARY: Final = _PROGRAMS | _ARCHIVES | _IMAGES | _SOUND_AND_FILM | _DOCUMENTS | _FONTS
"""Endings of names whose files are never text. .doc and .xls are not among them: exports under them are often HTML."""
_HARMLESS: Final = (
    _ARCHIVES
    | _IMAGES
    | _SOUND_AND_FILM
    | _DOCUMENTS
    | _FONTS
    | _COMPRESSED
    | set(".txt .csv .tsv .md .rtf .doc .xls .ppt .html .htm .xml .json .svg .srt .log".split())
)
"""Endings that promise something to look at or to unpack, and nothing that runs."""

_PROGRAM_TYPES: Final = {
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/x-dosexec",
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-elf",
    "application/x-mach-binary",
    "application/x-sh",
    "application/hta",
}
_PROGRAM_MARKS: Final = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe\x00\x00\x00")

_PREAMBLE: Final = re.compile(r"(?:\s+|<\?xml[^>]*\?>|<!--.*?-->)*", re.DOTALL | re.IGNORECASE)
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|title|script|meta|iframe)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<(?:!--|/?[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_XML_ERROR: Final = re.compile(r"<(?:\w+:)?(?:error|fault|exception|serviceexception\w*)\b", re.IGNORECASE)
_JSON_ERROR: Final = re.compile(
    r'\{.*?"(?:errors?|error_\w+|message|msg|code|status|statuscode|detail|fault|exception)"\s*:',
    re.IGNORECASE | re.DOTALL,
)


def intruder(name: str, media_type: str | None, head: bytes) -> str | None:
    """Say what came in the place of the file that `name` promises, for Failure.detail; None where it may be the file.

    It takes both: a name of a binary kind, and a beginning that is text of a page or of an error message.
    """
    if not _is_binary(name):
        return None
    text = _text(head[:_LOOK])
    what = None if text is None else _page_or_message(text, media_type or "")
    return what and f"{what} instead of {PurePosixPath(name).suffix.lower()}"


def unexpected_type(name: str, media_type: str | None, head: bytes) -> bool:
    """Say whether a program came under a name that promises none, by its type or by its first bytes."""
    if PurePosixPath(name).suffix.lower() not in _HARMLESS:
        return False
    is_program = head.startswith(_PROGRAM_MARKS) or (head.startswith(b"MZ") and b"\0" in head[:64])
    return is_program or media_type in _PROGRAM_TYPES


def _is_binary(name: str) -> bool:
    """Say whether a file of this name is never text, not even where a server unpacked it on the way."""
    path = PurePosixPath(name.lower())
    if path.suffix in _COMPRESSED:
        return PurePosixPath(path.stem).suffix in _BINARY
    return path.suffix in _BINARY


def _text(head: bytes) -> str | None:
    """Return the beginning as text; None where it is none."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    head = head.removeprefix(b"\xef\xbb\xbf")
    return None if b"\0" in head else head.decode("latin-1")


def _page_or_message(text: str, media_type: str) -> str | None:
    begin = _PREAMBLE.match(text)
    rest = text[begin.end() :] if begin else text
    if _PAGE.match(rest) or (media_type in ("text/html", "application/xhtml+xml") and _TAG.match(rest)):
        return "a web page"
    if _XML_ERROR.match(rest) or _JSON_ERROR.match(rest):
        return "an error message"
    return None
