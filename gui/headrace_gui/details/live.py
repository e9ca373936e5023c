"""The Live page: the text of a file as it arrives, line by line."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from functools import partial
from typing import Final

from headrace.details import DownloadDetails
from headrace.live_feed import Batch, LiveFeed
from headrace.live_file import NOWHERE, source_of
from headrace.live_lines import KeptLines, Note, NoteKind
from headrace.live_reading import FeedState
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.details.empty_note import EmptyNote
from headrace_gui.details.live_bar import LiveBar
from headrace_gui.details.live_model import LineModel
from headrace_gui.details.live_pill import LivePill
from headrace_gui.details.live_saver import AskPath, LineSaver, ask_path
from headrace_gui.details.live_search import LineSearch
from headrace_gui.details.live_view import LineView
from headrace_gui.details.live_words import empty_words, lines_words, matching_words, new_lines_words
from headrace_gui.icons import IconSet
from headrace_gui.texts import SEPARATOR, on_language, translate
from headrace_gui.theme import Theme, small

_PACE_MS: Final = 100
"""Between two looks for new lines. Looked for and not called by the feed: its thread lets go of what it holds when it
ends, and an object of Qt's must not go in another thread than its own."""
_AT_END: Final = 0.3
"""Seconds given to a thread when the program ends."""


class _Open:
    """The feed in use, if any; it ends with the page."""

    def __init__(self) -> None:
        self.feed: LiveFeed | None = None

    def close(self, *_: object) -> None:
        if self.feed is not None:
            self.feed.close()
        self.feed = None


