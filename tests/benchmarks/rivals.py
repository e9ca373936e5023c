"""The same faults against curl, wget, aria2c and `headrace get`, side by side: whose file is right, and who says so."""

import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

from tests.benchmarks.report import MIB, Bar, Report, Table, Wishes
from tests.benchmarks.rival_cases import CASES, CUT, PATH, Case
from tests.benchmarks.rival_tools import Ended, Headrace, Manner, Tool, tools
from tests.support import faults, needs, seeded
from tests.support.certificates import Certificates, make_certificates
from tests.support.faulty_server import FaultyServer

NEEDS: Final = ("curl",)
_SECONDS: Final = 20.0
RIGHT: Final = "right file"
FAILED: Final = "honest failure"
WRONG: Final = "WRONG BYTES, EXIT 0"
HALF: Final = "HALF A FILE, EXIT 0"
MISSING: Final = "NO FILE, EXIT 0"
EARLY: Final = "FINAL NAME ON A WRONG FILE"
ENDLESS: Final = "no end in 20 s"
_BAD: Final = (WRONG, HALF, MISSING, EARLY)
_NOTES: Final = [
    "resumed: a first run got part of the file and no more, then the fault came, then the tool was told to continue",
    "curl -f -L -C - (fresh: without -C -), wget -c --tries=2, aria2c -c --max-tries=2, headrace get --tries 3",
    "right file: what the server serves now, or served all along; honest failure: an exit status that is not 0",
    "curl, wget and aria2c write under the final name from the first byte, so a failure may leave anything there",
    "(cannot be told): nothing in the answer tells right from wrong, so it counts for no bar and no sum",
    "marked: the command says with the file that its length was never known",
]


def measure(folder: Path, wishes: Wishes) -> Report:
    """Try every case, or the first `runs` of them, with every tool that is installed."""
    certificates = make_certificates(folder)
    cases = CASES[: wishes.runs] if wishes.runs else CASES
    known = tools(certificates)
    installed = [tool for tool in known if tool.program is None or needs.program(tool.program)]
    missing = [f"{tool.program} is not installed and was not tried" for tool in known if tool not in installed]
    table = Table(f"files of {wishes.size or 3 * MIB} bytes", ("", *(tool.name for tool in installed)))
    ends: dict[str, Counter[str]] = {tool.name: Counter() for tool in installed}
    for number, case in enumerate(cases):
        row = []
        for tool in installed:
            place = folder / f"{number}-{tool.name.partition(' ')[0]}"
            place.mkdir()
            end = _tried(case, tool, place, certificates, wishes.size or 3 * MIB)
            ends[tool.name].update([] if case.hidden else [end])
            row.append(end)
        table.rows.append((f"{case.name}{' (cannot be told)' if case.hidden else ''}", *row))
    table.rows.append(("bad outcomes", *(sum(ends[tool.name][end] for end in _BAD) for tool in installed)))
    return Report("rivals", [*_NOTES, *missing], [table], _bars(ends[Headrace.name]))


def _tried(case: Case, tool: Tool, folder: Path, certificates: Certificates, size: int) -> str:
    """Go through one case with one tool; return the outcome in words."""
    with FaultyServer(certificates.server_context() if case.tls else None) as server:
        server.add(case.before(size))
        address = server.url(PATH)
        if case.killed:
            _killed(tool, folder, address, server, size)
        elif case.resumed:
            server.inject(faults.cut(int(size * CUT), when=faults.nth(1)))
            server.inject(faults.status(503, times=None, when=lambda request: request.nth > 1))
            tool.run(folder, address, Manner(patient=False), _SECONDS)
            server.heal()
        case.between(server, folder, size)
        ended = tool.run(folder, address, Manner(resumed=case.resumed or case.killed), _SECONDS)
        return _outcome(ended, tool.final(folder), case.right(size), strict=isinstance(tool, Headrace))


def _killed(tool: Tool, folder: Path, address: str, server: FaultyServer, size: int) -> None:
    """Kill the tool when half of the file is on its way and a moment has passed."""
    held = server.inject(faults.stall(int(size * CUT)))
    with tool.started(folder, address, Manner()) as process:
        held.gate.wait(_SECONDS)
        try:
            process.wait(0.7)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    server.heal()


def _outcome(ended: Ended, final: Path, right: tuple[int, int], *, strict: bool) -> str:
    """Compare what is there with what is right: seed and length."""
    seed, size = right
    wrong = seeded.first_difference(final, seed, size) if final.exists() else "missing"
    if ended.status is None:
        return ENDLESS
    if ended.status != 0:
        return EARLY if strict and final.exists() and wrong else f"{FAILED} ({ended.status})"
    if wrong is None:
        return RIGHT
    if wrong == "missing":
        return MISSING
    marked = ", marked" if strict and "length_unknown" in ended.said else ""
    return (HALF if _is_beginning(final, seed, size) else WRONG) + marked


def _is_beginning(final: Path, seed: int, size: int) -> bool:
    length = final.stat().st_size
    return length < size and seeded.first_difference(final, seed, length) is None


def _bars(ends: Counter[str]) -> list[Bar]:
    return [
        Bar("headrace: wrong bytes with exit 0", ends[WRONG], 0),
        Bar("headrace: half a file or none with exit 0", ends[HALF] + ends[MISSING], 0),
        Bar("headrace: final name on a wrong file, whatever the exit", ends[EARLY], 0),
        Bar("headrace: no end", ends[ENDLESS], 0),
    ]
