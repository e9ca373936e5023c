"""The operator: does what commands ask of a running program, a little in each turn of its event loop."""

import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from time import time
from typing import Any, Final, Protocol

from headrace.checksums import address_with_checksum
from headrace.control import day_verbs
from headrace.control.choosing import ARGUMENTS, Choice, NoneSuchError
from headrace.control.host_verb import host_answers
from headrace.control.lines import Arguments, Request
from headrace.control.planning import Plan, planned
from headrace.control.remembering import figures, forget, remembered
from headrace.control.rows import details_json, row_of, totals_json
from headrace.control.rule_rows import move_json, placed_json, rule_json
from headrace.control.watching_verb import watch_verb
from headrace.day import with_limit
from headrace.logging_in import Keeping, checked_place, log_in
from headrace.logins import Login
from headrace.manager import DownloadManager
from headrace.settings import BOUNDS
from headrace.snapshots import DownloadSnapshot
from headrace.sorting import Offer, ground_of
from headrace.spec import DownloadSpec
from headrace.spec_json import spec_from_json, spec_to_json
from headrace.states import DownloadState
from headrace.tidying import carry_out, moves
from headrace.trust import checked_host, checked_trust, key_line, pem_of
from headrace.trusting import Shown, distrust, look, trust
from headrace.version import __version__

_LOG: Final = logging.getLogger(__name__)
LATER: Final = 0.1
"""Seconds until the next look, where something is waited for."""
_ENDED: Final = {DownloadState.COMPLETED, DownloadState.FAILED}

Values = Mapping[str, Any]
Step = Values | float | None
"""A line for whoever asked; None to go on in another turn of the event loop; a number to go on in so many seconds."""


class Front(Protocol):
    """What of a running program is not its engine. Called in the main thread."""

    def come_up(self, addresses: Sequence[str], activation: str) -> None:
        """Show the window, and add addresses as its command line would; `activation` lets it come to the front.

        Raises ValueError, with a sentence, where there is no window.
        """

    def offer(self, text: str, *, private: bool) -> None:
        """Open the dialog for adding with a text in it, maybe for what leaves no trace. Raises as `come_up` does."""

    def open_file(self, download_id: str, *, folder: bool) -> None:
        """Open a finished file, or the folder it is in, as the desktop does. Raises ValueError."""

    def quit(self) -> None:
        """End the program in order, after this turn of the event loop."""

    @property
    def plan(self) -> Plan | None:
        """What is to happen when all is done; None where nothing can."""


