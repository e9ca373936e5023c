"""The schema as a list of numbered steps; the database's user_version says how many it has taken."""

import sqlite3

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE downloads (
            id TEXT PRIMARY KEY, place REAL NOT NULL, address TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
            name_wanted INTEGER NOT NULL, state INTEGER NOT NULL, added_at REAL NOT NULL, finished_at REAL,
            total INTEGER, received INTEGER NOT NULL, resumable INTEGER, failure TEXT, retry_at REAL,
            attempts INTEGER NOT NULL, notices TEXT NOT NULL, checksum TEXT, checksum_verified TEXT,
            speed_limit INTEGER, connections INTEGER, if_exists TEXT NOT NULL, header_names TEXT NOT NULL,
            removed INTEGER NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE claims (
            download_id TEXT PRIMARY KEY REFERENCES downloads(id) ON DELETE CASCADE,
            part_name TEXT NOT NULL, device TEXT NOT NULL, inode TEXT NOT NULL, total INTEGER, validator TEXT,
            publishing_as TEXT, segments TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE downloads ADD COLUMN mirrors TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE downloads ADD COLUMN pieces TEXT",
        "ALTER TABLE downloads ADD COLUMN allow TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE downloads ADD COLUMN checksum_source TEXT",
        "ALTER TABLE downloads ADD COLUMN recording TEXT",
        "ALTER TABLE claims ADD COLUMN hint TEXT",
        "ALTER TABLE claims ADD COLUMN base TEXT",
        "ALTER TABLE claims ADD COLUMN mtime_ns INTEGER",
        "ALTER TABLE claims ADD COLUMN generation INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE claims ADD COLUMN earlier TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE claims ADD COLUMN joins TEXT NOT NULL DEFAULT '[]'",
        """CREATE TABLE blocks (
            download_id TEXT NOT NULL REFERENCES downloads(id) ON DELETE CASCADE,
            block INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (download_id, block)
        ) WITHOUT ROWID""",
        """CREATE TABLE story (
            download_id TEXT NOT NULL REFERENCES downloads(id) ON DELETE CASCADE,
            number INTEGER NOT NULL, at REAL NOT NULL, kind INTEGER NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (download_id, number)
        ) WITHOUT ROWID""",
        """CREATE TABLE hosts (
            host TEXT PRIMARY KEY, useful INTEGER, rotating INTEGER NOT NULL, seen_at REAL NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE downloads ADD COLUMN size INTEGER",
        "ALTER TABLE downloads ADD COLUMN told TEXT",
    ),
    (
        "ALTER TABLE downloads ADD COLUMN category TEXT",
        "ALTER TABLE downloads ADD COLUMN queue TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE downloads ADD COLUMN priority INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE downloads ADD COLUMN proof TEXT",
        "ALTER TABLE downloads ADD COLUMN relocation TEXT",
    ),
    (
        "ALTER TABLE downloads ADD COLUMN final_address TEXT",
        "ALTER TABLE downloads ADD COLUMN content_type TEXT",
        "ALTER TABLE downloads ADD COLUMN active_seconds REAL NOT NULL DEFAULT 0",
        "ALTER TABLE downloads ADD COLUMN active_bytes INTEGER NOT NULL DEFAULT 0",
    ),
    ("ALTER TABLE downloads ADD COLUMN partial TEXT",),
    ("ALTER TABLE downloads ADD COLUMN proxy TEXT",),
    ("ALTER TABLE downloads ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0",),
    ("ALTER TABLE downloads ADD COLUMN placing INTEGER NOT NULL DEFAULT 0",),
    (
        "ALTER TABLE hosts ADD COLUMN ceiling INTEGER",
        "ALTER TABLE hosts ADD COLUMN refused_at REAL",
        "ALTER TABLE hosts ADD COLUMN retry_after REAL",
        "ALTER TABLE hosts ADD COLUMN retry_at REAL",
        "ALTER TABLE hosts ADD COLUMN ranges_failed_at REAL",
    ),
    (
        """CREATE TABLE traffic (
            day TEXT NOT NULL, network TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, network)
        ) WITHOUT ROWID""",
        "CREATE TABLE endings (number INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL)",
    ),
    ("ALTER TABLE downloads ADD COLUMN after TEXT",),
    (
        """CREATE TABLE watches (
            download_id TEXT PRIMARY KEY REFERENCES downloads(id) ON DELETE CASCADE,
            every INTEGER NOT NULL, keep INTEGER, next_at REAL NOT NULL, looked_at REAL, known TEXT NOT NULL,
            fails INTEGER NOT NULL, rotations INTEGER NOT NULL, looks INTEGER NOT NULL, changes INTEGER NOT NULL,
            outcome TEXT NOT NULL, failure TEXT, versions TEXT NOT NULL, coming TEXT, offered TEXT NOT NULL,
            plain TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    ("ALTER TABLE downloads ADD COLUMN cookies TEXT",),
)
SCHEMA = len(_STEPS)


def check_version(connection: sqlite3.Connection) -> int:
    """Return how many steps the schema has taken, nothing written. Raises sqlite3.Error; ValueError if it is newer."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA:
        raise ValueError(f"it was written by a newer Headrace (schema {version}, this one knows {SCHEMA})")
    return int(version)


def check_pages(connection: sqlite3.Connection) -> None:
    """Look through the whole file, nothing written: 4 ms for 10,000 downloads. Raises sqlite3.DatabaseError."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"the file is damaged ({verdict})")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, each step whole or not at all. Raises what `check_version` raises."""
    for number in range(check_version(connection), SCHEMA):
        connection.execute("BEGIN IMMEDIATE")
        for statement in _STEPS[number]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
