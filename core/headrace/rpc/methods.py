"""The methods of aria2's interface (aria2c(1) 1.37, "RPC INTERFACE"), done by this program's engine.

All of it happens in the manager's thread. A method is a generator: where there is much to look at it yields between
two parts, so that a window goes on being one.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Generator
from dataclasses import replace
from secrets import token_hex
from typing import Any, Final

from headrace.manager import DownloadManager
from headrace.metalink_specs import with_file
from headrace.rpc.errors import RpcError
from headrace.rpc.looking import Looking, Work
from headrace.rpc.options import (
    checksum_of,
    connections_of,
    folder_of,
    global_options_told,
    headers_of,
    options_of,
    options_told,
    proxy_of,
    settings_wished,
    size_of,
    spec_of,
    text_of,
    usable,
)
from headrace.rpc.parameters import at, texts
from headrace.rpc.status import STOPPED, WAITING
from headrace.spec import DownloadSpec
from headrace.states import DownloadState

VERSION: Final = "1.37.0"
"""What clients are told, of whom some look for a number they know."""
NOTIFICATIONS: Final = tuple(f"aria2.onDownload{what}" for what in "Start Pause Stop Complete Error".split())
_MOST_REMOVED: Final = 1000


class Methods(Looking):
    """Does calls whose caller was found to be who may call. Lives in the manager's thread."""

    def __init__(self, manager: DownloadManager, end: Callable[[], None]) -> None:
        """`end` ends the program."""
        super().__init__(manager)
        self._end = end
        self._session = token_hex(20)
        self.names = {f"aria2.{name}": method for name, method in self._table().items()}

    def _table(self) -> dict[str, Callable[[list[Any]], Any]]:
        return {
            "addUri": self._add_uri,
            "addMetalink": self._add_metalink,
            "addTorrent": self._no_torrents,
            "remove": self._remove,
            "forceRemove": self._remove,
            "pause": self._pause,
            "forcePause": self._pause,
            "pauseAll": lambda _: self._do(self._manager.pause_all),
            "forcePauseAll": lambda _: self._do(self._manager.pause_all),
            "unpause": self._unpause,
            "unpauseAll": lambda _: self._do(self._manager.resume_all),
            "tellStatus": self._tell_status,
            "getUris": self._get_uris,
            "getFiles": self._get_files,
            "getPeers": self._get_peers,
            "getServers": self._get_servers,
            "tellActive": self._tell_active,
            "tellWaiting": self._tell_waiting,
            "tellStopped": self._tell_stopped,
            "changePosition": self._change_position,
            "changeUri": self._change_uri,
            "getOption": lambda given: options_told(self._one(given), self._manager.settings),
            "changeOption": self._change_option,
            "getGlobalOption": lambda _: global_options_told(self._manager.settings),
            "changeGlobalOption": self._change_global_option,
            "getGlobalStat": self._get_global_stat,
            "purgeDownloadResult": self._purge,
            "removeDownloadResult": self._remove_result,
            "getVersion": lambda _: {
                "version": VERSION,
                "enabledFeatures": ["GZip", "HTTPS", "Message Digest", "Metalink"],
            },
            "getSessionInfo": lambda _: {"sessionId": self._session},
            "saveSession": lambda _: "OK",
            "shutdown": lambda _: self._do(self._end),
            "forceShutdown": lambda _: self._do(self._end),
        }

    def call(self, name: str, given: list[Any]) -> Work:
        """Do one call and return what it gives. Raises RpcError."""
        method = self.names.get(name)
        if method is None:
            raise RpcError(f"No such method: {name}")
        result = method(given)
        if isinstance(result, Generator):
            result = yield from result
        return result

    # -- adding ------------------------------------------------------------------------------------------------

    def _add_uri(self, given: list[Any]) -> str:
        uris = texts(at(given, 0, list))
        if not uris:
            raise RpcError("URI is not provided.")
        options = options_of(at(given, 1, dict, None))
        return self._add([spec_of(uris, options, self._settings)], at(given, 2, int, None))[0]

    def _add_metalink(self, given: list[Any]) -> list[str]:
        from headrace.metalink import read_metalink  # noqa: PLC0415 - loads an XML parser, for these alone

        options = options_of(at(given, 1, dict, None))
        try:
            files = read_metalink(b64decode(at(given, 0, str), validate=True))
        except (ValueError, binascii.Error) as error:
            raise RpcError(f"{error}.") from None
        specs = []
        for file in files:
            spec = spec_of(file.sources, options, self._settings)
            specs.append(with_file(replace(spec, name=None, id=None), file))
        return self._add(specs, at(given, 2, int, None))

    def _get_peers(self, given: list[Any]) -> list[Any]:
        self._one(given)
        return []

    def _no_torrents(self, _given: list[Any]) -> None:
        raise RpcError("BitTorrent is not what this program does.")

    def _add(self, specs: list[DownloadSpec], position: int | None) -> list[str]:
        try:
            ids = self._manager.add(specs)
        except ValueError:
            raise RpcError(f"GID {specs[0].id} is already used.") from None
        if position is not None:
            self._put(ids, position)
        return ids

    # -- changing ----------------------------------------------------------------------------------------------

    def _remove(self, given: list[Any]) -> str:
        gid = self._gid(given)
        one = self._known(gid, f"Active Download not found for GID#{gid}")
        if one.state in STOPPED:
            raise RpcError(f"Active Download not found for GID#{gid}")
        self._manager.remove([gid])
        self._removed[gid] = replace(one, speed=None, connections=0)
        while len(self._removed) > _MOST_REMOVED:
            del self._removed[next(iter(self._removed))]
        return gid

    def _remove_result(self, given: list[Any]) -> str:
        gid = self._gid(given)
        if self._removed.pop(gid, None) is not None:
            return "OK"
        one = self._known(gid, f"Could not remove download result of GID#{gid}")
        if one.state not in STOPPED:
            raise RpcError(f"Could not remove download result of GID#{gid}")
        return self._do(lambda: self._manager.remove([gid]))

    def _purge(self, _given: list[Any]) -> str:
        self._removed.clear()
        return self._do(lambda: self._manager.remove(self._manager.ids_in(STOPPED)))

    def _pause(self, given: list[Any]) -> str:
        one = self._one(given)
        if one.state in STOPPED or one.state is DownloadState.PAUSED:
            raise RpcError(f"GID#{one.id} cannot be paused now")
        self._manager.pause([one.id])
        return one.id

    def _unpause(self, given: list[Any]) -> str:
        one = self._one(given)
        if one.state is not DownloadState.PAUSED:
            raise RpcError(f"GID#{one.id} cannot be unpaused now")
        self._manager.resume([one.id])
        return one.id

    def _change_position(self, given: list[Any]) -> int:
        gid, places, how = self._gid(given), at(given, 1, int), at(given, 2, str)
        waiting = self._manager.ids_in(WAITING)
        if gid not in waiting:
            raise RpcError(f"GID#{gid} not found in the waiting queue.")
        origins = {"POS_SET": 0, "POS_CUR": waiting.index(gid), "POS_END": len(waiting) - 1}
        if how not in origins:
            raise RpcError("Illegal argument.")
        return self._put([gid], origins[how] + places)

    def _put(self, ids: list[str], position: int) -> int:
        """Put downloads at a position among those that wait; return it, within bounds."""
        chosen = set(ids)
        others = [each for each in self._manager.ids_in(WAITING) if each not in chosen]
        position = min(max(position, 0), len(others))
        order = self._manager.ids()
        if position < len(others):
            place = order.index(others[position])
        else:
            place = order.index(others[-1]) + 1 if others else 0
        if others:
            self._manager.changes.move_to(ids, place)
        return position

    def _change_uri(self, given: list[Any]) -> list[int]:
        one, index = self._one(given), at(given, 1, int)
        if index != 1:
            raise RpcError("fileIndex is out of range")
        gone, fresh = texts(at(given, 2, list)), usable(texts(at(given, 3, list)))
        addresses = list(self._manager.addresses(one.id))
        before = len(addresses)
        for each in usable(gone):
            if each in addresses:
                addresses.remove(each)
        deleted, wanted = before - len(addresses), at(given, 4, int, None)
        place = len(addresses) if wanted is None else min(max(wanted, 0), len(addresses))
        addresses[place:place] = [each for each in fresh if each not in addresses]
        if not addresses:
            raise RpcError("A download needs an address.")
        if addresses[0] != one.address and not self._manager.change_address(one.id, addresses[0]):
            raise RpcError(f"The address of GID#{one.id} cannot be changed now; pause it before.")
        self._manager.changes.set_options([one.id], mirrors=addresses[1:])
        return [deleted, len(fresh)]

    def _change_option(self, given: list[Any]) -> str:
        one, options = self._one(given), options_of(at(given, 1, dict))
        wishes: dict[str, Any] = {}
        if (limit := size_of(options, "max-download-limit")) is not None:
            wishes["limit"] = limit or None
        if (connections := connections_of(options)) is not None:
            wishes["connections"] = connections
        if (checksum := checksum_of(options)) is not None:
            wishes["checksum"] = checksum
        if headers := headers_of(options):
            wishes["headers"] = headers
        if (proxy := proxy_of(options, one.address)) is not None:
            wishes["proxy"] = proxy
        folder = folder_of(options, self._settings) if text_of(options, "dir") else one.folder
        try:
            self._manager.changes.set_options([one.id], **wishes)
            if text_of(options, "out"):
                self._manager.changes.rename(one.id, text_of(options, "out"))
        except ValueError as error:
            raise RpcError(f"{error}.") from None
        self._manager.changes.relocate([one.id], folder)
        return "OK"

    def _change_global_option(self, given: list[Any]) -> str:
        wishes = settings_wished(options_of(at(given, 0, dict)), self._settings)
        if wishes:
            self._manager.apply_settings(replace(self._settings, **wishes))
        return "OK"

    # -- inside ------------------------------------------------------------------------------------------------

    def _do(self, act: Callable[[], object]) -> str:
        act()
        return "OK"
