"""The file name in a Content-Disposition header: RFC 6266, and what servers send in its place. Pure functions.

The text returned is what the server meant, not yet a name to use: `headrace.disk.file_names.safe_name` makes it one.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

_HEADER_LIMIT: Final = 4608
"""Characters looked at: room for the longest name a disk takes, percent-encoded, six times over."""

_JOINED_LIMIT: Final = 16
"""Headers looked at where several were joined; a real answer has one or two."""

_PARAMETER_LIMIT: Final = 60
"""Parameters looked at in one header; a real one has two or three, a name in parts twenty."""

_QUOTED: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_PARAMETER: Final = re.compile(rf'(?:\A|;)([^;="]*+)=[ \t]*+(?:({_QUOTED})([^;]*+)|([^;]*+))', re.DOTALL)
_NEXT_HEADER: Final = re.compile(
    rf"=[ \t]*+{_QUOTED}|(,)[ \t]*+(?:attachment|inline|form-data)[ \t]*+(?:[;,]|\Z)", re.DOTALL | re.IGNORECASE
)
"""Where a second header was joined on; quoted texts are matched only to be stepped over."""
_TYPE_AGAIN: Final = re.compile(r",[ \t]*+(?:attachment|inline|form-data)", re.IGNORECASE)
"""Without it there is no second header."""
_FOLD: Final = re.compile(r"\r?\n[ \t]*+")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_WINDOWS_PATH: Final = re.compile(r"[A-Za-z]:\\|\\\\[^\\]")
_PART: Final = re.compile(r"filename\*(0|[1-9][0-9]{0,2})(\*?)")
_EXTENDED: Final = re.compile(r"([^'%]*)'[^'%]*'(.*)", re.DOTALL)
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_WORD: Final = re.compile(r"=\?([^?\s]{1,40})\?([BbQq])\?([^?]*+)\?=")
_WORDS: Final = re.compile(f"(?:{_WORD.pattern})+")
_BETWEEN_WORDS: Final = re.compile(r"(?<=\?=)[ \t]++(?==\?)")

_CHARSET: Final = re.compile(
    r"utf-?8|us-ascii|latin-?1|iso-8859-(?:[1-9]|1[013-6])|(?:windows-|cp)125[0-8]|koi8-[ru]|"
    r"gbk|gb2312|gb18030|big5|cp949|euc-kr|euc-jp|iso-2022-jp|shift[_-]jis|cp932",
    re.IGNORECASE | re.ASCII,
)
"""Charsets of file names. A list, for Python's own registry imports modules by name and knows codecs that are none."""


def disposition_filename(value: str | None) -> str | None:
    """Return the file name a Content-Disposition value states (RFC 6266 §4.3), None where it states none.

    `value` is as `http.client` gives it (bytes as Latin-1). Of joined headers the first that names a file counts.
    """
    text = _FOLD.sub(" ", (value or "")[:_HEADER_LIMIT])
    names = (_name_in(_parameters(header)) for header in islice(_headers(text), _JOINED_LIMIT))
    return next((name for name in names if name), None)


def _headers(text: str) -> Iterator[str]:
    start = 0
    if not _TYPE_AGAIN.search(text):
        yield text
        return
    for match in _NEXT_HEADER.finditer(text):
        if match[1]:
            yield text[start : match.start()]
            start = match.start() + 1
    yield text[start:]


def _parameters(header: str) -> dict[str, tuple[str, bool]]:
    """Map each file name's parameter to its value, and whether that was quoted; of two of one name the first stays."""
    found: dict[str, tuple[str, bool]] = {}
    for match in islice(_PARAMETER.finditer(header), _PARAMETER_LIMIT):
        words = match[1].replace(",", " ").split()  # a missing semicolon leaves the type in front of the name
        name = words[-1].lower() if words else ""
        if name.startswith("filename") and name not in found:
            value = _unquoted(match[2], match[3]) if match[2] else match[4].strip(' \t"')
            found[name] = value, bool(match[2])
    return found


