"""A long run against header and name functions: `python -m tests.core.fuzz_headers N [SEED]`.

Every round makes one hostile header, sees that nothing raises, that every name is legal, stable and short, and times
each call. Prints the rate and the worst time; ends with status 1 and the input if a promise is broken.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from headrace.disk.file_names import (
    NAME_BYTES,
    NAME_LIMIT,
    chosen_name,
    name_from_address,
    numbered,
    part_name,
    safe_name,
)
from headrace.net.disposition import disposition_filename
from headrace.net.headers import (
    content_length,
    content_range,
    http_date,
    media_type,
    retry_after,
    strong_validator,
    unsatisfied_total,
)

from tests.core.test_disposition import BY_THE_RFC, DEVIATIONS
from tests.core.test_file_names import CLSID, FAMILY, SAFE

WORST: Final = 0.001
"""Seconds one call may take."""
HEADERS: Final = [value for _, value, _ in BY_THE_RFC + DEVIATIONS]
NAMES: Final = [raw for cases in SAFE.values() for raw, _ in cases]
PIECES: Final = [
    *(
        "; ",
        ";",
        "=",
        '"',
        "\\",
        ",",
        "'",
        "*",
        "%",
        " ",
        "\t",
        "\r\n ",
        "\0",
        "/",
        ".",
        "..",
        ":",
        "-",
        "bytes ",
        "12",
    ),
    *("filename", "filename*=", "filename*0*=", "attachment", ", inline", "UTF-8''", "%c3%a4", "%ff", "=?utf-8?B?"),
    *("\xe4", "\xc3\xa4", "\u202e", "\u200d", "\u0301", "\udcff", "\u4e2d", "con", "nul.", ".lnk", CLSID, FAMILY, "W/"),
    *("Sun, 06 Nov 1994 08:49:37 GMT", "GMT", "99999999999999999999", "text/html", "\uff0f", "\u212a", "\U000e0041"),
]


def hostile_texts(dice: random.Random) -> Iterator[str]:
    """Yield without end: known headers and names with pieces put in, cut out, doubled; pure noise; long repeats."""
    while True:
        kind = dice.random()
        if kind < 0.001:
            yield _repeated(dice)
        elif kind < 0.1:
            yield "".join(chr(dice.randrange(dice.choice((128, 256, 0x110000)))) for _ in range(dice.randrange(60)))
        elif kind < 0.4:
            yield "".join(dice.choices(PIECES, k=dice.randrange(1, 30)))
        else:
            yield _mutated(dice, dice.choice(HEADERS if kind < 0.7 else NAMES))


def _repeated(dice: random.Random) -> str:
    unit = "".join(dice.choices(PIECES, k=dice.randrange(1, 5)))
    start = dice.choice(("", "attachment; filename=", 'attachment; filename="', "attachment; filename*=UTF-8''"))
    return (start + unit * (65_536 // len(unit)))[:65_536]


def _mutated(dice: random.Random, text: str) -> str:
    for _ in range(dice.randrange(1, 6)):
        first, last = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
        middle = dice.choice(("", dice.choice(PIECES), text[first:last] * 2, text[first:last][::-1]))
        text = (text[:first] + middle + text[last:])[:4000]
    return text


def length_or_refusal(text: str) -> int | None:
    try:
        return content_length(text)
    except ValueError:
        return None


FUNCTIONS: Final[list[Callable[[str], object]]] = [
    *(disposition_filename, content_range, unsatisfied_total, length_or_refusal, http_date, media_type),
    lambda text: retry_after(text, 1e9),
    lambda text: strong_validator(text, text, text) or strong_validator(None, text, text),
    *(safe_name, name_from_address),
]


def slowest_call(text: str) -> float:
    """Call everything with `text`; seconds of the slowest call, the best of several where one seems slow."""
    worst = 0.0
    for function in FUNCTIONS:
        spent = _seconds(function, text)
        if spent > WORST:
            spent = min(_seconds(function, text) for _ in range(10))
        worst = max(worst, spent)
    return worst


def _seconds(function: Callable[[str], object], text: str) -> float:
    start = time.perf_counter()
    function(text)
    return time.perf_counter() - start


def check_names(text: str) -> None:
    """Raise AssertionError unless every name made of `text` is legal, stable and short enough."""
    for name in (safe_name(text), safe_name(disposition_filename(text) or ""), name_from_address("https://h/" + text)):
        assert chosen_name(name) == name == safe_name(name)
        assert 0 < len(name.encode()) <= NAME_LIMIT
        assert len(part_name(numbered(name, 9999), "0123456789abcdef").encode()) <= NAME_BYTES


def main(rounds: int, seed: int) -> int:
    """Fuzz `rounds` texts; 0 if every promise held."""
    texts = hostile_texts(random.Random(seed))
    worst, culprit, begin = 0.0, "", time.perf_counter()
    for _ in range(rounds):
        text = next(texts)
        try:
            check_names(text)
            worst, culprit = max((worst, culprit), (slowest_call(text), text))
        except Exception:
            print(f"seed {seed}: broken by {text!r}")
            raise
    spent = time.perf_counter() - begin
    print(f"seed {seed}: {rounds} texts in {spent:.1f} s, {rounds / spent:.0f} a second, no promise broken")
    print(f"slowest call {worst * 1000:.3f} ms, with {len(culprit)} characters: {culprit[:100]!a}")
    return int(worst > WORST)


if __name__ == "__main__":
    count, *given = [int(argument) for argument in sys.argv[1:]] or [100_000]
    sys.exit(main(count, given[0] if given else random.randrange(1 << 32)))
