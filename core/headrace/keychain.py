"""The system's keyring: Secret Service or KWallet, Keychain, Credential Manager; by the library made for them.

What is in it is found again by a small file of the profile that names places and users, and no password.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any, Final

from headrace.disk.whole_file import replace_text
from headrace.logins import Login

_LOG: Final = logging.getLogger(__name__)
_SERVICE: Final = "Headrace"
_LEAST: Final = 1
"""The priority of a keyring that is safe; that of files in clear, and of none at all, is lower."""


class SystemKeychain:
    """Keeps logins in the keyring that the desktop offers. Loaded when first asked, which takes a while."""

    def __init__(self, path: Path, service: str = _SERVICE) -> None:
        """`path` is that file; `service` is what the keyring shows everything under."""
        self._path, self._lock, self._service = path, RLock(), service
        self._users: dict[str, str] | None = None

    def places(self) -> Mapping[str, str]:
        """Return who is kept, by place."""
        with self._lock:
            if self._users is None:
                self._users = _read(self._path)
            return dict(self._users)

    def is_there(self) -> bool:
        """Say whether there is a keyring that keeps secrets."""
        return self._backend() is not None

    def read(self, place: str) -> Login | None:
        """Return what is kept for a place. Raises OSError."""
        text = self._asked("get_password", place)
        if text is None:
            return None
        try:
            user, password = json.loads(text)
        except (ValueError, TypeError):
            raise OSError("what is kept makes no sense") from None
        return Login(str(user), str(password))

    def write(self, place: str, login: Login) -> None:
        """Keep a login. Raises OSError."""
        with self._lock:
            self._asked("set_password", place, json.dumps([login.user, login.password]))
            self._save({**self.places(), place: login.user})

    def remove(self, place: str) -> None:
        """Keep none any more. Raises OSError."""
        with self._lock:
            users = dict(self.places())
            if users.pop(place, None) is None:
                return
            if self._asked("get_password", place) is not None:
                self._asked("delete_password", place)
            self._save(users)

    def _save(self, users: dict[str, str]) -> None:
        replace_text(self._path, json.dumps({"kept": users}, indent=2, ensure_ascii=False) + "\n")
        self._users = users

    def _asked(self, what: str, *given: str) -> Any:
        backend = self._backend()
        if backend is None:
            raise OSError("there is no keyring")
        try:
            return getattr(backend, what)(self._service, *given)
        except Exception as error:  # whatever the desktop's own library raises
            raise OSError(f"the keyring refuses: {type(error).__name__}") from error

    def _backend(self) -> Any:
        try:
            import keyring  # noqa: PLC0415 - loads the desktop's, for who keeps something

            found: Any = keyring.get_keyring()
            return found if found.priority >= _LEAST else None
        except Exception:  # noqa: BLE001 - there is none then
            return None


def _read(path: Path) -> dict[str, str]:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(place): str(user) for place, user in data["kept"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _LOG.warning("%s cannot be read: %s", path.name, type(error).__name__)
        return {}
