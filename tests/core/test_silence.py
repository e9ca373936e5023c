"""Lines of the log in which something of a private download is are not written."""

import logging
from pathlib import Path

import pytest
from headrace.disk.leftovers import remove_leftovers
from headrace.logs import log_file
from headrace.silence import Silence

from tests.support.engine_parts import make_record

RECORD = make_record(
    1,
    address="https://zanzibar.example:8443/a?b=c",
    mirrors=("https://mirror.zanzibar.example/a",),
    final_address="https://cdn.zanzibar.example/a",
    name="zanzibar.iso",
    stem="private-x",
)


@pytest.fixture
def silence() -> Silence:
    made = Silence()
    made.keep(RECORD)
    made.keep(make_record(2, name="a", address="https://b/", stem="private-x"))
    return made


@pytest.mark.parametrize(
    ("line", "is_written"),
    [
        (f"{RECORD.id}: complete", False),
        ("zanzibar.iso stays where it is", False),
        ("zanzibar.example:8443 answers 200", False),
        ("zanzibar.example was not found", False),
        ("mirror.zanzibar.example is left", False),
        ("cdn.zanzibar.example answers 206", False),
        ("the machine slept", True),
        (f"{make_record(3).id}: complete", True),
        ("a and b are in every line", True),
    ],
)
def test_lines_that_say_something_of_it_are_left_out(
    tmp_path: Path, silence: Silence, line: str, is_written: bool
) -> None:
    path = tmp_path / "headrace.log"
    with log_file(path, silence=silence):
        logging.getLogger("headrace.any").info("%s", line)
        logging.getLogger("headrace.any").info("the end")
    text = path.read_text(encoding="utf-8")
    assert (line in text) == is_written
    assert "the end" in text


def test_an_exception_is_looked_through(tmp_path: Path, silence: Silence) -> None:
    path = tmp_path / "headrace.log"
    with log_file(path, silence=silence):
        try:
            int("zanzibar.iso")
        except ValueError:
            logging.getLogger("headrace.any").exception("it failed")
    assert not path.exists() or path.read_text(encoding="utf-8") == ""


def test_only_own_leftovers_that_nobody_knows_are_deleted(tmp_path: Path) -> None:
    stem, known = "private-0123456789ab", "a" * 16
    gone = [f"{stem}.{'b' * 16}.part", f"{stem}.{'c' * 16}.2.part", f"{stem}.{'c' * 16}.part.bad"]
    kept = [f"{stem}.{known}.part", f"private-ffffffffffff.{'b' * 16}.part", f"{stem}.part", f"x{gone[0]}", "file"]
    for name in (*gone, *kept):
        (tmp_path / name).touch()
    (tmp_path / f"{stem}.{'d' * 16}.part").mkdir()
    remove_leftovers(tmp_path, stem, {known}.__contains__)
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == set(kept)
    remove_leftovers(tmp_path / "missing", stem, {known}.__contains__)
