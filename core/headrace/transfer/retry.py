"""How long to wait before the next attempt. Pure: chance comes in as an argument."""

BACKOFF_FIRST = 1.0
BACKOFF_LIMIT = 60.0
WAIT_LIMIT = 6 * 3600.0 + BACKOFF_LIMIT
PROGRESS_RESETS_BUDGET = 1 << 20
"""Bytes of progress since the last failure that give an attempt its full budget back."""


def retry_wait(attempt: int, retry_after: float | None, chance: float) -> float:
    """Return seconds to wait after failed attempt number `attempt` (from 1): what the server asked, or full jitter.

    `chance` is a random number in [0, 1). Jitter runs from 1 s to a ceiling that doubles per attempt up to 60 s.
    """
    ceiling = min(BACKOFF_LIMIT, BACKOFF_FIRST * 2.0 ** min(attempt - 1, 16))
    return max(retry_after or 0.0, BACKOFF_FIRST + (ceiling - BACKOFF_FIRST) * chance)


def retry_is_due(retry_at: float | None, now: float) -> bool:
    """Say whether an appointment (Unix seconds) has come; one too far off is due to a clock set back."""
    return retry_at is None or not now < retry_at <= now + WAIT_LIMIT
