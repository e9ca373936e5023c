"""Commands of curl and wget as people paste them, most of them copied from a browser's developer tools."""

import time
from itertools import pairwise

import pytest
from headrace.curl_command import CommandRequest, Refusal, Remark, has_command, parts_of
from headrace.shell_words import words_from
from hypothesis import given
from hypothesis import strategies as st


def requests_in(text: str) -> list[CommandRequest]:
    return [part for part in parts_of(text) if isinstance(part, CommandRequest)]


def the_one(text: str) -> CommandRequest:
    (request,) = requests_in(text)
    return request


CHROME_BASH = r"""curl 'https://media.example.edu/get?id=7&kind=zip' \
  -H 'accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' \
  -H 'accept-language: en-GB,en;q=0.9' \
  -b 'session=abc%3D%3D; theme=dark' \
  -H 'range: bytes=0-' \
  -H 'if-none-match: "v1"' \
  -H 'referer: https://media.example.edu/' \
  -H $'x-note: it\'s \u0021 fine' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \
  --compressed"""

CHROME_CMD = (
    'curl ^"https://media.example.edu/get?id=7^&kind=zip^&n=100^%^25^" ^\r\n'
    '  -H ^"accept: */*^" ^\r\n'
    '  -b ^"session=abc; note=^\\^"quoted^\\^"^" ^\r\n'
    '  -H ^"sec-ch-ua: ^\\^"Chromium^\\^";v=^\\^"130^\\^"^" ^\r\n'
    '  -H ^"user-agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)^"\r\n'
)

FIREFOX = (
    "curl 'https://files.example.org/a%20b.iso' --compressed -H 'User-Agent: Mozilla/5.0' -H 'Accept: */*' "
    "-H 'Accept-Encoding: gzip, deflate, br' -H 'Connection: keep-alive' -H 'Cookie: a=1' -H 'TE: trailers'"
)


def test_a_command_of_chrome_for_bash() -> None:
    found = the_one(CHROME_BASH)
    assert found.address == "https://media.example.edu/get?id=7&kind=zip"
    assert dict(found.headers) == {
        "accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "accept-language": "en-GB,en;q=0.9",
        "Cookie": "session=abc%3D%3D; theme=dark",
        "referer": "https://media.example.edu/",
        "x-note": "it's ! fine",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    assert (found.remarks, found.refusal, found.name) == (frozenset(), None, None)


@pytest.mark.parametrize("text", [CHROME_CMD, CHROME_CMD.replace("\r\n", "\n")])
def test_a_command_of_chrome_for_windows(text: str) -> None:
    found = the_one(text)
    assert found.address == "https://media.example.edu/get?id=7&kind=zip&n=100%25"
    assert dict(found.headers) == {
        "accept": "*/*",
        "Cookie": 'session=abc; note="quoted"',
        "sec-ch-ua": '"Chromium";v="130"',
        "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    }


def test_a_command_of_firefox() -> None:
    found = the_one(FIREFOX)
    assert found.address == "https://files.example.org/a%20b.iso"
    assert dict(found.headers) == {"User-Agent": "Mozilla/5.0", "Accept": "*/*", "Cookie": "a=1"}


def test_several_in_a_row_with_text_around_them() -> None:
    parts = list(
        parts_of(
            f"see https://a.org/1\n{CHROME_BASH} ;\ncurl https://b.org/2 && curl -O https://c.org/3\nhttps://d.org/4"
        )
    )
    kinds = [part.address if isinstance(part, CommandRequest) else part.strip(" ;&\n") for part in parts]
    assert [kind for kind in kinds if kind] == [
        "see https://a.org/1",
        "https://media.example.edu/get?id=7&kind=zip",
        "https://b.org/2",
        "https://c.org/3",
        "https://d.org/4",
    ]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("-o out.zip", "out.zip"),
        ("--output=dir/out.zip", "out.zip"),
        ("-sSLo out.zip", "out.zip"),
        ("-oout.zip", "out.zip"),
        ("-O", None),
        ("-o -", None),
        ("-o /dev/null", None),
        (r"-o 'C:\x\out.zip'", "out.zip"),
    ],
)
def test_the_name(options: str, name: str | None) -> None:
    assert the_one(f"curl {options} https://a.org/x").name == name


