"""What a person asks of a recording: a body that is taken down until somebody ends it. Pure."""

import json
from dataclasses import asdict, dataclass
from typing import Any

ROLL_SIZE = (1 << 10, 1 << 50)
"""Bounds of a piece in bytes."""
ROLL_SECONDS = (1.0, 366 * 86_400.0)
"""Bounds of a piece in seconds."""


@dataclass(frozen=True, slots=True)
class Recording:
    """How a body without end is recorded. Raises ValueError, with a sentence for people, for what cannot be meant."""

    roll_size: int | None = None
    """Bytes after which a new file is begun; None for no such bound."""
    roll_seconds: float | None = None
    """Seconds after which a new file is begun; None for no such bound."""
    follow: bool = False
    """Whether somebody watches the text as it comes."""
    reconnect: bool = False
    """Whether the feed has no end of its own: a body that ends without having announced where is asked for again."""

    def __post_init__(self) -> None:
        _check("bytes", self.roll_size, ROLL_SIZE)
        _check("seconds", self.roll_seconds, ROLL_SECONDS)

    @property
    def rolls(self) -> bool:
        """Whether the recording becomes several files."""
        return self.roll_size is not None or self.roll_seconds is not None

    def as_text(self) -> str:
        """Return the form that `parse` reads, for the database."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def parse(cls, text: str) -> "Recording":
        """Read what `as_text` wrote; what a newer version added is passed over. Raises ValueError for anything else."""
        values: Any = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("a stored recording is not an object")  # noqa: TRY004 - one error type for all
        size, seconds = values.get("roll_size"), values.get("roll_seconds")
        if not (size is None or type(size) is int) or not (seconds is None or type(seconds) in (int, float)):
            raise ValueError("a stored recording holds no numbers where they belong")
        return cls(size, seconds, bool(values.get("follow")), bool(values.get("reconnect")))


def _check(unit: str, number: float | None, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if number is not None and not low <= number <= high:
        raise ValueError(f"a recording begins a new file after {low:,.0f} to {high:,.0f} {unit}, not {number:,}")
