"""The two tints of progress: full for what is verified, pale for what has only arrived."""

from functools import cache
from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui.accents import contrast, mixed
from headrace_gui.tokens import Tokens

_WAITING: Final = frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT, DownloadState.PAUSED})
_SHARES: Final = tuple(share / 100 for share in range(30, 80, 5))


def bar_colour(state: DownloadState, tokens: Tokens) -> str:
    """Return the full tint of a state's progress bar."""
    if state is DownloadState.FAILED:
        return tokens.failed
    return tokens.waiting if state in _WAITING else tokens.accent


@cache
def pale(colour: str, track: str) -> str:
    """Return the tint between bar and track that stands out from both as much as can be."""
    tints = [mixed(colour, track, share) for share in _SHARES]
    return max(tints, key=lambda tint: min(contrast(tint, colour), contrast(tint, track)))


@cache
def mark(tokens: Tokens) -> str:
    """Return the ground behind a found word."""
    return mixed(tokens.waiting, tokens.surface, 0.34)


def parts_of(snapshot: DownloadSnapshot) -> tuple[float, float] | None:
    """Return which parts of the bar are full and which full or pale, from 0.0 to 1.0; None for an unknown length."""
    if snapshot.state is DownloadState.FINISHING:
        return 1.0, 1.0
    if snapshot.fraction is None or snapshot.total is None:
        return None
    arrived = min(snapshot.fraction, 1.0)
    return min(snapshot.claimed / snapshot.total if snapshot.total else 1.0, arrived), arrived
