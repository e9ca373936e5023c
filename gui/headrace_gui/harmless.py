"""Text of others, made safe to show: what would steer, break or turn a line becomes something to be seen."""

from typing import Final

_STEERING: Final = {code: 0x2400 + code for code in range(0x20) if code != 0x09} | {0x7F: 0x2421}
_STRANGE: Final = dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029), 0xFFFD)
_TURNING: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
_SHOWN: Final = _STEERING | _STRANGE | _TURNING


def harmless(text: str) -> str:
    """Return `text`, every character in its place, with a picture for each that would do something but a tab."""
    return text if text.isprintable() else text.translate(_SHOWN)
