"""How requests are made: one pool of wakeable connections, a session per attempt, nothing from the environment."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from functools import partial
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager
from urllib3.response import HTTPResponse

from headrace.addresses import host_of
from headrace.errors import DownloadError
from headrace.exchanges import Wire
from headrace.host_book import HostBook
from headrace.logins import Login, Logins
from headrace.net.arriving_body import ArrivingBody
from headrace.net.binding import Way
from headrace.net.connections import CURRENT_CALL, Call
from headrace.net.cookie_file import CookieFile
from headrace.net.cookie_sources import CookieSource, DownloadCookies, Together
from headrace.net.deadlines import HEADER_DEADLINE
from headrace.net.failures import network_failure
from headrace.net.http_versions import VersionAdapter
from headrace.net.idle import IdleConnections
from headrace.net.interrupt import Interrupt
from headrace.net.manners import with_manners
from headrace.net.parties import Party
from headrace.net.plug_adapter import PlugAdapter
from headrace.net.plug_registry import PlugRegistry
from headrace.net.plugs import Grounds
from headrace.net.pools import WakeableHTTPPool, WakeableHTTPSPool
from headrace.net.proxied import AskAgain
from headrace.net.proxy_identity import ProxyIdentity
from headrace.net.routes import Routes
from headrace.net.tls import TlsContexts
from headrace.net_options import Count, NetContext, NetOptions, no_count
from headrace.own_cookies import OwnCookies
from headrace.proxies import Proxy, parse_proxy
from headrace.states import FailureReason
from headrace.version import __version__

_POOL = 64
_STALE = {FailureReason.CONNECTION_LOST, FailureReason.NOT_HTTP}
"""What a connection that died while idle shows: its end, or the rest of what an earlier answer left in it."""
USER_AGENT = f"Headrace/{__version__}"


class WakeableAdapter(HTTPAdapter):
    """An HTTP adapter over wakeable connections whose responses hand out bytes as they arrive. Thread-safe."""

    https_pool: type[WakeableHTTPSPool] = WakeableHTTPSPool

    def __init__(self, options: NetOptions, context: NetContext | None = None) -> None:
        context = context or NetContext()
        self._options, self._met = options, context.met
        self._lock = Lock()
        self.tls = TlsContexts(options)
        self.idle = IdleConnections()
        self.plugs = PlugRegistry(Grounds(options, context, self.tls, self.idle))
        self.plugged = PlugAdapter(self.plugs.plug_for)
        """Answers for the addresses that are none of HTTP."""
        super().__init__(pool_connections=_POOL, pool_maxsize=_POOL, max_retries=0, pool_block=False)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager with our pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def _pools(self, via: Proxy | None = None) -> dict[str, Any]:
        """Return what makes pools of connections, all of them through a proxy or none."""
        way = Way(via, self._options.binding, self._options.ip_version, self._met)
        return {
            "http": partial(WakeableHTTPPool, idle=self.idle, way=way),
            "https": partial(self.https_pool, idle=self.idle, way=way),
        }

    def proxy_manager_for(self, proxy: str, **_: Any) -> PoolManager:
        """Return the pools of connections through a proxy, by its address with the login."""
        with self._lock:
            known: PoolManager | None = self.proxy_manager.get(proxy)
        if known is not None:
            return known
        made = self._manager_of(parse_proxy(proxy))
        with self._lock:
            shared: PoolManager = self.proxy_manager.setdefault(proxy, made)
            return shared

    def _manager_of(self, via: Proxy) -> PoolManager:
        if via.is_socks:
            made = PoolManager(_POOL, maxsize=_POOL, block=False)
        else:
            trust = self.tls.usual() if via.scheme == "https" else None
            address = via.place
            made = ProxyManager(address, _POOL, proxy_ssl_context=trust, maxsize=_POOL, block=False)
        made.pool_classes_by_scheme = self._pools(via)
        return made

    def drop_idle(self) -> None:
        """Close the connections that wait for a request."""
        with self._lock:
            managers = [self.poolmanager, *self.proxy_manager.values()]
        for manager in managers:
            manager.clear()
        self.plugs.drop_idle()

    def close(self) -> None:
        """Close idle connections, and end what watches over them."""
        super().close()
        self.plugs.close()
        self.idle.close()

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Name the pool for a request; pools of https share one TLS context but for hosts with entries of their own."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool.update(self.tls.for_host(host_of(request.url or "")))  # type: ignore[typeddict-item]  # it takes more
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave verification to the shared context: loading authorities per connection costs 15 ms each."""

    def build_response(self, req: requests.PreparedRequest, resp: HTTPResponse) -> requests.Response:  # type: ignore[override]
        """Answer with a response whose body hands out what has arrived."""
        response = super().build_response(req, resp)
        call = CURRENT_CALL.get()
        if call is not None:
            response.raw = ArrivingBody(resp, call)
        return response


