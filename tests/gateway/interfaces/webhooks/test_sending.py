"""Where webhooks may go: the open internet by https, and what names and numbers are not let through."""

from __future__ import annotations

import socket

import pytest

from anning.gateway.interfaces.webhooks import sending
from anning.gateway.interfaces.webhooks.sending import AddressError, judged


def resolving(monkeypatch, *hosts: str) -> None:
    """Let every name stand for these network addresses."""
    found = [(socket.AF_INET6 if ":" in host else socket.AF_INET, 1, 6, "", (host, 443)) for host in hosts]
    monkeypatch.setattr(sending.socket, "getaddrinfo", lambda *_args, **_more: found)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
    ],
)
def test_nothing_inside_is_posted_to_whatever_its_name(monkeypatch, host) -> None:
    resolving(monkeypatch, host)
    with pytest.raises(AddressError, match="inside a private network"):
        judged("https://harmless.example/hook", private=False)
    assert judged("https://harmless.example/hook", private=True)[1] == host


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_open_internet_is(monkeypatch, host) -> None:
    resolving(monkeypatch, host)
    assert judged("https://receiver.example:8443/hook?a=b", private=False)[1] == host


def test_one_inside_among_several_is_enough_to_refuse(monkeypatch) -> None:
    resolving(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(AddressError, match=r"10\.0\.0\.1"):
        judged("https://both.example/", private=False)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://receiver.example/", "must be an https address"),
        ("ftp://receiver.example/", "must be an https address"),
        ("https://receiver.example/a\0b", "is no address"),
        ("https://receiver.example/噪音", "is no address"),
        ("https:///path", "must be an https address"),
        ("https://me:secret@receiver.example/", "no user name"),
        ("https://receiver.example:99999/", "is no address"),
        ("https://no-such-name.invalid/", "cannot be resolved"),
    ],
)
def test_what_is_no_address_to_post_to_says_why(url, words) -> None:
    with pytest.raises(AddressError, match=words):
        judged(url, private=False)
