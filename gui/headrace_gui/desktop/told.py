"""What a person has been told once and need not be told again."""

from headrace_gui.memory import Memory


def is_told(memory: Memory, what: str) -> bool:
    """Say whether this has been told."""
    return memory.value(f"told/{what}", usual=False)


def first_time(memory: Memory, what: str) -> bool:
    """Say whether this is told for the first time, and remember that it was."""
    if is_told(memory, what):
        return False
    memory.set_value(f"told/{what}", value=True)
    return True
