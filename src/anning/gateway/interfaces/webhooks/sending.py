"""Posting to an address somebody registered, without being led into the city's own network.

The name is resolved once, every address it stands for is judged, and the connection goes to an address so judged: what
the name means a moment later is of no account. Redirections are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

TIMEOUT_S = 10.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressError(ValueError):
    """An address one may not post to: says why and what would be right."""


def judged(url: str, *, private: bool) -> tuple[SplitResult, str]:
    """The parts of an address, and the network address it stands for.

    Without `private` only https to the open internet is let through.

    Raises:
        AddressError: the address is malformed, not https, cannot be resolved, or is inside a private network.
    """
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise AddressError(f"{url!r} is no address: it holds what must be written as %xx, or a name as xn--")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressError(f"{url} is no address ({error})") from error
    if parts.scheme not in (("https", "http") if private else ("https",)) or not parts.hostname:
        raise AddressError(f"{url} must be an https address")
    if parts.username or parts.password:
        raise AddressError("an address holds no user name and no password: the signature says who sends")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise AddressError(f"{parts.hostname} cannot be resolved ({error})") from error
    hosts = [str(row[4][0]) for row in found]
    inside = [host for host in hosts if not _public(host)]
    if inside and not private:
        raise AddressError(f"{parts.hostname} is {inside[0]}, which is inside a private network")
    return parts, hosts[0]


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """Post `body`; the HTTP status of the answer.

    Raises:
        AddressError: as `judged`.
        OSError, http.client.HTTPException: there is no answer.
    """
    parts, host = judged(url, private=private)
    connection = _connection(parts, host)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        connection.request("POST", path if path.startswith("/") else f"/{path}", body, dict(headers))
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


def _connection(parts: SplitResult, host: str) -> http.client.HTTPConnection:
    """A connection that goes to `host` and asks, and proves by its certificate, the name in the address."""
    name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(name, port, timeout=TIMEOUT_S)
    plain = socket.create_connection((host, port), TIMEOUT_S)
    try:
        secure = parts.scheme == "https"
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=name) if secure else plain
    except OSError:
        plain.close()
        raise
    return connection


def _public(host: str) -> bool:
    """Whether a network address lies in the open internet, also where it holds an older one inside."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast
