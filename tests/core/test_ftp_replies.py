"""What FTP servers say."""

import pytest
from headrace.errors import DownloadError
from headrace.net.ftp_plug import path_of
from headrace.net.ftp_replies import file_status, login_status, port_told, size_told, time_told
from hypothesis import given
from hypothesis import strategies as st


def test_sizes_and_times() -> None:
    assert (size_told("213 5000"), size_told("213  0 "), size_told("550 No such file")) == (5000, 0, None)
    assert (size_told("213 -1"), size_told("213 5e3"), size_told("2130 5")) == (None, None, None)
    assert time_told("213 20200913122640") == 1_600_000_000
    assert time_told("213 20200913122640.123") == 1_600_000_000
    assert (time_told("213 20201313122640"), time_told("213 2020"), time_told("500 what")) == (None, None, None)


@pytest.mark.parametrize(
    ("reply", "port"),
    [
        ("229 Entering Extended Passive Mode (|||6446|)", 6446),
        ("229 ok (!!!1!)", 1),
        ("229 ok (|||65536|)", None),
        ("229 ok (|||0|)", None),
        ("229 ok (||6446|)", None),
        ("227 Entering Passive Mode (192,0,2,1,25,46)", 6446),
        ("227 ok 192,0,2,1,0,0", None),
        ("227 Entering Passive Mode", None),
        ("500 what", None),
    ],
)
def test_where_data_come_from(reply: str, port: int | None) -> None:
    assert port_told(reply) == port


@given(st.sampled_from(["213", "227", "229"]), st.text("0123456789,|() .\n", max_size=60))
def test_no_reply_is_too_odd(code: str, text: str) -> None:
    reply = f"{code} {text}"
    size, time, port = size_told(reply), time_told(reply), port_told(reply)
    assert size is None or size >= 0
    assert time is None or isinstance(time, int)
    assert port is None or 0 < port < 65_536


def test_what_refusals_mean() -> None:
    assert login_status("530 Login incorrect.") == 401
    assert login_status("530 Sorry, the maximum number of clients (3) for this user are already connected.") == 503
    assert login_status("421 Too many connections") == 503
    assert file_status("550 a.bin: No such file or directory") == 404
    assert file_status("550 a.bin: Permission denied") == 403
    assert file_status("530 Please login with USER and PASS.") == 401
    assert file_status("425 Unable to build data connection") == 503
    assert file_status("501 Syntax error") == 400


def test_paths() -> None:
    assert path_of("/pub/a%20b.iso") == "pub/a b.iso"
    assert path_of("/%2Fetc/motd") == "/etc/motd"
    assert path_of("/a.iso;type=i") == "a.iso"
    assert path_of("/%FF").encode("utf-8", "surrogateescape") == b"\xff"
    for wrong in ("", "/", "/a%0D%0ADELE%20a", "/a%00"):
        with pytest.raises(DownloadError):
            path_of(wrong)