class LivePage(QWidget):
    """Follows the file of the chosen download while it is refreshed. Nothing is read or matched in this thread."""

    wants_details: bool = True

    def __init__(
        self,
        theme: Theme,
        icons: IconSet,
        background: Background,
        parent: QWidget | None = None,
        *,
        ask: AskPath = ask_path,
    ) -> None:
        super().__init__(parent)
        self._snapshot: DownloadSnapshot | None = None
        self._details: DownloadDetails | None = None
        self._open = _Open()
        self._search: LineSearch | None = None
        self._state: FeedState | None = None
        self._missed = 0
        self.setObjectName("detailsGround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = LineModel(parent=self)
        self.bar, self.view = LiveBar(theme, icons, self), LineView(self.model, theme, self)
        self.pill, self.note = LivePill(self.view, theme, icons), EmptyNote(self)
        self.saver, self.message = LineSaver(background, ask, self), QLabel(self)
        self._pace = QTimer(self, interval=_PACE_MS)
        self._lay_out()
        self._connect()
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        self.message.setFont(small(self.font()))
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setContentsMargins(16, 0, 16, 6)
        self.message.hide()
        self._stack = QStackedLayout()
        self._stack.addWidget(self.note)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.message)
        column.addLayout(self._stack, 1)

    def _connect(self) -> None:
        self._pace.timeout.connect(self._look)
        self.destroyed.connect(partial(_Open.close, self._open))
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self._end)
        self.bar.search_changed.connect(self._look_for)
        self.bar.encoding_chosen.connect(lambda name: self._with_feed(lambda feed: feed.read_as(name or None)))
        self.bar.start_asked.connect(lambda: self._with_feed(LiveFeed.from_the_start))
        self.bar.cleared.connect(lambda: self._with_feed(LiveFeed.clear))
        self.note.pressed.connect(lambda: self._with_feed(LiveFeed.show_anyway))
        self.bar.wrap_changed.connect(self.view.wrap)
        self.bar.pause_changed.connect(self._pause)
        self.bar.save_asked.connect(self._save)
        self.saver.told.connect(self._say)
        self.saver.busy_changed.connect(self.bar.tell_saving)
        self.saver.busy_changed.connect(self._tell)
        self.pill.clicked.connect(self._back_to_end)
        self.view.following_changed.connect(self._scrolled)

    def _retext(self) -> None:
        self.view.setAccessibleName(translate("Live", "Lines of the file"))
        self.model.retold()
        self._tell()

    # -- which download ----------------------------------------------------------------------------------------

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Show another download once it is refreshed; the search stays, what was set for the one before does not."""
        self._open.close()
        self.saver.leave()
        self._snapshot, self._details = snapshot, None
        self._state, self._missed = None, 0
        self._pace.stop()
        self.bar.begin()
        self.model.replace(KeptLines())
        self._say("")
        self._tell()

    def show_details(self, details: DownloadDetails | None) -> None:
        """Take in where the file grows."""
        self._details = details

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Follow the file as far as it has come."""
        if self._snapshot is None or snapshot.id != self._snapshot.id:
            details = self._details
            self.show_download(snapshot)
            self._details = details
        self._snapshot = snapshot
        if self._open.feed is None:
            self._open.feed = LiveFeed()
            self._look_for()
        self._with_feed(lambda feed: feed.follow(source_of(snapshot, self._details)))
        self._tell_empty()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on where reading was left."""
        super().showEvent(event)
        if self._snapshot is not None and self._open.feed is not None:
            self.refresh(self._snapshot)

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing that nobody sees."""
        super().hideEvent(event)
        self._with_feed(lambda feed: feed.follow(NOWHERE))

    def _end(self) -> None:
        """Let no thread of the page be in a call of Qt's when the interpreter ends, which would abort the process."""
        feed = self._open.feed
        self._open.close()
        self.saver.stop(_AT_END)
        if feed is not None:
            feed.join(_AT_END)

    # -- what comes --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take what has come; rest when nothing will until something is asked for."""
        feed = self._open.feed
        if feed is None or feed.is_idle:
            self._pace.stop()
        elif self.bar.pause.isChecked() and not feed.is_fresh:
            self._tell_new()
        elif feed.has_news:
            self._show(feed.take())

    def _show(self, batch: Batch) -> None:
        self._state = batch.state
        self.bar.tell_codec(batch.codec)
        if batch.is_fresh:
            self._missed = 0
            self.model.replace(batch.kept)
        elif batch.entries:
            self._missed += 0 if self.view.follows else batch.kept.lines
            self.model.append(batch.entries)
        self._tell()

    def _tell(self) -> None:
        count = self.model.lines
        self.bar.tell_status("" if not count else matching_words(count) if self._is_filtered() else lines_words(count))
        first = self.model.entry(0) if self.model.rowCount() else None
        self.bar.start.setVisible(isinstance(first, Note) and first.kind is NoteKind.EARLIER)
        self.bar.save.setEnabled(self.saver.is_busy or (self._search is not None and self._snapshot is not None))
        if self._search is not None and self._search.given_up and not self.message.text():
            self._say(
                translate("Live", "The expression takes too long on some lines; find a simpler one"), is_error=True
            )
        self._tell_new()
        self._tell_empty()

    def _is_filtered(self) -> bool:
        return self._search is not None and self.bar.wanted.only

    def _tell_new(self) -> None:
        """Say how many lines came that are not in sight."""
        feed = self._open.feed
        if self.bar.pause.isChecked():
            came = new_lines_words(feed.came if feed else 0)
            self.pill.tell(SEPARATOR.join((translate("Live", "Paused"), came)), "play")
        elif not self.view.follows and self.model.rowCount():
            self.pill.tell(new_lines_words(self._missed) if self._missed else translate("Live", "To the end"), "to-end")
        else:
            self.pill.tell("", "to-end")

    def _tell_empty(self) -> None:
        """Say why there are no lines, if there are none."""
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)
        if not self.model.rowCount():
            state = self._snapshot.state if self._snapshot else None
            text = empty_words(self._state, state, is_filtered=self._is_filtered())
            button = translate("Live", "Show anyway") if self._state is FeedState.NOT_TEXT else ""
            self.note.tell(text, button)

    def _say(self, text: str, is_error: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's argument
        """Say something under the controls, nothing where it is empty."""
        self.message.setObjectName("problem" if is_error else "quiet")
        self.message.style().polish(self.message)
        self.message.setText(text)
        self.message.setVisible(bool(text))

    # -- what a person asks for --------------------------------------------------------------------------------

    def _look_for(self) -> None:
        wanted = self.bar.wanted
        try:
            search = LineSearch(wanted.text, is_expression=wanted.is_expression, with_case=wanted.with_case)
        except ValueError as error:
            what, place = error.args
            bad = translate("Live", "Not a regular expression, at character {place}: {what}")
            self._say(bad.format(place=words.number(place), what=what), is_error=True)
            return
        self._say("")
        self._search = search if wanted.text else None
        self._with_feed(lambda feed: feed.look_for(self._search, only=wanted.only))
        self._tell()

    def _with_feed(self, ask: Callable[[LiveFeed], None]) -> None:
        if self._open.feed is not None:
            ask(self._open.feed)
            if not self._pace.isActive():
                self._pace.start()

    def _pause(self) -> None:
        self._look()
        self._tell_new()

    def _back_to_end(self) -> None:
        self.bar.pause.setChecked(False)
        self.view.follow()
        self.view.setFocus()

    def _scrolled(self) -> None:
        self._missed = 0
        self._tell_new()

    def _save(self) -> None:
        if self.saver.is_busy:
            self.saver.stop()
        elif self._snapshot is not None and self._search is not None:
            source = source_of(self._snapshot, self._details)
            self.saver.save(self._snapshot, source, self._search, self.bar.chosen_encoding, self)