def _unquoted(quoted: str, tail: str) -> str:
    """Take the quotes off; `tail`, what stands between them and the next parameter, shows quotes left unescaped."""
    rest = tail.rstrip()
    text = (quoted + rest if rest.endswith('"') else quoted)[1:-1]
    return text if _WINDOWS_PATH.match(text) else _ESCAPE.sub(r"\1", text)


def _name_in(parameters: dict[str, tuple[str, bool]]) -> str | None:
    """Choose: `filename*`, continued `filename*0`, `filename`, and at last a `filename*` that is quoted by mistake."""
    extended, quoted = parameters.get("filename*", ("", False))
    plain, _ = parameters.get("filename", ("", False))
    decoded = _extended(extended)
    return (not quoted and decoded) or _continued(parameters) or _plain(plain) or decoded or None


def _extended(text: str) -> str | None:
    """Decode `charset'language'%xx…` (RFC 8187 §3.2); None unless all of it is in order."""
    match = _EXTENDED.fullmatch(text)
    if match is None or _BAD_PERCENT.search(match[2]):
        return None
    return _decoded(unquote_to_bytes(_as_sent(match[2].strip('"'))), match[1])


def _continued(parameters: dict[str, tuple[str, bool]]) -> str | None:
    """Join `filename*0`, `filename*1*` … as far as they follow without a gap (RFC 2231 §3 and §4.1)."""
    parts: dict[int, tuple[str, bool]] = {}
    for key, (value, _) in parameters.items():
        if match := _PART.fullmatch(key):
            parts.setdefault(int(match[1]), (value, bool(match[2])))
    first, encoded = parts.get(0, ("", False))
    head = _EXTENDED.fullmatch(first) if encoded else None
    if not first or (encoded and head is None):
        return None
    charset, parts[0] = (head[1], (head[2], True)) if head else ("utf-8", (first, False))
    data = b"".join(_part_bytes(*part) for part in _unbroken(parts))
    return _decoded(data, charset) or (None if head else data.decode("latin-1"))


def _unbroken(parts: dict[int, tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    number = 0
    while number in parts:
        yield parts[number]
        number += 1


def _part_bytes(text: str, encoded: bool) -> bytes:  # noqa: FBT001 - one of a pair that is passed on
    data = _as_sent(text)
    return unquote_to_bytes(data) if encoded else data


def _plain(text: str) -> str:
    """Undo what servers do to a plain `filename`: raw UTF-8, RFC 2047 words, percent-encoding."""
    text = _restored(text)
    if "=?" in text:
        return _WORDS.sub(_words, _BETWEEN_WORDS.sub("", text))
    if _PERCENT.search(text):
        return _percent_decoded(text)
    return text


def _restored(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _percent_decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode() if text.isascii() else unquote(text, errors="strict")
    except UnicodeError:
        return text


def _words(run: re.Match[str]) -> str:
    """Decode adjacent encoded words; one character's bytes may lie in two of them. What fails stays as it is."""
    words = _WORD.findall(run[0])
    charsets = {tag: tag.partition("*")[0].lower() for tag in {tag for tag, _, _ in words}}
    try:
        parts = [_word_bytes(kind, text) for _, kind, text in words]
    except binascii.Error:
        return run[0]
    if len({*charsets.values()}) == 1:
        return _decoded(b"".join(parts), charsets[words[0][0]]) or run[0]
    texts = [_decoded(part, charsets[tag]) for part, (tag, _, _) in zip(parts, words, strict=True)]
    return run[0] if None in texts else "".join(text for text in texts if text)


def _word_bytes(kind: str, text: str) -> bytes:
    if kind in "Qq":
        return binascii.a2b_qp(_as_sent(text), header=True)
    try:
        return binascii.a2b_base64(text)
    except (binascii.Error, ValueError):  # without its padding, or with more than ASCII in it
        data = _as_sent(text)
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _as_sent(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeError:
        return text.encode("utf-8", "replace")


def _decoded(data: bytes, charset: str) -> str | None:
    if not _CHARSET.fullmatch(charset):
        return None
    try:
        return data.decode(charset)
    except UnicodeError:
        return None
