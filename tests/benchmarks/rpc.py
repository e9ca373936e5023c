"""Clients of aria2: what the calls of aria2p cost here, and at a real aria2c."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import aria2p
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.benchmarks.report import Bar, Report, Table, Wishes
from tests.benchmarks.rpc_fire import fire
from tests.support.control_command import Control
from tests.support.rpc_clients import TOKEN, Rpc, aria2_server, own_server

NEEDS: Final = ("aria2c",)
_RUNS: Final = 3
_CALLS: Final = 500
_ADDRESSES: Final = 1000
_NOWHERE: Final = "http://127.0.0.1:9/file{number}.bin"
_ADDED: Final = 0.005
"""Seconds that a script may wait for each address it adds."""
_LATE: Final = 0.05
"""Seconds that a window may be late."""
_NOTES: Final = [
    "aria2p, one call after the other over HTTP, each on a connection of its own, as aria2p does it; both in turn",
    "all that is added is paused, so that nothing is fetched; Headrace commits each to its database",
]


def measure(folder: Path, wishes: Wishes) -> Report:
    """Let aria2p do the same work at both servers, again and again."""
    count = wishes.rows or _ADDRESSES
    calls = min(_CALLS, count)
    names = ("headrace", "aria2c")
    found: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    for run in range(wishes.runs or _RUNS):
        for name in names if run % 2 == 0 else names[::-1]:
            here = folder / f"{name}{run}"
            here.mkdir()
            with ExitStack() as stack:
                rpc = stack.enter_context(_server(name, here))
                for what, seconds in _work(rpc, count, calls).items():
                    found[name].setdefault(what, []).append(seconds)
    table = Table(f"aria2p, medians of {wishes.runs or _RUNS} runs", ("", *names, "unit", "times as fast"))
    for what, each in found["headrace"].items():
        ours, theirs = median(each), median(found["aria2c"][what])
        table.rows.append((what, *_shown(what, ours, theirs, calls), theirs / ours))
    here = folder / "fire"
    here.mkdir()
    with _server("headrace", here) as rpc:
        fired, longest = fire(Profile.at(here / "profile"), rpc, min(1.0, count / _ADDRESSES))
    adding = next(each for what, each in found["headrace"].items() if what.startswith("add "))
    bars = [
        Bar("an address added, one by one", median(adding) / count, _ADDED, "s"),
        Bar("longest answer of the event loop under fire", longest, _LATE, "s"),
    ]
    return Report("rpc", _NOTES, [table, fired], bars)


def _server(name: str, folder: Path) -> Any:
    if name == "aria2c":
        return aria2_server(folder)
    profile = Profile.at(folder / "profile")
    save_settings(Settings(folder / "downloads"), profile.settings)
    return own_server(Control(profile, folder / "downloads"))


def _shown(what: str, ours: float, theirs: float, calls: int) -> tuple[float, float, str]:
    if what in _COUNTED:
        return calls / ours, calls / theirs, "calls/s"
    return ours, theirs, "s"


_COUNTED: Final = ("getVersion", "tellStatus")


def _work(rpc: Rpc, count: int, calls: int) -> dict[str, float]:
    client = aria2p.Client(host="http://127.0.0.1", port=rpc.port, secret=TOKEN)
    addresses = [_NOWHERE.format(number=number) for number in range(count)]
    seconds = {"getVersion": _timed(lambda: [client.get_version() for _ in range(calls)])}
    gids: list[str] = []
    paused = {"pause": "true"}
    one_by_one = (client.add_uri([each], paused) for each in addresses)
    seconds[f"add {count:,}, one by one"] = _timed(lambda: gids.extend(one_by_one))
    seconds["tellStatus"] = _timed(lambda: [client.tell_status(gids[0]) for _ in range(calls)])
    seconds[f"tellWaiting of {count:,}"] = _timed(lambda: client.tell_waiting(0, count))
    added = [
        {"methodName": "aria2.addUri", "params": [f"token:{TOKEN}", [f"{each}2"], {"pause": "true"}]}
        for each in addresses
    ]
    body = {"jsonrpc": "2.0", "id": "x", "method": "system.multicall", "params": [added]}
    seconds[f"add {count:,} in one multicall"] = _timed(lambda: rpc.post(body).raise_for_status())
    waiting = int(client.get_global_stat()["numWaiting"])
    if waiting != 2 * count:
        raise RuntimeError(f"{waiting} downloads wait of {2 * count}")
    return seconds


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
