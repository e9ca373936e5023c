"""Scenes of the rules of hosts and of logins: the list, the dialog for one, and what is asked."""

from time import time

from headrace.host_notes import HostNote
from headrace.host_rules import HostRule
from headrace.logins import Login
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.dialogs.host_rule_dialog import HostRuleDialog
from headrace_gui.dialogs.hosts_dialog import HostsDialog
from headrace_gui.dialogs.login_dialog import LoginDialog

from tests.gui.scene_book.jobs import mixed_jobs
from tests.gui.scene_book.stage import Stage
from tests.support.fake_manager import make_snapshot

_R = FailureReason
RULES = (
    HostRule("cdimage.debian.org", connections=4, limit=2_000_000, pause=0.5),
    HostRule("*.mirror.example", per_download=2, user_agent="firefox", from_start=True),
    HostRule(
        "nas.lan:8080",
        referrer="https://shop.example/page",
        headers=(("Accept-Language", "de"),),
        proxy="socks5h://127.0.0.1:1080",
    ),
)


def known() -> list[HostNote]:
    now = time()
    return [
        HostNote("cdimage.debian.org", 6, seen_at=now - 5),
        HostNote("a.mirror.example", None, ceiling=3, refused_at=now - 90, seen_at=now - 90),
        HostNote("busy.example", 2, retry_after=900.0, retry_at=now - 1, seen_at=now - 1),
        HostNote("cdn.example", 8, rotating=True, ranges_failed_at=now - 30, seen_at=now - 30),
    ]


def hosts(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), host_rules=RULES)
    dialog = stage.settings(window)
    stage.manager.hosts.known = {note.host: note for note in known()}
    dialog.deeds._deeds["host_rules"]()
    shown = dialog.findChild(HostsDialog)
    assert shown is not None
    stage.keep("hosts", shown)
    shown.remove()
    shown.search.setText("example")
    stage.until(lambda: shown.model.rowCount() == 4)
    stage.keep("hosts-search", shown)
    shown.search.setText("nothing of that kind")
    stage.until(lambda: not shown.model.rowCount())
    stage.keep("hosts-nothing", shown)


def host_rule(stage: Stage) -> None:
    jobs = mixed_jobs()
    window = stage.window(jobs, host_rules=(HostRule(jobs[0].host, connections=4, user_agent="firefox"),))
    stage.manager.hosts.known = {jobs[0].host: HostNote(jobs[0].host, 6, rotating=True, seen_at=time())}
    stage.manager.net_context.logins.give(f"https://{jobs[0].host}", Login("ann", "x"))
    window.table.choose([jobs[0].id])
    window.actions_of[Act.HOST_RULES].trigger()
    dialog = window.findChild(HostRuleDialog)
    assert dialog is not None
    stage.keep("host-rule", dialog)
    dialog.headers.setPlainText("Authorization: Bearer x")
    dialog.confirm()
    stage.keep("host-rule-wrong", dialog)


def logins(stage: Stage) -> None:
    """Draw what is asked where a server offers NTLM and Kerberos, has no use for a ticket, or an extra is missing."""
    place = "https://files.corp.example"
    failures = {
        "login": Failure(_R.LOGIN_NEEDED, place, status=401),
        "login-ticket": Failure(_R.TICKET_NEEDED, f"{place}: Ticket expired", status=401),
        "login-plugin": Failure(_R.LOGIN_PLUGIN_NEEDED, f"{place}: pip install 'headrace[windows-login]'", status=401),
    }
    for name, failure in failures.items():
        job = make_snapshot("plans.zip", id="plans", state=DownloadState.FAILED, failure=failure)
        window = stage.window([job])
        stage.manager.net_context.logins.note_offer(place, ("negotiate", "ntlm", "basic"))
        window.table.choose([job.id])
        window.actions_of[Act.LOG_IN].trigger()
        dialog = window.findChild(LoginDialog)
        assert dialog is not None
        stage.keep(name, window, dialog)
