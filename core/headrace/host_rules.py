"""What a person wants of a host: limits, manners, and what it is told. Frozen, validated, JSON both ways. Pure.

Of several rules that fit a host the most specific one holds, and it alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final

from headrace.addresses import checked_web_address, split_credentials
from headrace.host_patterns import Key, checked_pattern, key_of, keys_for, place_named
from headrace.masking import is_secret
from headrace.proxies import bare_choice, checked_choice
from headrace.request_headers import checked_value, parse_header

MOST_RULES: Final = 1_000
_MOST_HEADERS: Final = 50
_LONGEST_TEXT: Final = 1_000
BOUNDS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"connections": (1, 1000), "per_download": (1, 64), "limit": (1, 1 << 50), "pause": (0.01, 3600)}
)
"""The least and the most of each number."""
USER_AGENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "firefox": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "chrome": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/156.0.0.0 Safari/537.36",
        "edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
        "safari": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/26.0 Safari/605.1.15",
        "curl": "curl/8.14.1",
        "wget": "Wget/1.25.0",
    }
)
"""What programs call themselves, by the words that stand for them in a rule."""
HTTP_VERSIONS: Final = ("", "1.1", "2")
OWN_NAME: Final = "headrace"
"""The word for what Headrace calls itself."""
TICKET: Final = "ticket"
BASIC: Final = "basic"
LOGINS: Final = (TICKET, BASIC)
"""The person's ticket (Kerberos) may be shown; or the password is told readably where something safer is offered."""
_ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cookie": "cookies belong to a download, or come from the cookies.txt of the settings",
        "proxy-authorization": "the login of a proxy belongs to its login",
        "user-agent": "it has a field of its own, the user agent",
        "referer": "it has a field of its own, the referrer",
    }
)


@dataclass(frozen=True, slots=True)
class HostRule:
    """One rule. Its limits are for all hosts it holds for together. Raises ValueError with a sentence."""

    host: str
    """As `host_patterns.checked_pattern` has it."""
    connections: int | None = None
    """Connections at most, all downloads together; None as in the settings."""
    per_download: int | None = None
    """Connections of one download at most; None as in the settings."""
    limit: int | None = None
    """Bytes per second, all downloads together; None for no limit."""
    pause: float | None = None
    """Seconds from one request to the next, at least; None for none."""
    user_agent: str = ""
    """One of the words in USER_AGENTS, OWN_NAME, or a text; "" as usual."""
    referrer: str = ""
    """An address, told as the page that a link was on; "" for none."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further request headers. None of them is a secret: this is kept in clear."""
    proxy: str = ""
    """As `proxies.checked_choice` has it, without a password; "" as in the settings."""
    from_start: bool = False
    """Whether files are fetched from byte 0 only, since it cannot be trusted with ranges."""
    login: str = ""
    """How logging in differs, one of the words in LOGINS; "" for not at all."""
    http_version: str = ""
    """"2" for HTTP/2, where all requests share one connection; "" as usual, which "1.1" means too."""

    def __post_init__(self) -> None:
        for name in ("host", "user_agent", "referrer", "proxy", "login"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} of a host's rule must be a text")  # noqa: TRY004 - one error type for all
        if not isinstance(self.from_start, bool):
            raise ValueError("from_start of a host's rule must be true or false")  # noqa: TRY004 - as above
        if self.login not in ("", *LOGINS):
            raise ValueError(f"login of a host's rule must be one of {', '.join(LOGINS)}, not {self.login[:40]!r}")
        if self.http_version not in HTTP_VERSIONS:
            raise ValueError("http_version of a host's rule must be 1.1 or 2")
        object.__setattr__(self, "http_version", "2" if self.http_version == "2" else "")
        object.__setattr__(self, "host", checked_pattern(self.host))
        for name, bounds in BOUNDS.items():
            _check_number(name, getattr(self, name), bounds)
        object.__setattr__(self, "user_agent", _checked_agent(self.user_agent))
        object.__setattr__(self, "referrer", _checked_referrer(self.referrer))
        object.__setattr__(self, "headers", _checked_headers(self.headers))
        object.__setattr__(self, "proxy", _checked_proxy(self.proxy))

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self == HostRule(self.host)

    @property
    def fields(self) -> dict[str, str]:
        """The request headers that come of it; what Headrace calls itself is not among them."""
        agent = USER_AGENTS.get(self.user_agent, self.user_agent)
        found = {"User-Agent": agent} if agent not in ("", OWN_NAME) else {}
        return found | ({"Referer": self.referrer} if self.referrer else {}) | dict(self.headers)


class RuleIndex:
    """Rules, to be found by the hosts they hold for. Never changes."""

    def __init__(self, rules: Iterable[HostRule] = ()) -> None:
        self._by_key: dict[Key, HostRule] = {key_of(rule.host): rule for rule in rules}
        self.by_host = {rule.host: rule for rule in self._by_key.values()}

    def of(self, host: str, ports: tuple[int, ...]) -> HostRule | None:
        """Return the rule for a plain host at one of these ports, None where there is none."""
        if not self._by_key:
            return None
        return next((self._by_key[key] for key in keys_for(host, ports) if key in self._by_key), None)


