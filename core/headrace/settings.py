"""The user's settings: frozen, validated, kept as one small JSON file that is replaced as a whole."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from headrace.addresses import checked_web_address
from headrace.after import checked_after
from headrace.binding import checked_binding
from headrace.budgets import Budget, checked_budgets, with_old_budget
from headrace.category_entries import CategoryEntry, checked_categories
from headrace.days import check_days
from headrace.disk.whole_file import replace_text
from headrace.event_commands import checked_command
from headrace.finale import checked_deed
from headrace.host_rules import HostRule, checked_host_rules
from headrace.net_options import NetOptions
from headrace.proxies import NO_PROXY, SYSTEM, bare_choice, checked_choice, checked_exception
from headrace.queue_options import QueueOptions, checked_options, options_of
from headrace.rules import Rule, checked_rules
from headrace.schedules import WeekHours
from headrace.trust import VERSIONS, checked_own, checked_trust


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults. Raises ValueError that names the setting and its bounds."""

    download_folder: Path = field(default_factory=lambda: Path(platformdirs.user_downloads_dir()))
    max_running: int = 4
    """Downloads at once."""
    max_connections: int = 8
    """Connections per download, at most."""
    max_per_host: int = 16
    """Connections to one host at most, all downloads together."""
    limit: int | None = None
    """Bytes per second over all downloads; None for no limit."""
    connect_timeout: float = 10.0
    """Seconds for one address to answer the connection attempt."""
    idle_timeout: float = 30.0
    """Seconds without one byte, in headers or body, until the connection is given up."""
    low_speed: int | None = 50
    """Bytes per second below which, over a minute, a connection is given up; None for never."""
    tries: int = 8
    """Attempts without progress of 1 MiB between them, until a download fails."""
    ca_file: Path | None = None
    """PEM file with certificate authorities trusted besides the system's; None for none."""
    proxy: str = SYSTEM
    """How servers are reached: "direct", "system", "environment", or by the address of a proxy, without a password."""
    no_proxy: tuple[str, ...] = NO_PROXY
    """Hosts and networks that are reached without it, as `proxies.checked_exception` has them."""
    binding: str = ""
    """The address or interface of this computer that all connections go out by, such as that of a VPN; "" for any."""
    ip_version: str = "any"
    """Which addresses of servers are used: "any", "4" or "6"."""
    cookie_file: Path | None = None
    """A cookies.txt (Netscape's format) whose cookies go to whom they belong; None for none."""
    tls_minimum: str = "1.2"
    """The oldest version of TLS that is spoken: "1.2" or "1.3"."""
    trusted_certificates: tuple[str, ...] = ()
    """`HOST=SHA256`: the one certificate that is trusted at a host although it would not be."""
    client_certificates: tuple[str, ...] = ()
    """`HOST=FILE`: a PEM file with certificate and key that is shown to a host which asks for one."""
    netrc: bool = False
    """Whether logins are looked for in .netrc."""
    find_checksums: bool = True
    """Whether a checksum file is looked for beside large files."""
    mark_origin: bool = True
    """Whether finished files are marked with where they came from."""
    continue_at_start: bool = True
    """Whether downloads that ran at the last quit run again at the next start."""
    history_days: int | None = None
    """For how many days downloads are remembered once they have ended; 0 for not at all, None for ever."""
    queues: tuple[str, ...] = ()
    """Names of the queues beside the main one, in the order in which they are shown."""
    held_queues: tuple[str, ...] = ()
    """Queues that start nothing new; "" is the main one."""
    queue_options: tuple[QueueOptions, ...] = ()
    """What holds for some queues alone: folder, limit, downloads at once, hours."""
    quiet: bool = False
    """Whether the quiet limit is in force; at the borders of the quiet hours it changes by itself."""
    quiet_limit: int = 500_000
    """Bytes per second over all downloads while it is quiet."""
    quiet_hours: str = ""
    """When it gets quiet and ends being so by itself, as `schedules.WeekHours` reads it; "" for never."""
    leave_room: bool = False
    """Whether less is fetched while others use the line."""
    budgets: tuple[Budget, ...] = ()
    """How much may come in a day, a week or a month, and in which networks; () for no bound."""
    hold_metered: bool = False
    """Whether nothing is fetched in a network that counts bytes."""
    rpc: bool = False
    """Whether programs made for aria2 may use this one, by JSON-RPC over HTTP and WebSocket."""
    rpc_port: int = 6800
    """The TCP port for them."""
    rpc_everywhere: bool = False
    """Whether other machines may use it too, not only programs of this one."""
    rpc_secret: str = ""
    """What proves the secret token they must know, as `rpc.access.sealed` makes it; "" lets nobody in."""
    rpc_origins: tuple[str, ...] = ()
    """Origins (RFC 6454), such as https://example.org, whose web pages may use it if they know the token."""
    rpc_hosts: tuple[str, ...] = ()
    """Names by which this machine is called from elsewhere, besides its addresses."""
    rpc_folders: tuple[Path, ...] = ()
    """Folders besides the download folder that they may save to."""
    command_finished: tuple[str, ...] = ()
    """A program and its arguments, run when a download has finished; () for none. See `event_commands`."""
    command_failed: tuple[str, ...] = ()
    """The same when one has failed and waits for a person."""
    command_idle: tuple[str, ...] = ()
    """The same when nothing is left to be done."""
    host_rules: tuple[HostRule, ...] = ()
    """What a person wants of hosts: limits, manners, and what they are told. See `host_rules`."""
    webhook: str = ""
    """The address that is told by POST what happens; "" tells nobody."""
    watch_folder: Path | None = None
    """A folder in which lists are laid down to be added; None for none."""
    rules: tuple[Rule, ...] = ()
    """Where downloads go whose folder nobody chose, the first that holds first."""
    categories: tuple[CategoryEntry, ...] = ()
    """Categories a person made, and built-in ones they changed, in the order in which they are shown."""
    after_each: tuple[str, ...] = ()
    """What happens to each file when it is there, as `after.After` reads it; a download may have its own."""
    when_done: str = "nothing"
    """What happens each time when all is done: the value of a `finale.Deed`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "queues", _queue_names(self.queues))
        held = dict.fromkeys(name for name in _texts("held_queues", self.held_queues) if name in ("", *self.queues))
        object.__setattr__(self, "held_queues", tuple(held))
        self._check_day()
        object.__setattr__(self, "download_folder", Path(self.download_folder))
        for name in ("rpc_origins", "rpc_hosts"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        object.__setattr__(self, "rpc_folders", _folders(self.rpc_folders))
        object.__setattr__(self, "rules", checked_rules(self.rules))
        object.__setattr__(self, "categories", checked_categories(self.categories))
        check_days(self.history_days)
        self._check_automation()
        self._check_network()
        self._check_trust()
        self._check_way_out()
        object.__setattr__(self, "host_rules", checked_host_rules(self.host_rules))
        if not isinstance(self.rpc_secret, str):
            raise ValueError("setting rpc_secret must be a text")  # noqa: TRY004 - one error type for all
        for name in ("ca_file", "cookie_file"):
            object.__setattr__(self, name, None if (value := getattr(self, name)) is None else Path(value))
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            kinds = (int, float) if name in _FRACTIONS else (int,)
            if not (value is None and name in _OPTIONAL) and not (type(value) in kinds and low <= value <= high):
                raise ValueError(f"setting {name} must be from {low} to {high}, not {value!r}")
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"setting {name} must be true or false")  # noqa: TRY004 - one error type for all

    @property
    def net(self) -> NetOptions:
        """What of them is for the network."""
        return NetOptions(
            self.ca_file,
            self.proxy,
            self.no_proxy,
            self.tls_minimum,
            self.trusted_certificates,
            self.client_certificates,
            self.cookie_file,
            self.binding,
            self.ip_version,
        )

    def options_of(self, queue: str) -> QueueOptions:
        """Return what holds for a queue alone; "" is the main one."""
        return options_of(self.queue_options, queue)

    def _check_day(self) -> None:
        checks = ("queue_options", self._checked_options), ("quiet_hours", _checked_hours), ("budgets", checked_budgets)
        for name, check in checks:
            try:
                object.__setattr__(self, name, check(getattr(self, name)))
            except ValueError as error:
                raise ValueError(f"setting {name}: {error}") from None

    def _checked_options(self, options: Any) -> tuple[QueueOptions, ...]:
        return checked_options(options, self.queues)

    def _check_way_out(self) -> None:
        if self.ip_version not in IP_VERSIONS:
            raise ValueError(f"setting ip_version must be one of {', '.join(IP_VERSIONS)}")
        if not isinstance(self.binding, str):
            raise ValueError("setting binding must be a text")  # noqa: TRY004 - one error type for all
        try:
            object.__setattr__(self, "binding", checked_binding(self.binding))
        except ValueError as error:
            raise ValueError(f"setting binding: {error}") from None

    def _check_trust(self) -> None:
        if self.tls_minimum not in VERSIONS:
            raise ValueError(f"setting tls_minimum must be one of {', '.join(VERSIONS)}")
        for name, check in (("trusted_certificates", checked_trust), ("client_certificates", checked_own)):
            try:
                entries = tuple(dict.fromkeys(map(check, _texts(name, getattr(self, name)))))
            except ValueError as error:
                raise ValueError(f"setting {name}: {error}") from None
            object.__setattr__(self, name, entries)

    def _check_network(self) -> None:
        if not isinstance(self.proxy, str):
            raise ValueError("setting proxy must be a text")  # noqa: TRY004 - one error type for all
        try:
            choice = checked_choice(self.proxy)
            exceptions = tuple(dict.fromkeys(map(checked_exception, _texts("no_proxy", self.no_proxy))))
        except ValueError as error:
            raise ValueError(f"setting proxy or no_proxy: {error}") from None
        if bare_choice(choice) != choice:
            raise ValueError("setting proxy: a password is not kept in the settings")
        object.__setattr__(self, "proxy", choice)
        object.__setattr__(self, "no_proxy", exceptions)

    def _check_automation(self) -> None:
        for name in ("command_finished", "command_failed", "command_idle"):
            try:
                object.__setattr__(self, name, checked_command(_texts(name, getattr(self, name))))
            except ValueError as error:
                raise ValueError(f"setting {name}: {error}") from None
        if not isinstance(self.webhook, str):
            raise ValueError("setting webhook must be an address")  # noqa: TRY004 - one error type for all
        if self.webhook:
            checked_web_address(self.webhook)
        folder = None if self.watch_folder is None else Path(self.watch_folder)
        if folder is not None and not folder.is_absolute():
            raise ValueError("setting watch_folder must be given in full")
        object.__setattr__(self, "watch_folder", folder)
        try:
            object.__setattr__(self, "after_each", checked_after(self.after_each))
            checked_deed(self.when_done)
        except ValueError as error:
            raise ValueError(f"setting after_each or when_done: {error}") from None


BOUNDS: dict[str, tuple[float, float]] = {
    "max_running": (1, 1000),
    "max_connections": (1, 64),
    "max_per_host": (1, 1000),
    "limit": (1, 1 << 50),
    "quiet_limit": (1, 1 << 50),
    "low_speed": (1, 1 << 30),
    "connect_timeout": (0.1, 3600),
    "idle_timeout": (0.1, 3600),
    "tries": (1, 1_000_000),
    "rpc_port": (1, 65535),
}
"""The least and the most of each number, downloads' own limit and connections included."""
_FRACTIONS = {"connect_timeout", "idle_timeout"}
_OPTIONAL = {"limit", "low_speed"}
_SWITCHES = frozenset(
    "continue_at_start find_checksums hold_metered leave_room mark_origin netrc quiet rpc rpc_everywhere".split()
)
IP_VERSIONS = ("any", "4", "6")
QUEUE_NAME_LENGTH = 60
"""Characters of a queue's name, at most."""


