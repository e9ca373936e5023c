"""The notes that Persepolis keeps beside an unfinished file. Pure."""

import json
from dataclasses import dataclass
from typing import Any, Final

from headrace.takeover.partial import Stretch, joined

SUFFIX: Final = ".persepolis"
MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Notes:
    """What they say."""

    total: int
    stretches: tuple[Stretch, ...]
    etag: str | None


def read_notes(data: bytes, size: int) -> Notes:
    """Read them; `size` is that of the file they belong to. Raises ValueError with a sentence."""
    try:
        whole: Any = json.loads(data)
        total, count = whole["file_size"], whole["number_of_parts"]
        parts = [(start, start + length) for start, length, *_ in whole["download_infromation_list"][: int(count)]]
        starts = [start for start, _ in parts]
        usable = all(type(number) is int and 0 <= number <= total for part in parts for number in part)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise ValueError("these are no notes of Persepolis, or they are cut off") from None
    if type(total) is not int or not usable or starts != sorted(set(starts)):
        raise ValueError("the notes of Persepolis contradict themselves")
    ends = [*starts[1:], total]
    etag = whole.get("ETag")
    stretches = [(start, min(end, next_start)) for (start, end), next_start in zip(parts, ends, strict=True)]
    return Notes(total, joined(stretches, min(total, size)), etag if isinstance(etag, str) else None)
