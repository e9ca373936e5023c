"""Which version of HTTP a web server is asked by: 1.1, or 2 where a rule wants it or the server speaks nothing else."""

import ssl
from collections.abc import Mapping
from importlib import import_module
from threading import Lock
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter

from headrace.addresses import origin_of
from headrace.errors import DownloadError
from headrace.extras import HTTP2, Extra
from headrace.net.failures import causes
from headrace.net.plug_adapter import PlugAdapter
from headrace.net.plugs import Plug
from headrace.net_options import NetContext, NetOptions
from headrace.states import FailureReason

_NO_COMMON_PROTOCOL: Final = "NO APPLICATION PROTOCOL"
"""What OpenSSL says where a server takes none of the protocols that were offered (RFC 7301 section 3.2)."""


class VersionAdapter(BaseAdapter):
    """Sends requests to servers with TLS. Thread-safe."""

    def __init__(self, usual: BaseAdapter, options: NetOptions, context: NetContext, extra: Extra = HTTP2) -> None:
        """`usual` speaks HTTP/1.1; the module for HTTP/2 is loaded with the first server that wants it."""
        super().__init__()
        self._usual, self._options, self._context, self._extra = usual, options, context, extra
        self._lock = Lock()
        self._plug: Plug | None = None
        self._needed: set[tuple[str, str, int]] = set()
        """Servers that refused HTTP/1.1."""
        self._by_two = PlugAdapter(self._plug_for, otherwise=usual)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the face of all adapters
        timeout: Any = None,
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request; the body is unread. Raises what `PlugAdapter.send` does, EXTRA_MISSING among it."""
        address, how = request.url or "", (stream, timeout, verify, cert, proxies)
        if self._wants_two(address):
            return self._by_two.send(request, *how)
        try:
            response = self._usual.send(request, *how)
        except (OSError, DownloadError) as error:
            if not _takes_none(error):
                raise
        else:
            if not _refuses_version(response):
                return response
            response.close()
        with self._lock:
            self._needed.add(origin_of(address))
        return self._by_two.send(request, *how)

    def _wants_two(self, address: str) -> bool:
        rule = self._context.hosts.of(address)
        return (rule is not None and rule.http_version == "2") or origin_of(address) in self._needed

    def _plug_for(self, _address: str) -> Plug:
        if not self._extra.is_there:
            raise DownloadError.of(FailureReason.EXTRA_MISSING, f"HTTP/2: {self._extra.command}")
        with self._lock:
            if self._plug is None:
                self._plug = import_module("headrace.net.http2_plug").plug(self._options, self._context)
            return self._plug

    def drop_idle(self) -> None:
        """Have the next requests go out on new connections."""
        with self._lock:
            plug = self._plug
            self._needed.clear()
        if plug is not None:
            plug.drop_idle()

    def close(self) -> None:
        """Close the connections; no request is under way."""
        if self._plug is not None:
            self._plug.close()


def _takes_none(error: BaseException) -> bool:
    """Say whether a server ended the handshake since it speaks no HTTP/1.1."""
    return any(isinstance(one, ssl.SSLError) and _NO_COMMON_PROTOCOL in str(one).upper() for one in causes(error))


def _refuses_version(response: requests.Response) -> bool:
    """Say whether an answer refuses HTTP/1.1 (RFC 9110 sections 15.5.22 and 15.6.6)."""
    upgrade = response.headers.get("Upgrade", "").lower()
    return response.status_code == 505 or (response.status_code == 426 and ("h2" in upgrade or "http/2" in upgrade))