class OneAnswerSession(requests.Session):
    """A session that sees no redirects: requests would read a redirect's whole body even when it does not follow it."""

    wire: Wire | None = None
    """Where it is told what goes over the wire."""
    route: Callable[[str], Proxy | None] = staticmethod(lambda _address: None)
    """Says through which proxy an address is asked."""
    logins = Logins()
    """Who is to be told to servers that ask for it."""
    count: Count = staticmethod(no_count)
    """Is told of the bytes of bodies."""
    cookie_source: CookieSource | None = None
    """Cookies that a person has for servers."""
    hosts = HostBook()
    """What a person wants of hosts."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Return None: redirects are followed in net.probe."""
        return None

    def close(self) -> None:
        """Leave the adapter, and with it the idle connections, to the other sessions that share it."""


class Transport:
    """Makes requests for all jobs over one pool. Thread-safe; `close` only when no job runs any more."""

    def __init__(self, options: NetOptions | None = None, context: NetContext | None = None) -> None:
        options = options or NetOptions()
        context = context or NetContext()
        self.adapter = WakeableAdapter(options, context)
        self.versions = VersionAdapter(self.adapter, options, context)
        self._logins = context.logins
        self._cookies: CookieSource | None = None if options.cookie_file is None else CookieFile(options.cookie_file)
        self._keeping = context.cookies
        self._hosts = context.hosts
        self._routes = Routes(options, context)
        self._own: str | None = None
        self._count, self._count_unwritten = context.count, context.count_unwritten

    def through(self, choice: str | None) -> "Transport":
        """Return the same for a download for which a way was chosen; None leaves it to the settings."""
        if choice is None:
            return self
        bound = copy(self)
        bound._own = choice  # noqa: SLF001 - of the same class
        return bound

    def carrying(self, cookies: OwnCookies | None) -> "Transport":
        """Return the same for a download with cookies of its own; of one name they count more than the settings'."""
        if cookies is None:
            return self
        own, bound = DownloadCookies(cookies, self._keeping), copy(self)
        bound._cookies = own if self._cookies is None else Together(self._cookies, own)  # noqa: SLF001 - of the same class
        return bound

    def unwritten(self) -> "Transport":
        """Return the same for a download of which nothing is to be kept."""
        bound = copy(self)
        bound._count = self._count_unwritten  # noqa: SLF001 - of the same class
        return bound

    def session(self, wire: Wire | None = None) -> requests.Session:
        """Return a session for one attempt: its cookies die with it, and netrc and environment are not read.

        `wire` is told of every request made with it.
        """
        session = OneAnswerSession()
        session.wire = wire
        session.route = partial(self._routes.way, own=self._own)
        session.logins = self._logins
        session.count = self._count
        session.cookie_source = self._cookies
        session.hosts = self._hosts
        session.trust_env = False
        session.mount("http://", self.adapter)
        session.mount("https://", self.versions)
        for scheme in self.adapter.plugs.schemes:
            session.mount(f"{scheme}://", self.adapter.plugged)
        session.headers.clear()
        session.headers.update({"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"})
        return session

    def drop_idle(self) -> None:
        """Close the idle connections, so that the next requests go out on new ones; jobs may run."""
        self._routes.forget()
        self.adapter.drop_idle()
        self.versions.drop_idle()

    def close(self) -> None:
        """Close idle connections."""
        self.versions.close()
        self.adapter.close()


