"""PlugAdapter: what lets requests, and so the engine, ask a plug as it asks a web server."""

from collections.abc import Callable, Mapping
from http.client import HTTPMessage, responses
from types import SimpleNamespace
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from headrace.net.connections import CURRENT_CALL, Call
from headrace.net.interrupt import Interrupt
from headrace.net.plug_body import PlugBody
from headrace.net.plugs import DeclinedError, Plug, PlugAnswer, Terms
from headrace.proxies import parse_proxy

_USUAL: Final = 30.0
"""Seconds to connect, and without a byte, where a request says nothing."""


class PlugAdapter(BaseAdapter):
    """Answers requests by plugs. Thread-safe."""

    def __init__(self, plug_for: Callable[[str], Plug], otherwise: BaseAdapter | None = None) -> None:
        """`plug_for` returns the plug for an address, loading it where need be; it raises DownloadError for none.

        What a plug declines is sent by `otherwise`.
        """
        super().__init__()
        self._plug_for, self._otherwise = plug_for, otherwise

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the face of all adapters
        timeout: Any = None,
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request; the body is unread. Raises what `Plug.open` does, and requests.ConnectionError."""
        call = CURRENT_CALL.get() or Call(Interrupt())
        terms = _terms(timeout, proxies)
        _tell(request, call)
        try:
            answer = self._plug_for(request.url or "").open(request, call, terms)
        except DeclinedError:
            if self._otherwise is None:
                raise
            return self._otherwise.send(request, stream, timeout, verify, cert, proxies)
        except (OSError, EOFError, HTTPError) as error:
            raise requests.ConnectionError(error, request=request) from error
        return _response(request, answer, call, terms)

    def close(self) -> None:
        """Do nothing: plugs are closed by who has them."""


def _terms(timeout: Any, proxies: Mapping[str, str] | None) -> Terms:
    connect, silence = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    via = (proxies or {}).get("all")
    return Terms(connect or _USUAL, silence or _USUAL, parse_proxy(via) if via else None)


def _tell(request: requests.PreparedRequest, call: Call) -> None:
    """Say what is asked, to be looked at."""
    if call.wire is not None:
        call.wire.line(f"{request.method} {request.path_url} {(request.url or '').partition(':')[0].upper()}")
        for name, value in request.headers.items():
            call.wire.field(name, value if isinstance(value, str) else value.decode("latin-1"))


def _response(request: requests.PreparedRequest, answer: PlugAnswer, call: Call, terms: Terms) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = answer.status, responses.get(answer.status, "")
    message = HTTPMessage()
    for name, value in answer.headers:
        message[name] = value
    joined = {name: ", ".join(message.get_all(name, ())) for name in message}
    response.headers = CaseInsensitiveDict(joined)
    response.request, response.url = request, request.url or ""
    body: Any = PlugBody(answer.stream, response.headers, call, terms.silence)
    body._original_response = SimpleNamespace(msg=message)  # noqa: SLF001 - where requests looks for cookies
    response.raw = body
    if call.wire is not None:
        call.wire.answered(f"{answer.version} {answer.status} {response.reason}".rstrip(), answer.headers)
    return response
