"""`headrace run`: the engine without a window, for servers and NAS. The commands and clients are its window."""

import argparse
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from headrace.automation.aftermath import Aftermath, Extraction
from headrace.automation.automation import Automation, Trouble
from headrace.commands.option_types import harmless
from headrace.commands.whole import run_parser
from headrace.control.operator import Operator
from headrace.finale import COUNTDOWN
from headrace.logs import log_file
from headrace.manager import DownloadManager, ProfileInUseError, StoreError
from headrace.manager_garbage import GarbageCollector
from headrace.profile import Profile
from headrace.rerouting import Rerouting
from headrace.rpc.access import fresh_token, sealed
from headrace.rpc.service import RpcService
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import Failure
from headrace.unpacking.sentences import fault_sentence
from PySide6.QtCore import QCoreApplication, QTimer

from headrace_gui.beginning import fail, in_use_sentence, share_the_interpreter, usable_settings
from headrace_gui.desktop.all_done import AllDone, Farewell, Standing
from headrace_gui.desktop.control_server import ControlServer
from headrace_gui.desktop.deeds import deeds_for
from headrace_gui.desktop.network import follow_network
from headrace_gui.desktop.quit_signals import QuitSignals
from headrace_gui.desktop.system_proxies import system_proxies
from headrace_gui.desktop.trash import to_trash

_LOG: Final = logging.getLogger(__name__)
_SECRET: Final = "HEADRACE_RPC_SECRET"  # noqa: S105 - where one is
_NO_WINDOW: Final = "this program was started by 'headrace run' and has no window"


def main(argv: Sequence[str]) -> int:
    """Run until somebody ends it, by a signal or `headrace quit`; return the exit status."""
    given = run_parser().parse_args(argv)
    try:
        profile = Profile.at(given.profile)
    except OSError as error:
        return fail(f"the profile folder cannot be used: {error}.")
    app = QCoreApplication(["headrace"])
    share_the_interpreter()
    GarbageCollector(app).follow_events()
    settings, complaint = usable_settings(profile)
    try:
        settings = _with_rpc(settings, given)
    except (OSError, ValueError) as error:
        return fail(f"the token cannot be read: {error}.", 2)
    try:
        manager = DownloadManager(profile, settings, role="run", trash=to_trash, parent=app)
    except ProfileInUseError as error:
        return fail(in_use_sentence(error, profile))
    except (StoreError, OSError) as error:
        return fail(f"the profile {profile.folder} cannot be used: {error}.")
    manager.net_context.system_proxies = system_proxies
    if complaint:
        fail(complaint)
    manager.loaded.connect(gc.freeze)
    manager.trouble.connect(_tell_trouble)
    with log_file(profile.log, silence=manager.silence):
        return _serve(app, manager, profile)


def _with_rpc(settings: Settings, given: argparse.Namespace) -> Settings:
    """Return the settings with what the command line says of programs made for aria2. Raises OSError, ValueError."""
    if not given.rpc:
        return settings
    secret = os.environ.pop(_SECRET, "")
    if given.rpc_secret_file is not None:
        secret = given.rpc_secret_file.read_text(encoding="utf-8").strip()
    if not secret and not settings.rpc_secret:
        secret = fresh_token()
        print(f"headrace: the token for clients is {secret}", file=sys.stderr, flush=True)  # noqa: T201 - shown once
    return replace(
        settings,
        rpc=True,
        rpc_port=given.rpc_port or settings.rpc_port,
        rpc_everywhere=given.rpc_everywhere or settings.rpc_everywhere,
        rpc_secret=sealed(secret) if secret else settings.rpc_secret,
    )


def _serve(app: QCoreApplication, manager: DownloadManager, profile: Profile) -> int:
    signals = QuitSignals()
    signals.asked.connect(app.quit)
    front = HeadlessFront(manager)
    server = ControlServer(profile, Operator(manager, front), app)
    service = RpcService(manager, front.quit, _tell_port)
    follow_network(manager)
    automation, _rerouting = Automation(manager, _tell_automation), Rerouting(manager)
    aftermath = Aftermath(manager, HeadlessFace(), to_trash, front.plan.look, profile.unpacking)
    front.plan.wait_for(lambda: aftermath.is_busy)
    status = app.exec()
    server.close()
    service.close(1.0)
    automation.close(1.0)
    aftermath.close()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)  # a second one ends at once what cannot end in order
    ended = manager.shut_down()
    front.farewell.say()
    signals.close()
    if not ended:
        _LOG.warning("a thread did not end in time")
        sys.stderr.flush()
        os._exit(status)
    return status


def _tell_port(port: int, why: str) -> None:
    fail(f"clients cannot be served at port {port}: {why}; choose another with --rpc-port")


def _tell_plan(standing: Standing) -> None:
    """Say once that the minute has begun, and how it is stopped."""
    if standing.left == round(COUNTDOWN):
        _LOG.info("%s in %d s", standing.deed.value, standing.left)
        fail(f"all is done: {standing.deed.value} in {standing.left} s; 'headrace when-done nothing' stops it")


def _tell_automation(trouble: Trouble, what: str, why: str) -> None:
    sentences = {
        Trouble.COMMAND: "the command {what} could not be run: {why}",
        Trouble.WEBHOOK: "{what} could not be told what happens: {why}",
        Trouble.LIST: "the list {what} could not be added: {why}",
    }
    fail(sentences[trouble].format(what=harmless(what), why=harmless(why)))


def _tell_trouble(failure: Failure) -> None:
    from headrace.messages import failure_message  # noqa: PLC0415 - rarely needed

    fail(failure_message(failure))


class HeadlessFace:
    """What happens to files where there is no desktop: nothing is opened or played, and archives are told of."""

    def open(self, one: DownloadSnapshot, folder: Path | None) -> None:
        """Open nothing."""

    def play(self, sound: str) -> None:
        """Play nothing."""

    def tell(self, extraction: Extraction) -> None:
        """Say what became of an archive."""
        name, done = harmless(extraction.name), extraction.done
        if extraction.fault is not None:
            fail(f"{name} was not extracted: {harmless(fault_sentence(extraction.fault, extraction.detail))}")
        elif done is not None:
            fail(f"{name} was extracted to {harmless(str(done.folder))}: files {done.files}, left out {done.left_out}")


class HeadlessFront:
    """What commands may ask of a program without a window."""

    def __init__(self, manager: DownloadManager) -> None:
        self._manager = manager
        self.farewell = Farewell(deeds_for)
        self.plan = AllDone(manager, self.farewell, QCoreApplication.quit)
        self.plan.changed.connect(_tell_plan)
        self.plan.refused.connect(lambda deed, why: fail(f"{deed.value} was refused by the system: {why}"))

    def come_up(self, addresses: Sequence[str], activation: str) -> None:  # noqa: ARG002 - as the operator calls it
        """Add addresses; there is nothing to show. Raises ValueError where there are none."""
        if not addresses:
            raise ValueError(_NO_WINDOW)
        folder = self._manager.settings.download_folder
        self._manager.add([DownloadSpec(address, folder, by_rules=True) for address in addresses])

    def offer(self, text: str, *, private: bool) -> None:  # noqa: ARG002 - as above
        """Refuse: there is no dialog."""
        raise ValueError(_NO_WINDOW)

    def open_file(self, download_id: str, *, folder: bool) -> None:  # noqa: ARG002 - as above
        """Refuse: a program without a window opens none."""
        raise ValueError(_NO_WINDOW)

    def quit(self) -> None:
        """End the event loop once the answer is on its way."""
        QTimer.singleShot(0, self._manager, QCoreApplication.quit)
