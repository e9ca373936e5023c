"""What servers say of how to log in: read as RFC 9110 has it, and never a way to an exception."""

import pytest
from headrace.net.challenges import Challenge, Means, best_of, challenges
from hypothesis import given
from hypothesis import strategies as st

DIGEST = 'Digest realm="a, b", nonce="x\\"y", qop="auth,auth-int", algorithm=SHA-256, stale=TRUE'


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, []),
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="x"', [("basic", {"realm": "x"})]),
        ('basic REALM = x , charset="UTF-8"', [("basic", {"realm": "x", "charset": "UTF-8"})]),
        ("Negotiate YWJj==, Basic realm=x", [("negotiate", {}), ("basic", {"realm": "x"})]),
        (
            f'Newauth realm="apps", type=1, {DIGEST}, Bearer',
            [
                ("newauth", {"realm": "apps", "type": "1"}),
                (
                    "digest",
                    {
                        "realm": "a, b",
                        "nonce": 'x"y',
                        "qop": "auth,auth-int",
                        "algorithm": "SHA-256",
                        "stale": "TRUE",
                    },
                ),
                ("bearer", {}),
            ],
        ),
        (', ,Basic realm="x",,', [("basic", {"realm": "x"})]),
        ('realm="nobody asked", Basic realm="x", realm="second"', [("basic", {"realm": "x"})]),
        ('Basic realm="open', [("basic", {}), ("open", {})]),
        ("\x00\xff;;, Basic", [("basic", {})]),
    ],
)
def test_what_is_said_is_read(said: str | None, found: list[tuple[str, dict[str, str]]]) -> None:
    assert [(one.scheme, dict(one.parameters)) for one in challenges(said)] == found


@given(st.text(st.characters(max_codepoint=255), max_size=200) | st.text(' ,="\\Basicdgest', max_size=60))
def test_nothing_that_is_said_raises(said: str) -> None:
    assert all(isinstance(one, Challenge) for one in challenges(said))


def test_a_long_one_is_read_in_no_time() -> None:
    assert len(challenges("a" * 10_000_000)) <= 1
    assert challenges('x="' * 100_000) is not None
    assert challenges("Basic " * 100_000)


@pytest.mark.parametrize(
    ("said", "has_name", "best"),
    [
        (f"Basic, {DIGEST}", True, "digest"),
        ('Digest realm="x", nonce="y", algorithm=SHA-512-256, Basic', True, "basic"),
        ('Digest realm="x", nonce="y", qop="auth-int"', True, None),
        ('Digest realm="x"', True, None),
        ('Digest realm="x", nonce="y"', True, "digest"),
        ("Bearer, Basic", True, "basic"),
        ("Bearer, Basic", False, "bearer"),
        ("Basic", False, None),
        ("Negotiate", True, "negotiate"),
        ("Negotiate, NTLM, Basic", True, "ntlm"),
        (f"Negotiate, NTLM, {DIGEST}", True, "digest"),
        ("Negotiate, Basic", True, "negotiate"),
        ("Negotiate, NTLM", False, None),
        ("Kerberos, Basic", True, "basic"),
    ],
)
def test_the_safest_that_can_be_answered(said: str, has_name: bool, best: str | None) -> None:
    found = best_of(challenges(said), Means(has_name=has_name, has_token=not has_name))
    assert (found and found.scheme) == best


@pytest.mark.parametrize(
    ("said", "means", "best"),
    [
        (f"NTLM, Negotiate, Basic, {DIGEST}", Means(has_name=True, has_ticket=True), "negotiate"),
        ("NTLM, Basic", Means(has_ticket=True), None),
        ("NTLM, Basic", Means(has_name=True, readable=True), "basic"),
        (f"NTLM, Basic, {DIGEST}", Means(has_name=True, readable=True), "digest"),
        ("NTLM", Means(has_name=True, readable=True), "ntlm"),
        ("Negotiate, Bearer", Means(has_token=True), "bearer"),
        ("", Means(has_name=True, has_token=True, has_ticket=True, readable=True), None),
    ],
)
def test_what_a_person_allowed_counts(said: str, means: Means, best: str | None) -> None:
    found = best_of(challenges(said), means)
    assert (found and found.scheme) == best


@given(
    st.lists(st.sampled_from(["NTLM", "Negotiate", "Basic", "Bearer", DIGEST])),
    st.builds(Means, st.booleans(), st.booleans(), st.booleans()),
)
def test_nothing_is_told_readably_beside_something_safer(offered: list[str], means: Means) -> None:
    found = best_of(challenges(", ".join(offered)), means)
    if found is not None and found.scheme == "basic":
        assert not {"NTLM", "Negotiate", DIGEST} & {*offered}
    if found is not None and found.scheme == "negotiate":
        assert means.has_name or means.has_ticket


def test_a_token_in_the_place_of_parameters_is_read() -> None:
    assert [(one.scheme, one.token) for one in challenges("NTLM TlRM+/==, Negotiate YII=, Basic realm=x, NTLM")] == [
        ("ntlm", "TlRM+/=="),
        ("negotiate", "YII="),
        ("basic", ""),
        ("ntlm", ""),
    ]


def test_staleness() -> None:
    assert [one.is_stale for one in challenges(f"{DIGEST}, Basic stale=false, Basic")] == [True, False, False]
