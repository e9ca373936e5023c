import time

import pytest
from headrace.net.disposition import disposition_filename
from hypothesis import example, given, settings
from hypothesis import strategies as st

A_UMLAUT = "\xe4"
EURO = "\u20ac"
RAW_UTF8 = "foo-\xe4.html".encode().decode("latin-1")
"""How `http.client` hands on a name whose bytes are UTF-8."""

BY_THE_RFC = [
    # RFC 6266: type, parameter, token, quoted-string
    ("type alone", "attachment", None),
    ("inline alone", "inline", None),
    ("token", "attachment; filename=foo.html", "foo.html"),
    ("quoted", 'attachment; filename="foo.html"', "foo.html"),
    ("inline with a name", 'inline; filename="foo.html"', "foo.html"),
    ("unknown type counts as attachment", 'foobar; filename="foo.html"', "foo.html"),
    ("names in any case", 'ATTACHMENT; FILENAME="foo.html"', "foo.html"),
    ("spaces around the equals sign", 'attachment; filename = "foo.html"', "foo.html"),
    ("tabs", 'attachment;\tfilename\t=\t"foo.html"', "foo.html"),
    ("no space behind the semicolon", 'attachment;filename="foo.html"', "foo.html"),
    ("folded line", 'attachment;\r\n filename="foo.html"', "foo.html"),
    ("semicolon in quotes", 'attachment; filename="a;b.html"', "a;b.html"),
    ("parameter look-alike in quotes", 'attachment; foo="x; filename=bad.html"; filename="a.html"', "a.html"),
    ("equals sign in quotes", 'attachment; filename="a=b.html"', "a=b.html"),
    ("comma in quotes", 'attachment; filename="a, attachment; b.html"', "a, attachment; b.html"),
    ("spaces kept in quotes", 'attachment; filename="a  b.html"', "a  b.html"),
    ("escaped letter", 'attachment; filename="f\\oo.html"', "foo.html"),
    ("escaped quote", 'attachment; filename="\\"quoting\\".html"', '"quoting".html'),
    ("escaped backslash", 'attachment; filename="a\\\\b.html"', "a\\b.html"),
    ("single quotes are part of a token", "attachment; filename='foo.html'", "'foo.html'"),
    ("another parameter first", 'attachment; foo="bar"; filename="foo.html"', "foo.html"),
    ("another parameter with an escape", 'attachment; foo="\\"\\\\"; filename="foo.html"', "foo.html"),
    ("another parameter behind", 'attachment; filename="foo.html"; size=100', "foo.html"),
    ("name is another parameter", 'attachment; name="foo.html"', None),
    ("longer name of a parameter", 'attachment; xfilename="foo.html"', None),
    ("a path is handed on whole", 'attachment; filename="/foo/bar.html"', "/foo/bar.html"),
    ("dates are ignored", 'attachment; creation-date="Wed, 12 Feb 1997 16:29:51 -0500"', None),
    ("empty", 'attachment; filename=""', None),
    ("empty token", "attachment; filename=; x=y", None),
    # RFC 8187: the extended parameter
    ("UTF-8", "attachment; filename*=UTF-8''foo-%c3%a4-%e2%82%ac.html", f"foo-{A_UMLAUT}-{EURO}.html"),
    ("charset in lower case", "attachment; filename*=utf-8''foo-%C3%A4.html", f"foo-{A_UMLAUT}.html"),
    ("ISO-8859-1", "attachment; filename*=iso-8859-1''foo-%E4.html", f"foo-{A_UMLAUT}.html"),
    ("language", "attachment; filename*=UTF-8'en-US'foo%20bar.html", "foo bar.html"),
    ("decomposed characters stay", "attachment; filename*=UTF-8''foo-a%cc%88.html", "foo-a\u0308.html"),
    ("decoded once", "attachment; filename*=UTF-8''a%2541.html", "a%41.html"),
    ("encoded quote, backslash, slash", "attachment; filename*=UTF-8''%22%5c%2f.html", '"\\/.html'),
    ("space behind the equals sign", "attachment; filename*= UTF-8''foo.html", "foo.html"),
    ("space before the equals sign", "attachment; filename* =UTF-8''foo.html", "foo.html"),
    ("space before the star", "attachment; filename *=UTF-8''foo.html", None),
    ("GBK", "attachment; filename*=GBK''%d6%d0.html", "\u4e2d.html"),
    ("UTF-8 that claims Latin-1", "attachment; filename*=iso-8859-1''%c3%a4.html", "\xc3\xa4.html"),
    # N13: both parameters
    ("extended behind", "attachment; filename=a; filename*=UTF-8''b", "b"),
    ("extended in front", "attachment; filename*=UTF-8''b; filename=a", "b"),
    ("extended and quoted plain", "attachment; filename=\"a\"; filename*=UTF-8''b", "b"),
    ("extended before continued", "attachment; filename*0=a; filename*=UTF-8''b", "b"),
    ("continued before plain", 'attachment; filename=a; filename*0="b"; filename*1="c"', "bc"),
    # N14: an extended parameter that is not in order is ignored
    ("bytes that are not UTF-8", "attachment; filename*=UTF-8''%ff; filename=a", "a"),
    ("Latin-1 that claims UTF-8", "attachment; filename*=UTF-8''foo-%E4.html", None),
    ("unknown charset", "attachment; filename*=foo''b; filename=a", "a"),
    ("a codec that is no charset", "attachment; filename*=rot13''b; filename=a", "a"),
    ("charset with a look-alike letter", "attachment; filename*=\u017fhift_jis''b; filename=a", "a"),
    ("charset with a path", "attachment; filename*=../os''b; filename=a", "a"),
    ("charset with NUL", "attachment; filename*=utf-8\0''b; filename=a", "a"),
    ("no charset", "attachment; filename*=''b; filename=a", "a"),
    ("no quotes at all", "attachment; filename*=b; filename=a", "a"),
    ("one quote", "attachment; filename*=UTF-8'b; filename=a", "a"),
    ("half a percent", "attachment; filename*=UTF-8''b%; filename=a", "a"),
    ("percent and one digit", "attachment; filename*=UTF-8''b%4; filename=a", "a"),
    ("percent without digits", "attachment; filename*=UTF-8''b%zz; filename=a", "a"),
    ("in quotes", "attachment; filename*=\"UTF-8''b\"; filename=a", "a"),
    ("empty extended", "attachment; filename*=UTF-8''; filename=a", "a"),
    # RFC 2231: continuations
    ("two parts", 'attachment; filename*0="foo."; filename*1="html"', "foo.html"),
    ("three encoded parts", "attachment; filename*0*=UTF-8''a-%c3; filename*1*=%a4-; filename*2=b%41", "a-\xe4-b%41"),
    ("encoded behind plain", "attachment; filename*0=a; filename*1*=%c3%a4", f"a{A_UMLAUT}"),
    ("parts in any order", 'attachment; filename*1="html"; filename*0="foo."', "foo.html"),
    ("a gap ends the name", "attachment; filename*0=foo; filename*2=bar", "foo"),
    ("leading zero is no part", "attachment; filename*0=foo; filename*01=bar", "foo"),
    ("first part missing", "attachment; filename*1=foo; filename*2=bar", None),
    ("first part missing, plain there", "attachment; filename*1=foo; filename=a", "a"),
    ("first part without charset", "attachment; filename*0*=foo; filename=a", "a"),
    ("bad bytes in a part", "attachment; filename*0*=UTF-8''%ff; filename=a", "a"),
    ("eleven parts", "; ".join(f"filename*{n}={n}" for n in range(11)), "012345678910"),
    ("a part number beyond reason", f"attachment; filename*{'9' * 3000}=x; filename=a", "a"),
    # N17: two headers, joined
    ("two equal", "attachment; filename=a, attachment; filename=a", "a"),
    ("two different", 'attachment; filename="a", attachment; filename="b"', "a"),
    ("the second one extended", "attachment; filename=a, inline; filename*=UTF-8''b", "a"),
    ("the first without a name", "attachment, attachment; filename=b", "b"),
    ("the same name twice", "attachment; filename=a; filename=b", "a"),
    ("the same extended name twice", "attachment; filename*=UTF-8''a; filename*=UTF-8''b", "a"),
]

