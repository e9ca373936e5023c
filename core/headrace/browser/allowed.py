"""The ids of further extensions that a user allowed, such as one that was built from changed sources."""

import json
from pathlib import Path
from typing import Any, Final

from headrace.disk.whole_file import replace_text
from headrace.profile import usual_folder

_FILE: Final = "extensions.json"


def own_folder() -> Path:
    """Return the folder for what browsers need of us; it belongs to the user, not to a profile."""
    return usual_folder() / "browser"


def allowed_ids(folder: Path | None = None) -> list[str]:
    """Return those ids; none where the file cannot be read."""
    try:
        found: Any = json.loads(((folder or own_folder()) / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def allow_ids(ids: list[str], folder: Path | None = None) -> None:
    """Keep the ids, instead of those before. Raises OSError."""
    place = folder or own_folder()
    place.mkdir(parents=True, exist_ok=True)
    replace_text(place / _FILE, json.dumps(ids) + "\n")
