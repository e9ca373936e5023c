"""Which downloads failed over one and the same thing, so that all may go on once it is put right."""

from collections.abc import Callable

from headrace.manager import DownloadManager
from headrace.states import DownloadState, Failure


def failed_over(manager: DownloadManager, told: Callable[[Failure | None], str | None], what: str) -> list[str]:
    """Return the ids of failed downloads of whose failures `told` says `what`. Manager's thread."""
    failed = map(manager.snapshot, manager.ids_in([DownloadState.FAILED]))
    return [one.id for one in failed if one is not None and told(one.failure) == what]
