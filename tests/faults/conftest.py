"""An engine for every test, impatient where patience would only cost time, and the most talkative log there is."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.logs import log_file
from headrace.profile import Profile
from headrace.settings import Settings
from PySide6.QtCore import QCoreApplication

from tests.faults.plugin import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_terminal_summary,
)
from tests.support import canaries, needs
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.invariant import content_of
from tests.support.windows_domain import Domain

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure", "pytest_terminal_summary"]


@pytest.fixture
def engine(
    qapp: QCoreApplication,
    profile: Profile,
    tmp_path: Path,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """Return a running engine that trusts the tests' authority and waits for milliseconds where people wait seconds."""
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_LIMIT", 0.05)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    monkeypatch.setattr("headrace.offline.own_addresses", lambda: frozenset({"192.0.2.99"}))  # wherever tests run
    settings = Settings(tmp_path / "target", ca_file=certificates.ca_file, connect_timeout=5.0, idle_timeout=3.0)
    with log_file(profile.log, logging.DEBUG):
        engine = Engine(profile, tmp_path / "target", settings)
        yield engine
        assert engine.close(), "a thread did not end within two seconds"
    assert told(profile) == [], "a secret was kept"


@pytest.fixture
def tickets(domain: Domain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file where tickets are looked for; there are none yet."""
    needs.require_extra("krb5", "kerberos")
    path = tmp_path / "tickets"
    for name, value in domain.environment(path).items():
        monkeypatch.setenv(name, value)
    return path


@pytest.fixture
def ticket(domain: Domain, tickets: Path) -> Path:
    """Return the file with a ticket for USER that is good for a while."""
    domain.log_in(tickets)
    return tickets


def told(profile: Profile) -> list[str]:
    """Return the lines of the profile's files with a secret in them; the database may have signatures of addresses."""
    files = [path for path in profile.folder.iterdir() if path.is_file()]
    return [line for path in files for line in canaries.found_in(content_of(path), signatures=path == profile.log)]
