"""Memory of the window at rest, empty and after a download, next to a bare PySide6 window."""

import time
from pathlib import Path
from statistics import median
from typing import Final

from headrace.intake import new_item
from headrace.profile import Profile
from headrace.spec import DownloadSpec
from headrace.store.sqlite_store import SqliteStore

from tests.benchmarks import ground
from tests.benchmarks.ground import WindowProgram
from tests.benchmarks.report import GIB, MIB, Bar, Report, Table, Wishes, spread
from tests.support.desktop import Desktop
from tests.support.nginx import Nginx
from tests.support.processes import wait_until

NEEDS: Final = (*ground.DESKTOP, "nginx")
_RUNS: Final = 3
_REST_SECONDS: Final = 5.0
_TIMEOUT: Final = 120.0
_BAR: Final = 85.0
_KINDS: Final = ("Pss", "Private", "Rss")
_NOTES: Final = [
    "/proc/PID/smaps_rollup, 5 s (--rest) after the window was seen, or after the download was finished",
    "medians, min and max",
    "PSS counts a page shared with n processes as 1/n of it: other Qt programs running at the time lower it",
    "Private: pages of this process alone",
]

Reading = dict[str, float]
"""MiB by kind of memory."""


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure the three windows in turn, again and again."""
    size, rest = wishes.size or GIB, wishes.rest or _REST_SECONDS
    found: dict[str, list[Reading]] = {}
    with ground.desktop(folder / "desktop") as desktop, ground.served_file(folder, size) as server:
        for run in range(wishes.runs or _RUNS):
            idle, bare = ground.window_programs(folder / f"profile-{run}")
            found.setdefault("Headrace, empty list", []).append(_at_rest(desktop, idle, rest))
            found.setdefault("bare PySide6 window", []).append(_at_rest(desktop, bare, rest))
            after = _after_download(desktop, server, folder / f"busy-{run}", rest)
            found.setdefault(f"Headrace, after {size / GIB:g} GiB", []).append(after)
    bar = Bar("median PSS of the idle window", median(one["Pss"] for one in found["Headrace, empty list"]), _BAR, "MiB")
    return Report("memory", _NOTES, [_table(found)], [bar])


def _at_rest(desktop: Desktop, program: WindowProgram, rest: float) -> Reading:
    with ground.window(desktop, program) as (process, _):
        wait_until(lambda: bool(desktop.windows(program.title)), f"a window {program.title}", _TIMEOUT)
        time.sleep(rest)
        return _reading(process.pid)


def _after_download(desktop: Desktop, server: Nginx, folder: Path, rest: float) -> Reading:
    """Open a window whose list holds one waiting download; measure when that has finished."""
    folder.mkdir()
    profile = ground.make_profile(folder / "profile", folder / "target", server.ca_file)
    _put_on_list(profile, DownloadSpec(server.url("file", tls=True), folder / "target"))
    final = folder / "target" / "file"
    with ground.window(desktop, ground.window_programs(profile.folder)[0]) as (process, _):
        wait_until(final.exists, "the download finishes", _TIMEOUT)
        time.sleep(rest)
        reading = _reading(process.pid)
    ground.discard(final)
    return reading


def _put_on_list(profile: Profile, spec: DownloadSpec) -> None:
    """Store a download as a window leaves it that was closed while it waited."""
    store = SqliteStore(profile.database, lambda _records: None, lambda _error: None)
    store.save(new_item(spec, 1.0).record)
    if not store.close(_TIMEOUT):
        raise RuntimeError("the list was not stored")


def _reading(pid: int) -> Reading:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {line.partition(":")[0]: int(line.split()[1]) * 1024 / MIB for line in lines}
    return sizes | {"Private": sizes["Private_Clean"] + sizes["Private_Dirty"]}


def _table(found: dict[str, list[Reading]]) -> Table:
    head = ("MiB", *(text for kind in _KINDS for text in (kind, "min", "max")))
    table = Table("memory at rest", head)
    for name, readings in found.items():
        table.rows.append((name, *(size for kind in _KINDS for size in spread([one[kind] for one in readings]))))
    return table
