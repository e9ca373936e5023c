"""Pools of our connections: closed in time when idle, and those that are logged in kept apart by whom they serve."""

from typing import Any
from weakref import finalize

from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import is_connection_dropped

from headrace.net.connections import CURRENT_CALL, WakeableHTTPConnection, WakeableHTTPSConnection, current_call
from headrace.net.idle import IdleConnections
from headrace.net.parties import Apart, Party


class _WatchedPool(HTTPConnectionPool):
    """A pool whose idle connections are closed in time, and that gives a call no used one where it wants none.

    A connection that was once handed out to a party serves it alone from then on.
    """

    def __init__(self, *args: Any, idle: IdleConnections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._idle, self._apart = idle, Apart()
        finalize(self, self._apart.close)  # as urllib3 does for its own: a pool is not closed but forgotten

    def _put_conn(self, conn: Any) -> None:
        call = CURRENT_CALL.get()
        if conn is None and call is not None and call.party is not None:
            return  # it never was in the queue
        party = getattr(conn, "party", None)
        if party is not None and party.keeps(conn):
            return
        if conn is not None and not conn.is_closed:
            self._idle.put(conn)
        if party is None:
            super()._put_conn(conn)
        elif not conn.is_closed:
            self._put_apart(conn)

    def _put_apart(self, conn: Any) -> None:
        key, conn.party = conn.party.key, None
        self._apart.put(key, conn)

    def _get_conn(self, timeout: float | None = None) -> Any:
        call = current_call()
        connection = super()._get_conn(timeout) if call.party is None else self._own_of(call.party)
        self._idle.take(connection)
        if call.fresh and not connection.is_closed:
            connection.close()  # it connects again when it is used
        return connection

    def _own_of(self, party: Party) -> Any:
        """Return the connection on which a login goes on, or one that its party is done with, or a new one."""
        connection: Any = party.take()
        if connection is None:
            waiting = None if party.wants_new else self._apart.take(party.key)
            connection = waiting or self._new_conn()
            if is_connection_dropped(connection):
                connection.close()
        connection.party = party
        return connection


class WakeableHTTPPool(_WatchedPool):
    """A pool of WakeableHTTPConnection."""

    ConnectionCls = WakeableHTTPConnection


class WakeableHTTPSPool(_WatchedPool, HTTPSConnectionPool):
    """A pool of WakeableHTTPSConnection."""

    ConnectionCls = WakeableHTTPSConnection
