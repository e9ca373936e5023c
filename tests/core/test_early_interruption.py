"""Ctrl+C while the program loads: Python's import system passes over an exception that comes at the wrong moment."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, {handler})
from headrace_gui.main import main

def interrupt_when_a_module_is_there(frame, event, _argument):
    if event == "call" and frame.f_code.co_name == "cb" and "importlib" in frame.f_code.co_filename:
        sys.setprofile(None)
        print("interrupted", file=sys.stderr, flush=True)
        signal.raise_signal(signal.SIGINT)

sys.setprofile(interrupt_when_a_module_is_there)
sys.exit(main(sys.argv[1:]))
"""
"""Interrupts in a callback that frees the lock of a module: what is raised there is printed and forgotten."""


def run(handler: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = PROGRAM.format(handler=handler)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=False, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("arguments", [("get", "--version"), ("--version",)], ids=["get", "window"])
def test_an_interruption_is_never_passed_over(arguments: tuple[str, ...]) -> None:
    done = run("signal.default_int_handler", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="nothing starts programs so")
def test_one_that_is_to_be_ignored_stays_so() -> None:
    done = run("signal.SIG_IGN", "get", "--version")
    assert (done.returncode, done.stderr) == (0, "interrupted\n")
    assert done.stdout.startswith("headrace ")