def test_names_go_to_their_addresses() -> None:
    found = requests_in("curl -o one https://a.org/1 -o two https://a.org/2 --next -A x https://a.org/3")
    assert [(each.address[-1], each.name, each.headers) for each in found] == [
        ("1", "one", ()),
        ("2", "two", ()),
        ("3", None, (("User-Agent", "x"),)),
    ]


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ("-A agent -e https://b.org/ -b a=1", {"User-Agent": "agent", "Referer": "https://b.org/", "Cookie": "a=1"}),
        ("--user-agent=agent --referer 'https://b.org;auto'", {"User-Agent": "agent", "Referer": "https://b.org"}),
        ("-H 'User-Agent: mine' -A other", {"User-Agent": "mine"}),
        ("-u name:pass", {"Authorization": "Basic bmFtZTpwYXNz"}),
        ("--oauth2-bearer TOKEN", {"Authorization": "Bearer TOKEN"}),
        ("-H 'Accept:' -H 'X-Empty;' -H ':authority: a.org' -H 'Host: a.org' -H 'Proxy-Connection: x'", {}),
        ('-H "X-A: say \\"hi\\" \\$1"', {"X-A": 'say "hi" $1'}),
        (r"-H $'X-A: \x41\102\tb'", {"X-A": "AB\tb"}),
        ("-H 'X-A: '\"b c\"d", {"X-A": "b cd"}),
    ],
)
def test_headers(options: str, headers: dict[str, str]) -> None:
    found = the_one(f"curl https://a.org/x {options}")
    assert dict(found.headers) == headers
    assert found.remarks == frozenset()


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ("-d a=1", Refusal.SENDS_DATA),
        ("--data-raw '{\"a\": 1}'", Refusal.SENDS_DATA),
        ("-F file=@x", Refusal.SENDS_DATA),
        ("-T x", Refusal.SENDS_DATA),
        ("-X POST", Refusal.OTHER_METHOD),
        ("--request=DELETE", Refusal.OTHER_METHOD),
        ("-I", Refusal.OTHER_METHOD),
        ("-X GET", None),
        ("-G -d a=1", None),
    ],
)
def test_what_cannot_be_a_download(options: str, refusal: Refusal | None) -> None:
    assert the_one(f"curl https://a.org/x {options}").refusal == refusal


@pytest.mark.parametrize(
    ("options", "proxy"),
    [
        ("-x proxy.example:3128", "http://proxy.example:3128"),
        ("-x proxy.example", "http://proxy.example:1080"),
        ("-x https://proxy.example:8443/ -U ann:p@w", "https://ann:p%40w@proxy.example:8443"),
        ("--proxy socks5://ann:pw@[::1]", "socks5://ann:pw@[::1]:1080"),
        ("--socks5-hostname localhost:9050", "socks5h://localhost:9050"),
        ("--socks4a localhost", "socks4a://localhost:1080"),
        ("-x ''", None),
        ("", None),
    ],
)
def test_its_proxy_is_used(options: str, proxy: str | None) -> None:
    found = the_one(f"curl https://a.org/x {options}")
    assert (found.proxy, found.remarks) == (proxy, frozenset())


@pytest.mark.parametrize(
    ("options", "remark"),
    [
        ("-x ftp://proxy.example:3128", Remark.PROXY),
        ("--preproxy socks5://localhost:9050", Remark.PROXY),
        ("-k", Remark.CERTIFICATE),
        ("-sk", Remark.CERTIFICATE),
        ("-b cookies.txt", Remark.COOKIE_FILE),
        ("-K options.txt", Remark.OTHER_FILE),
        ("-H @headers.txt", Remark.OTHER_FILE),
        ("-r 0-99", Remark.RANGE),
        ("--ntlm -u a:b", Remark.LOGIN_KIND),
        ("-H 'X-A: \N{SNOWMAN}'", Remark.HEADER),
    ],
)
def test_what_is_not_done_is_named(options: str, remark: Remark) -> None:
    found = the_one(f"curl https://a.org/x {options}")
    assert (found.remarks, found.refusal) == (frozenset({remark}), None)


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("curl https://a.org/x -b /home/ann/cookies.txt", "/home/ann/cookies.txt"),
        ("curl -b '~/my cookies.txt' https://a.org/x", "~/my cookies.txt"),
        (r"curl https://a.org/x -b 'C:\Users\ann\c.txt'", r"C:\Users\ann\c.txt"),
        ("wget --load-cookies=/srv/c.txt https://a.org/x", "/srv/c.txt"),
        ("curl https://a.org/x -b 'a=1; b=2'", None),
        ("curl https://a.org/x -b ''", None),
    ],
)
def test_a_file_of_cookies_that_is_named_in_full_is_used(command: str, file: str | None) -> None:
    found = the_one(command)
    assert (found.cookie_file, found.remarks) == (file, frozenset())


def test_data_as_query() -> None:
    assert the_one("curl -G https://a.org/x -d a=1 -d 'b=2 3'").address == "https://a.org/x?a=1&b=2 3"


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ("-G --data-urlencode 'q=a b&c'", "https://a.org/x?q=a+b%26c"),
        ("-G --data-urlencode '=a=b'", "https://a.org/x?a%3Db"),
        ("-G --data-urlencode 'a b/~-._\u00e9'", "https://a.org/x?a+b%2F~-._%C3%A9"),
        ("-G --data-urlencode 'na me=1+1' -d r=2 -d ''", "https://a.org/x?na me=1%2B1&r=2"),
        ("-G --data-urlencode q= --data-raw @f", "https://a.org/x?q=&@f"),
        ("--url-query 'q=a b' --url-query c", "https://a.org/x?q=a+b&c"),
        ("--url-query=+q=a%20b", "https://a.org/x?q=a%20b"),
        ("-G --url-query q=1 -d d=2", "https://a.org/x?d=2"),
        ("-G -d ''", "https://a.org/x"),
    ],
)
def test_what_is_asked_for_is_encoded_as_curl_does(options: str, address: str) -> None:
    found = the_one(f"curl https://a.org/x {options}")
    assert (found.address, found.remarks, found.refusal) == (address, frozenset(), None)


