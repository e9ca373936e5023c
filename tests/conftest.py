"""Fixtures for all tests, and the watch over what they leave behind."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol

import hypothesis
import pytest
from headrace.categories import use
from headrace.profile import Profile

from tests.support import leaks, needs, turns
from tests.support.apache import Apache, apache
from tests.support.certificates import Certificates, make_certificates
from tests.support.desktop import Desktop, running_desktop
from tests.support.faulty_server import FaultyServer
from tests.support.garbage import GARBAGE
from tests.support.nginx import Nginx, serving
from tests.support.windows_domain import Domain, windows_domain

# Before the first import of Qt. A test with a desktop of its own starts programs with that desktop's environment.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test reaches the manager of this machine, which would shut it down if it were asked.
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nowhere/at/all"

# No deadline: a busy machine is no failure. `--hypothesis-profile thorough` looks longer.
hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=5000)
hypothesis.settings.load_profile("usual")


_OFFSCREEN_COMPLAINTS: Final = "This plugin does not support"
_LONG: Final = frozenset({"test_cut_texts", "test_catalogue"})


class ServerFactory(Protocol):
    """Makes scripted servers that end with the test."""

    def __call__(
        self, *, tls: bool = False, line_rate: int | None = None, send_buffer: int | None = None
    ) -> FaultyServer:
        """Start one more server."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of this file."""
    config.addinivalue_line("markers", "leaves_threads: abandons a thread on purpose; only its files are watched")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests behind all others that would have everybody else wait; those that take long are done in time.

    The offscreen platform may say what it cannot do; any other warning of Qt fails the test.
    """
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(_OFFSCREEN_COMPLAINTS, extend=True))
    usual = [item for item in items if _kind(item) is turns.Kind.USUAL]
    apart = [item for item in items if _kind(item) is not turns.Kind.USUAL]
    items[:] = [*_spread(usual), *sorted(apart, key=lambda item: list(turns.Kind).index(_kind(item)))]


def _spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """Spread modules that take long over the first half: in one heap at the end one process would do them all."""
    others = [item for item in items if not _takes_long(item)]
    slow = [[*tests] for _, tests in groupby(filter(_takes_long, items), key=lambda item: item.path)]
    places = [(number * len(others) // (2 * len(slow)), tests) for number, tests in enumerate(slow)]
    for place, tests in reversed(places):
        others[place:place] = tests
    return others


def _takes_long(item: pytest.Item) -> bool:
    return item.path.parent.name == "end_to_end" or item.path.stem in _LONG


def _kind(item: pytest.Item) -> turns.Kind:
    marked = (kind for kind in reversed(turns.Kind) if item.get_closest_marker(kind.value) is not None)
    return next(marked, turns.Kind.USUAL)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose system programs are missing."""
    needs.require_marked(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let tests that measure time run apart from the others, whatever the other processes of this run do.

    Around everything else, so that waiting is no part of a test's time, and shared fixtures are made within a turn.
    """
    with turns.turn(Path(item.config.getoption("basetemp") or "").parent, _kind(item)):
        result = yield
    GARBAGE.collect_due()
    return result


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test after which a thread still runs or a file is still open that was not before."""
    before = leaks.held()
    yield
    threads_too = request.node.get_closest_marker("leaves_threads") is None
    found = [one for one in leaks.left_behind(before) if threads_too or one.startswith("descriptor")]
    if found:
        pytest.fail(f"left behind: {', '.join(found)}", pytrace=False)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return a certificate authority and a server certificate for localhost and 127.0.0.1."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def faulty_server(certificates: Certificates) -> Iterator[ServerFactory]:
    """Return a function that starts scripted servers."""
    with ExitStack() as stack:

        def start(*, tls: bool = False, line_rate: int | None = None, send_buffer: int | None = None) -> FaultyServer:
            context = certificates.server_context() if tls else None
            return stack.enter_context(FaultyServer(context, line_rate=line_rate, send_buffer=send_buffer))

        yield start


@pytest.fixture
def plain_server(faulty_server: ServerFactory) -> FaultyServer:
    """Return a scripted server for http."""
    return faulty_server()


@pytest.fixture
def tls_server(faulty_server: ServerFactory) -> FaultyServer:
    """Return a scripted server for https; its authority is `certificates.ca_file`."""
    return faulty_server(tls=True)


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Nginx]:
    """Return a running nginx without a bound on speed."""
    with serving(tmp_path_factory.mktemp("nginx") / "server", certificates) as server:
        yield server


@pytest.fixture(scope="session")
def members(certificates: Certificates) -> Iterator[Apache]:
    """Return a running Apache with folders for members alone."""
    with apache(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def domain(certificates: Certificates) -> Iterator[Domain]:
    """Return a running Apache with folders that want NTLM or Kerberos, and a KDC."""
    with windows_domain(certificates) as running:
        yield running


@pytest.fixture
def limited_nginx(tmp_path: Path, certificates: Certificates) -> Iterator[Callable[[int], Nginx]]:
    """Return a function that starts an nginx with a bound in bytes/s for each answer."""
    with ExitStack() as stack:
        yield lambda rate: stack.enter_context(serving(tmp_path / f"nginx-{rate}", certificates, limit_rate=rate))


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    """Return a real desktop, for programs started as processes of their own."""
    folder = tmp_path / "desktop"
    folder.mkdir()
    with running_desktop(folder) as running:
        yield running


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Return a fresh profile in a folder of its own."""
    return Profile.at(tmp_path / "profile")


@pytest.fixture
def usual_categories() -> Iterator[None]:
    """Leave the categories in force that everybody has."""
    yield
    use(())