def get(
    session: requests.Session,
    address: str,
    headers: Mapping[str, str],
    interrupt: Interrupt,
    timeouts: tuple[float, float],
    head_seconds: float = HEADER_DEADLINE,
    party: Party | None = None,
) -> requests.Response:
    """Send one GET and read the headers; redirects are not followed. `timeouts`: seconds to connect, without a byte.

    A connection that the server closed while it lay idle costs a free second try, on a new one. Raises what requests
    raises, StoppedError, or DownloadError SLOW_HEADERS where the head takes longer than `head_seconds`. The caller
    closes the response, in this thread. What a person wants of the host is heeded: its headers go out where `headers`
    has none of their names, and the request waits until the pause between two is over. With a `party` it goes out on a
    connection of theirs; on the one that a login goes on there is neither a pause nor a second try.
    """
    interrupt.check()
    hosts, goes_on = hosts_of(session), party is not None and party.has_line
    if not goes_on:
        hosts.await_turn(address, interrupt.wait)
    headers = with_manners(hosts.of(address), headers)
    call = _call(session, Call(interrupt, head_seconds, party=party))
    try:
        return _send(session, address, headers, None, call, timeouts)
    except requests.ConnectionError as error:
        failure = network_failure(error)
        if goes_on or not call.reused or failure is None or failure.reason not in _STALE:
            raise
    call = _call(session, Call(interrupt, head_seconds, fresh=True, party=party))
    return _send(session, address, headers, None, call, timeouts)


def _call(session: requests.Session, call: Call) -> Call:
    """Return a call, with those who are to hear of it."""
    if isinstance(session, OneAnswerSession):
        call.wire, call.count = session.wire, session.count
    return call


def hosts_of(session: requests.Session) -> HostBook:
    """Return what a person wants of hosts in this session."""
    return session.hosts if isinstance(session, OneAnswerSession) else HostBook()


def proxy_for(session: requests.Session, address: str) -> Proxy | None:
    """Return the proxy through which an address is asked, or None."""
    return session.route(address) if isinstance(session, OneAnswerSession) else None


def logins_of(session: requests.Session) -> Logins:
    """Return who may be told to servers in this session."""
    return session.logins if isinstance(session, OneAnswerSession) else Logins()


def post(
    session: requests.Session,
    address: str,
    headers: Mapping[str, str],
    body: bytes,
    interrupt: Interrupt,
    timeouts: tuple[float, float],
) -> requests.Response:
    """Send one POST on a connection of its own and read the headers; once, for it may have been heard all the same.

    Raises what `get` raises. The caller closes the response, in this thread.
    """
    interrupt.check()
    return _send(session, address, headers, body, Call(interrupt, fresh=True), timeouts)


def _send(
    session: requests.Session,
    address: str,
    headers: Mapping[str, str],
    body: bytes | None,
    call: Call,
    timeouts: tuple[float, float],
) -> requests.Response:
    proxy = proxy_for(session, address)
    call.to_proxy = who_asks(session, proxy, call.interrupt)
    while True:
        if call.wire is not None:
            call.wire.begin()
        with suppress(AskAgain):
            return _sent(session, address, headers, body, call, timeouts, proxy)


def _sent(
    session: requests.Session,
    address: str,
    headers: Mapping[str, str],
    body: bytes | None,
    call: Call,
    timeouts: tuple[float, float],
    proxy: Proxy | None,
) -> requests.Response:
    token = CURRENT_CALL.set(call)
    try:
        return session.request(
            "GET" if body is None else "POST",
            address,
            data=body,
            headers=dict(headers),
            stream=True,
            allow_redirects=False,
            timeout=timeouts,
            proxies={} if proxy is None else {"all": proxy.address},
        )
    except requests.RequestException:
        call.interrupt.check()  # a stop looks like a lost connection
        raise
    except DownloadError as error:
        if error.failure.reason is FailureReason.PROXY_LOGIN_NEEDED:
            _refuse(session, proxy)
        raise
    finally:
        CURRENT_CALL.reset(token)


def who_asks(session: requests.Session, proxy: Proxy | None, interrupt: Interrupt) -> ProxyIdentity | None:
    """Return who asks a proxy in one request; None where none is asked, or one that is told when it is connected to."""
    if proxy is None or proxy.is_socks:
        return None
    return ProxyIdentity(logins_of(session), proxy, hosts_of(session).of(f"{proxy.place}/"), interrupt)


def _refuse(session: requests.Session, proxy: Proxy | None) -> None:
    """Have the login that a SOCKS proxy did not take not be tried again; of the others `ProxyIdentity` sees to it."""
    if proxy is not None and proxy.is_socks and proxy.password is not None:
        logins_of(session).refuse(proxy.place, Login(proxy.user or "", proxy.password))
