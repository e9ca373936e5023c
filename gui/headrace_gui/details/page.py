"""What the drawer asks of the pages behind its tabs."""

from typing import Protocol, runtime_checkable

from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot


@runtime_checkable
class DetailsPage(Protocol):
    """A QWidget that shows one side of a download. Only the page in sight is refreshed."""

    wants_details: bool
    """Whether `show_details` is to be called before each refresh."""

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Turn to another download, which a refresh follows; None for none: forget all of the one before."""

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Take in the newest of the same download, five times a second at most."""


@runtime_checkable
class KnowingPage(DetailsPage, Protocol):
    """A page with `wants_details`."""

    def show_details(self, details: DownloadDetails | None) -> None:
        """Take in what the engine tells of the download besides its snapshot."""