class Operator:
    """Turns requests into calls of the engine. Lives in the manager's thread."""

    def __init__(self, manager: DownloadManager, front: Front) -> None:
        self._manager, self._front = manager, front
        self._at_once: dict[str, Callable[[Arguments], None]] = {"quit": self._quit, "raise": self._raise}
        self._verbs: dict[str, Callable[[Arguments], Iterator[Step]]] = {
            "add": self._add,
            "export": self._export,
            "hello": self._hello,
            "host": partial(host_answers, manager),
            "history": partial(remembered, manager),
            "history-clear": partial(forget, manager),
            "history-figures": partial(figures, manager),
            "info": self._info,
            "limit": self._limit,
            "list": self._list,
            "login": self._log_in,
            "move": self._move,
            "open": self._open,
            "pause": self._pause,
            "budget": partial(day_verbs.budget, manager),
            "queue": partial(day_verbs.queue, manager),
            "quiet": partial(day_verbs.quiet, manager),
            "remove": self._remove,
            "trust": self._trust,
            "resume": self._resume,
            "retry": self._retry,
            "rules": self._rules,
            "sort": self._sort,
            "wait": self._wait,
            "when-done": lambda given: planned(given, self._front.plan, LATER),
            "watch": lambda given: watch_verb(self._manager, given),
        }

    def carry_out(self, request: Request) -> Iterator[Step]:
        """Do one request: what is yielded goes back, the last line has "ok". Never raises."""
        try:
            yield from self._done(request)
        except NoneSuchError as error:
            yield {"ok": False, "kind": "none", "error": str(error)}
        except ValueError as error:
            yield {"ok": False, "kind": "usage", "error": str(error)}
        except Exception:  # noqa: BLE001 - told to whoever asked, and logged
            _LOG.exception("a request could not be carried out")
            yield {"ok": False, "kind": "internal", "error": "the program made an error; its log says more"}
        else:
            yield {"ok": True}

    def _done(self, request: Request) -> Iterator[Step]:
        if at_once := self._at_once.get(request.verb):
            at_once(request.arguments)
            return
        verb = self._verbs.get(request.verb)
        if verb is None:
            raise ValueError(f"this program knows no {request.verb[:40]!r}; it is version {__version__}")
        while not self._manager.is_loaded:
            yield LATER
        yield from verb(request.arguments)

    # -- reading -----------------------------------------------------------------------------------------------

    def _hello(self, given: Arguments) -> Iterator[Step]:
        given.only()
        yield {"version": __version__, "totals": totals_json(self._manager.totals())}

    def _list(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS, "secrets")
        yield from self._rows(Choice.of(given), secrets=given.flag("secrets"))

    def _rows(self, choice: Choice, *, secrets: bool = False) -> Iterator[Step]:
        for batch in choice.ids(self._manager):
            for one in self._there(batch):
                yield {"row": row_of(one, secrets=secrets)}
            yield None

    def _info(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS, "secrets")
        for batch in Choice.of(given).require().ids(self._manager):
            for one in self._there(batch):
                details = self._manager.details(one.id)
                more = {} if details is None else details_json(details)
                yield {"row": row_of(one, secrets=given.flag("secrets")) | more}
            yield None

    def _export(self, given: Arguments) -> Iterator[Step]:
        """Answer with what would have to be added to get downloads again."""
        given.only(*ARGUMENTS)
        for batch in Choice.of(given).ids(self._manager):
            for one in self._there(batch):
                if one.is_private and not given.texts("which"):
                    continue  # a list is kept, unless a person names it
                spec = self._manager.spec(one.id)
                facts = {"state": one.state.name.lower(), "total": one.total, "received": one.received}
                yield {"download": facts if spec is None else spec_to_json(spec) | facts}
            yield None

    def _wait(self, given: Arguments) -> Iterator[Step]:
        """Answer with the rows of all as soon as each is finished, failed, or off the list."""
        given.only(*ARGUMENTS, "ids")
        ids = given.texts("ids") or (yield from self._chosen(given))
        waiting = ids
        while waiting := (yield from self._looked_at(waiting)):
            yield LATER
        for one in self._there(ids):
            yield {"row": row_of(one)}
        gone = len(ids) - sum(1 for _ in self._there(ids))
        if gone:
            yield {"gone": gone}

    def _looked_at(self, ids: list[str]) -> Generator[Step, None, list[str]]:
        """Return those that have not ended."""
        found = []
        for number, download_id in enumerate(ids):
            if number % 100 == 99:
                yield None
            one = self._manager.snapshot(download_id)
            if one is not None and one.state not in _ENDED:
                found.append(download_id)
        return found

    # -- changing ----------------------------------------------------------------------------------------------

    def _add(self, given: Arguments) -> Iterator[Step]:
        given.only("downloads", "offer", "private")
        text = given.text("offer")
        if text is not None:
            self._front.offer(text, private=given.flag("private"))
            return
        specs = [self._spec(each) for each in given.list("downloads")]
        ids = self._manager.add(specs)
        for one in self._there(ids):
            yield {"row": row_of(one)}

    def _spec(self, values: object) -> DownloadSpec:
        settings = self._manager.settings
        spec = spec_from_json(values, settings.download_folder)
        self._require_queue(spec.queue)
        names_none = isinstance(values, Mapping) and "folder" not in values
        return replace(spec, folder=ground_of(settings, spec.queue)) if names_none else spec

    def _require_queue(self, name: str) -> None:
        queues = self._manager.settings.queues
        if name and name not in queues:
            raise ValueError(f"there is no queue {name!r}, only these: {', '.join(queues) or 'the main one'}")

    def _pause(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS)
        ids = yield from self._chosen(given)
        self._manager.pause(ids)
        yield {"ids": ids}

    def _resume(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS, "now")
        ids = yield from self._chosen(given)
        if given.flag("now"):
            self._manager.start_now(ids)
        else:
            self._manager.resume(ids)
        yield {"ids": ids}

    def _retry(self, given: Arguments) -> Iterator[Step]:
        """Have failed ones go on; `anew`: finished ones are fetched again too."""
        given.only(*ARGUMENTS, "anew")
        ids = yield from self._chosen(given)
        failed = [one.id for one in self._there(ids) if one.state in (DownloadState.FAILED, DownloadState.RETRY_WAIT)]
        self._manager.resume(failed)
        again = self._manager.changes.fetch_again(ids) if given.flag("anew") else []
        yield {"ids": [*failed, *again]}

    def _remove(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS, "files", "for_good")
        ids = yield from self._chosen(given)
        self._manager.remove(ids, with_files=given.flag("files"), for_good=given.flag("for_good"))
        yield {"ids": ids}

    def _move(self, given: Arguments) -> Iterator[Step]:
        """Move in the queue: by `places` (negative is up), or `to` a place from 0, the end where that is too far."""
        given.only(*ARGUMENTS, "places", "to")
        places, place = given.number("places"), given.number("to")
        if (places is None) == (place is None):
            raise ValueError("say either by how many places, or to which one")
        ids = yield from self._chosen(given)
        if places is not None:
            self._manager.move(ids, places)
        elif place is not None:
            self._manager.changes.move_to(ids, place if place >= 0 else len(self._manager.ids()))
        yield {"ids": ids}

    def _limit(self, given: Arguments) -> Iterator[Step]:
        """Limit downloads, or all together where none is named; 0 is no limit, and no rate at all asks for it."""
        given.only(*ARGUMENTS, "rate")
        rate, choice = given.number("rate"), Choice.of(given)
        if rate is not None and not 0 <= rate <= BOUNDS["limit"][1]:
            raise ValueError(f"a limit is from 0 to {BOUNDS['limit'][1]} bytes per second")
        if not choice.which and not choice.everything:
            if rate is not None:
                self._manager.apply_settings(with_limit(self._manager.settings, rate or None))
            yield {"limit": self._manager.totals().limit}
            return
        if rate is None:
            raise ValueError("say which limit: a rate such as 500K, or 0 for none")
        ids = yield from self._chosen(given)
        self._manager.changes.set_options(ids, limit=rate or None)
        yield {"ids": ids}

    def _log_in(self, given: Arguments) -> Iterator[Step]:
        """Use a login at a place, `keep` it, or `forget` it; without a place answer with those that are kept."""
        given.only("place", "user", "password", "keep", "forget")
        place, user, password = (given.text(name) for name in ("place", "user", "password"))
        if place is None:
            kept = self._manager.net_context.logins.keychain.places()
            yield from ({"login": {"place": one, "user": who}} for one, who in kept.items())
            return
        place = checked_place(place)
        login = None if given.flag("forget") else Login(user or "", password or "")
        if login is not None:
            yield {"ids": log_in(self._manager, place, login)}
        if login is None or given.flag("keep"):
            yield from self._kept(Keeping(self._manager, place, login))

    def _rules(self, given: Arguments) -> Iterator[Step]:
        """Answer with the rules, or with where they put `addresses`, of a `name` and `size` in bytes where given."""
        given.only("addresses", "name", "size", "queue")
        settings, addresses = self._manager.settings, given.texts("addresses")
        if not addresses:
            yield from ({"rule": rule_json(number, rule)} for number, rule in enumerate(settings.rules, 1))
        for address in addresses:
            offer = Offer(address, given.text("name"), None, given.number("size"), queue=given.text("queue") or "")
            yield {"placed": placed_json(offer, settings, time())}

    def _sort(self, given: Arguments) -> Iterator[Step]:
        """Move downloads to where the rules want them; `dry`: say only where that is."""
        given.only(*ARGUMENTS, "dry")
        found = []
        for number, move in enumerate(moves(self._manager, (yield from self._chosen(given)))):
            if number % 50 == 49:
                yield None
            if move is not None:
                found.append(move)
                yield {"move": move_json(move)}
        if not given.flag("dry"):
            carry_out(self._manager, found)

    def _trust(self, given: Arguments) -> Iterator[Step]:
        """Look at the certificate or key of a `host`, trust that with a `digest`, `forget` it; without one list all."""
        given.only("host", "digest", "forget")
        name, digest = given.text("host"), given.text("digest")
        if name is None:
            yield from ({"trust": entry} for entry in self._manager.settings.trusted_certificates)
            return
        host = checked_host(name)
        if given.flag("forget"):
            if not distrust(self._manager, host):
                raise NoneSuchError(f"no certificate of {host} is trusted specially")
        elif digest is not None:
            checked_trust(f"{host}={digest}")
            yield {"ids": trust(self._manager, host, digest)}
        else:
            yield from self._shown(look(self._manager, host))

    def _shown(self, looking: Future[Shown]) -> Iterator[Step]:
        while not looking.done():
            yield LATER
        shown = looking.result()
        if shown.fault:
            raise NoneSuchError(f"{shown.host} shows no certificate: {shown.fault}")
        one = shown.certificate
        told = {"key": key_line(one)} if shown.is_key else {"pem": pem_of(one)}
        yield {"certificate": {"host": shown.host, "sha256": shown.digest, **told}}

    def _kept(self, keeping: Keeping) -> Iterator[Step]:
        while not keeping.is_over:
            yield LATER
        if keeping.fault:
            raise ValueError(f"it is not kept: {keeping.fault}")

    # -- the program -------------------------------------------------------------------------------------------

    def _open(self, given: Arguments) -> Iterator[Step]:
        given.only(*ARGUMENTS, "folder")
        for download_id in (yield from self._chosen(given)):
            self._front.open_file(download_id, folder=given.flag("folder"))
            yield None

    def _raise(self, given: Arguments) -> None:
        given.only("addresses", "activation")
        addresses = [address_with_checksum(address) for address in given.texts("addresses")]
        self._front.come_up(addresses, given.text("activation") or "")

    def _quit(self, given: Arguments) -> None:
        given.only()
        self._front.quit()

    # -- inside ------------------------------------------------------------------------------------------------

    def _chosen(self, given: Arguments) -> Generator[Step, None, list[str]]:
        found: list[str] = []
        for batch in Choice.of(given).require().ids(self._manager):
            found += batch
            yield None
        return found

    def _there(self, ids: list[str]) -> Iterator[DownloadSnapshot]:
        return (one for one in map(self._manager.snapshot, ids) if one is not None)
