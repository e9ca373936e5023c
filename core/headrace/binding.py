"""How the network that connections go out by is named. Pure functions."""


def checked_binding(text: str) -> str:
    """Return an address, the name of an interface, or "" for any. Raise ValueError with a sentence."""
    bare = text.strip()
    if len(bare) > 60 or any(char in bare for char in "/\\\0\n\t;=") or not bare.isprintable():
        raise ValueError(f"{text[:60]!r} is no address of this computer and no interface such as tun0")
    return bare
