"""Parameters of calls, by their places. Pure."""

from typing import Any, Final

from headrace.rpc.errors import RpcError

_NEEDED: Final = object()
_KINDS: Final = {str: "a string", int: "an integer", list: "a list", dict: "a struct"}


def at(given: list[Any], place: int, kind: type, default: Any = _NEEDED) -> Any:
    """Return a parameter, its default where it is left out. Raises RpcError."""
    if place >= len(given):
        if default is _NEEDED:
            raise RpcError(f"The parameter at {place} is required but missing.")
        return default
    if type(given[place]) is not kind:
        raise RpcError(f"The parameter at {place} has wrong type: it must be {_KINDS[kind]}.")
    return given[place]


def texts(values: list[Any]) -> list[str]:
    """Return a list that holds texts alone. Raises RpcError."""
    if not all(isinstance(value, str) for value in values):
        raise RpcError("A list must hold strings.")
    return values


def keys_at(given: list[Any], place: int) -> list[str]:
    """Return the keys that are asked for, none for all of them. Raises RpcError."""
    return texts(at(given, place, list, []))
