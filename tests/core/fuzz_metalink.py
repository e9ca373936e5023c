"""A long run against `read_metalink`: `python -m tests.core.fuzz_metalink N [SEED]`.

Every round breaks a Metalink in some way, sees that it is refused with a sentence or read into files whose names are
harmless and whose addresses and hashes are in order, and times the call. Prints the rate and the worst time; ends with
status 1 and the input if a promise is broken.
"""

import random
import sys
import time
from collections.abc import Iterator
from typing import Final

from headrace.metalink import read_metalink

from tests.core.test_file_names import SAFE
from tests.core.test_metalink import ENTITIES, FOUR, OPENING_3, OPENING_4, THREE, check_promises

WORST: Final = 0.1
"""Seconds one call may take on an input of some kilobytes."""
NAMES: Final = [raw for cases in SAFE.values() for raw, _ in cases]
PIECES: Final = [
    *(OPENING_3, OPENING_4, *ENTITIES.values(), "<file name='", "'>", "</file>", "</files>", "</metalink>", "<file>"),
    *("<verification>", "</verification>", "<resources>", "</resources>", "<url>", "</url>", "<url priority='1'>"),
    *("<size>", "</size>", "<hash type='md5'>", "</hash>", "<pieces type='sha-1' length='1'>", "</pieces>", "<hash>"),
    *("<hash piece='0'>", "<a:b/>", " xmlns=''", " xmlns:o='u'", "<o:url>", "/>", "<!--", "-->", "<![CDATA[", "]]>"),
    *("&amp;", "&#0;", "&#x202e;", "&b;", "%b;", "<?x y?>", "<?xml version='1.1' encoding='utf-16'?>", "\0", "\ud800"),
    *("http://h.test/", "https://u:p@h:0/", "ftp://h/", "//h/", "http://[::1", "\\", "../", "..\\", "0" * 32, "f" * 40),
    *("1", "-1", "9" * 19, "9" * 400, "٣", "ä", "\u4e2d", "\u200d", "\ufeff", "'", '"', "<", ">", "=", " ", "\r\n"),
]


def hostile_documents(dice: random.Random) -> Iterator[bytes]:
    """Yield without end: known Metalinks with pieces put in, cut out, doubled; pieces alone; noise; in any encoding."""
    while True:
        kind = dice.random()
        if kind < 0.05:
            yield dice.randbytes(dice.randrange(200))
        else:
            text = "".join(dice.choices(PIECES, k=dice.randrange(1, 60))) if kind < 0.3 else _mutated(dice)
            yield _encoded(dice, text)


def _mutated(dice: random.Random) -> str:
    text = dice.choice((FOUR, THREE)).replace("disk.iso", dice.choice(("disk.iso", *NAMES)), 1)
    for _ in range(dice.randrange(1, 5)):
        first = dice.randrange(len(text) + 1)
        last = min(len(text), first + int(dice.expovariate(0.05)))
        put = dice.choice(("", dice.choice(PIECES), text[first:last] * 2, text[first:last][::-1]))
        text = (text[:first] + put + text[last:])[:20_000]
    return text


def _encoded(dice: random.Random, text: str) -> bytes:
    encoding = "utf-8" if dice.random() < 0.9 else dice.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7"))
    if encoding == "latin-1":
        return text.encode("latin-1", "replace")
    return text.encode(encoding, "surrogatepass")


def _seconds(data: bytes) -> float:
    start = time.perf_counter()
    check_promises(data)
    return time.perf_counter() - start


def _is_read(data: bytes) -> bool:
    try:
        return bool(read_metalink(data))
    except ValueError:
        return False


def main(rounds: int, seed: int) -> int:
    """Fuzz `rounds` documents; 0 if every promise held."""
    documents = hostile_documents(random.Random(seed))
    worst, culprit, read, begin = 0.0, b"", 0, time.perf_counter()
    for _ in range(rounds):
        data = next(documents)
        try:
            spent = _seconds(data)
            spent = min(_seconds(data) for _ in range(10)) if spent > WORST else spent
            read += _is_read(data)
        except Exception:
            print(f"seed {seed}: broken by {data!r}")
            raise
        worst, culprit = max((worst, culprit), (spent, data))
    taken = time.perf_counter() - begin
    print(f"seed {seed}: {rounds} documents in {taken:.1f} s, {read} of them read, no promise broken")
    print(f"slowest call {worst * 1000:.3f} ms, with {len(culprit)} bytes")
    return int(worst > WORST)


if __name__ == "__main__":
    count, *given = [int(argument) for argument in sys.argv[1:]] or [100_000]
    sys.exit(main(count, given[0] if given else random.randrange(1 << 32)))
