"""The Live page is smooth, however fast the lines come and however many there are."""

import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from headrace_gui.details.live import LivePage
from headrace_gui.theme import Theme
from pytestqt.qtbot import QtBot

from tests.support.beats import Beats
from tests.support.growing import PATIENCE, Growing, search, shown_page

LONGEST = 0.05
"""Seconds from which on a gap between two turns of the event loop is felt."""


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> Iterator[LivePage]:
    with shown_page(qtbot, theme) as page:
        yield page


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


WRITER = """
import sys, time
path, body, total = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3])
began, count = time.perf_counter(), 0
while count < total:
    due = min(int((time.perf_counter() - began) * 10_000), total)
    with open(path, "ab") as file:
        file.write(b"".join(b"2026-03-14 12:00:00 worker %06d %s\\n" % (n, body) for n in range(count, due)))
    count = due
    time.sleep(0.02)
"""
"""A process that writes 10,000 lines a second, so that the only Python threads here are the page's own."""


@pytest.mark.window
@pytest.mark.parametrize("mode", ["plain", "marked", "filtered", "wrapped", "catastrophic"])
def test_smooth_at_ten_thousand_lines_a_second(qtbot: QtBot, page: LivePage, tmp_path: Path, mode: str) -> None:
    text = {"filtered": "7", "catastrophic": r"(a+)+$"}.get(mode, "part")
    page.bar.wrap.setChecked(mode == "wrapped")
    page.resize(380 if mode == "wrapped" else 1180, 600)
    if mode not in ("plain", "wrapped"):
        search(page, text, expression=mode == "catastrophic", only=mode == "filtered")
    _write(qtbot, page, Growing(tmp_path, "warm up.log"), mode, 3_000)
    takes = 0

    def count() -> None:
        nonlocal takes
        takes += 1

    page.model.rowsInserted.connect(count)
    began = time.perf_counter()
    with beating(page) as gaps:
        _write(qtbot, page, Growing(tmp_path), mode, 30_000)
    seconds = time.perf_counter() - began
    print(f"{mode}: longest gaps {sorted(gaps)[-3:]}, {takes} batches in {seconds:.1f} s")
    assert all(seconds < LONGEST for seconds, _place in gaps)
    assert takes <= 10 * seconds + 1, "ten times a second at most"


@contextmanager
def beating(page: LivePage) -> Iterator[list[tuple[float, str]]]:
    """Give a list that holds, in the end, the noteworthy gaps between two turns of the event loop meanwhile."""
    gc.collect()
    gc.freeze()  # as the window does: walking all that a test run has loaded is none of the page's work
    beats, gaps = Beats(page), list[tuple[float, str]]()
    try:
        yield gaps
        beats.note()
        gaps += beats.take()
    finally:
        beats.close()
        gc.unfreeze()


def _write(qtbot: QtBot, page: LivePage, growing: Growing, mode: str, count: int) -> None:
    """Have so many lines written, and shown to the last."""
    body = "a" * 37 + "b" if mode == "catastrophic" else "fetched part of 4,096 in 0.31 s"
    page.show_download(growing.snapshot)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(growing.part), body, str(count)]) as writer:
        while writer.poll() is None:
            if growing.part.exists():
                growing.tell(page)
            qtbot.wait(200)
    growing.tell(page)
    if mode == "catastrophic":
        qtbot.waitUntil(lambda: "takes too long" in page.message.text(), timeout=PATIENCE)
    wanted = sum("7" in f"{n:06}" for n in range(count)) if mode == "filtered" else count
    qtbot.waitUntil(lambda: page.model.lines == wanted, timeout=PATIENCE)


@pytest.mark.alone
def test_a_hundred_thousand_lines_are_searched_shown_and_scrolled_without_a_stall(
    qtbot: QtBot, page: LivePage, growing: Growing
) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"".join(b"2026-03-14 12:00 INFO worker %06d fetched\n" % n for n in range(100_000))).tell(page)
    qtbot.waitUntil(page.bar.start.isVisible, timeout=PATIENCE)
    page._with_feed(lambda feed: feed.from_the_start())
    qtbot.waitUntil(lambda: page.model.lines == 100_000, timeout=PATIENCE)
    _use(qtbot, page)
    page.resize(900, 300)
    with beating(page) as gaps:
        _use(qtbot, page)
    print(f"longest gaps {sorted(gaps)[-3:]}")
    assert all(seconds < LONGEST for seconds, _place in gaps)


def _use(qtbot: QtBot, page: LivePage) -> None:
    search(page, "99", only=False)
    qtbot.waitUntil(lambda: page.model.entry(99)[1] != (), timeout=PATIENCE)
    for value in range(0, 90_000, 9_000):
        page.view.verticalScrollBar().setValue(value)
        qtbot.wait(5)
    page.bar.wrap.setChecked(True)
    page.view.selectAll()
    page.resize(500, 400)
    qtbot.wait(50)
    search(page, "")
    qtbot.waitUntil(lambda: page.model.rowCount() > 0 and page.model.entry(99)[1] == (), timeout=PATIENCE)
    page.bar.wrap.setChecked(False)
