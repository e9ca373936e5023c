"""A gate before a server that lets each client have one connection at a time, as some firewalls do; others end."""

import asyncio
import socket
import struct
import sys
from contextlib import suppress
from typing import Final

_ABRUPT: Final = struct.pack("ii", 1, 0)


class Gate:
    """Passes on to one place."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._inside: set[str] = set()
        self.refused = 0

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client, or reset its connection."""
        client = writer.get_extra_info("peername")[0]
        if client in self._inside:
            self.refused += 1
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPT)
            writer.transport.abort()
            return
        self._inside.add(client)
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            await asyncio.wait(
                [asyncio.create_task(_carry(reader, far_writer)), asyncio.create_task(_carry(far_reader, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            far_writer.close()
        self._inside.discard(client)
        writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


async def _run(host: str, port: int) -> None:
    server = await asyncio.start_server(Gate(host, port).enter, host, 0, backlog=100)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], int(sys.argv[2])))
