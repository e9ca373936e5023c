"""The dialog that every way of adding ends in: addresses in, a list of what they are, a folder, go."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Generator, Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from headrace.curl_command import Remark
from headrace.sorting import ground_of
from PySide6.QtCore import QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from headrace_gui import words
from headrace_gui.dialogs.add_clashes import ClashFinder
from headrace_gui.dialogs.add_face import AddFace, Surroundings
from headrace_gui.dialogs.add_findings import Findings
from headrace_gui.dialogs.add_layout import AddLayout
from headrace_gui.dialogs.add_order import Order
from headrace_gui.dialogs.add_probes import Probes
from headrace_gui.dialogs.add_rules import RulePlaces
from headrace_gui.dialogs.add_words import remark_words
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.dialogs.candidates import Candidate, Reading
from headrace_gui.dialogs.cookie_means import CookieMeans
from headrace_gui.drops import holds_addresses, readable_files, text_of, text_of_files, tidy
from headrace_gui.texts import SEPARATOR, on_language, translate

_USUAL: Final = QSize(680, 640)
_SMALLEST: Final = QSize(560, 300)
_TYPING_MS: Final = 120
_SHOWN_EVERY_MS: Final = 100
"""While more and more is found in the list: to show what it comes to has the dialog laid out anew."""
_SITES_LOOKED_AT: Final = 1_000
"""Addresses for whose sites a browser's cookies are looked for."""
_SIZE, _MORE = "size", "more"


