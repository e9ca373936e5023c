"""The cookies of one download: a file that is read again, or secrets, in memory and maybe in the keyring. Pure.

What is stored with the download says which of these, and no name and no value.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from headrace.cookie_scopes import Cookie, cookie_of_row, cookie_row

GIVEN: Final = "given"
"""What is stored of cookies that are in memory alone."""
_KEPT: Final = "kept:"
_FILE: Final = "file:"
_KEY: Final = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class OwnCookies:
    """One of: cookies, cookies that the keyring is to keep under a key, a key alone, a file.

    Raises ValueError with a sentence.
    """

    cookies: tuple[Cookie, ...] = field(default=(), repr=False)
    path: Path | None = None
    """A cookies.txt, named in full, which is read whenever it is wanted."""
    key: str = ""
    """What the keyring keeps them under: 16 hexadecimal digits; "" where it does not."""

    def __post_init__(self) -> None:
        if self.path is not None and (self.cookies or self.key):
            raise ValueError("cookies come out of a file or are given, not both")
        if self.path is None and not self.cookies and not self.key:
            raise ValueError("there are no cookies")
        if self.path is not None and not (self.path.is_absolute() and _is_text(str(self.path))):
            raise ValueError("the file with cookies must be named in full, in letters that are Unicode")
        if self.key and not _KEY.fullmatch(self.key):
            raise ValueError("the key of cookies has 16 hexadecimal digits")

    @property
    def mark(self) -> str:
        """What is stored with the download: no secret."""
        if self.path is not None:
            return f"{_FILE}{self.path}"
        return f"{_KEPT}{self.key}" if self.key else GIVEN

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]:
        """What must be found nowhere, as headers of a request have it."""
        return tuple(("Cookie", one.value) for one in self.cookies)


def remembered(mark: str | None) -> OwnCookies | None:
    """Return what a stored mark still leads to; None for nothing."""
    if mark is None or mark == GIVEN:
        return None
    try:
        if mark.startswith(_FILE):
            return OwnCookies(path=Path(mark.removeprefix(_FILE)))
        return OwnCookies(key=mark.removeprefix(_KEPT)) if mark.startswith(_KEPT) else None
    except ValueError:  # a list that came from another system
        return None


def key_in(mark: str | None) -> str:
    """Return the key in a stored mark, "" where there is none."""
    return mark.removeprefix(_KEPT) if mark is not None and mark.startswith(_KEPT) else ""


def file_in(mark: str | None) -> str:
    """Return the file in a stored mark, "" where there is none."""
    return mark.removeprefix(_FILE) if mark is not None and mark.startswith(_FILE) else ""


def cookies_to_json(own: OwnCookies) -> dict[str, Any]:
    """Return all of it, the secrets too."""
    if own.path is not None:
        return {"file": str(own.path)}
    found: dict[str, Any] = {"given": [cookie_row(one) for one in own.cookies]} if own.cookies else {}
    return found | ({"key": own.key} if own.key else {})


def cookies_from_json(values: object) -> OwnCookies:
    """Read what `cookies_to_json` wrote, or somebody by hand. Raises ValueError with a sentence."""
    if not isinstance(values, dict) or not values or values.keys() - {"file", "given", "key"}:
        raise ValueError('cookies of a download must be an object with "file" or "given"')
    file, given, key = values.get("file"), values.get("given", []), values.get("key", "")
    if not isinstance(file, str | None) or not isinstance(given, list) or not isinstance(key, str):
        raise ValueError('cookies of a download: "file" is a text, "given" a list')  # noqa: TRY004 - one error type for all
    path = None if file is None else Path(file)
    return OwnCookies(tuple(map(cookie_of_row, given)), path, key)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
