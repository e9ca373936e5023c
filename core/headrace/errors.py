"""The one exception that carries a failure through the engine."""

from headrace.states import Failure, FailureReason


class DownloadError(Exception):
    """A download cannot go on; `failure` says why, in numbers and data that hold no secret."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason.name, failure.detail)
        self.failure = failure

    @classmethod
    def of(cls, reason: FailureReason, detail: str = "", *, status: int | None = None) -> "DownloadError":
        """Make one from a bare reason."""
        return cls(Failure(reason, detail, status))


class StoppedError(Exception):
    """The attempt was stopped from outside: no failure, and nothing more may be written."""
