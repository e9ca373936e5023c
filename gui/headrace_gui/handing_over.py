"""What is handed to other programs: magnet links to the torrent client, pages of media to yt-dlp."""

from collections.abc import Sequence
from functools import partial

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QObject

from headrace_gui.action_table import Act
from headrace_gui.actions import media_page
from headrace_gui.desktop.other_programs import fetch_media, media_program, open_magnet
from headrace_gui.main_window import MainWindow
from headrace_gui.texts import translate


class HandingOver(QObject):
    """Lives as long as its window. What the other program does then is not followed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.adding.magnets_found.connect(self.offer_magnets)
        window.actions_of[Act.HAND_OVER].triggered.connect(lambda: self.hand_over(window.table.selected()))

    def offer_magnets(self, links: Sequence[str]) -> None:
        """Offer to open magnet links with the program that the system has for them."""
        said = translate("HandOver", "Magnet links are for a torrent client")
        self._window.toasts.tell(said, translate("HandOver", "Open there"), lambda: self._open(links))

    def _open(self, links: Sequence[str]) -> None:
        opened = [open_magnet(link) for link in links]
        if not all(opened):
            self._window.toasts.tell(translate("HandOver", "The system has no program for magnet links"))

    def hand_over(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Have yt-dlp fetch what is on the page that the chosen download led to."""
        one = media_page(chosen)
        if one is not None:
            self._window.background.run(self, media_program, partial(self._start, one))

    def _start(self, one: DownloadSnapshot, program: str | None) -> None:
        if program is None:
            said = translate("HandOver", "This page needs yt-dlp, which is not installed. Install it and try again.")
        elif fetch_media(program, one.address, one.folder):
            said = translate("HandOver", "yt-dlp fetches it to {folder}; Headrace does not follow how far it is")
        else:
            said = translate("HandOver", "yt-dlp could not be started")
        self._window.toasts.tell(said.format(folder=one.folder))
