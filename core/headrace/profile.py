"""The folder that holds all state of one user: database, settings, log, lock."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Profile:
    """Where all state lives. Nothing outside this folder but the downloads themselves is written."""

    folder: Path

    @classmethod
    def at(cls, folder: str | os.PathLike[str] | None = None) -> "Profile":
        """Take `folder`, else HEADRACE_PROFILE, else the user's data folder; make it, mode 0700. May raise OSError."""
        chosen = folder or os.environ.get("HEADRACE_PROFILE")
        path = Path(chosen).expanduser().absolute() if chosen else usual_folder()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(path)

    @property
    def database(self) -> Path:
        """The SQLite file with all downloads."""
        return self.folder / "downloads.sqlite3"

    @property
    def history(self) -> Path:
        """The SQLite file that remembers downloads after they left the list."""
        return self.folder / "history.sqlite3"

    @property
    def settings(self) -> Path:
        """The JSON file with the engine's settings."""
        return self.folder / "settings.json"

    @property
    def window(self) -> Path:
        """The INI file with sizes, columns and other habits of the window."""
        return self.folder / "window.ini"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.folder / "headrace.log"

    @property
    def logins(self) -> Path:
        """The file that names the places whose logins are in the system's keyring."""
        return self.folder / "logins.json"

    @property
    def kept_cookies(self) -> Path:
        """The file that names the keys under which cookies of downloads are in the system's keyring."""
        return self.folder / "cookies.json"

    @property
    def starts(self) -> Path:
        """The file that counts starts without an orderly end; there while a window runs."""
        return self.folder / "starts.json"

    @property
    def unpacking(self) -> Path:
        """The file that names the archives that are being extracted; there only meanwhile."""
        return self.folder / "unpacking.json"

    @property
    def untold(self) -> Path:
        """The file that names what `headrace get` fetches; there only meanwhile, and after one was broken off."""
        return self.folder / "get.json"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a process uses this profile."""
        return self.folder / "profile.lock"


def usual_folder() -> Path:
    """Return the user's data folder, whatever the environment chooses. It need not be there; the disk is not asked."""
    return platformdirs.user_data_path("headrace", appauthor=False).absolute()