def checked_queue_name(name: str) -> str:
    """Return the name of a queue without spaces around it. Raise ValueError, with a sentence, where it cannot be."""
    bare = name.strip()
    if not bare:
        raise ValueError("a queue needs a name")
    if len(bare) > QUEUE_NAME_LENGTH:
        raise ValueError(f"the name of a queue has {QUEUE_NAME_LENGTH} characters at most, not {len(bare)}")
    if not bare.isprintable():
        raise ValueError("the name of a queue holds a control character")
    return bare


def _queue_names(names: Any) -> tuple[str, ...]:
    checked = tuple(map(checked_queue_name, _texts("queues", names)))
    if len({name.casefold() for name in checked}) < len(checked):
        raise ValueError("two queues have the same name")
    return checked


def _checked_hours(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("it must be a text")  # noqa: TRY004 - one error type for all
    return str(WeekHours.parse(text))


def _texts(setting: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"setting {setting} must be a list of names")
    return tuple(values)


def _folders(values: Any) -> tuple[Path, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(value, str | Path) for value in values):
        raise ValueError("setting rpc_folders must be a list of folders")
    return tuple(map(Path, values))


def load_settings(path: Path) -> Settings:
    """Read settings from `path`; defaults where there is no file. Raise ValueError that names file and fault."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        known = {field_.name for field_ in fields(Settings)}
        return Settings(**{key: value for key, value in with_old_budget(data).items() if key in known})
    except FileNotFoundError:
        return Settings()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"the settings file {path} cannot be used: {error}") from error


def save_settings(settings: Settings, path: Path) -> None:
    """Write `settings` to `path` so that a crash leaves the old or the new file, never a half one."""
    replace_text(path, json.dumps(asdict(settings), indent=2, default=str) + "\n")