DEVIATIONS = [
    # The RFC calls these invalid; a person still gets the name that was meant.
    ("no type", "filename=foo.html", "foo.html"),
    ("no type, semicolon", '; filename="foo.html"', "foo.html"),
    ("type in quotes", '"attachment"; filename=foo.html', "foo.html"),
    ("no semicolon behind the type", "attachment filename=foo.html", "foo.html"),
    ("comma behind the type", 'attachment, filename="foo.html"', "foo.html"),
    ("semicolons doubled", "attachment;; ; filename=foo.html;;", "foo.html"),
    ("no semicolon between parameters", "attachment; filename=foo bar.html size=1", "foo bar.html size=1"),
    # N18: quotes and spaces out of place
    ("text behind the quotes is dropped", 'attachment; filename="a".txt', "a"),
    ("token with a space", "attachment; filename=foo bar", "foo bar"),
    ("token with a comma", "attachment; filename=Doe, Jane.pdf", "Doe, Jane.pdf"),
    ("token with brackets", "attachment; filename=foo[1](2).html", "foo[1](2).html"),
    ("quote never closed", 'attachment; filename="foo.html', "foo.html"),
    ("quote never closed, more behind", "attachment; filename=\"foo.html; filename*=UTF-8''b", "b"),
    ("quote never opened", 'attachment; filename=foo.html"', "foo.html"),
    ("quote within a token", 'attachment; filename=foo"bar.html', 'foo"bar.html'),
    ("quotes within quotes", 'attachment; filename="foo "bar" baz.txt"', 'foo "bar" baz.txt'),
    ("escape at the end", 'attachment; filename="foo\\', "foo\\"),
    ("only a quote", 'attachment; filename="', None),
    ("a Windows path keeps its backslashes", 'attachment; filename="C:\\temp\\a.txt"', "C:\\temp\\a.txt"),
    ("a share keeps its backslashes", 'attachment; filename="\\\\srv\\new\\a.txt"', "\\\\srv\\new\\a.txt"),
    # filename* that is nearly right, when there is nothing better
    ("extended in quotes, alone", "attachment; filename*=\"UTF-8''b%20c\"", "b c"),
    ("quotes within the extended value", "attachment; filename*=UTF-8''\"b.html\"", "b.html"),
    ("extended with a raw space", "attachment; filename*=UTF-8''b c.html", "b c.html"),
    ("extended with raw bytes", f"attachment; filename*=UTF-8''{RAW_UTF8}", f"foo-{A_UMLAUT}.html"),
    # N15: what stands in a plain filename. The RFC knows Latin-1 alone, and takes %xx and RFC 2047 literally
    ("raw UTF-8", f'attachment; filename="{RAW_UTF8}"', f"foo-{A_UMLAUT}.html"),
    ("raw UTF-8 token", f"attachment; filename={RAW_UTF8}", f"foo-{A_UMLAUT}.html"),
    ("raw Latin-1", f'attachment; filename="foo-{A_UMLAUT}.html"', f"foo-{A_UMLAUT}.html"),
    ("text already decoded", f'attachment; filename="{EURO}.html"', f"{EURO}.html"),
    ("RFC 2047 Q", 'attachment; filename="=?ISO-8859-1?Q?foo-=E4_b.html?="', f"foo-{A_UMLAUT} b.html"),
    ("RFC 2047 Q token", "attachment; filename==?ISO-8859-1?Q?foo-=E4.html?=", f"foo-{A_UMLAUT}.html"),
    ("RFC 2047 B", 'attachment; filename="=?utf-8?b?Zm9vLcOkLmh0bWw=?="', f"foo-{A_UMLAUT}.html"),
    ("RFC 2047 B unpadded", 'attachment; filename="=?utf-8?b?Zm9vLcOkLmh0bWw?="', f"foo-{A_UMLAUT}.html"),
    ("RFC 2047 in two words", 'attachment; filename="=?utf-8?Q?a=C3?= =?utf-8?Q?=A4?="', f"a{A_UMLAUT}"),
    ("RFC 2047, two charsets", 'attachment; filename="=?latin1?Q?=E4?= =?utf-8?Q?=C3=A4?="', A_UMLAUT * 2),
    ("RFC 2047 with a language", 'attachment; filename="=?utf-8*de?Q?=C3=A4?="', A_UMLAUT),
    ("RFC 2047 and an extension", 'attachment; filename="=?utf-8?Q?=C3=A4?=.txt"', f"{A_UMLAUT}.txt"),
    ("RFC 2047, unknown charset", 'attachment; filename="=?zlib?B?eJw=?="', "=?zlib?B?eJw=?="),
    ("RFC 2047, broken base64", 'attachment; filename="=?utf-8?B?a?="', "=?utf-8?B?a?="),
    ("RFC 2047, bytes that are not UTF-8", 'attachment; filename="=?utf-8?Q?=E4?="', "=?utf-8?Q?=E4?="),
    ("RFC 2047, one of two unknown", 'attachment; filename="=?x?Q?a?= =?utf-8?Q?b?="', "=?x?Q?a?==?utf-8?Q?b?="),
    ("percent in UTF-8", 'attachment; filename="foo-%c3%a4%20b.html"', f"foo-{A_UMLAUT} b.html"),
    ("percent in ASCII", "attachment; filename=foo-%41.html", "foo-A.html"),
    ("percent in Latin-1", 'attachment; filename="foo-%E4.html"', "foo-%E4.html"),
    ("percent sign alone", 'attachment; filename="100%.html"', "100%.html"),
    ("percent with raw UTF-8", f'attachment; filename="%20{RAW_UTF8}"', f" foo-{A_UMLAUT}.html"),
    ("percent decoded once", 'attachment; filename="%2541.html"', "%41.html"),
    ("plus is a plus", 'attachment; filename="a+b.html"', "a+b.html"),
]


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(value, expected, id=name) for name, value, expected in BY_THE_RFC]
)
def test_headers_as_the_rfcs_have_them_n13_n14_n16_n17(value: str, expected: str | None) -> None:
    assert disposition_filename(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(value, expected, id=name) for name, value, expected in DEVIATIONS]
)
def test_deviations_on_purpose_n15_n18(value: str, expected: str | None) -> None:
    assert disposition_filename(value) == expected


