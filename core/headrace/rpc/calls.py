"""Calls of JSON-RPC 2.0 as they come and go: read, told apart, answered. Pure."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from headrace.rpc.errors import FAILED, INVALID_REQUEST, PARSE_ERROR, RpcError

MOST_CALLS: Final = 10_000
"""Calls in one batch, at most."""
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$.]{0,100}", re.ASCII)
_TOKEN: Final = "token:"  # noqa: S105 - what stands before one
PUBLIC: Final = ("system.listMethods", "system.listNotifications")
"""Methods that anybody may call who reaches the port."""
MULTICALL: Final = "system.multicall"


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `id` goes back with its answer."""

    id: Any
    method: str
    given: list[Any]

    @property
    def token(self) -> str | None:
        """The secret token that came with it."""
        first = self.given[0] if self.given else None
        return first.removeprefix(_TOKEN) if isinstance(first, str) and first.startswith(_TOKEN) else None

    def bare(self) -> "Call":
        """Return the same without its token."""
        return self if self.token is None else Call(self.id, self.method, self.given[1:])


def read(body: bytes) -> Any:
    """Return what JSON says. Raises RpcError PARSE_ERROR."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RpcError("Parse error.", PARSE_ERROR) from None


def call_of(value: object) -> Call:
    """Return one call. Raises RpcError INVALID_REQUEST."""
    if not isinstance(value, dict) or "id" not in value:
        raise RpcError("Invalid Request.", INVALID_REQUEST)
    method, given = value.get("method"), value.get("params", [])
    if not isinstance(method, str) or not isinstance(given, list):
        raise RpcError("Invalid Request.", INVALID_REQUEST)
    return Call(value["id"], method, given)


def id_of(value: object) -> Any:
    """Return what an answer to something that may not be a call refers to."""
    return value.get("id") if isinstance(value, dict) else None


def inner_calls(call: Call) -> list[Call | RpcError]:
    """Return the calls within a multicall. Raises RpcError."""
    given = call.bare().given
    if len(given) != 1 or not isinstance(given[0], list):
        raise RpcError("The parameter at 0 is required but missing.")
    if len(given[0]) > MOST_CALLS:
        raise RpcError(f"There are more than {MOST_CALLS} calls.")
    return list(map(_inner, given[0]))


def _inner(value: object) -> Call | RpcError:
    if not isinstance(value, dict) or not isinstance(value.get("methodName"), str):
        return RpcError("methodName is missing.")
    if value["methodName"] == MULTICALL:
        return RpcError("Recursive system.multicall forbidden.")
    given = value.get("params", [])
    return Call(None, value["methodName"], given) if isinstance(given, list) else RpcError("Invalid Request.")


def result(call_id: Any, value: Any) -> dict[str, Any]:
    """Return the answer to a call that was done."""
    return {"id": call_id, "jsonrpc": "2.0", "result": value}


def refusal(call_id: Any, error: RpcError) -> dict[str, Any]:
    """Return the answer to a call that was not done."""
    return {"id": call_id, "jsonrpc": "2.0", "error": fault(error)}


def fault(error: RpcError) -> dict[str, Any]:
    """Return what is told of an error."""
    return {"code": error.code, "message": str(error)}


def notification(method: str, gid: str) -> str:
    """Return the line that tells clients of something nobody asked for."""
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": [{"gid": gid}]})


def status_of_answer(answer: object) -> int:
    """Return the HTTP status that aria2 gives with an answer."""
    code = answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else 0
    return {0: 200, FAILED: 400, INVALID_REQUEST: 400}.get(code, 500)


def call_in_query(query: Mapping[str, str]) -> tuple[Any, str | None]:
    """Return the JSON of a call that a GET request carries, and the function its answer is wrapped in, if any.

    As aria2: `params` in Base64; without `method` they are a batch. Raises RpcError.
    """
    callback = query.get("jsoncallback")
    if callback is not None and not _CALLBACK.fullmatch(callback):
        raise RpcError("Invalid Request.", INVALID_REQUEST)
    try:
        given = b64decode(unquote(query.get("params", "")), validate=True) or b"[]"
    except ValueError:
        raise RpcError("Parse error.", PARSE_ERROR) from None
    value = read(given)
    if "method" not in query:
        return value, callback
    return {"id": query.get("id"), "method": query["method"], "params": value}, callback
