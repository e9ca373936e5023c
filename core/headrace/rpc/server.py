"""The HTTP and WebSocket server for clients of aria2, in a thread of its own. Off unless somebody switches it on.

It trusts nobody who reaches its port: a request has to name this machine (else a page whose name was made to lead here
would pass), must not come from a web page that is not allowed, and each call carries the secret token.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Final, cast

from aiohttp import WSMsgType, web

from headrace.rpc import calls
from headrace.rpc.access import TokenCheck, is_allowed_origin, is_own_host
from headrace.rpc.calls import Call
from headrace.rpc.door import Door as Door  # noqa: PLC0414 - exported
from headrace.rpc.door import listening
from headrace.rpc.errors import INVALID_REQUEST, RpcError

_LOG: Final = logging.getLogger(__name__)
PATH: Final = "/jsonrpc"
MOST_BYTES: Final = 4 << 20
"""Of a request's body, or of a message."""
MOST_CONNECTIONS: Final = 200
"""At the same time; more are closed at once."""
QUIET_SECONDS: Final = 10.0
"""For which a connection may be open without a whole request, and for which a body may take."""
_WRONG_SECONDS: Final = 1.0
"""That a wrong token takes, one after the other: to try a million lasts eleven days."""
_MOST_WAITING: Final = 20
_LINGERING: Final = 0.1
"""Seconds for which the rest of a body that is not wanted is taken, so that its sender reads why."""
_COMING_SECONDS: Final = 1.0
"""In which a connection that was accepted is there."""
_TYPE: Final = "application/json-rpc"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Caller = Callable[[list[Call]], Awaitable[list[Any]]]


@dataclass(slots=True)
class _Guests:
    """What is known of the connections: since when each waits for a request, and which are being served."""

    since: dict[web.RequestHandler, float] = field(default_factory=dict)
    served: set[web.RequestHandler] = field(default_factory=set)
    talking: set[web.WebSocketResponse] = field(default_factory=set)


