"""Counts, for every case of the catalogue, the tests that prove it, how they ended and how long they took.

`pytest tests/faults --catalogue` prints the table at the end of a run; `--catalogue-file PATH` writes it there, a case
per line. Tests elsewhere count too where they are run along.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.faults.catalogue import CATALOGUE, NOT_HERE, PENDING

_WORST_FIRST: Final = ("failed", "error", "xfailed", "skipped", "passed")
"""Of a case's tests, the first of these that occurs is the case's outcome."""


@dataclass
class Case:
    """What became of one case in this run."""

    collected: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """The worst outcome of its tests; "not run" without any."""
        return next((outcome for outcome in _WORST_FIRST if self.outcomes[outcome]), "not run")


class CatalogueReport:
    """Collects the cases of a run; a pytest plugin."""

    def __init__(self) -> None:
        self._cases = {case_id: Case() for case_id in CATALOGUE}
        self._of_test: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which test proves what."""
        for item in items:
            self._note(item.nodeid, marked(item))

    def _note(self, test: str, ids: list[str]) -> None:
        if test not in self._of_test:
            self._of_test[test] = ids
            for case_id in ids:
                self._cases[case_id].collected += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the time of every phase, and the outcome of the test, or of the phase that failed it.

        Where other processes run the tests, their reports tell which cases each proves.
        """
        outcome = _outcome(report)
        self._note(report.nodeid, [str(value) for name, value in report.user_properties if name == "case"])
        for case_id in self._of_test[report.nodeid]:
            self._cases[case_id].seconds += report.duration
            if outcome is not None:
                self._cases[case_id].outcomes[outcome] += 1

    def lines(self) -> list[str]:
        """Return the table: id, ways (tests), outcome, seconds, title."""
        head = f"{'id':3}  {'ways':>4}  {'outcome':8}  {'seconds':>7}  case"
        return [head, *(self._line(case_id, case) for case_id, case in self._cases.items())]

    @staticmethod
    def _line(case_id: str, case: Case) -> str:
        outcome = case.outcome
        if not case.collected:
            outcome = "pending" if case_id in PENDING else "not here" if case_id in NOT_HERE else outcome
        return f"{case_id}  {case.collected:4}  {outcome:8}  {case.seconds:7.2f}  {CATALOGUE[case_id]}"


def marked(item: pytest.Item) -> list[str]:
    """Return the cases a test is marked with, each once."""
    return list(dict.fromkeys(case_id for mark in item.iter_markers("case") for case_id in mark.args))


def cases(*names: str) -> Iterable[str]:
    """Return the cases that texts such as "S01 FIN after 0 bytes" or "S37 S11 lengths" begin with."""
    words = (word for name in names for word in name.replace(",", " ").split())
    return dict.fromkeys(word for word in words if word in CATALOGUE)


def rows(*table: tuple[object, ...]) -> list[object]:
    """Return a table whose rows begin with a title as parameters, each marked with the cases its title names."""
    return [
        pytest.param(
            *row, id=str(row[0]), marks=[pytest.mark.case(*found)] if (found := list(cases(str(row[0])))) else []
        )
        for row in table
    ]


def _outcome(report: pytest.TestReport) -> str | None:
    """Return what a phase says of the test; None where it says nothing."""
    if report.when == "call":
        return "xfailed" if hasattr(report, "wasxfail") else report.outcome
    if report.passed:
        return None
    return "skipped" if report.skipped else "error"


_REPORT: Final = pytest.StashKey[CatalogueReport]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options; again where the plugin is named on the command line too."""
    group = parser.getgroup("catalogue", "the catalogue of faults")
    with suppress(ValueError):
        group.addoption("--catalogue", action="store_true", help="print what became of every case of the catalogue")
        group.addoption("--catalogue-file", metavar="PATH", help="write that to a file")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count, where it is asked for; before collection, so that no test is missed."""
    wanted = config.getoption("--catalogue", default=False) or config.getoption("--catalogue-file", default=None)
    if wanted and _REPORT not in config.stash:
        config.stash[_REPORT] = CatalogueReport()
        config.pluginmanager.register(config.stash[_REPORT], "catalogue-report")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have every report tell which cases its test proves. Raises UsageError for one that is not in the catalogue."""
    for item in items:
        ids = marked(item)
        if unknown := [case_id for case_id in ids if case_id not in CATALOGUE]:
            raise pytest.UsageError(f"{item.nodeid}: no such case: {', '.join(unknown)}")
        item.user_properties.extend(("case", case_id) for case_id in ids)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, and write it."""
    report = config.stash.get(_REPORT, None)
    if report is None:
        return
    del config.stash[_REPORT]
    if config.getoption("--catalogue"):
        terminalreporter.section("catalogue of faults")
        for line in report.lines():
            terminalreporter.write_line(line)
    if path := config.getoption("--catalogue-file"):
        Path(path).write_text("\n".join(report.lines()) + "\n", encoding="utf-8")
