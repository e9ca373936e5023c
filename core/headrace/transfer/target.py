"""Where the file goes: its name, and what is there already."""

from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from headrace.disk.failures import disk_faults
from headrace.disk.file_names import (
    address_was_cleaned,
    name_from_address,
    name_was_cleaned,
    part_name,
    safe_name,
)
from headrace.errors import DownloadError
from headrace.file_kinds import kinds_disagree
from headrace.net.probe import RemoteFile
from headrace.net.redirects import is_safe_step
from headrace.spec import IfExists
from headrace.states import FailureReason
from headrace.transfer.places import candidates
from headrace.transfer.plan import JobPlan

_ARCHIVES = {"application/gzip", "application/x-gzip", "application/x-tar", "application/x-compressed-tar"}
_ARCHIVE_SUFFIXES = {".gz", ".tgz", ".bz2", ".xz", ".zst", ".br", ".svgz"}


def part_path(plan: JobPlan, name: str) -> Path:
    """Return the path of the part file: the claimed one, or one named after file and download."""
    return plan.folder / (plan.claims.part_name if plan.claims else part_name(plan.stem or name, plan.id))


def choose_name(plan: JobPlan, remote: RemoteFile) -> str:
    """Return the final name: as asked, as the server says, or from whichever address looks like a file's."""
    if plan.name_wanted:
        return plan.name
    if remote.name:
        return safe_name(remote.name, fallback=name_from_address(plan.address))
    given, final = (name_from_address(address) for address in (plan.address, remote.address))
    looks_like_a_file = PurePosixPath(urlsplit(remote.address).path).suffix
    return final if looks_like_a_file or not PurePosixPath(given).suffix else given


def promised_names(plan: JobPlan, name: str, remote: RemoteFile) -> tuple[str, ...]:
    """Return the names that say what kind of file is to come: its own, and the address's that was asked for.

    A login page that a redirect leads to is called like one, and is still not what was asked for.
    """
    return (name,) if plan.name_wanted or remote.name else (name, name_from_address(plan.address))


def was_cleaned(plan: JobPlan, remote: RemoteFile) -> bool:
    """Say whether the server's name held characters that hide its true ending."""
    if plan.name_wanted:
        return False
    return name_was_cleaned(remote.name) if remote.name else address_was_cleaned(remote.address)


def safe_mirrors(remote: RemoteFile) -> list[str]:
    """Return the mirrors a server names that its redirects might lead to as well: as secure, and no less public."""
    return [address for address in remote.duplicates if is_safe_step(remote.address, address)]


def vacant_name(folder: Path, name: str, policy: IfExists) -> str:
    """Return the name to use under `policy`, as far as it can be told before the file is complete."""
    if policy is not IfExists.RENAME:
        return name
    return next(candidate for candidate in candidates(name) if not _taken(folder / candidate))


def must_skip(plan: JobPlan, name: str) -> bool:
    """Say whether an existing file means that nothing is to be fetched. Raises DownloadError if it means failure."""
    if plan.if_exists not in (IfExists.SKIP, IfExists.FAIL) or not _taken(plan.folder / name):
        return False
    if plan.if_exists is IfExists.FAIL:
        raise DownloadError.of(FailureReason.FILE_EXISTS, name)
    return True


def as_stored(remote: RemoteFile, name: str) -> bool:
    """Say whether an encoded body is the file itself: archives are often labelled with their own compression."""
    return remote.media_type in _ARCHIVES or PurePosixPath(name).suffix.lower() in _ARCHIVE_SUFFIXES


def refuse_web_page(remote: RemoteFile) -> None:
    """Raise DownloadError LOGIN_NEEDED for a page in the place of a file that had a validator: a login, most likely."""
    if remote.media_type == "text/html" and remote.validator is None:
        raise DownloadError.of(FailureReason.LOGIN_NEEDED, "a web page came instead of the file", status=remote.status)


def refuse_page_part(remote: RemoteFile, name: str, *, bound: bool) -> None:
    """Raise DownloadError LOGIN_NEEDED for a page in the place of a part of the file called `name`.

    `bound`: the request named a version, so that an answer without one may be of anything.
    """
    if remote.media_type == "text/html" and ((bound and remote.validator is None) or kinds_disagree(name, "text/html")):
        raise DownloadError.of(FailureReason.LOGIN_NEEDED, "a web page came instead of the file", status=remote.status)


def _taken(path: Path) -> bool:
    with disk_faults():
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
    return True
