"""Sums over what is chosen, kept up as downloads change and go."""

from dataclasses import replace
from typing import Any

import pytest
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace_gui.details.summary import Summary
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_manager import make_snapshot

BLOCK = 1 << 20
JOB = make_snapshot("a.iso", id="a", state=DownloadState.DOWNLOADING, total=8 * BLOCK, received=6 * BLOCK)
OTHER = make_snapshot("b.iso", id="b", state=DownloadState.PAUSED, total=10**7, received=2 * 10**6)

snapshots = st.builds(
    lambda state, total, received, speed: (state, total, received, speed),
    st.sampled_from(list(DownloadState)),
    st.none() | st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.none() | st.integers(0, 10**9).map(float),
)


def built(values: list[tuple[Any, ...]]) -> list[DownloadSnapshot]:
    return [
        make_snapshot(id=str(n), state=state, total=total, received=received, speed=speed)
        for n, (state, total, received, speed) in enumerate(values)
    ]


@given(st.lists(snapshots, min_size=1, max_size=20), st.lists(snapshots, max_size=20))
def test_sums_kept_up_are_sums_made_anew(first: list[tuple[Any, ...]], later: list[tuple[Any, ...]]) -> None:
    start, changed = built(first), built(later)
    summary = Summary(start)
    concerned = summary.update(changed)
    newest = {each.id: each for each in start} | {each.id: each for each in changed if int(each.id) < len(start)}
    fresh = Summary(list(newest.values()))
    assert concerned == bool(changed)
    assert (summary.total, summary.unknown, summary.received) == (fresh.total, fresh.unknown, fresh.received)
    assert summary.states() == fresh.states()
    assert summary.speed == pytest.approx(fresh.speed)
    assert [each.id for each in summary.remove({"0"})] == [each for each in newest if each != "0"]


def test_sums_leave_the_unknown_out() -> None:
    summary = Summary([JOB, replace(OTHER, total=None)])
    assert (len(summary), summary.unknown, summary.total) == (2, 1, 8 * BLOCK)
    assert "a" in summary
    assert "z" not in summary
