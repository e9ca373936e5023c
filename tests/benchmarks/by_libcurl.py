"""Fetch files by libcurl with one version of HTTP: a process of its own, for versions that Headrace does not speak.

    python -m tests.benchmarks.by_libcurl CA_FILE VERSION CONNECTIONS SIZE ADDRESS...

One file is fetched in 8 parts at once, several are fetched whole, 8 at once. Prints the seconds. Needs pycurl.
"""

import importlib
import sys
import time
from collections import deque
from typing import Any, Final

from tests.benchmarks import ground
from tests.support import seeded

_AT_ONCE: Final = 8
_HTTP_3_ONLY: Final = 31
"""CURL_HTTP_VERSION_3ONLY, which not all versions of pycurl name."""


class _Fetch:
    """One request."""

    def __init__(self, address: str, span: tuple[int, int] | None) -> None:
        self.address, self.span = address, span
        self.body = bytearray()
        self.handle: Any = None


def fetch(ca_file: str, version: str, connections: int, size: int, addresses: list[str]) -> float:
    """Return the seconds. Raises RuntimeError where a transfer fails or a byte is wrong."""
    pycurl: Any = importlib.import_module("pycurl")
    waiting = deque(_requests(size, addresses))
    right = b"".join(bytes(piece) for piece in seeded.pieces(ground.SEED, 0, size))
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
    multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, connections)
    running: dict[Any, _Fetch] = {}
    done: list[_Fetch] = []
    began = time.perf_counter()
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            one = waiting.popleft()
            running[_begun(pycurl, multi, one, ca_file, version)] = one
        multi.perform()
        _, good, bad = multi.info_read(_AT_ONCE)
        if bad:
            raise RuntimeError(f"libcurl: {bad[0][2]}")
        for handle in good:
            multi.remove_handle(handle)
            done.append(running.pop(handle))
        multi.select(0.02)
    seconds = time.perf_counter() - began
    for one in done:
        first, end = one.span or (0, size)
        if bytes(one.body) != right[first:end]:
            raise RuntimeError(f"{one.address}: other bytes")
    return seconds


def _requests(size: int, addresses: list[str]) -> list[_Fetch]:
    if len(addresses) > 1:
        return [_Fetch(address, None) for address in addresses]
    step = -(-size // _AT_ONCE)
    return [_Fetch(addresses[0], (first, min(size, first + step))) for first in range(0, size, step)]


def _begun(pycurl: Any, multi: Any, one: _Fetch, ca_file: str, version: str) -> Any:
    handle = one.handle = pycurl.Curl()
    versions = {"1.1": pycurl.CURL_HTTP_VERSION_1_1, "2": pycurl.CURL_HTTP_VERSION_2TLS, "3": _HTTP_3_ONLY}
    handle.setopt(pycurl.URL, one.address)
    handle.setopt(pycurl.CAINFO, ca_file)
    handle.setopt(pycurl.HTTP_VERSION, versions[version])
    handle.setopt(pycurl.PIPEWAIT, int(version != "1.1"))
    handle.setopt(pycurl.FAILONERROR, 1)
    handle.setopt(pycurl.WRITEFUNCTION, one.body.extend)
    if one.span is not None:
        handle.setopt(pycurl.RANGE, f"{one.span[0]}-{one.span[1] - 1}")
    multi.add_handle(handle)
    return handle


if __name__ == "__main__":
    print(fetch(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