@pytest.mark.parametrize("value", [None, "", " ", ";", "=", ",", '"', "\\", "\r\n", "=;=;=", "filename", "*=''"])
def test_a_header_that_says_nothing_names_nothing(value: str | None) -> None:
    assert disposition_filename(value) is None


@pytest.mark.parametrize(
    "charset",
    "utf-8 utf8 us-ascii latin1 latin-1 gbk gb2312 gb18030 big5 cp949 euc-kr euc-jp iso-2022-jp shift_jis shift-jis "
    "cp932 koi8-r koi8-u iso-8859-1 iso-8859-9 iso-8859-10 iso-8859-11 iso-8859-13 iso-8859-14 "
    "iso-8859-15 iso-8859-16 windows-1250 windows-1258 cp1251 cp1252".split(),
)
def test_every_charset_accepted_is_known(charset: str) -> None:
    assert disposition_filename(f"attachment; filename*={charset.upper()}''a%2Eb") == "a.b"


def test_what_comes_behind_four_and_a_half_kib_is_not_read() -> None:
    assert disposition_filename(f'attachment; x="{"y" * 4500}"; filename=a') == "a"
    assert disposition_filename(f'attachment; x="{"y" * 5000}"; filename=a') is None


def test_of_joined_headers_sixteen_are_read() -> None:
    assert disposition_filename("attachment; x=y, " * 15 + "attachment; filename=a") == "a"
    assert disposition_filename("attachment; x=y, " * 16 + "attachment; filename=a") is None


