"""What comes from this machine or its own network, told by the address."""

import pytest
from headrace.nearby import is_near


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("http://localhost:8080/a.bin", True),
        ("https://127.0.0.1/a?b#c", True),
        ("http://192.168.1.5/", True),
        ("http://10.1.2.3:9/x", True),
        ("http://[fe80::1]/x", True),
        ("http://nas.local/x", True),
        ("http://nas/x", True),
        ("http://example.org/192.168.1.5/x", False),
        ("https://192.168.1.5.example.org/", False),
        ("https://93.184.216.34/x", False),
        ("http://user:word@192.168.1.5/x", True),
        ("http://192.168.1.5@example.org/x", False),
        ("magnet:?xt=urn:btih:1", False),
        ("http://[::/x", False),
        ("http:///x", False),
        ("", False),
    ],
)
def test_an_address_is_near_by_its_host(address: str, *, near: bool) -> None:
    assert is_near(address) is near
