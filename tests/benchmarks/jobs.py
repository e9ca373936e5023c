"""What a job costs: 1, 10, 100 and 1,000 files of 4 KiB, a hundred at once, in time and memory."""

from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.report import Bar, Report, Table, Wishes, spread
from tests.support import nginx
from tests.support.certificates import make_certificates

NEEDS: Final = ("nginx",)
_RUNS: Final = 5
_TIMEOUT: Final = 120.0
_COUNTS: Final = (1, 10, 100, 1000)
_AT_ONCE: Final = 100
_SIZE: Final = 4096
_KIB: Final = 1024
_FLAT: Final = 1.25
"""Times the cost of a job in the step before that one in the last step may have: flat, and the machine's noise."""
_NOTES: Final = [
    f"headrace get -j {_AT_ONCE}, whole processes, a new profile each time; all counts in turn, after one to warm up",
    "a job more: the slope from the count above it, of the medians; memory is the greatest VmHWM, read every 20 ms",
    "every file was compared in size",
]


def measure(folder: Path, wishes: Wishes) -> Report:
    """Fetch each count in turn, again and again."""
    counts = [count for count in _COUNTS if count <= (wishes.rows or _COUNTS[-1])]
    found: dict[int, list[ground.Ran]] = {count: [] for count in counts}
    certificates = make_certificates(folder)
    with nginx.serving(folder / "nginx", certificates) as server:
        server.file("little", _SIZE)
        for run in range((wishes.runs or _RUNS) + 1):
            for count in counts:
                done = _fetch(folder, server, count)
                if run:
                    found[count].append(done)
    seconds = {count: median(one.seconds for one in runs) for count, runs in found.items()}
    memory = {count: median(one.peak_rss / _KIB for one in runs) for count, runs in found.items()}
    table = Table("jobs", ("", "seconds", "min", "max", "ms a job more", "CPU s", "peak MiB", "KiB a job more"))
    for before, count in zip((None, *counts), counts, strict=False):
        slopes = [None if before is None else _slope(each, before, count) for each in (seconds, memory)]
        time_slope = None if slopes[0] is None else slopes[0] * 1000
        cpu = median(one.cpu for one in found[count])
        whole = spread([one.seconds for one in found[count]])
        table.rows.append((f"{count:,}", *whole, time_slope, cpu, memory[count] / _KIB, slopes[1]))
    slopes_of_time = [_slope(seconds, before, count) for before, count in pairwise(counts)]
    what = "time of a job more, the last step over the one before"
    return Report("jobs", _NOTES, [table], [Bar(what, slopes_of_time[-1] / slopes_of_time[-2], _FLAT)])


def _slope(costs: dict[int, float], before: int, count: int) -> float:
    return (costs[count] - costs[before]) / (count - before)


def _fetch(folder: Path, server: nginx.Nginx, count: int) -> ground.Ran:
    here = ground.fresh_folder(folder)
    profile = ground.make_profile(here / "profile", here / "target", server.ca_file)
    listed = here / "list"
    listed.write_text("".join(f"{server.url('little')}?{number}\n" for number in range(count)), encoding="utf-8")
    options: list[ground.Word] = ["--quiet", "--profile", profile.folder, "--dir", here / "target", "-j", str(_AT_ONCE)]
    ran = ground.ran(ground.headrace("get", *options, "--input", listed), here, _TIMEOUT)
    sizes = [path.stat().st_size for path in (here / "target").iterdir()]
    if sizes != [_SIZE] * count:
        raise RuntimeError(f"{len(sizes)} files of {count} arrived, of {set(sizes)} bytes")
    return ran