HOSTILE = [
    "attachment; " + 'a="' * 22_000,
    "attachment; " + 'a="\\";' * 11_000,
    "attachment; " + "filename" * 8_000,
    'attachment; filename="' + "\\" * 65_000,
    'attachment; filename="' + '"' * 65_000,
    'attachment; filename="' + '" ' * 32_000,
    "attachment; filename=" + "=?utf-8?Q?a" * 6_000,
    "attachment; filename=" + "=?utf-8?B?YQ==?= " * 4_000,
    "attachment; filename=" + "%41%ff" * 11_000,
    "attachment; filename=" + ", attachment" * 5_400,
    "attachment" + ", attachment; filename=" * 2_800,
    "attachment" + "; filename*0=" * 5_000,
    "attachment" + "".join(f"; filename*{n}*=%41" for n in range(3_500)),
    "attachment; filename*=" + "'" * 65_000,
    "attachment; filename*=UTF-8''" + "%" * 65_000,
    ";" * 65_536,
    "=" * 65_536,
    ", " * 32_768,
    " " * 65_536,
    "\r\n " * 21_000,
    "a=" + " " * 65_000,
]


@pytest.mark.calm
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: value[:24] + value[-4:])
def test_64_kib_of_malice_takes_a_millisecond_at_most(value: str) -> None:
    assert min(_seconds(value) for _ in range(20)) <= 0.001


def _seconds(value: str) -> float:
    start = time.perf_counter()
    disposition_filename(value)
    return time.perf_counter() - start


FORM_PIECE = st.sampled_from(["attachment", "filename", "*", "*0", "*1*", "=", ";", ",", " ", '"', "\\", "'", "\r\n"])
TEXT_PIECE = st.sampled_from(["%", "%c3", "%a4", "UTF-8''", "=?utf-8?Q?", "=?utf-8?B?", "?=", "a.txt", "../"])
BYTE_PIECE = st.sampled_from(["\0", "\xe4", "\xc3\xa4", "\udcff", EURO])
PIECES = st.lists(FORM_PIECE | TEXT_PIECE | BYTE_PIECE, max_size=40).map("".join)


@settings(max_examples=1000)
@given(st.one_of(st.text(st.characters()), PIECES))
@example("filename*0*=utf-8''\udcff")
def test_no_header_raises_n26(value: str) -> None:
    name = disposition_filename(value)
    assert name is None or 0 < len(name) <= len(value)


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_an_extended_name_comes_back_as_it_was(name: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    assert disposition_filename(f"attachment; filename=\"x\"; filename*=UTF-8''{encoded}") == name
