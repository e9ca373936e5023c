"""What is played in the window that a benchmark has opened: each returns figures, times in milliseconds."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from headrace.filters import Category, StatusFilter
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace_gui.action_table import Act
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import SortBy
from PySide6.QtGui import QGuiApplication

from tests.benchmarks.player import Condition, Playing, Stage
from tests.support.add_stage import dialog_behind

_REST: Final = 1.0
"""Seconds, so that what is measured begins at rest."""
_PAUSE: Final = 0.3
_TYPED: Final = ("file-1", "file-12", "mp4", "mp4 file-3", "")
_GROUPS: Final = (StatusFilter.FINISHED, StatusFilter.FAILED, Category.VIDEO, StatusFilter.ALL)


def rows(stage: Stage) -> Playing:
    """A long list: from the start until it is shown, then sorted, searched and filtered. Words: rows, rounds."""
    count, rounds = map(int, stage.words)
    window, model = stage.window, stage.window.model
    yield from stage.timed(lambda: None, window.table.viewport(), lambda: model.rowCount() == count)
    usable = time.perf_counter()
    yield from stage.settled()
    memory = _pss()
    found: dict[str, list[float]] = {}
    stage.measured()
    for _ in range(rounds):
        for name, act, done_when in _list_acts(stage):
            done = yield from stage.timed(act, window.table.viewport(), done_when)
            found.setdefault(name, []).append(done["ms"])
            yield from stage.rest(_PAUSE)
    return {"usable": usable, "pss": memory, "acts": found, "gaps": stage.measured()}


def _list_acts(stage: Stage) -> Iterator[tuple[str, Callable[[], object], Condition]]:
    """Yield the name of each act, the act, and whether it is done."""
    window, model = stage.window, stage.window.model
    for number, column in enumerate(COLUMNS):
        keys = (SortBy(number, falling=True),)
        yield f"sort by {column.key}", partial(window.table.sort_by_keys, keys), partial(_is, model, "sort_keys", keys)
    for text in _TYPED:
        yield f"type {text!r}", partial(window.bar.search.setText, text), partial(_searches, stage, text)
    for group in _GROUPS:
        yield f"choose {group.value}", partial(window.sidebar.choose, group), lambda: True


def _searches(stage: Stage, text: str) -> bool:
    return stage.window.model.filter.text == text


def _is(thing: object, name: str, value: object) -> bool:
    return bool(getattr(thing, name) == value)


def busy(stage: Stage) -> Playing:
    """Many transfers at full speed from their start on, a long list, the details open. Words: rows, seconds, URLs."""
    count, seconds, *addresses = stage.words
    window, manager = stage.window, stage.manager
    yield lambda: window.model.rowCount() == int(count)
    yield from stage.settled()
    stage.measured()
    began, ids = time.perf_counter(), _add(stage, addresses)
    yield lambda: True  # a person takes at least a turn from one act to the next
    window.table.choose(ids[:1])
    yield lambda: True
    window.actions_of[Act.DETAILS].trigger()
    yield lambda: time.perf_counter() - began >= float(seconds) or not manager.totals().active
    took, arrived = time.perf_counter() - began, _received(stage, ids)
    gaps = stage.measured()
    manager.remove(ids)
    return {"gaps": gaps, "seconds": took, "bytes": arrived}


def paste(stage: Stage) -> Playing:
    """A clipboard full of addresses, added paused. Words: how many, an address to number."""
    count, address = int(stage.words[0]), stage.words[1]
    window = stage.window
    yield from stage.settled()
    QGuiApplication.clipboard().setText("\n".join(f"{address}?{number}" for number in range(count)))
    yield from stage.rest(_REST)
    stage.measured()
    began = time.perf_counter()
    window.actions_of[Act.PASTE].trigger()
    yield lambda: window.adding.dialog is not None and window.adding.dialog.isVisible()
    shown = time.perf_counter()
    dialog = dialog_behind(window.adding.dialog)
    yield lambda: dialog._model.rowCount() == count and dialog._later.isEnabled()
    read = time.perf_counter()
    dialog._later.click()
    yield lambda: window.model.rowCount() == count
    yield from stage.timed(window.table.viewport().update, window.table.viewport())
    listed = time.perf_counter()
    yield from stage.rest(_REST)
    times = {"dialog": shown - began, "read": read - shown, "listed": listed - read, "whole": listed - began}
    return {"ms": {name: each * 1000 for name, each in times.items()}, "gaps": stage.measured()}


def pauses(stage: Stage) -> Playing:
    """All paused and all resumed, again and again. Words: rounds, addresses."""
    rounds, *addresses = stage.words
    manager, acts = stage.manager, stage.window.actions_of
    yield from stage.settled()
    ids = _add(stage, addresses)
    yield lambda: _running(stage, ids)
    found: dict[str, list[Any]] = {name: [] for name in ("pause ms", "pause gaps", "resume ms", "resume gaps")}
    for _ in range(int(rounds)):
        yield from stage.rest(_REST)
        for name, act, over in (
            ("pause", Act.PAUSE_ALL, lambda: not len(manager._runner)),
            ("resume", Act.RESUME_ALL, lambda: _running(stage, ids)),
        ):
            stage.measured()
            began = time.perf_counter()
            acts[act].trigger()
            yield over
            found[f"{name} ms"].append((time.perf_counter() - began) * 1000)
            yield from stage.rest(_REST)
            found[f"{name} gaps"] += stage.measured()
    manager.remove(ids)
    return found


def hidden(stage: Stage) -> Playing:
    """Nothing at all, in a window that is not seen: it is watched from outside."""
    yield from stage.settled()
    stage.window.hide()
    stage.stop_beating()
    stage.tell({"hidden": True})
    yield lambda: False
    return {}


def _add(stage: Stage, addresses: list[str]) -> list[str]:
    folder = stage.manager.settings.download_folder
    specs = [DownloadSpec(address, folder, name=f"file{number}") for number, address in enumerate(addresses)]
    return stage.manager.add(specs)


def _running(stage: Stage, ids: list[str]) -> bool:
    shots = map(stage.manager.snapshot, ids)
    return all(one is not None and one.state in (DownloadState.DOWNLOADING, DownloadState.COMPLETED) for one in shots)


def _received(stage: Stage, ids: list[str]) -> int:
    return sum(one.received for one in map(stage.manager.snapshot, ids) if one is not None)


def _pss() -> float:
    """Return the MiB of memory of this process, shared pages in part."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
