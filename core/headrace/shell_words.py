"""Words of a command as a shell would hand them over, with nothing expanded and nothing run. Pure functions."""

import re
from collections.abc import Iterator
from typing import Final

_ENDS: Final = frozenset(";&|<>\n\r")
"""What ends a command outside of quotes."""
_WINDOWS_ENDS: Final = frozenset("&|<>")
_BLANKS: Final = frozenset(" \t")
_ANSI: Final = re.compile(
    r"""\\(?:u(?P<u>[0-9a-fA-F]{1,4})|U(?P<U>[0-9a-fA-F]{1,8})|x(?P<x>[0-9a-fA-F]{1,2})|(?P<o>[0-7]{1,3})
    |(?P<c>.))""",
    re.VERBOSE | re.DOTALL,
)
_ANSI_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_CARETS: Final = re.compile(r'\^"|\^[ \t]*\r?$', re.MULTILINE)
_CONTINUED: Final = re.compile(r"\\\r?\n")
_GOING_ON: Final = re.compile(r"\^[ \t]*\r?\n([ \t]*\r?\n)?")
_WINDOWS_WORD: Final = re.compile(r'(?P<slashes>\\*)"|(?P<blank>[ \t\n]+)|(?P<plain>\\+|[^\\" \t\n]+)')


def words_from(text: str, start: int) -> tuple[list[str], int]:
    """Read the command that begins at `start`; return its words and where it ends.

    It is read as cmd.exe reads where its first line has that shell's marks (`^"`, or `^` at the end), else as bash.
    """
    line = text[start : end if (end := text.find("\n", start)) >= 0 else len(text)]
    return _windows_words(text, start) if _CARETS.search(line) else _unix_words(text, start)


def _unix_words(text: str, start: int) -> tuple[list[str], int]:
    words, place, inside = [""], start, False
    while place < len(text):
        char = text[place]
        if char in _ENDS:
            break
        if char in _BLANKS:
            words, inside, place = ([*words, ""] if inside else words), False, place + 1
            continue
        piece, place = _unix_piece(text, place)
        inside = inside or piece is not None
        words[-1] += piece or ""
    return (words if inside else words[:-1]), place


def _unix_piece(text: str, place: int) -> tuple[str | None, int]:
    """Read a quoted stretch, an escaped character or a plain one; None for a line that goes on."""
    char = text[place]
    if text.startswith("$'", place):
        end = _closing(text, place + 2, "'", escapes=True)
        return _ANSI.sub(_ansi, text[place + 2 : end]), end + 1
    if char == "'":
        end = _closing(text, place + 1, "'", escapes=False)
        return text[place + 1 : end], end + 1
    if char == '"' or text.startswith('$"', place):
        begin = place + (1 if char == '"' else 2)
        end = _closing(text, begin, '"', escapes=True)
        return re.sub(r'\\(?:([\\"$`])|\r?\n)', lambda match: match[1] or "", text[begin:end]), end + 1
    if char == "\\":
        going_on = _CONTINUED.match(text, place)
        return (None, going_on.end()) if going_on else (text[place + 1 : place + 2], place + 2)
    return char, place + 1


def _closing(text: str, place: int, quote: str, *, escapes: bool) -> int:
    """Return where a quoted stretch ends, which may be the end of the text."""
    while place < len(text) and text[place] != quote:
        place += 2 if escapes and text[place] == "\\" else 1
    return min(place, len(text))


def _ansi(match: re.Match[str]) -> str:
    """Return what an escape in `$'...'` stands for."""
    for group in ("u", "U", "x"):
        if match[group]:
            number = int(match[group], 16)
            return chr(number) if number < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    return chr(int(match["o"], 8)) if match["o"] else _ANSI_LETTERS.get(match["c"], match["c"])


def _windows_words(text: str, start: int) -> tuple[list[str], int]:
    plain, end = _without_carets(text, start)
    return list(_windows_split(plain)), end


def _without_carets(text: str, start: int) -> tuple[str, int]:
    """Undo what cmd.exe does to a line: `^x` is x, `^` at its end goes on, `^` and an empty line is a line's end."""
    kept, place, quoted = list[str](), start, False
    while place < len(text):
        char = text[place]
        if char == "^":
            going_on = _GOING_ON.match(text, place)
            kept.append(("\n" if going_on[1] else " ") if going_on else text[place + 1 : place + 2])
            place = going_on.end() if going_on else place + 2
            continue
        if char in "\r\n" or (char in _WINDOWS_ENDS and not quoted):
            break
        quoted = quoted != (char == '"')
        kept.append(char)
        place += 1
    return "".join(kept), place


def _windows_split(line: str) -> Iterator[str]:
    """Split as programs on Windows do: backslashes count before a quote only, `""` in quotes is one."""
    word, inside, quoted, closed = "", False, False, -1
    for match in _WINDOWS_WORD.finditer(line):
        if match["blank"] and not quoted:
            if inside:
                yield word
            word, inside = "", False
        elif match["slashes"] is not None:
            slashes = len(match["slashes"])
            is_twin = not quoted and match.start() == closed and not slashes
            word += "\\" * (slashes // 2) + ('"' if slashes % 2 or is_twin else "")
            closed = match.end() if quoted else -1
            quoted, inside = quoted != (slashes % 2 == 0), True
        else:
            word, inside = word + match[0], True
    if inside:
        yield word
