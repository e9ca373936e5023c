"""The bytes of a file on their way by SFTP: many reads asked for at once, handed out in order, no more than fits."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any, Final

import asyncssh

from headrace.net.connections import Call

BLOCK: Final = 128 << 10
"""Bytes asked for by one read; servers may send less."""
AT_ONCE: Final = 16
"""Reads under way."""
_HELD: Final = 2 << 20
"""Bytes that wait to be taken, at most, besides those on their way."""


class SftpStream:
    """Reads `count` bytes from `first` on. `begin` and what it does live in the loop, the rest in one other thread."""

    def __init__(
        self, file: asyncssh.SFTPClientFile, loop: asyncio.AbstractEventLoop, call: Call, done: Callable[[bool], None]
    ) -> None:
        """`done` is told once, by the thread that reads, whether the connection may be used again."""
        self._file, self._loop, self._call, self._done = file, loop, call, done
        self._ready: deque[memoryview] = deque()
        self._handed = self._taken = 0
        """Bytes, each counted by one thread alone."""
        self._news = Event()
        self._room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ended = False
        self._fault: BaseException | None = None
        call.interrupt.add(self._news.set)

    # -- in the loop -------------------------------------------------------------------------------------------

    async def begin(self, first: int, count: int | None) -> None:
        """Begin to read; None is to the end."""
        self._task = asyncio.create_task(self._read(first, count))

    async def _read(self, first: int, count: int | None) -> None:
        asked: deque[tuple[int, asyncio.Task[bytes]]] = deque()
        try:
            await self._pump(first, None if count is None else first + count, asked)
        except BaseException as error:
            self._fault = error
            if not isinstance(error, Exception):
                raise
        finally:
            for _, task in asked:
                task.cancel()
            await asyncio.gather(*(task for _, task in asked), return_exceptions=True)
            self._ended = True
            self._news.set()

    async def _pump(self, offset: int, end: int | None, asked: deque[tuple[int, asyncio.Task[bytes]]]) -> None:
        while True:
            while len(asked) < AT_ONCE and (end is None or offset < end):
                size = BLOCK if end is None else min(BLOCK, end - offset)
                asked.append((size, asyncio.create_task(self._block(offset, size))))
                offset += size
            if not asked:
                return
            size, task = asked.popleft()
            piece = await task
            self._hand_out(piece)
            if len(piece) < size:  # the file ends here
                return
            while self._handed - self._taken > _HELD:
                self._room.clear()
                await self._room.wait()

    async def _block(self, offset: int, size: int) -> bytes:
        """Read a block whole, or what there is of it before the end."""
        block = b""
        while len(block) < size:
            part: Any = await self._file.read(size - len(block), offset + len(block))
            if not part:
                break
            block += part
        return block

    def _hand_out(self, piece: bytes) -> None:
        if piece:
            self._handed += len(piece)
            self._ready.append(memoryview(piece))
            self._news.set()

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with suppress(asyncssh.Error, OSError):
            await self._file.close()

    # -- in the thread that reads ------------------------------------------------------------------------------

    def take(self, view: memoryview) -> int:
        """Take what has come; see `Stream.take`."""
        if not self._ready:
            self._news.clear()
        if not self._ready and not (self._ended and not self._ready):  # a last piece is handed out before the end
            raise BlockingIOError
        if not self._ready:
            if self._fault is not None:
                raise ConnectionResetError("the session was lost") from self._fault
            return 0
        return self._taken_into(view)

    def _taken_into(self, view: memoryview) -> int:
        piece = self._ready.popleft()
        size = min(len(view), len(piece))
        view[:size] = piece[:size]
        if size < len(piece):
            self._ready.appendleft(piece[size:])
        was_full = self._handed - self._taken > _HELD
        self._taken += size
        if was_full and self._handed - self._taken <= _HELD:
            self._loop.call_soon_threadsafe(self._room.set)
        return size

    def wait(self, seconds: float | None) -> bool:
        """Wait; see `Stream.wait`."""
        return self._news.wait(seconds)

    def leave(self, *, whole: bool) -> None:
        """Read no more, and have the file closed; see `Stream.leave`."""
        self._call.interrupt.remove(self._news.set)
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._done(whole and not self._call.interrupt.stopped and self._fault is None)
