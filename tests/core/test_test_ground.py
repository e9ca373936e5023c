"""What the other tests stand on: programs, processes, nginx, the desktop, dead ends, the watch over leaks."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.support import dead_ends, leaks, needs, processes, seeded, starved, turns
from tests.support.certificates import Certificates, make_certificates
from tests.support.desktop import Desktop
from tests.support.nginx import Nginx

HELLO = """
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
edit = QLineEdit()
edit.setWindowTitle("Ground")
edit.textChanged.connect(lambda text: print(text, flush=True))
edit.returnPressed.connect(app.quit)
edit.show()
app.exec()
"""


def test_a_missing_program_skips_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEADRACE_NO_SKIP", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs no-such-program: apt install some-package"):
        needs.require("no-such-program", "some-package")


def test_a_missing_program_fails_where_nothing_may_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADRACE_NO_SKIP", "1")
    with pytest.raises(pytest.fail.Exception, match="needs no-such-program"):
        needs.require("no-such-program")


def test_a_present_program_is_found() -> None:
    assert needs.require(sys.executable) == sys.executable


def test_a_child_is_ended_with_the_block(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
    with processes.running(command, tmp_path / "log") as child:
        processes.wait_until(lambda: "up" in (tmp_path / "log").read_text(encoding="utf-8"), "the child is up")
    assert child.returncode not in (None, 0)


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        processes.end(child, timeout=0.2)
    assert child.returncode not in (None, 0)


def test_nginx_serves_ranges_with_a_strong_etag_plain_and_over_tls(nginx: Nginx) -> None:
    plain = nginx.file("ground.bin", 3_000_000, seed=3)
    for address in (plain, nginx.url("ground.bin", tls=True)):
        answer = requests.get(address, headers={"Range": "bytes=1000000-"}, verify=str(nginx.ca_file), timeout=10)
        assert answer.status_code == 206
        assert answer.headers["ETag"].startswith('"')
        assert answer.content == seeded.body(3, 1_000_000, 3_000_000)


def test_nginx_with_a_bound_on_speed(limited_nginx: Callable[[int], Nginx]) -> None:
    server = limited_nginx(200_000)
    answer = requests.get(server.file("slow.bin", 250_000), timeout=10)
    assert len(answer.content) == 250_000
    assert answer.elapsed.total_seconds() < 10


def test_the_certificate_is_for_these_names_alone(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, "files.example")
    assert made.ca_file.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert made.server_context().get_ca_certs() == []


def test_dead_ends() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", dead_ends.refusing_port()), timeout=5)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse, or take more connections than asked for")
def test_a_silent_port_neither_takes_nor_refuses() -> None:
    with dead_ends.silent_port() as port, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.3)


def test_a_thread_left_behind_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "GRACE_SECONDS", 0.05)
    before, go_on = leaks.held(), threading.Event()
    thread = threading.Thread(target=go_on.wait, name="stray")
    thread.start()
    assert "thread stray" in leaks.left_behind(before)
    go_on.set()
    thread.join()
    assert leaks.left_behind(before) == []


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are listed in /proc")
def test_a_file_left_open_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(leaks, "GRACE_SECONDS", 0.05)
    before = leaks.held()
    with (tmp_path / "open").open("wb") as stream:
        assert leaks.left_behind(before) == [f"descriptor {stream.fileno()} -> {tmp_path / 'open'}"]
    assert leaks.left_behind(before) == []


def test_a_person_types_into_a_window_on_a_real_desktop(desktop: Desktop, tmp_path: Path) -> None:
    with desktop.program([sys.executable, "-c", HELLO]) as program:
        window = desktop.wait_for_window("^Ground$")
        desktop.click(window.width // 2, window.height // 2, window=window)
        desktop.type("http://a.example/?q=1")
        processes.wait_until(lambda: "?q=1" in _output(desktop), "the text is there")
        picture = desktop.screenshot(tmp_path / "desktop.png")
        assert picture.read_bytes().startswith(b"\x89PNG")
        desktop.key("Return")
        assert program.wait(10) == 0
        desktop.wait_until_gone("^Ground$")


def _output(desktop: Desktop) -> str:
    return desktop.output.read_text(encoding="utf-8")


def test_the_engine_may_trust_the_authority(certificates: Certificates) -> None:
    assert certificates.ca_file.is_file()
    assert certificates.key.read_bytes().startswith(b"-----BEGIN")


@pytest.mark.skipif(sys.platform == "win32", reason="there one process has all turns")
def test_who_measures_is_apart_from_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    kinds = [kind for kind in turns.Kind for _ in range(8)]
    inside: Counter[turns.Kind] = Counter()
    seen: list[Counter[turns.Kind]] = []
    lock = threading.Lock()

    def take(kind: turns.Kind) -> None:
        with turns.turn(tmp_path, kind):
            with lock:
                inside[kind] += 1
                seen.append(+inside)
            time.sleep(0.01)
            with lock:
                inside[kind] -= 1

    with ThreadPoolExecutor(len(kinds)) as pool:
        list(pool.map(take, kinds))
    assert len(seen) == len(kinds)
    assert all(len(each) == 1 for each in seen)
    assert max(each[turns.Kind.ALONE] for each in seen) == 1
    assert max(each[turns.Kind.CALM] for each in seen) > 1
    assert 1 <= max(each[turns.Kind.WINDOW] for each in seen) <= (os.cpu_count() or 1)
    assert max(each[turns.Kind.USUAL] for each in seen) > 1


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells how long a thread had no CPU")
def test_time_without_a_cpu_is_waiting_for_one_or_what_the_host_took_and_never_both() -> None:
    looks = [(1.0, [0.5, 7.0]), (1.25, [0.5, 9.0]), (1.25, [0.75, 9.0]), (1.5, [0.875, 9.0])]

    class Machine(starved.Starving):
        @staticmethod
        def _opened() -> list[int]:
            return []

        def _look(self) -> tuple[float, list[float]]:
            return looks.pop(0)

        def _here(self) -> int:
            return 0

    starving, seconds = Machine(), []
    while looks:
        starving.count()
        seconds.append(starving.seconds)
    assert seconds == [1.25, 1.5, 1.75], "a wait, a theft, and a wait in which the other was robbed"
