"""What the process tells the shell at its end, and the error that ends it before it began."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses of the terminal commands. Scripts rely on the numbers: never change one."""

    ARRIVED = 0
    """Every file arrived, or was skipped as asked."""
    FAILED = 1
    """At least one file did not arrive, or nothing could be started."""
    USAGE = 2
    """The command line is wrong; nothing was started."""
    OVER_BUDGET = 3
    """A data budget is used up; what had arrived is kept for the same command to continue."""
    INTERRUPTED = 130
    """SIGINT, SIGTERM, SIGHUP or Ctrl+Break came; what had arrived is kept for the same command to continue."""


class CannotStartError(Exception):
    """Nothing was started; the text is one sentence for people."""
