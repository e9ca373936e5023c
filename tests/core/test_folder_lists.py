"""What is remembered of the checksum lists of folders."""

import threading
import time

import pytest
from headrace.checksums import Checksum, FoundDigest
from headrace.errors import StoppedError
from headrace.transfer import folder_lists
from headrace.transfer.folder_lists import FolderLists
from headrace.transfer.sidecars import LARGEST, SidecarFinder

from tests.core.test_sidecars import ADDRESS, MD5, NAMES, OTHER, RIGHT, SHA256, Server


def test_a_folder_is_asked_once() -> None:
    server, lists = Server(SHA256SUMS=f"{SHA256}  a.iso\n{OTHER}  b.iso\n"), FolderLists()
    assert SidecarFinder(server.fetch, lists).find("https://h/d/a.iso", set()) == FoundDigest(RIGHT, "SHA256SUMS")
    asked = len(server.asked)
    other = FoundDigest(Checksum("sha256", OTHER), "SHA256SUMS")
    assert SidecarFinder(server.fetch, lists).find("https://h/d/b.iso", set()) == other
    assert len(server.asked) == asked, "what is remembered needs no request"
    assert SidecarFinder(server.fetch, lists).find("https://h/d/c.iso", set()) is None
    assert server.names.count("SHA256SUMS") == server.names.count("CHECKSUM") == 1


def test_a_folder_whose_files_never_have_sidecars_is_left_in_peace() -> None:
    server, now = Server(), [1000.0]
    finder = SidecarFinder(server.fetch, FolderLists(lambda: now[0]))
    counts = []
    for number in range(5):
        finder.find(f"https://h/d/{number}.iso", set())
        counts.append(len(server.asked))
    assert counts == [8, 13, 18, 18, 18]
    finder.find("https://h/e/0.iso", set())
    assert len(server.asked) == 26, "another folder is another matter"
    now[0] += folder_lists.REMEMBERED_FOR + 1
    finder.find("https://h/d/9.iso", set())
    assert len(server.asked) == 34


def test_one_sidecar_shows_that_a_folder_has_them() -> None:
    server = Server(**{"2__iso__md5": MD5})
    finder = SidecarFinder(server.fetch)
    for number in range(5):
        finder.find(f"https://h/d/{number}.iso", set())
    assert server.names[-1] == "4.iso.md5"


def test_a_list_is_forgotten_when_it_is_old() -> None:
    server, now = Server(SHA256SUMS=f"{OTHER}  file.iso"), [0.0]
    finder = SidecarFinder(server.fetch, FolderLists(lambda: now[0]))
    assert finder.find(ADDRESS, NAMES) == FoundDigest(Checksum("sha256", OTHER), "SHA256SUMS")
    server.files["https://h/d/SHA256SUMS"] = f"{SHA256}  file.iso"
    now[0] = folder_lists.REMEMBERED_FOR + 1
    assert finder.find(ADDRESS, NAMES) == FoundDigest(RIGHT, "SHA256SUMS")


def test_what_is_remembered_is_bounded() -> None:
    lists, big = FolderLists(lambda: 0.0), b"x" * LARGEST

    def kept() -> list[int]:
        return [number for number in range(1000) if lists.remembered(str(number)) is not None]

    for number in range(10):
        lists.get(str(number), lambda _address: big, time.sleep)
    assert kept() == [6, 7, 8, 9]
    for number in range(1000):
        lists.get(f"none {number}", lambda _address: None, time.sleep)
        lists.note_sidecar(str(number), found=False)
    assert kept() == []
    assert len(lists._texts) == len(lists._missed) == folder_lists.REMEMBERED
    assert lists._bytes == 0


def test_many_threads_ask_a_folder_once() -> None:
    lists, asked, start, found = FolderLists(), list[str](), threading.Barrier(8), list[object]()

    def fetch(address: str) -> bytes | None:
        asked.append(address)
        time.sleep(0.05)
        return f"{SHA256}  file.iso\n".encode() if address.endswith("sha256sum.txt") else None

    def find() -> None:
        start.wait()
        found.append(SidecarFinder(fetch, lists).find(ADDRESS, NAMES))

    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [FoundDigest(RIGHT, "sha256sum.txt")] * 8
    assert [address for address in asked if "SUMS" in address or "sum.txt" in address] == [
        *("https://h/d/SHA256SUMS", "https://h/d/sha256sum.txt")
    ]


def test_who_waits_for_anothers_request_can_be_stopped_and_a_stopped_one_leaves_it_to_the_next() -> None:
    lists, asking, gate = FolderLists(), threading.Event(), threading.Event()
    outcomes = list[str]()

    def stopped_fetch(_address: str) -> bytes | None:
        asking.set()
        gate.wait(10)
        raise StoppedError

    def stopped_pause(_seconds: float) -> None:
        raise StoppedError

    def first() -> None:
        try:
            lists.get("list", stopped_fetch, time.sleep)
        except StoppedError:
            outcomes.append("stopped")

    thread = threading.Thread(target=first)
    thread.start()
    assert asking.wait(5)
    with pytest.raises(StoppedError):
        lists.get("list", lambda _address: b"", stopped_pause)
    gate.set()
    thread.join()
    assert outcomes == ["stopped"]
    assert lists.get("list", lambda _address: b"text", stopped_pause) == b"text"
