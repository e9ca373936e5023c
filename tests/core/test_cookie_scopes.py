"""To whom a cookie goes, by RFC 6265, and how cookies are written."""

import pytest
from headrace.cookie_scopes import Cookie, cookie_of_row, cookie_row, pairs_for, site_domains
from headrace.cookie_texts import MOST, read_cookies, read_line, read_netscape
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_000_000.0
HOSTS = st.sampled_from(
    "example.org www.example.org a.b.example.org badexample.org org example.com localhost 127.0.0.1 27.0.0.1".split()
)
PATHS = st.sampled_from(["/", "/a", "/a/", "/a/b", "/ab", "/b"])


def one(domain: str = "example.org", *, below: bool = False, path: str = "/", secure: bool = False) -> Cookie:
    return Cookie(domain, below, path, secure, None, "n", "canary")


@pytest.mark.parametrize(
    ("cookie", "address", "goes"),
    [
        (one(), "http://example.org", True),
        (one(), "http://EXAMPLE.org:8080/x?y#z", True),
        (one(), "http://sub.example.org/", False),
        (one(below=True), "http://sub.example.org/", True),
        (one(".Example.ORG", below=True), "http://a.b.example.org/", True),
        (one(below=True), "http://badexample.org/", False),
        (one(below=True), "http://example.org.evil.net/", False),
        (one("org", below=True), "http://example.org/", False),
        (one("27.0.0.1", below=True), "http://1.27.0.0.1/", False),
        (one("localhost"), "http://localhost:9/", True),
        (one("::1"), "http://[::1]:9/", True),
        (one(path="/deep"), "http://example.org/deep/er", True),
        (one(path="/deep"), "http://example.org/deeper", False),
        (one(path="/deep/"), "http://example.org/deep", False),
        (one(path="odd"), "http://example.org/", True),
        (one(secure=True), "http://example.org/", False),
        (one(secure=True), "https://example.org/", True),
    ],
)
def test_whom_a_cookie_goes_to(cookie: Cookie, address: str, goes: bool) -> None:
    assert (pairs_for([cookie], address, NOW) == {"n": "canary"}) is goes


@given(HOSTS, st.booleans(), PATHS, st.booleans(), HOSTS, PATHS, st.sampled_from(["http", "https"]))
def test_by_words_of_the_host_and_parts_of_the_path(
    domain: str, below: bool, path: str, secure: bool, host: str, asked: str, scheme: str
) -> None:
    cookie, address = one(domain, below=below, path=path, secure=secure), f"{scheme}://{host}{asked}"
    words, parts = domain.split("."), path.rstrip("/").split("/")
    is_number = host.replace(".", "").isdigit()
    is_below = below and len(words) > 1 and not is_number and host.split(".")[-len(words) :] == words
    is_within = asked.split("/")[: len(parts)] == parts and not (path.endswith("/") and asked == path.rstrip("/"))
    goes = (host == domain or is_below) and is_within and (scheme == "https" or not secure)
    assert bool(pairs_for([cookie], address, NOW)) is goes


def test_of_one_name_the_nearest_counts_and_old_ones_are_gone() -> None:
    cookies = [
        Cookie("example.org", True, "/", False, None, "n", "wide"),
        Cookie("files.example.org", False, "/", False, None, "n", "host"),
        Cookie("files.example.org", False, "/a", False, NOW + 1, "n", "path"),
        Cookie("files.example.org", False, "/a/b", False, NOW - 1, "n", "old"),
        Cookie("files.example.org", False, "/", False, None, "letters", "grün"),
    ]
    found = pairs_for(cookies, "http://files.example.org/a/b/c", NOW)
    assert found == {"n": "path", "letters": "grün".encode().decode("latin-1")}
    assert pairs_for(cookies, "http://files.example.org/", NOW)["n"] == "host"


def test_the_line_of_one_origin_goes_to_no_other_port() -> None:
    cookies = read_line(" Cookie: a=1; b=x=y ;c=", "https://h.example:8443/deep/x")
    assert pairs_for(cookies, "https://h.example:8443/", NOW) == {"a": "1", "b": "x=y", "c": ""}
    for other in ("https://h.example/", "http://h.example:8443/", "https://sub.h.example:8443/"):
        assert pairs_for(cookies, other, NOW) == {}


@pytest.mark.parametrize("bad", ["", "Cookie:", "word", "a=1; b", "a=1\nSet: x=2; c", "a b=1", "a=1\x07"])
def test_what_is_no_line_is_refused_without_a_word_of_it(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^(cookies are written|this is no cookie)"):
        read_line(bad, "http://h.example/")


def test_a_netscape_text_of_any_program_is_read() -> None:
    text = (
        "\ufeff# Netscape HTTP Cookie File\r\n# words\r\n\r\n"
        ".example.org\tTRUE\t/\tTRUE\t1900000000.5\ta\t1\r\n"
        "#HttpOnly_h.example\tFALSE\t/x\tFALSE\t0\tb\t\r\n"
        "h.example\tFALSE\t/x\tFALSE\t\tc\n"
        "h.example\tFALSE\t/x\tFALSE\t0\tbad name\t1\n"
    )
    wide, quiet, cut = read_netscape(text)
    assert wide == Cookie("example.org", True, "/", True, 1_900_000_000.5, "a", "1")
    assert quiet == Cookie("h.example", False, "/x", False, None, "b", "")
    assert (cut.name, cut.value, cut.expires) == ("c", "", None)
    assert read_cookies(text, "http://h.example/") == (wide, quiet, cut)
    assert read_netscape("# HTTP Cookie File") == ()


@pytest.mark.parametrize(
    "bad", ["", "<html>", "a\tb\n", "h\tYES\t/\tFALSE\t0\ta\tb", "h\tTRUE\t/\tFALSE\t0\ta\tb\n" * (MOST + 1)]
)
def test_what_is_no_cookies_txt_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="cookies"):
        read_netscape(bad)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = read_cookies(text, "http://h.example/")
    except ValueError:
        return
    for cookie in found:
        assert cookie_of_row(cookie_row(cookie)) == cookie
        assert all(32 <= ord(char) != 127 for char in cookie.value)


@pytest.mark.parametrize("row", [None, [], ["h"] * 8, ["h", True, "/", False, "soon", "n", "v", ""], {"a": 1}])
def test_bad_rows_are_refused(row: object) -> None:
    with pytest.raises(ValueError, match="a cookie"):
        cookie_of_row(row)


def test_a_value_is_not_in_what_a_log_would_print() -> None:
    assert "canary" not in repr(one())


@pytest.mark.parametrize(
    ("host", "domains"),
    [
        ("a.b.example.org", ("a.b.example.org", "b.example.org", "example.org")),
        ("example.org", ("example.org",)),
        ("localhost", ("localhost",)),
        ("127.0.0.1", ("127.0.0.1",)),
        ("::1", ("::1",)),
    ],
)
def test_a_site_is_a_host_and_its_parents(host: str, domains: tuple[str, ...]) -> None:
    assert site_domains(host) == domains