@pytest.mark.parametrize("options", ["-d @f", "--data-urlencode @f", "--data-urlencode n@f", "--url-query n@f"])
def test_what_is_asked_for_may_be_in_a_file(options: str) -> None:
    found = the_one(f"curl -G https://a.org/x {options}")
    assert (found.address, found.remarks) == ("https://a.org/x", frozenset({Remark.OTHER_FILE}))


def test_what_is_asked_for_stands_before_a_fragment() -> None:
    assert the_one("curl 'https://a.org/x?z=1#top' --url-query q=1").address == "https://a.org/x?z=1&q=1#top"


def test_values_of_options_nobody_needs_are_no_addresses() -> None:
    line = "curl --retry 5 --max-time 30 -m 3 -w '%{http_code}' --resolve a.org:443:10.0.0.1 -C - https://a.org/x -L"
    assert the_one(line).address == "https://a.org/x"


def test_brackets_and_addresses_without_a_scheme() -> None:
    assert the_one("curl 'https://a.org/[1-3].jpg'").literal is False
    assert the_one("curl -g 'https://a.org/[1-3].jpg'").literal is True
    assert the_one("curl example.org/x.zip").address == "http://example.org/x.zip"
    assert the_one("$ curl.exe https://a.org/x").address == "https://a.org/x"


@pytest.mark.parametrize(
    "text", ["curl is a tool", "curl", "I use curl https://a.org/x", "curly https://a.org/x", "wget!"]
)
def test_what_is_no_command_is_plain_text(text: str) -> None:
    assert "".join(part for part in parts_of(text) if isinstance(part, str)) == text


def test_wget() -> None:
    found = the_one(
        "wget -qc --header='X-A: 1' --header 'Cookie: b=2' -U agent --referer=https://b.org/ --limit-rate=500k "
        "--user=name --password=pass -nc -nv --tries=3 -P /tmp -O out.bin 'https://a.org/[1-3]'"
    )
    assert dict(found.headers) == {
        "User-Agent": "agent",
        "Referer": "https://b.org/",
        "Authorization": "Basic bmFtZTpwYXNz",
        "X-A": "1",
        "Cookie": "b=2",
    }
    assert (found.name, found.limit, found.literal, found.refusal) == ("out.bin", 500_000, True, None)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [("--post-data=a", Refusal.SENDS_DATA), ("-r", Refusal.WHOLE_SITE), ("--mirror", Refusal.WHOLE_SITE)],
)
def test_wget_refused(options: str, refusal: Refusal) -> None:
    assert the_one(f"wget {options} https://a.org/x").refusal is refusal


def test_secrets_are_not_in_what_a_log_would_show() -> None:
    assert "abc" not in repr(the_one(CHROME_BASH))


def test_carriage_returns_and_escaped_blanks() -> None:
    words, _ = words_from("a\\ b 'c\nd' \\\r\n  e\nf", 0)
    assert words == ["a b", "c\nd", "e"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"a: ""b"";v=""1"""', ['a: "b";v="1"']),
        ('"""a"', ['"a']),
        ('"" x', ["", "x"]),
        ('a"b"c"" d', ["abc", "d"]),
        (r'"a\\" "b\"" c', ["a\\", 'b"', "c"]),
        (r'"a\"" b', ['a"', "b"]),
        (r'"a\" "b\"" c"', ['a" b" c']),
    ],
)
def test_quotes_of_windows(line: str, words: list[str]) -> None:
    assert words_from(f"{line} ^\n", 0)[0] == words


def test_an_encoded_line_end_of_cmd() -> None:
    words, _ = words_from('^"a^\n\nb^" ^\nc', 0)
    assert words == ["a\nb", "c"]


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1))
def test_words_quoted_for_bash_come_back(words: list[str]) -> None:
    line = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    if not any("^" in word for word in words):
        assert words_from(line, 0)[0] == words


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    list(parts_of(text))
    list(parts_of(f"curl {text}"))
    list(parts_of(f"wget {text} ^\n{text}"))


@given(st.text(alphabet="curl \\\n'\"$^-Hok;&ab:/."))
def test_plain_parts_are_stretches_of_the_text_in_order(text: str) -> None:
    places = [text.find(part) for part in parts_of(text) if isinstance(part, str) and part.strip()]
    assert all(place >= 0 for place in places)
    assert all(first <= second for first, second in pairwise(places))


def test_a_thousand_commands_are_read_quickly() -> None:
    began = time.perf_counter()
    assert len(requests_in("\n".join([CHROME_BASH] * 1000))) == 1000
    assert time.perf_counter() - began < 3.0
    assert has_command(CHROME_BASH)
