"""Signatures of webhooks: the published example, there and back, and everything that is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire.webhooks import SIGNATURE, TIMESTAMP, SignatureError, check, read_secret, signed, write_secret

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_the_example_the_standards_libraries_are_tested_with() -> None:
    made = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)
    assert made[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=1, max_size=64), st.text("abc_1", min_size=1), st.integers(0, 2**32), st.binary())
def test_what_is_signed_is_accepted(key, name, at, body) -> None:
    secret = write_secret(key)
    assert read_secret(secret) == key
    check(secret, {header.title(): value for header, value in signed(secret, name, at, body).items()}, body, at)


@given(st.binary(), st.binary())
def test_another_body_is_refused(body, other) -> None:
    headers = signed(SECRET, "m", 100, body)
    if body != other:
        with pytest.raises(SignatureError, match="was not made with this secret"):
            check(SECRET, headers, other, 100)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({SIGNATURE: ""}, "webhook-signature is missing"),
        ({SIGNATURE: "v1,AAAA v1a,AAAA"}, "was not made with this secret"),
        ({TIMESTAMP: "x"}, "'x' is no time"),
        ({TIMESTAMP: "101"}, "was not made with this secret"),
        ({TIMESTAMP: "401"}, "more than 300 s away"),
    ],
)
def test_what_is_wrong_is_said(change, words) -> None:
    headers = signed(SECRET, "m", 100, BODY) | change
    with pytest.raises(SignatureError, match=words):
        check(SECRET, headers, BODY, 100)


def test_several_signatures_serve_a_change_of_secret_and_a_secret_must_be_one() -> None:
    headers = signed(SECRET, "m", 100, BODY)
    check(SECRET, headers | {SIGNATURE: f"v1,AAAA {headers[SIGNATURE]}"}, BODY, 100)
    with pytest.raises(SignatureError, match="a secret is whsec_"):
        read_secret("whsec_!")
