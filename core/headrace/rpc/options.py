"""Options as aria2 spells them, for downloads and for the program. Pure.

Options that mean nothing here are passed over, as aria2 passes over those it does not know; one that would have bytes
travel another way than the client expects is refused.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from headrace.addresses import checked_address
from headrace.checksums import Checksum
from headrace.logins import Login, basic_field
from headrace.proxies import parse_proxy
from headrace.rpc.errors import RpcError
from headrace.settings import BOUNDS, Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec, IfExists, parse_header

REFUSED: Final = ("interface", "certificate", "private-key")
"""Options that lead bytes another way, or show who one is."""
_SIZE: Final = re.compile(r"([0-9]{1,18})([KkMm]?)")
_GID: Final = re.compile("[0-9a-f]{16}")
_POWERS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20}

Options = Mapping[str, Any]


def options_of(value: object) -> dict[str, Any]:
    """Return options as they came: texts, or lists of texts. Raises RpcError."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RpcError("Options must be a struct.")
    for name, each in value.items():
        texts = each if isinstance(each, list) else [each]
        if not all(isinstance(text, str) for text in texts):
            raise problem(name)
    for name in REFUSED:
        if value.get(name):
            raise RpcError(f"The option '{name}' is not supported here; it is not passed over silently.")
    return value


def problem(name: str) -> RpcError:
    """Return what aria2 says of a value that cannot be meant."""
    return RpcError(f"We encountered a problem while processing the option '--{name}'.")


def spec_of(uris: Sequence[str], options: Options, settings: Settings) -> DownloadSpec:
    """Return the wanted download. Raises RpcError."""
    addresses = usable(uris)
    if not addresses:
        raise RpcError("No URI to download.")
    folder, name = _place(options, settings)
    try:
        return DownloadSpec(
            addresses[0],
            folder,
            name=name,
            headers=headers_of(options),
            checksum=checksum_of(options),
            limit=size_of(options, "max-download-limit") or None,
            connections=connections_of(options),
            if_exists=_if_exists(options),
            paused=flag_of(options, "pause"),
            mirrors=tuple(addresses[1:]),
            proxy=proxy_of(options, addresses[0]),
            by_rules=not text_of(options, "dir") and folder == settings.download_folder,
            id=_gid(options),
        )
    except ValueError as error:
        raise RpcError(f"{error}.") from None


def usable(uris: Sequence[str]) -> list[str]:
    """Return those of the addresses that can be fetched, each once."""
    found = {}
    for uri in uris:
        try:
            found[checked_address(uri)] = uri
        except ValueError:
            continue
    return list(found.values())


def text_of(options: Options, name: str) -> str:
    """Return an option's text, the last one where there are several; nothing where there is none."""
    value = options.get(name, "")
    return str(value[-1] if isinstance(value, list) and value else value or "")


def flag_of(options: Options, name: str) -> bool:
    """Return a switch. Raises RpcError."""
    text = text_of(options, name)
    if text not in ("", "true", "false"):
        raise problem(name)
    return text == "true"


def size_of(options: Options, name: str) -> int | None:
    """Return a number of bytes, K and M being powers of 1024 as for aria2; None where there is none."""
    text = text_of(options, name)
    if not text:
        return None
    match = _SIZE.fullmatch(text)
    size = int(match[1]) * _POWERS[match[2].lower()] if match else -1
    if not 0 <= size <= BOUNDS["limit"][1]:
        raise problem(name)
    return size


