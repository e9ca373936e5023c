"""What a desktop, a script or a person brings along when the program is started: addresses, links, lists."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from headrace.checksums import address_with_checksum

SCHEME: Final = "headrace:"
"""Of links that mean this program; what is behind it is an address."""
_LISTS: Final = (".meta4", ".metalink")


@dataclass(frozen=True, slots=True)
class Brought:
    """What was brought, sorted out."""

    addresses: tuple[str, ...] = ()
    """To be added as they are: who names them on a command line means it."""
    offers: tuple[str, ...] = ()
    """To be shown in the dialog: a link of a web page may be anybody's wish."""
    downloads: tuple[dict[str, Any], ...] = ()
    """Out of lists that were opened, as `spec_json` has them, without folders."""

    def __bool__(self) -> bool:
        return bool(self.addresses or self.offers or self.downloads)

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Brought":
        """Sort arguments out. Touches the disk for lists; raises ValueError with a sentence."""
        links = [each for each in arguments if each.lower().startswith(SCHEME)]
        files = [path for each in arguments if each not in links and (path := _list_file(each)) is not None]
        rest = [each for each in arguments if each not in links and _list_file(each) is None]
        return cls(
            tuple(map(address_with_checksum, rest)),
            tuple(address_with_checksum(_behind_scheme(link)) for link in links),
            tuple(row for path in files for row in rows_in(path)),
        )


def _behind_scheme(link: str) -> str:
    """Return the address in a link such as headrace:https://host/file; it may be encoded as a whole."""
    rest = link[len(SCHEME) :].removeprefix("//")
    return rest if "://" in rest else unquote(rest)


def _list_file(argument: str) -> Path | None:
    """Return the path of a list that an argument names, as a path or as an address of a file."""
    if not argument.lower().endswith(_LISTS):
        return None
    if argument.lower().startswith("file://"):
        path = unquote(argument[len("file://") :].removeprefix("localhost"))
        return Path(path.removeprefix("/") if sys.platform == "win32" else path)
    return None if "://" in argument else Path(argument)


def rows_in(path: Path) -> list[dict[str, Any]]:
    """Return the downloads in a list, as `spec_json` has them, without folders. Raises ValueError with a sentence."""
    from headrace.lists import MOST_BYTES, read_list  # noqa: PLC0415 - loads a parser of XML, for these alone
    from headrace.spec_json import spec_to_json  # noqa: PLC0415 - as above

    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"the list {path} cannot be read: {error.strerror or error}") from None
    try:
        specs = read_list(data, Path.home())
    except ValueError as error:
        raise ValueError(f"{path} cannot be used: {error}") from None
    rows = map(spec_to_json, specs)
    return [{key: row[key] for key in row if key != "folder"} for row in rows]