def with_login(rules: Iterable[HostRule], host: str, login: str) -> tuple[HostRule, ...]:
    """Return rules of which the one for a host has this `login`; it says besides what the one says that held there.

    `host` is as `addresses.host_of` has it. Raises ValueError for no host.
    """
    rules, pattern = tuple(rules), checked_pattern(host)
    place = place_named(pattern)
    held = RuleIndex(rules).of(*place) or HostRule(pattern)
    made = replace(held, host=pattern, login=login)
    others = tuple(rule for rule in rules if rule.host != pattern)
    says_something = not made.is_empty or RuleIndex(others).of(*place) is not None  # or it lifts what a wider one says
    return (*others, made) if says_something else others


def rule_json(rule: HostRule) -> dict[str, Any]:
    """Return what a rule says, as JSON has it: the host, and what differs from saying nothing."""
    usual = HostRule(rule.host)
    said = {each.name: getattr(rule, each.name) for each in fields(HostRule)}
    return {
        name: [list(pair) for pair in value] if name == "headers" else value
        for name, value in said.items()
        if name == "host" or value != getattr(usual, name)
    }


def rule_from_json(values: Any) -> HostRule:
    """Read a rule; what it does not know is passed over. Raises ValueError with a sentence."""
    if not isinstance(values, Mapping) or "host" not in values:
        raise ValueError("a host's rule must be an object that names its host")
    known = {each.name for each in fields(HostRule)}
    return HostRule(**{name: value for name, value in values.items() if name in known})


def checked_host_rules(values: Any) -> tuple[HostRule, ...]:
    """Return rules, or what JSON has of them, each host once. Raises ValueError with a sentence."""
    if not isinstance(values, list | tuple) or len(values) > MOST_RULES:
        raise ValueError(f"setting host_rules must be a list of {MOST_RULES} rules at most")
    rules = tuple(value if isinstance(value, HostRule) else rule_from_json(value) for value in values)
    if len({rule.host for rule in rules}) < len(rules):
        raise ValueError("setting host_rules has two rules for one host")
    return rules


def asked_by(version: str, hosts: Iterable[str], rules: Iterable[HostRule]) -> tuple[HostRule, ...]:
    """Return rules by which these hosts, as `addresses.host_of` has them, are asked by a version of HTTP.

    The rule that holds for a host says all else as before. Raises ValueError for no host, and no such version.
    """
    found = {rule.host: rule for rule in rules}
    index = RuleIndex(found.values())
    for host in hosts:
        rule = index.of(*place_named(host)) or HostRule(host)
        found[rule.host] = replace(rule, http_version=version)
    return tuple(found.values())


def checked_header(text: str) -> tuple[str, str]:
    """Read one `Name: value` of a rule. Raise ValueError with a sentence that says where a secret belongs."""
    name, value = parse_header(text)
    if where := _ELSEWHERE.get(name.lower()):
        raise ValueError(f"header {name} is not kept in a rule: {where}")
    if is_secret(name):
        raise ValueError(
            f"header {name} may carry a secret, which is not kept in a rule: log in at the host, "
            "or give it as a header of the download"
        )
    return name, value


def _check_number(name: str, value: Any, bounds: tuple[float, float]) -> None:
    kinds = (int, float) if name == "pause" else (int,)
    if value is not None and not (type(value) in kinds and bounds[0] <= value <= bounds[1]):
        raise ValueError(f"{name} of a host's rule must be from {bounds[0]} to {bounds[1]}, not {value!r}")


def _checked_agent(text: str) -> str:
    agent = checked_value("User-Agent", text)
    if len(agent) > _LONGEST_TEXT:
        raise ValueError(f"a user agent has {_LONGEST_TEXT} characters at most")
    return agent.lower() if agent.lower() in (OWN_NAME, *USER_AGENTS) else agent


def _checked_referrer(text: str) -> str:
    if not text.strip():
        return ""
    address, login = split_credentials(checked_web_address(text))
    if login is not None:
        raise ValueError("a login is not kept in a referrer")
    return checked_value("Referer", address)


def _checked_proxy(text: str) -> str:
    if not text.strip():
        return ""
    choice = checked_choice(text)
    if bare_choice(choice) != choice:
        raise ValueError("the password of a proxy is not kept in a host's rule")
    return choice


def _checked_headers(values: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(values, list | tuple) or len(values) > _MOST_HEADERS:
        raise ValueError(f"headers of a host's rule must be a list of {_MOST_HEADERS} at most")
    found: dict[str, tuple[str, str]] = {}
    for pair in values:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise ValueError("a header of a host's rule must be a name and a value")
        name, value = checked_header(f"{pair[0]}: {pair[1]}")
        found[name.lower()] = name, value
    return tuple(found.values())
