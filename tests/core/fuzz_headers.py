"""A long run against headers, names and addresses: `python -m tests.core.fuzz_headers --count 1000000 [--seed N]`.

Every round makes one hostile text and gives it to each function as header, Location and address. It sees that nothing
raises, that every name is legal, stable and short, that no redirect leads where it must not, that no secret is shown,
and times each call. Prints the rate and the worst time; ends with status 1 and the input if a promise is broken.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from headrace.addresses import checked_address, host_of, redacted, split_credentials
from headrace.disk.file_names import (
    NAME_BYTES,
    NAME_LIMIT,
    chosen_name,
    name_from_address,
    name_was_cleaned,
    numbered,
    part_name,
    safe_name,
)
from headrace.errors import DownloadError
from headrace.net.digest_fields import content_digest, found_digests
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
from headrace.net.private_hosts import reach_of
from headrace.net.redirects import next_address

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
    *(
        "://",
        "http://",
        "https:",
        "//",
        "@",
        ":80",
        "?",
        "#",
        "[::1",
        "]",
        "127.0.0.1",
        "0x7f",
        "localhost",
        "h",
        "u:p@",
    ),
    *("sha-256=:", "md5=", "AAAA", ":, ", "://h/", "?a=", "&b=", "8", "%2e%2e", "%5c", "xn--"),
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


def digests(text: str) -> object:
    fields = dict.fromkeys(("Repr-Digest", "Content-Digest", "Digest", "Content-MD5", "x-goog-hash"), text)
    return found_digests(fields, whole=True), content_digest(fields)


FUNCTIONS: Final[list[Callable[[str], object]]] = [
    *(disposition_filename, content_range, unsatisfied_total, length_or_refusal, http_date, media_type),
    lambda text: retry_after(text, 1e9),
    lambda text: strong_validator(text, text, text) or strong_validator(None, text, text),
    *(safe_name, name_from_address, name_was_cleaned, digests),
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


def check_redirects(text: str) -> None:
    """Raise AssertionError unless `text` as a Location is refused or leads to the web, outwards or along."""
    for here in ("https://example.org/a/b?c=d", "http://127.0.0.1:8000/"):
        for location in (text, f"//{text}", f"http://{text}", f"https://{text}/x"):
            try:
                target = next_address(here, location)
            except DownloadError:
                continue
            assert target.startswith(("https://", "http://"))
            assert target.isascii()
            assert target.startswith("https://") or here.startswith("http://")
            assert split_credentials(target)[1] is None
            assert here.startswith("http://") or reach_of(host_of(target).rpartition(":")[0] or host_of(target)) == 0
            assert next_address(here, target) == target


def check_addresses(text: str) -> None:
    """Raise AssertionError unless `text` as an address is refused or kept as it is, and its secrets are masked."""
    for given in (text, f"http://{text}", f"https://h/{text}", f"https://u:{text}@h/"):
        assert chosen_name(name_from_address(given))
        try:
            address = checked_address(given)
        except ValueError:
            continue
        assert checked_address(address) == address
        assert host_of(split_credentials(address)[0]) == host_of(address)
    assert "secret" not in redacted(f"http://h/{text}?t=secret") + redacted(f"{text} http://u:secret@h/{text}")


def main(rounds: int, seed: int) -> int:
    """Fuzz `rounds` texts; 0 if every promise held."""
    texts = hostile_texts(random.Random(seed))
    worst, culprit, begin = 0.0, "", time.perf_counter()
    for _ in range(rounds):
        text = next(texts)
        try:
            for check in (check_names, check_redirects, check_addresses):
                check(text)
            worst, culprit = max((worst, culprit), (slowest_call(text), text))
        except Exception:
            print(f"seed {seed}: broken by {text!r}")
            raise
    spent = time.perf_counter() - begin
    print(f"seed {seed}: {rounds} texts in {spent:.1f} s, {rounds / spent:.0f} a second, no promise broken")
    print(f"slowest call {worst * 1000:.3f} ms, with {len(culprit)} characters: {culprit[:100]!a}")
    return int(worst > WORST)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.core.fuzz_headers")
    parser.add_argument("--count", type=int, default=100_000, help="texts to try")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="to try the same texts again")
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    sys.exit(main(options.count, options.seed))
