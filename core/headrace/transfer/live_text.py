"""Text watched while it arrives: bytes in, complete lines out, whatever the charset and however long a line. Pure.

LF, CRLF and a lone CR end a line, as Python's universal newlines have it: a feed that shows its progress by CR alone
is then cut into lines too. No other character does (no VT, FF, NEL, U+2028).
"""

import codecs
import re
import warnings
from dataclasses import dataclass
from io import StringIO
from typing import Final, Self

MATCHED: Final = 1 << 16
"""Characters of a line that a regular expression is shown: matching cannot be interrupted, so its food is bounded."""
CUT_MARK: Final = " [...]"
"""Stands behind the beginning of a line that was too long to be given whole."""

_SLICE: Final = 1 << 18
"""Bytes decoded at once, so that memory is bounded whatever is fed."""
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before its first half, which is the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = ("utf-16", "utf-32")
_NO_TEXT: Final = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape"})
"""Decoders that hold back without bound, or that read escapes where a feed has none."""
_MEANT: Final = {"iso8859-1": "cp1252", "ascii": "utf-8"}
"""What servers mean by a label (WHATWG Encoding section 4.2; ASCII is left to its superset)."""
_CHARSET: Final = re.compile(r"""[;\s]charset\s*=\s*["']?\s*([A-Za-z0-9][A-Za-z0-9._:+\-]{0,39})""", re.IGNORECASE)


def text_codec(name: str) -> str:
    """Return Python's name of a charset for text. Raise ValueError with a sentence for any other."""
    try:
        found = codecs.lookup(name).name
        is_text = isinstance(codecs.getincrementaldecoder(found)().decode(b""), str)
    except (LookupError, ValueError, TypeError):
        is_text, found = False, name
    if not is_text or found in _NO_TEXT:
        raise ValueError(f"{name!r} is not a text encoding known here; utf-8, utf-16 or iso-8859-1 are written so")
    return found.removesuffix("-sig")  # a mark is taken off whatever the codec


def header_charset(content_type: str | None) -> str | None:
    """Read the charset parameter of a Content-Type (RFC 9110 section 8.3.2); None where there is none to use."""
    match = _CHARSET.search(content_type) if content_type else None
    return match[1] if match else None


def codec_for(start: bytes, encoding: str | None, charset: str | None) -> str:
    """Choose the codec of a text that begins with `start`: the user's choice, byte-order mark, header, else UTF-8.

    UTF-16 and UTF-32 without a mark are little-endian. A charset of the header that is not known counts as none.
    Raises ValueError for an unknown choice of the user.
    """
    mark = next((codec for bom, codec in _BOMS if start.startswith(bom)), None)
    if encoding is not None:
        chosen = text_codec(encoding)
        return _in_order(chosen, mark)
    if mark is not None:
        return mark
    try:
        said = text_codec(charset or "utf-8")
    except ValueError:
        said = "utf-8"
    return _in_order(_MEANT.get(said, said), None)


def _in_order(codec: str, mark: str | None) -> str:
    """Give a codec whose byte order is open the order of the mark, if that is one of its own."""
    if codec not in _WIDE:
        return codec
    return mark if mark is not None and mark.startswith(codec) else f"{codec}-le"


@dataclass(frozen=True, slots=True)
class LinePattern:
    """Which lines are wanted. A regular expression sees the first MATCHED characters of a line, a text all of it.

    An expression with nested repeats may take a time without end on a line of a few dozen characters: `re` can be
    neither interrupted nor bounded, so an expression must come from the person who waits for it, never from a server.
    """

    needle: str | None = None
    expression: re.Pattern[str] | None = None

    @classmethod
    def text(cls, needle: str) -> Self:
        """Want lines that hold `needle`."""
        return cls(needle=needle)

    @classmethod
    def regex(cls, expression: str) -> Self:
        """Want lines in which `expression` is found. Raises ValueError with a sentence for a bad one."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a syntax that may change one day
                return cls(expression=re.compile(expression))
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"{expression!r} is not a regular expression: {error}") from error

    def matches(self, line: str) -> bool:
        """Say whether `line` is wanted."""
        if self.expression is not None:
            return self.expression.search(line[:MATCHED]) is not None
        return (self.needle or "") in line


class TextWatch:
    """Turns the bytes of one feed into its wanted lines. Bytes that are no text become U+FFFD. One thread at a time.

    Of a line longer than `longest` characters the beginning is given, once and with CUT_MARK behind it, and the rest is
    passed over in constant memory.
    """

    def __init__(
        self,
        media_charset: str | None = None,
        encoding: str | None = None,
        pattern: LinePattern | None = None,
        longest: int = 1 << 20,
    ) -> None:
        """Watch in the user's `encoding`, else by mark or header. Raises ValueError for an unknown choice."""
        self._charset = media_charset
        self._encoding = None if encoding is None else text_codec(encoding)
        self._pattern = pattern
        self._longest = longest
        self._start: bytes | None = b""  # None once the codec is chosen
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._at_first = True
        self._after_cr = False
        self._line = StringIO()
        self._passing = False

    def feed(self, data: bytes | bytearray | memoryview) -> list[str]:
        """Take the next bytes; return the wanted lines that are complete now, without their ends."""
        view = memoryview(data)
        found: list[str] = []
        for place in range(0, len(view), _SLICE):
            self._take(self._decoded(bytes(view[place : place + _SLICE]), final=False), found)
        return found

    def end(self) -> list[str]:
        """Take the end of the feed; return the last line if it is wanted and had no end of its own."""
        found: list[str] = []
        self._take(self._decoded(b"", final=True), found)
        if self._line.tell():
            self._give(found)
        return found

    def _decoded(self, data: bytes, *, final: bool) -> str:
        """Decode, once it is known how: a byte-order mark may come in pieces."""
        if self._start is not None:
            self._start += data
            if not final and self._undecided(self._start):
                return ""
            codec = codec_for(self._start, self._encoding, self._charset)
            self._decoder = codecs.getincrementaldecoder(codec)("replace")
            data, self._start = self._start, None
        text = self._decoder.decode(data, final)
        if self._at_first and text:
            self._at_first = False
            return text.removeprefix("\ufeff")
        return text

    def _undecided(self, start: bytes) -> bool:
        if self._encoding is not None and self._encoding not in _WIDE:
            return False
        return any(len(start) < len(bom) and bom.startswith(start) for bom, _ in _BOMS)

    def _take(self, text: str, found: list[str]) -> None:
        if not text:
            return
        if self._after_cr and text[0] == "\n":  # the line was given at its CR: a progress feed may pause there
            text = text[1:]
        self._after_cr = text[-1:] == "\r"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *whole, rest = text.split("\n")
        for part in whole:
            self._extend(part, found)
            self._give(found)
        self._extend(rest, found)

    def _extend(self, part: str, found: list[str]) -> None:
        """Put more characters to the line, up to the longest; give its beginning when it turns out longer."""
        if not part or self._passing:
            return
        room = self._longest - self._line.tell()
        self._line.write(part[:room])
        if len(part) > room:
            self._give(found, CUT_MARK)
            self._passing = True

    def _give(self, found: list[str], mark: str = "") -> None:
        """Give the line if it is wanted, and begin the next; one whose beginning was given is over now."""
        if self._passing:
            self._passing = False
            return
        line = self._line.getvalue()
        self._line = StringIO()
        if self._pattern is None or self._pattern.matches(line):
            found.append(line + mark)
