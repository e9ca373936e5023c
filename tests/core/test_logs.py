"""The log file: whose lines, whose eyes, how long."""

import logging
import stat
import sys
from pathlib import Path

import pytest
from headrace.logs import log_file


def test_own_lines_alone_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "headrace.log"
    with log_file(path):
        logging.getLogger("headrace.transfer.job").info("complete, %d bytes", 5)
        logging.getLogger("headrace_gui.desktop.bus").info("no message bus")
        logging.getLogger("urllib3.connectionpool").warning("GET /?token=canary")
    logging.getLogger("headrace").warning("after the end")
    text = path.read_text(encoding="utf-8")
    assert "headrace.transfer.job: complete, 5 bytes" in text
    assert "headrace_gui.desktop.bus: no message bus" in text
    assert "canary" not in text
    assert "after the end" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_file_is_its_owners_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "headrace.log"
    with log_file(path):
        for _ in range(25):
            logging.getLogger("headrace").info("x" * 100_000)
    files = list(tmp_path.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len(files) == 2
    assert max(file.stat().st_size for file in files) <= 1_000_000


def test_no_line_can_be_forged_and_no_address_tells_its_secrets(tmp_path: Path) -> None:
    path = tmp_path / "headrace.log"
    logger = logging.getLogger("headrace.transfer.job")
    with log_file(path, logging.DEBUG):
        logger.debug("saved as %s", "a\r\n2026-01-01 00:00:00 INFO headrace: all is well\x1b[2J\u2028\x85")
        logger.debug("asked http://me:canary@h/?sig=canary")
        logger.error("unexpected", exc_info=ValueError("http://me:canary@h/f?token=canary"))
    text = path.read_text(encoding="utf-8")
    assert "canary" not in text
    assert "\\x0d\\x0a2026-01-01 00:00:00 INFO headrace: all is well\\x1b[2J\\x2028\\x85" in text
    assert not any(line.startswith("2026-01-01 00:00:00") for line in text.splitlines())
    assert "ValueError: http://***@h/f?token=***" in text


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_log_that_was_open_to_all_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "headrace.log"
    path.write_text("old\n")
    path.chmod(0o644)
    with log_file(path):
        logging.getLogger("headrace").info("new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