class AddDialog(AddFace):
    """Reads addresses and says what is wanted. Stays beside the window: nothing else is blocked.

    It is nothing yet until `making` has been through: made and shown in one turn of the event loop it would be felt.
    """

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self.setObjectName("addDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._model = CandidateModel(self)
        asker = around.asker() if around.asker is not None else None
        finder = ClashFinder(around.manager, around.targets, around.background, self)
        self._findings = Findings(self._model, finder, Probes(asker, self), self._target_of, self)
        look = (around.theme, around.icons)
        self._parts = AddLayout(self, around.manager.settings, self._model, around.background, look, around.memory)
        self._asks = asker is not None
        self._only = ""
        self._remarks: frozenset[Remark] = frozenset()
        self._is_short = False
        """Whether part of a text was left out."""
        self._typing, self._showing = self._timer(_TYPING_MS), self._timer(_SHOWN_EVERY_MS)
        if asker is not None:
            self.destroyed.connect(asker.close)

    def _timer(self, pause: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        return timer

    def making(self) -> Generator[None, None, None]:
        """Make what it consists of, in short steps."""
        yield from self._parts.making()
        yield
        self._text, self._list, self._summary = self._parts.text, self._parts.list, self._parts.summary
        self._folder, self._place, self._more = self._parts.folder, self._parts.place, self._parts.more
        self._now, self._later, self._cancel = self._parts.now, self._parts.later, self._parts.cancel
        self._list.can_ask = self._asks
        keychain = self._around.manager.net_context.cookies.keychain
        self._more.cookie_means = CookieMeans(self._around.background, keychain, self._first_addresses)
        self._follow_rules()
        self._findings.begin_in(self._folder.folder())
        self._findings.watch(self._list.in_view)
        self._connect()
        on_language(self, self._retext)
        yield
        self.setMinimumSize(_SMALLEST)
        self._restore()
        self._text.setFocus()

    def settling(self) -> Generator[None, None, None]:
        """Find out how large everything is, in short steps: the last thing to do before it is shown."""
        yield from self._parts.settling()

    def sizeHint(self) -> QSize:
        """Return the size it opens with."""
        return _USUAL.boundedTo(self.screen().availableSize() * 0.94)

    def _restore(self) -> None:
        memory = self._around.memory
        size = memory.value(_SIZE, list[str]()) if memory is not None else []
        wanted = QSize(*map(int, size)) if len(size) == 2 and all(map(str.isdecimal, size)) else self.sizeHint()
        self.resize(wanted.expandedTo(_SMALLEST).boundedTo(self.screen().availableSize()))
        self._parts.open_more(opened=memory is not None and memory.value(_MORE, False))  # noqa: FBT003 - the usual value

    def _first_addresses(self) -> list[str]:
        found = islice(self._model.candidates(), _SITES_LOOKED_AT)
        return [each.address for each in found if each.address is not None]

    def _connect(self) -> None:
        parts, findings, model = self._parts, self._findings, self._model
        self._typing.timeout.connect(lambda: self._read(typed=True))
        self._showing.timeout.connect(self._show_state)
        self._text.textChanged.connect(self._typing.start)
        self._text.textChanged.connect(self._close_buttons)
        self._text.shortened.connect(self._take_short)
        self._text.pasted.connect(self._read)
        self._text.files_dropped.connect(self._take_files)
        parts.literal.toggled.connect(lambda _checked: self._read())
        findings.progressed.connect(self._show_progress)
        findings.finished.connect(self._show_reading)
        model.ticks_changed.connect(self._show_state_in_time)
        parts.strip.chosen.connect(model.choose_way)
        self._list.looked_at.connect(findings.ask_in_view)
        self._list.asked_again.connect(findings.ask_again)
        self._folder.changed.connect(self._follow_rules)
        self._folder.changed.connect(lambda: findings.look_in(self._folder.folder()))
        for choice in (self._place.category, self._place.queue):
            choice.activated.connect(self._follow_rules)
            choice.activated.connect(lambda: findings.look_in(self._folder.folder()))
        self._place.name_changed.connect(findings.look_again)
        self._more.headers_changed.connect(
            lambda: findings.send(self._more.request_headers(), self._more.chosen_proxy(), self._more.chosen_cookies())
        )
        for changed in (self._place.changed, self._more.changed):
            changed.connect(self._show_state)
        parts.more_button.toggled.connect(self._open_more)
        self._cancel.clicked.connect(self.reject)
        self._now.clicked.connect(lambda: self._order(paused=self._around.starts_paused))
        self._later.clicked.connect(lambda: self._order(paused=not self._around.starts_paused))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._now.click)

    # -- what comes in -----------------------------------------------------------------------------------------

    def take(self, lines: Iterable[str]) -> None:
        """Put addresses, or whole texts, behind what is there already."""
        present = self.text().rstrip()
        known = set(present.splitlines())
        fresh = [line for line in lines if line not in known]
        if fresh or present:
            self._text.put_all("\n".join(filter(None, [present, *fresh])))
            self._text.show_end()

    def be_private(self) -> None:
        """Tick the box, and show it."""
        self._more.fields.private.setChecked(True)
        self._parts.more_button.setChecked(True)

    def text(self) -> str:
        """Return what is in the address box, and what is still to come into it."""
        return self._text.text()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what may hold addresses."""
        if holds_addresses(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what is dropped beside the address box."""
        text = text_of(event.mimeData())
        event.acceptProposedAction()
        if text is None:
            self._take_files(event.mimeData())
        else:
            self.take([text])

    def _take_files(self, data: QMimeData) -> None:
        files = readable_files(data)
        self._around.background.run(
            self, lambda: tidy(text_of_files(files)), lambda text: self.take([text] if text else [])
        )

    def _read(self, *, typed: bool = False) -> None:
        """Read the text: a short one at once."""
        self._typing.stop()
        if not self._text.is_feeding:
            self._findings.read(self.text(), literal=self._parts.literal.isChecked(), typed=typed)

    # -- what is shown -----------------------------------------------------------------------------------------

    def _retext(self) -> None:
        self.setWindowTitle(translate("Add", "Add downloads"))
        self._parts.retext()
        self._show_remarks()
        self._show_state()

    def _show_progress(self, count: int) -> None:
        self._summary.setText(translate("Add", "Reading… {count}").format(count=words.number(count)))
        self._show_able(able=False)

    def _close_buttons(self) -> None:
        """Let nothing be added of a text that is still to come in part."""
        if self._text.is_feeding:
            self._show_able(able=False)

    def _show_reading(self, reading: Reading) -> None:
        self._parts.offer_literal(offered=reading.has_patterns)
        self._remarks = reading.remarks
        self._is_short &= not self._text.document().isEmpty()
        self._show_remarks()
        if reading.checksum is not None and self._more.expect(str(reading.checksum)):
            self._parts.open_more(opened=True)
        self._list.show_candidates(reading.candidates)

    def _take_short(self) -> None:
        self._is_short = True
        self._show_remarks()

    def _show_remarks(self) -> None:
        remarks = list(map(remark_words, sorted(self._remarks, key=lambda remark: remark.value)))
        if self._is_short:
            remarks.append(translate("Add", "The text is too long: its end is left out."))
        self._parts.remarks.setText(" ".join(remarks))
        self._parts.remarks.setVisible(bool(remarks))

    def _show_state_in_time(self) -> None:
        """Show it now, or with what will be found in a moment."""
        if not self._findings.is_finding:
            self._show_state()
        elif not self._showing.isActive():
            self._showing.start()

    def _show_state(self) -> None:
        """Show what the chosen ones come to, and whether they can be added."""
        self._showing.stop()
        only, sums = self._model.only(), self._model.sums()
        if (only.key if only else "") != self._only:
            self._only = only.key if only else ""
            self._place.forget_name()
        self._place.show_name(self._model.shown_name(only) if only else None)
        self._more.show_for(single=only is not None or self._model.rowCount() == 0)
        self._parts.strip.tell(self._model.clashing(), self._model.way_for_all)
        self._folder.set_needed(sums.size)
        parts = [words.downloads(sums.ticked)] if sums.ticked or sums.problems else []
        if sums.size:
            whole = "{size}" if sums.all_known else translate("Add", "at least {size}")
            parts.append(whole.format(size=words.size(sums.size)))
        if sums.problems:
            parts.append(translate("Add", "%Ln line(s) without an address", "", sums.problems))
        self._summary.setText(SEPARATOR.join(parts))
        self._show_buttons(sums.ticked)

    def _show_buttons(self, ticked: int) -> None:
        start, pause = translate("Add", "Download"), translate("Add", "A&dd paused")
        if ticked:
            start = translate("Add", "Download {count}").format(count=words.number(ticked))
        if self._around.starts_paused:
            start, pause = pause, translate("Add", "Download now")
        self._now.setText(start)
        self._later.setText(pause)
        is_whole = not self._text.is_feeding and not self._findings.is_reading
        self._show_able(able=is_whole and ticked > 0 and self._place.is_right() and not self._show_fault())

    def _show_able(self, *, able: bool) -> None:
        self._now.setEnabled(able)
        self._later.setEnabled(able)

    def _show_fault(self) -> bool:
        """Say whether something under *More* is wrong, which is told there: so it is open then."""
        is_wrong = self._more.extras() is None
        if is_wrong and not self._parts.more_button.isChecked():
            self._parts.more_button.setChecked(True)
        return is_wrong

    def _open_more(self, opened: bool) -> None:  # noqa: FBT001 - what Qt hands along
        opened = opened or self._more.extras() is None
        self._parts.open_more(opened=opened)
        if opened:
            QTimer.singleShot(0, self, lambda: self._parts.area.ensureWidgetVisible(self._more, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a low dialog has no room for."""
        super().resizeEvent(event)
        self._parts.fit(self.height())

    # -- what goes out -----------------------------------------------------------------------------------------

    def _follow_rules(self) -> None:
        """Have the list show where the rules put each, as long as the folder is left to them."""
        settings, place = self._around.manager.settings, self._place
        by_rules = self._folder.is_by_rules
        places = RulePlaces(settings, place.wanted_category(), place.wanted_queue()) if by_rules else None
        self._model.follow_rules(None if places is None else places.placed, ground_of(settings, place.wanted_queue()))

    def _target_of(self, candidate: Candidate, folder: Path) -> Path:
        """Return the file that a candidate makes, as far as anybody knows."""
        target = self._model.target(candidate) or folder / self._model.name(candidate)
        wanted = self._place.wanted_name()
        return target.with_name(wanted) if wanted is not None and candidate.key == self._only else target

    def _order(self, *, paused: bool) -> None:
        """Say what is wanted, and close."""
        if self._typing.isActive():
            self._read()
        if self._text.is_feeding:
            return
        folder, extras = self._folder.folder(), self._more.extras()
        ready = self._model.sums().ticked and not self._findings.is_reading and self._place.is_right()
        if folder is None or extras is None or not ready:
            return
        if not extras.private:
            self._folder.remember()
        place = self._place
        order = Order(
            self._model.wanted(),
            folder,
            paused,
            place.wanted_name(),
            extras,
            place.wanted_category(),
            place.wanted_queue(),
            by_rules=self._folder.is_by_rules,
        )
        self.accept()
        self.ordered.emit(order)

    def done(self, result: int) -> None:
        """Close; ask no more servers, and remember what it looked like."""
        self._findings.close()
        memory = self._around.memory
        if memory is not None:
            memory.set_value(_SIZE, [str(self.width()), str(self.height())])
            memory.set_value(_MORE, self._parts.more_button.isChecked())
        super().done(result)
