"""The options of `headrace get` for bodies that are watched or have no end."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from headrace.commands.option_types import told
from headrace.rates import parse_rate
from headrace.recordings import Recording
from headrace.transfer.live_text import LinePattern, text_codec

_DURATION: Final = re.compile(
    r"(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s?)?", re.IGNORECASE | re.ASCII
)
_UNITS: Final = (86_400, 3600, 60, 1)


@dataclass(frozen=True, slots=True)
class FollowWishes:
    """What was asked for: how to record, None for an ordinary download, and which lines to print in which charset."""

    recording: Recording | None = None
    pattern: LinePattern | None = None
    encoding: str | None = None


def add_follow(parser: argparse.ArgumentParser) -> None:
    """Add the group of options that `follow_wishes` reads."""
    add = parser.add_argument_group("text and endless bodies").add_argument
    add(
        "--follow",
        action="store_true",
        help="print the lines of the one file while it is written; all else goes to stderr",
    )
    add("--grep", metavar="REGEX", help="of these, print lines in whose first 65536 characters REGEX is found")
    add("-F", "--fixed", action="store_true", help="take what --grep gives as plain text")
    add(
        "--encoding",
        type=told(_encoding),
        metavar="NAME",
        help="read the text in this encoding (default: by byte-order mark, then header, then UTF-8)",
    )
    add_recording(add)


def add_recording(add: Callable[..., argparse.Action]) -> None:
    """Add what bodies without end are recorded by, to a group."""
    add(
        "--record",
        action="store_true",
        help="record a feed without end: connect again whenever it is lost or ends; gaps are listed in NAME.gaps.log",
    )
    add("--roll-size", type=told(parse_size), metavar="SIZE", help="begin a new file NAME-TIME after so many bytes")
    add("--roll-time", type=told(parse_duration), metavar="TIME", help="begin a new file after 90s, 15m, 2h, 1d, 1h30m")


def follow_wishes(given: argparse.Namespace) -> FollowWishes:
    """Read what `add_follow` added. Raises ValueError with a sentence for what does not go together."""
    if not given.follow and (given.grep is not None or given.encoding is not None):
        raise ValueError("--grep and --encoding choose what --follow prints; add --follow")
    if given.fixed and given.grep is None:
        raise ValueError("--fixed says how to read --grep; add --grep TEXT")
    recording = None
    if given.follow or given.record or given.roll_size is not None or given.roll_time is not None:
        recording = Recording(given.roll_size, given.roll_time, follow=given.follow, reconnect=given.record)
    pattern = None
    if given.grep is not None:
        pattern = LinePattern.text(given.grep) if given.fixed else LinePattern.regex(given.grep)
    return FollowWishes(recording, pattern, given.encoding)


def parse_size(text: str) -> int:
    """Return bytes: 500M in powers of 1000, 2GiB in powers of 1024. Raise ValueError with a sentence."""
    try:
        size = 0 if "/" in text else parse_rate(text)
    except ValueError:
        size = 0
    if not size:
        raise ValueError(f"{text!r} is not a size; write bytes, such as 500M or 2GiB")
    return size


def parse_duration(text: str) -> float:
    """Return seconds of 90, 90s, 15m, 2h, 1d or 1h30m. Raise ValueError with a sentence."""
    match = _DURATION.fullmatch(text.strip())
    seconds = sum(int(part) * unit for part, unit in zip(match.groups("0"), _UNITS, strict=True)) if match else 0
    if not seconds:
        raise ValueError(f"{text!r} is not a time; write 90s, 15m, 2h, 1d or 1h30m")
    return float(seconds)


def _encoding(text: str) -> str:
    text_codec(text)
    return text