class RpcServer:
    """Runs from when it was made until `close`."""

    def __init__(self, door: Door, methods: tuple[str, ...], notifications: tuple[str, ...], caller: Caller) -> None:
        """Listen. Raises OSError where that cannot be.

        `caller` does calls in their order, in the server's thread, and returns what each gave, or the RpcError it met.
        """
        self._door, self._caller = door, caller
        self._tokens = TokenCheck(door.seal)
        self._lists = {
            "system.listMethods": [*methods, calls.MULTICALL, *calls.PUBLIC],
            "system.listNotifications": list(notifications),
        }
        self._sockets = list(listening(door))
        self.port: int = self._sockets[0].getsockname()[1]
        self._guests = _Guests()
        self._wrong = 0
        self._proving = asyncio.Lock()
        self._loop = asyncio.SelectorEventLoop()  # also where another is usual: it accepts connections itself
        self._ended = asyncio.Event()
        self._is_deaf = Event()
        self._coming: set[asyncio.Task[Any]] = set()
        self._thread = Thread(target=self._run, name="rpc", daemon=True)
        self._thread.start()

    def tell(self, line: str) -> None:
        """Send a notification to all who listen. Any thread."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._tell, line)

    def close(self, timeout: float = 1.0) -> None:
        """Stop listening, which is done when this returns; end all connections, which may take a little longer."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)
        self._is_deaf.wait(timeout)

    def wait(self, timeout: float) -> bool:
        """Wait until all connections have ended; say whether they have."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- in the thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except Exception:  # noqa: BLE001 - the program goes on without it
            _LOG.exception("the server for clients has ended")
        finally:
            for one in self._sockets:
                one.close()
            self._is_deaf.set()
            self._loop.close()

    async def _serve(self) -> None:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guarded(request, handler)

        app = web.Application(client_max_size=MOST_BYTES, middlewares=[guarded])
        app.router.add_route("*", PATH, self._answer)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, keepalive_timeout=QUIET_SECONDS, lingering_time=_LINGERING
        )
        await runner.setup()
        for one in self._sockets:
            self._loop.add_reader(one, self._accept, one, runner)
        sweep = self._loop.create_task(self._sweep(runner))
        try:
            await self._ended.wait()
        finally:
            sweep.cancel()
            for one in self._sockets:
                self._loop.remove_reader(one)
                one.close()
            self._is_deaf.set()
            await asyncio.gather(*self._coming, return_exceptions=True)
            for talk in list(self._guests.talking):
                await talk.close(code=1001)
            await runner.cleanup()
            await asyncio.sleep(0)  # in which their sockets are closed
            await self._loop.shutdown_default_executor()

    def _accept(self, listener: socket.socket, runner: web.AppRunner) -> None:
        """Take a connection up, or send it away. Not asyncio's server: one that is closed meanwhile loses a socket."""
        try:
            one, _ = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:  # too many files are open, most likely: others have to end before
            _LOG.warning("a connection cannot be accepted: %s", error)
            self._loop.remove_reader(listener)
            self._loop.call_later(1.0, self._listen_again, listener, runner)
            return
        server = cast(web.Server, runner.server)
        if len(server.connections) + len(self._coming) >= MOST_CONNECTIONS:
            one.close()
            return
        one.setblocking(False)  # noqa: FBT003 - the standard library's signature
        task = self._loop.create_task(self._loop.connect_accepted_socket(lambda: self._welcome(server), one))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    def _listen_again(self, listener: socket.socket, runner: web.AppRunner) -> None:
        if not self._is_deaf.is_set():
            self._loop.add_reader(listener, self._accept, listener, runner)

    def _welcome(self, server: web.Server) -> asyncio.Protocol:
        handler = server()
        self._guests.since[handler] = self._loop.time()
        return handler

    async def _sweep(self, runner: web.AppRunner) -> None:
        """End connections that never finish a request: aiohttp waits for its head as long as it takes."""
        while True:
            await asyncio.sleep(_COMING_SECONDS)
            late = self._loop.time() - QUIET_SECONDS
            there = cast(web.Server, runner.server).connections
            now = self._loop.time()
            since = {each: at for each, at in self._guests.since.items() if each in there or at > now - _COMING_SECONDS}
            self._guests.since = since
            for handler in there:
                is_late = self._guests.since.get(handler, 0.0) < late and handler not in self._guests.served
                if is_late and handler.transport is not None:
                    handler.transport.abort()

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through that may come in; note that its connection is at work."""
        door, guest = self._door, request.protocol
        origin = request.headers.get("Origin")
        hosts = (*door.hosts, *_own_address(request))
        if not is_own_host(request.headers.get("Host"), self.port, hosts):
            return _refused("this is not the name of this machine; see the setting for names")
        own = f"http://{request.headers['Host'].lower()}"  # of no page there is: some programs' clients say so
        if not is_allowed_origin(origin, door.origins | {own}) or (origin is None and _is_of_a_page(request)):
            return _refused("web pages of this origin may not call; see the setting for origins")
        self._guests.served.add(guest)
        try:
            response = await handler(request)
        finally:
            self._guests.served.discard(guest)
            self._guests.since[guest] = self._loop.time()
        if origin is not None and not response.prepared:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return _allowing()
        if request.method == "POST":
            return await self._posted(request)
        if request.method != "GET":
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "POST", "OPTIONS"])
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._talked(request)
        return await self._got(request)

    async def _posted(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                body = await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        answer = await self._answered(body)
        return web.Response(text=_text(answer), content_type=_TYPE, status=calls.status_of_answer(answer))

    async def _got(self, request: web.Request) -> web.Response:
        try:
            value, callback = calls.call_in_query(request.query)
        except RpcError as error:
            answer: Any = calls.refusal(None, error)
            return web.Response(text=_text(answer), content_type=_TYPE, status=calls.status_of_answer(answer))
        answer = await self._done(value)
        if callback is None:
            return web.Response(text=_text(answer), content_type=_TYPE, status=calls.status_of_answer(answer))
        return web.Response(text=f"{callback}({_text(answer)})", content_type="text/javascript")

    async def _talked(self, request: web.Request) -> web.StreamResponse:
        talk = web.WebSocketResponse(max_msg_size=MOST_BYTES, heartbeat=30.0)
        await talk.prepare(request)
        self._guests.talking.add(talk)
        try:
            async for message in talk:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                data = message.data.encode() if isinstance(message.data, str) else message.data
                await talk.send_str(_text(await self._answered(data)))
        except ConnectionError:
            pass
        finally:
            self._guests.talking.discard(talk)
        return talk

    def _tell(self, line: str) -> None:
        for talk in list(self._guests.talking):
            task = self._loop.create_task(_sent(talk, line))
            task.add_done_callback(lambda done: done.exception())

    # -- calls -------------------------------------------------------------------------------------------------

    async def _answered(self, body: bytes) -> Any:
        try:
            value = calls.read(body)
        except RpcError as error:
            return calls.refusal(None, error)
        return await self._done(value)

    async def _done(self, value: Any) -> Any:
        """Do a call, or a batch of them in its order; return what is answered."""
        if isinstance(value, list):
            if len(value) > calls.MOST_CALLS:
                return calls.refusal(None, RpcError("Invalid Request.", INVALID_REQUEST))
            return [await self._one(each) for each in value]
        return await self._one(value)

    async def _one(self, value: Any) -> dict[str, Any]:
        try:
            call = calls.call_of(value)
            found = await (self._many(call) if call.method == calls.MULTICALL else self._called(call))
        except RpcError as error:
            return calls.refusal(calls.id_of(value), error)
        return calls.result(call.id, found)

    async def _many(self, call: Call) -> list[Any]:
        inner = [await self._admitted(each) for each in calls.inner_calls(call)]
        results = iter(await self._caller([each.bare() for each in inner if isinstance(each, Call)]))
        found = [next(results) if isinstance(each, Call) else each for each in inner]
        return [calls.fault(each) if isinstance(each, RpcError) else [each] for each in found]

    async def _admitted(self, call: Call | RpcError) -> Any:
        """Return a call that is to be done, what it gives where that is known already, or why it is refused."""
        if isinstance(call, RpcError):
            return call
        if call.method in self._lists:
            return self._lists[call.method]
        try:
            await self._require(call.token)
        except RpcError as error:
            return error
        return call

    async def _called(self, call: Call) -> Any:
        admitted = await self._admitted(call)
        found = (await self._caller([call.bare()]))[0] if admitted is call else admitted
        if isinstance(found, RpcError):
            raise found
        return found

    async def _require(self, token: str | None) -> None:
        """Raise RpcError unless the token is right. A wrong one takes its time, and nobody else's."""
        if token is not None and self._tokens.knows(token):
            return
        if self._wrong < _MOST_WAITING:
            self._wrong += 1
            try:
                if token is not None and await self._is_right(token):
                    return
                await asyncio.sleep(_WRONG_SECONDS * self._wrong)
            finally:
                self._wrong -= 1
        raise RpcError("Unauthorized")

    async def _is_right(self, token: str) -> bool:
        async with self._proving:  # one at a time: each takes 16 MiB of memory
            right: bool = await asyncio.to_thread(self._tokens.proves, token)
        return right


def _own_address(request: web.Request) -> tuple[str, ...]:
    """Return the address at which a request came in, as a Host would name it."""
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if not name:
        return ()
    return (f"[{name[0]}]" if ":" in name[0] else str(name[0]),)


def _is_of_a_page(request: web.Request) -> bool:
    """Say whether a browser sends this for a page of another site, as it does for scripts and pictures."""
    return request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")


def _refused(sentence: str) -> web.Response:
    return web.Response(status=403, text=f"{sentence}\n")


def _allowing() -> web.Response:
    headers = {
        "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "1728000",
    }
    return web.Response(headers=headers)


async def _sent(talk: web.WebSocketResponse, line: str) -> None:
    with suppress(ConnectionError):
        await asyncio.wait_for(talk.send_str(line), QUIET_SECONDS)


def _text(answer: Any) -> str:
    return json.dumps(answer, separators=(",", ":"), sort_keys=True)