def number_of(options: Options, name: str, setting: str) -> int | None:
    """Return a number within the bounds of a setting; what is beyond them becomes the bound."""
    text = text_of(options, name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise problem(name)
    low, high = BOUNDS[setting]
    return int(min(max(int(text), low), high))


def connections_of(options: Options) -> int | None:
    """Return how many connections are allowed: the less of what both options for it say."""
    names = ("split", "max-connection-per-server")
    given = [found for name in names if (found := number_of(options, name, "max_connections")) is not None]
    return min(given) if given else None


def headers_of(options: Options) -> tuple[tuple[str, str], ...]:
    """Return request headers from all options that become one. Raises RpcError."""
    value = options.get("header", [])
    texts = [line for text in ([value] if isinstance(value, str) else value) for line in text.split("\n") if line]
    found = []
    for name, header in (("referer", "Referer"), ("user-agent", "User-Agent")):
        if text := text_of(options, name):
            found.append((name, f"{header}: {text}"))
    found += [("header", text) for text in texts]
    pairs = tuple(_header(name, text) for name, text in found)
    user = text_of(options, "http-user")
    if not user:
        return pairs
    return (*pairs, basic_field(Login(user, text_of(options, "http-passwd"))))


def proxy_of(options: Options, address: str) -> str | None:
    """Return the proxy that aria2 would choose for an address, with its login, if one is named. Raises RpcError."""
    scheme = address.partition(":")[0].lower()
    for name in (f"{scheme}-proxy", "all-proxy"):
        if not (text := text_of(options, name)):
            continue
        try:
            found = parse_proxy(text)
        except ValueError:
            raise problem(name) from None
        user, password = text_of(options, f"{name}-user"), text_of(options, f"{name}-passwd")
        return replace(found, user=user, password=password).address if user else found.address
    return None


def _header(option: str, text: str) -> tuple[str, str]:
    try:
        return parse_header(text)
    except ValueError:
        raise problem(option) from None


def checksum_of(options: Options) -> Checksum | None:
    """Return the expected checksum, `TYPE=HEX`. Raises RpcError."""
    text = text_of(options, "checksum")
    if not text:
        return None
    try:
        return Checksum.parse(text.replace("=", ":", 1))
    except ValueError:
        raise problem("checksum") from None


def _if_exists(options: Options) -> IfExists:
    if flag_of(options, "allow-overwrite"):
        return IfExists.OVERWRITE
    text = text_of(options, "auto-file-renaming")
    return IfExists.RENAME if text in ("", "true") else IfExists.FAIL


def _gid(options: Options) -> str | None:
    text = text_of(options, "gid")
    if text and not _GID.fullmatch(text):
        raise problem("gid")
    return text or None


def _place(options: Options, settings: Settings) -> tuple[Path, str | None]:
    """Return folder and name: `out` may name folders below `dir`, never above it."""
    folder = folder_of(options, settings)
    out = text_of(options, "out")
    if not out:
        return folder, None
    *below, name = out.replace("\\", "/").split("/")
    if not name or any(part in ("", ".", "..") for part in below) or ":" in out:
        raise problem("out")
    return folder.joinpath(*below), name


def folder_of(options: Options, settings: Settings) -> Path:
    """Return the folder that is asked for. Raises RpcError unless it is one that clients may use, or below one."""
    text = text_of(options, "dir")
    if not text:
        return settings.download_folder
    folder = Path(os.path.normpath(Path(text).expanduser()))
    allowed = [Path(os.path.normpath(each)) for each in (settings.download_folder, *settings.rpc_folders)]
    if not folder.is_absolute() or not any(folder.is_relative_to(each) for each in allowed):
        raise RpcError("The folder 'dir' is not one of those that clients may use.")
    return folder


def options_told(one: DownloadSnapshot, settings: Settings) -> dict[str, str]:
    """Return what `getOption` tells of a download. No header: their values are secrets."""
    connections = str(one.max_connections or settings.max_connections)
    told = {
        "dir": str(one.folder),
        "out": one.name,
        "max-download-limit": str(one.limit or 0),
        "max-connection-per-server": connections,
        "split": connections,
    }
    return told | ({} if one.checksum is None else {"checksum": one.checksum.replace(":", "=", 1)})


def global_options_told(settings: Settings) -> dict[str, str]:
    """Return what `getGlobalOption` tells."""
    return {
        "dir": str(settings.download_folder),
        "max-concurrent-downloads": str(settings.max_running),
        "max-overall-download-limit": str(settings.limit or 0),
        "max-overall-upload-limit": "0",
        "max-download-limit": "0",
        "max-connection-per-server": str(settings.max_connections),
        "split": str(settings.max_connections),
        "min-split-size": "1048576",
        "max-tries": str(settings.tries),
        "timeout": str(round(settings.idle_timeout)),
        "connect-timeout": str(round(settings.connect_timeout)),
        "lowest-speed-limit": str(settings.low_speed or 0),
        "continue": "true",
        "auto-file-renaming": "true",
        "allow-overwrite": "false",
        "check-certificate": "true",
    }


def settings_wished(options: Options, settings: Settings) -> dict[str, Any]:
    """Return the settings that `changeGlobalOption` asks for. Raises RpcError."""
    numbers = {
        "max-concurrent-downloads": "max_running",
        "max-tries": "tries",
        "timeout": "idle_timeout",
        "connect-timeout": "connect_timeout",
    }
    found: dict[str, Any] = {}
    for option, setting in numbers.items():
        number = number_of(options, option, setting)
        if number is not None:
            found[setting] = float(number) if setting.endswith("timeout") else number
    for option, setting in (("max-overall-download-limit", "limit"), ("lowest-speed-limit", "low_speed")):
        size = size_of(options, option)
        if size is not None:
            found[setting] = size or None
    connections = connections_of(options)
    if connections is not None:
        found["max_connections"] = connections
    if text_of(options, "dir"):
        found["download_folder"] = folder_of(options, settings)
    return found
