"""Transfer rates as people write them: `500K`, `2M`, `1.5MiB/s`. Pure functions."""

import re
from typing import Final

_RATE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([KMGT])(I?))?B?(?:/S)?", re.IGNORECASE)
_POWERS: Final = {"K": 1, "M": 2, "G": 3, "T": 4}
_HIGHEST: Final = 1 << 50


def parse_rate(text: str) -> int:
    """Return bytes per second: K, M, G and T are powers of 1000, Ki, Mi, Gi and Ti of 1024; 0 stands for no limit.

    Raise ValueError with a sentence that says how a rate is written.
    """
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a rate; write bytes per second, such as 500K, 2M or 1.5MiB")
    number, prefix, binary = match.groups()
    factor = (1024 if binary else 1000) ** _POWERS[prefix.upper()] if prefix else 1
    rate = float(number) * factor
    if rate > _HIGHEST or 0 < rate < 1:
        raise ValueError(
            f"{text!r} is out of bounds; a rate is from 1 to {_HIGHEST} bytes per second, or 0 for no limit"
        )
    return round(rate)
