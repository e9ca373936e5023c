"""From all bytes written to a file under its final name: flush, verify, publish. The commit point of a download."""

from headrace.errors import DownloadError
from headrace.net.interrupt import Interrupt
from headrace.spec import IfExists
from headrace.states import FailureReason
from headrace.transfer.checksum import matches
from headrace.transfer.holding import Holding
from headrace.transfer.plan import JobPlan
from headrace.transfer.target import candidates


def finish(plan: JobPlan, holding: Holding, name: str, interrupt: Interrupt) -> str:
    """Publish the complete file and return the name it got. Raises DownloadError, or StoppedError while verifying."""
    holding.seal()
    checksum = plan.checksum
    if checksum is not None and not matches(checksum, holding.pieces(), interrupt.check):
        raise DownloadError.of(FailureReason.CHECKSUM_MISMATCH, checksum.algorithm)
    interrupt.check()
    if plan.if_exists is IfExists.OVERWRITE:
        holding.publish(plan.folder / name, overwrite=True)
        return name
    for candidate in candidates(name):
        try:
            holding.publish(plan.folder / candidate, overwrite=False)
        except FileExistsError as error:
            if plan.if_exists is not IfExists.RENAME:
                raise DownloadError.of(FailureReason.FILE_EXISTS, name) from error
        else:
            return candidate
    raise AssertionError("candidates never end")
