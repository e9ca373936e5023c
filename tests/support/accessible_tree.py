"""Prints what a screen reader is told of a program: `/usr/bin/python3 accessible_tree.py NAME`, as JSON, by AT-SPI.

A script of its own for the system's Python, whose `pyatspi` is a real client of the accessibility bus.
"""

# mypy: ignore-errors

import json
import sys
import time

import pyatspi
from gi.repository import GLib

DEPTH = 20
BREADTH = 80
SECONDS = 20.0
STATES = {
    "focusable": pyatspi.STATE_FOCUSABLE,
    "focused": pyatspi.STATE_FOCUSED,
    "showing": pyatspi.STATE_SHOWING,
    "enabled": pyatspi.STATE_ENABLED,
    "checked": pyatspi.STATE_CHECKED,
}


def application(name):
    """Wait for the program to appear on the bus."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for each in pyatspi.Registry.getDesktop(0):
            if each is not None and each.name.lower().startswith(name.lower()):
                return each
        time.sleep(0.1)
    raise SystemExit(f"no program {name} on the accessibility bus")


def described(node, depth=0):
    """Return a node with all that shows under it, as far as DEPTH and BREADTH go."""
    states = node.getState()
    told = {name: states.contains(state) for name, state in STATES.items()}
    children = []
    if depth < DEPTH and (told["showing"] or depth < 1):
        found = (node.getChildAtIndex(number) for number in range(min(node.childCount, BREADTH)))
        children = [told_of for child in found if child and (told_of := described_if_there(child, depth + 1))]
    return told | {
        "role": node.getRoleName(),
        "name": node.name,
        "description": node.description,
        "actions": actions_of(node),
        "children": children,
    }


def described_if_there(node, depth):
    """Return what `described` does, None for a node that went while it was asked."""
    try:
        return described(node, depth)
    except GLib.GError:
        return None


def actions_of(node):
    """Return the names of what can be done with a node."""
    try:
        actions = node.queryAction()
    except NotImplementedError:
        return []
    return [actions.getName(number) for number in range(actions.nActions)]


if __name__ == "__main__":
    print(json.dumps(described(application(sys.argv[1]))))
