"""The catalogue is kept: every case is proven by a test, or waits for one by name, or says why it has none."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.faults.catalogue import CATALOGUE, NOT_HERE, PENDING
from tests.faults.plugin import cases, rows

ROOT: Final = Path(__file__).parents[2]
PLACES: Final = ("tests/faults", "tests/core", "tests/end_to_end")
"""Where tests that prove cases are."""
SIZES: Final = {"S": 40, "R": 41, "I": 12, "N": 26, "A": 23, "D": 24, "C": 16, "U": 17, "L": 15}


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the cases that tests are marked with, as pytest itself collects them in a process of its own."""
    table = tmp_path_factory.mktemp("catalogue") / "table"
    options = [
        "--collect-only",
        "-qq",
        "-p",
        "no:cacheprovider",
        f"--catalogue-file={table}",
        *(str(ROOT / place) for place in PLACES),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (line.split() for line in table.read_text(encoding="utf-8").splitlines()[1:])
    return {case_id for case_id, ways, *_ in lines if int(ways)}


def test_every_case_has_a_number_and_a_title_of_its_own() -> None:
    assert list(CATALOGUE) == [f"{group}{number:02}" for group, size in SIZES.items() for number in range(1, size + 1)]
    assert len(set(CATALOGUE.values())) == len(CATALOGUE) == 214


def test_every_case_is_proven_or_says_why_not(proven: set[str]) -> None:
    assert sorted(CATALOGUE.keys() - proven - NOT_HERE.keys()) == sorted(PENDING)
    assert sorted(proven & NOT_HERE.keys()) == []
    assert sorted(PENDING & (proven | NOT_HERE.keys())) == []


def test_a_reason_is_a_reason() -> None:
    assert NOT_HERE.keys() <= CATALOGUE.keys()
    assert [case_id for case_id, reason in NOT_HERE.items() if len(reason) <= 20] == []


def test_titles_of_rows_name_cases() -> None:
    assert list(cases("S37 S11 lengths", "R40 missing", "429 once")) == ["S37", "S11", "R40"]
    marks = [[mark.args for mark in row.marks] for row in rows(("S01 FIN", 1), ("429 once", 2))]  # type: ignore[attr-defined]
    assert marks == [[("S01",)], []]
