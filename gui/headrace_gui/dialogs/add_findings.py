"""What a text comes to: read in steps, looked up in the list and on the disk, asked of servers. Fills a model."""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from headrace.cookie_choices import CookieChoice
from headrace.file_facts import FileFacts, Question
from PySide6.QtCore import QObject, QTimer, Signal

from headrace_gui.dialogs.add_clashes import Clash, ClashFinder, TargetOf
from headrace_gui.dialogs.add_order import cookies_of
from headrace_gui.dialogs.add_probes import Probes
from headrace_gui.dialogs.candidate_model import CandidateModel
from headrace_gui.dialogs.candidates import Candidate, Reading, reading
from headrace_gui.steps import Steps

_ASKED_UNSEEN: Final = 200
"""Addresses that are asked before anybody scrolls to them."""
_LOOKED_THROUGH: Final = 2_000
_TOLD_EVERY: Final = 2_000
"""Candidates between two words on how far it is: each has the dialog laid out anew."""
_TYPING_MS: Final = 900
"""A person who types has not finished an address: half a host's name is asked for by nobody."""
_FOLDER_MS: Final = 250
_HEADERS_MS: Final = 1_200

Headers = tuple[tuple[str, str], ...]


class Findings(QObject):
    """Keeps a model in step with a text, a folder and headers."""

    progressed = Signal(int)
    """How many there are so far, while a long text is read."""
    finished = Signal(object)
    """The Reading of the text, whose candidates are to be shown."""

    def __init__(
        self,
        model: CandidateModel,
        finder: ClashFinder,
        probes: Probes,
        target_of: TargetOf,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._finder, self._probes, self._target_of = model, finder, probes, target_of
        self._steps = Steps(self)
        self._again: set[Question] = set()
        """What a person wants asked once more, ticked and in view or not."""
        self._reads = False
        self._folder: Path | None = None
        self._headers: Headers = ()
        self._proxy: str | None = None
        self._cookies: CookieChoice | None = None
        self._in_view: Callable[[], Sequence[Candidate]] = list
        self._asking = self._timer(self._ask)
        self._moving = self._timer(self.look_again)
        finder.found.connect(self._take_clashes)
        probes.answered.connect(self._take_answers)
        model.named.connect(lambda renamed: finder.look_also(renamed, self._folder, target_of))
        model.ticks_changed.connect(self._ask_a_little_later)

    def _timer(self, call: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(call)
        return timer

    @property
    def is_reading(self) -> bool:
        """Whether a long text is not yet read to its end."""
        return self._reads

    @property
    def is_finding(self) -> bool:
        """Whether more is about to be found in the list, so that what there is need not be shown at once."""
        return self._finder.has_more

    def watch(self, in_view: Callable[[], Sequence[Candidate]]) -> None:
        """Ask about the rows that `in_view` returns, besides the first ones."""
        self._in_view = in_view

    def read(self, text: str, *, literal: bool, typed: bool) -> None:
        """Read a text: a short one at once, a long one in steps. What is only `typed` is not asked for at once."""
        self._asking.stop()
        self._reads = True
        self._steps.start(self._reading(text, literal=literal, typed=typed))

    def look_in(self, folder: Path | None) -> None:
        """Look for what is there already in another folder, as soon as nobody changes it any more."""
        self._folder = folder
        self._moving.start(_FOLDER_MS)

    def begin_in(self, folder: Path | None) -> None:
        """Say which folder to look in, before anything is read."""
        self._folder = folder

    def look_again(self) -> None:
        """Look once more for what is there already."""
        self._finder.look(self._model.candidates(), self._folder, self._target_of)

    def send(self, headers: Headers, proxy: str | None = None, cookies: CookieChoice | None = None) -> None:
        """Ask with these headers and cookies besides those of each address, and by this proxy, once more if need be."""
        if (headers, proxy, cookies) != (self._headers, self._proxy, self._cookies):
            self._headers, self._proxy, self._cookies = headers, proxy, cookies
            self._model.forget_all_facts()
            self._asking.start(_HEADERS_MS)

    def ask_in_view(self) -> None:
        """Ask about the rows that can be seen, before others."""
        self._want(filter(self._is_worth_it, self._in_view()), urgent=True)

    def ask_again(self, candidates: Sequence[Candidate]) -> None:
        """Ask about these once more, whether they are ticked or not."""
        wanted = [each for each in candidates if each.address is not None]
        questions = list(map(self._question, wanted))
        self._again.update(questions)
        self._probes.forget(questions)
        self._model.forget_facts([each.key for each in wanted])
        self._want(wanted, urgent=True)

    def headers_of(self, candidate: Candidate) -> Headers:
        """Return all headers that a download of it sends; those a person typed count more than a command's."""
        named = {name.lower(): (name, value) for name, value in (*candidate.headers, *self._headers)}
        return tuple(named.values())

    def close(self) -> None:
        """Leave everything."""
        self._steps.stop()
        self._asking.stop()
        self._moving.stop()
        self._finder.stop()
        self._probes.close()

    # -- inside ------------------------------------------------------------------------------------------------

    def _reading(self, text: str, *, literal: bool, typed: bool) -> Generator[None, None, None]:
        steps, told = reading(text, literal=literal), 0
        while True:
            try:
                count = next(steps)
            except StopIteration as end:
                found: Reading = end.value
                break
            if count >= told + _TOLD_EVERY:
                told = count
                self.progressed.emit(count)
            yield
        self._reads = False
        self.finished.emit(found)
        self.look_again()
        self._asking.start(_TYPING_MS if typed else 0)

    def _take_clashes(self, looked_at: set[str], clashes: dict[str, Clash]) -> None:
        self._model.set_clashes(looked_at, clashes)

    def _take_answers(self, batch: Sequence[tuple[Question, FileFacts]]) -> None:
        facts: dict[str, FileFacts] = {}
        self._again.difference_update(question for question, _ in batch)
        for question, each in batch:
            row = self._model.row_of(question.address)
            if row is not None and self._question(self._model.candidate(row)) == question:
                facts[question.address] = each
        if facts:
            self._model.set_facts(facts)

    def _question(self, candidate: Candidate) -> Question:
        cookies = cookies_of(candidate, self._cookies) if candidate.address is not None else None
        return Question(candidate.key, self.headers_of(candidate), self._proxy or candidate.proxy, cookies=cookies)

    def _ask_a_little_later(self) -> None:
        if self._probes.enabled and not self._asking.isActive():
            self._asking.start(_FOLDER_MS)

    def _ask(self) -> None:
        """Ask about the first rows and those in view that will be added; leave all others."""
        if not self._probes.enabled:
            return
        first = islice(self._model.candidates(), _LOOKED_THROUGH)
        in_view = self._in_view()
        wanted = [*islice(filter(self._is_worth_it, first), _ASKED_UNSEEN), *filter(self._is_worth_it, in_view)]
        self._probes.keep(self._again.union(map(self._question, [*wanted, *in_view])))
        self._want(wanted, urgent=False)

    def _is_worth_it(self, candidate: Candidate) -> bool:
        return candidate.address is not None and self._model.is_ticked(candidate.key)

    def _want(self, candidates: Iterable[Candidate], *, urgent: bool) -> None:
        questions = {each.key: self._question(each) for each in candidates}
        self._probes.want(list(questions.values()), urgent=urgent)
        self._model.set_asking({question.address for question in self._probes.open()})
        known = {key: self._probes.known(question) for key, question in questions.items()}
        fresh = {key: facts for key, facts in known.items() if facts is not None and self._model.facts(key) is None}
        if fresh:
            self._model.set_facts(fresh)
