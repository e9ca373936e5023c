"""Extras: what of Headrace is there only where a library was installed for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Extra:
    """One optional extra of the distribution."""

    name: str
    library: str
    """The import package it brings."""

    @property
    def command(self) -> str:
        """What a person types to have it."""
        return f"pip install 'headrace[{self.name}]'"

    @property
    def is_there(self) -> bool:
        """Whether its library can be loaded; it is not."""
        return find_spec(self.library) is not None


SFTP: Final = Extra("sftp", "asyncssh")
HTTP2: Final = Extra("http2", "h2")
BY_SCHEME: Final[Mapping[str, Extra]] = MappingProxyType({"sftp": SFTP})
"""The extras that addresses need."""


def missing_for(address: str) -> Extra | None:
    """Return the extra that an address needs and that is not there."""
    extra = BY_SCHEME.get(address.partition(":")[0].lower())
    return None if extra is None or extra.is_there else extra


def require_for(address: str) -> None:
    """Raise ValueError, with the command to type, where an address needs an extra that is not there."""
    if (extra := missing_for(address)) is not None:
        raise ValueError(f"{address.partition(':')[0]} addresses need an extra that is not installed: {extra.command}")


def require_for_version(version: str) -> None:
    """Raise ValueError, with the command to type, where a version of HTTP needs an extra that is not there."""
    if version == "2" and not HTTP2.is_there:
        raise ValueError(f"HTTP/2 needs an extra that is not installed: {HTTP2.command}")
