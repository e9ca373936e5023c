"""Addresses out of what is dropped or pasted: links, text, parts of web pages, and small files that hold addresses."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from headrace.addresses import PORTS, addresses_in
from headrace.checksums import Checksum
from headrace.elsewhere import magnets_in
from PySide6.QtCore import QMimeData, QUrl

_GLANCE: Final = 200_000
"""Characters looked at while something is only held over the window."""
_GLIMPSE: Final = 100
"""Characters that tell whether an address begins there."""
_LONGEST_CHECKSUM: Final = 1_000
"""Characters of a line that may be a checksum and the name of its file."""
_FILE_SIZE: Final = 4_000_000
"""Bytes of a file that is read."""
_FILES: Final = 50
_WEB: Final = re.compile(r"(?:https?|ftp|ftps|ftpes|sftp)://", re.IGNORECASE)
_LINK: Final = re.compile(r"<a\s[^>]*?href\s*=\s*[\"']?(https?://[^\"'\s>]+)", re.IGNORECASE)
_SHORTCUT: Final = re.compile(r"^[ \t]*URL\s*=\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_TEXT_ENDINGS: Final = frozenset(
    {".txt", ".text", ".list", ".lst", ".urls", ".csv", ".tsv", ".md", ".log", ".sh", ".html", ".htm", ""}
)
_LIST_ENDINGS: Final = frozenset({".meta4", ".metalink", ".json", ".session"})
_LEFT_ENDINGS: Final = frozenset({".aria2", ".persepolis", ".part", ".crdownload"})
_ARIA2: Final = re.compile(rb"^[ \t]+(?:dir|out|gid|checksum|header|pause|split|max-[a-z-]+)=", re.MULTILINE)
"""What follows the addresses in an input file of aria2."""
_SHORTCUT_ENDINGS: Final = frozenset({".url", ".desktop", ".webloc", ".website"})


def addresses_of(data: QMimeData) -> list[str]:
    """Return the HTTP(S) addresses in dropped or copied data, each once; files are not opened."""
    return addresses_in(text_of(data) or "")


def holds_addresses(data: QMimeData) -> bool:
    """Say whether data holds addresses, magnet links included, or files that may. Quick, for what is only held."""
    if readable_files(data):
        return True
    text = data.text()[:_GLANCE] if data.hasText() else ""
    return bool(_links(data)) or _may_hold_addresses(text) or bool(magnets_in(text))


def text_of(data: QMimeData) -> str | None:
    """Return what is to be read for addresses: links one a line, else the text, else the links of a piece of a page.

    It may be of any length. None where there are only files, whose content takes `text_of_files`.
    """
    links = _links(data)
    if links:
        return "\n".join(links)
    if readable_files(data):
        return None
    text = data.text() if data.hasText() else ""
    if not _may_hold_addresses(text) and data.hasHtml():
        return "\n".join(dict.fromkeys(_links_in(data.html()))) or text
    return text


def tidy(text: str) -> str:
    """Return what of a copied text belongs into an address box: all of it, or of prose the addresses alone.

    Of millions of characters it takes seconds.
    """
    if _has_command(text) or all(map(_belongs, text.splitlines())):
        return text.strip()
    return "\n".join(addresses_in(text))


def is_useful(text: str) -> bool:
    """Say whether a copied text is worth opening the dialog for: an address in it, a command, or a checksum. Quick."""
    places = _WEB.finditer(text) if "://" in text else ()
    holds_one = any(addresses_in(text[place.start() : place.start() + _GLIMPSE]) for place in places)
    return holds_one or _has_command(text) or _is_checksum(text.strip())


def readable_files(data: QMimeData) -> list[Path]:
    """Return the files in dropped data that may hold addresses, by their names alone."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
    known = _TEXT_ENDINGS | _SHORTCUT_ENDINGS | _LIST_ENDINGS | _LEFT_ENDINGS
    return [file for file in files[:_FILES] if file.suffix.lower() in known]


def is_list(file: Path) -> bool:
    """Say whether a file says more of its downloads than their addresses: Metalinks, lists of ours and of aria2.

    Touches the disk.
    """
    ending = file.suffix.lower()
    if ending in _TEXT_ENDINGS:
        try:
            with file.open("rb") as stream:
                return _ARIA2.search(stream.read(_GLANCE)) is not None
        except OSError:
            return False
    return ending in _LIST_ENDINGS


def is_left(file: Path) -> bool:
    """Say whether a file is one that another program left unfinished, or its notes, by its name alone."""
    return file.suffix.lower() in _LEFT_ENDINGS


def text_of_files(files: Sequence[Path]) -> str:
    """Return what files hold, to be read for addresses. Touches the disk; what cannot be read is left out."""
    return "\n".join(filter(None, map(_text_of_file, files)))


def _text_of_file(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > _FILE_SIZE:
            return ""
        content = file.read_bytes()
    except OSError:
        return ""
    ending = file.suffix.lower()
    if ending == ".webloc":
        return _of_webloc(content)
    text = _decoded(content)
    if ending in _SHORTCUT_ENDINGS:
        return "\n".join(match[1] for match in _SHORTCUT.finditer(text))
    if ending in (".html", ".htm"):
        return "\n".join(_links_in(text))
    return text if "\0" not in text[:4096] else ""


def _links_in(page: str) -> list[str]:
    from html import unescape  # noqa: PLC0415 - with the names of two thousand characters, which few drops need

    return [unescape(match[1]) for match in _LINK.finditer(page)]


def _of_webloc(content: bytes) -> str:
    """Return the address in a link file of macOS, which is a property list."""
    import plistlib  # noqa: PLC0415 - with a parser of XML, which few drops need
    from xml.parsers.expat import ExpatError  # noqa: PLC0415 - as above

    try:
        found = plistlib.loads(content)
    except (ValueError, ExpatError, KeyError, IndexError, TypeError, OverflowError, plistlib.InvalidFileException):
        return ""
    address = found.get("URL", "") if isinstance(found, dict) else ""
    return address if isinstance(address, str) else ""


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeError:
                continue
    return content.decode("latin-1")


def _links(data: QMimeData) -> list[str]:
    links = (url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in data.urls()) if data.hasUrls() else ()
    return [link for link in links if link.partition("://")[0].lower() in PORTS]


def _may_hold_addresses(text: str) -> bool:
    return ("://" in text and _WEB.search(text) is not None) or _has_command(text)


def _has_command(text: str) -> bool:
    from headrace.curl_command import has_command  # noqa: PLC0415 - loaded once the window is seen

    return has_command(text)


def _belongs(line: str) -> bool:
    """Say whether a line is nothing else than addresses, or a checksum."""
    words = line.split()
    return all("://" in word for word in words) or _is_checksum(line)


def _is_checksum(line: str) -> bool:
    if len(line) > _LONGEST_CHECKSUM:
        return False
    try:
        Checksum.parse(line)
    except ValueError:
        return False
    return True
