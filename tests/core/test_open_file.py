"""A descriptor that several threads use at once."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.disk.open_file import OpenFile


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenFile]:
    made = OpenFile(os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT, 0o600))
    yield made
    made.close()


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_closed_it_is_lent_no_more(opened: OpenFile) -> None:
    with opened as descriptor:
        assert is_open(descriptor)
    states = [opened.closed]
    opened.close()
    opened.close()
    assert [*states, opened.closed] == [False, True]
    assert not is_open(descriptor)
    with pytest.raises(OSError, match="descriptor"), opened:
        pytest.fail("it was lent")


def test_the_close_waits_for_the_last_user(opened: OpenFile) -> None:
    with opened as descriptor:
        with opened:
            opened.close()
            assert is_open(descriptor)
            with pytest.raises(OSError, match="descriptor"), opened:
                pytest.fail("it was lent")
        assert is_open(descriptor)
    assert not is_open(descriptor)


def test_a_failure_inside_gives_it_back(opened: OpenFile) -> None:
    with pytest.raises(KeyError), opened as descriptor:
        raise KeyError
    opened.close()
    assert not is_open(descriptor)


def test_no_late_write_goes_to_another_file(tmp_path: Path) -> None:
    """The number of a closed file is given to the next one: a writer that had read it before must not use it."""
    foreign = 0
    for _ in range(50):
        file = OpenFile(os.open(tmp_path / "ours", os.O_RDWR | os.O_CREAT, 0o600))
        started = threading.Barrier(3)

        def write(file: OpenFile = file, started: threading.Barrier = started) -> None:
            started.wait()
            try:
                for _ in range(20):
                    with file as descriptor:
                        os.pwrite(descriptor, b"ours", 0)
            except OSError:
                pass

        writers = [threading.Thread(target=write) for _ in range(2)]
        for writer in writers:
            writer.start()
        started.wait()
        file.close()
        other = os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT, 0o600)
        for writer in writers:
            writer.join()
        foreign += os.fstat(other).st_size
        os.close(other)
    assert foreign == 0
