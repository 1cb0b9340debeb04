"""A server is waited for until it answers, and no longer than said."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools import serving

pytestmark = pytest.mark.static


class Answering(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("status", [200, 404, 503])
def test_any_answer_is_an_answer_even_a_late_one(status: int) -> None:
    port = serving.free_port()
    handler = type("Handler", (Answering,), {"status": status})

    def later() -> None:
        time.sleep(0.3)
        with HTTPServer(("127.0.0.1", port), handler) as server:
            server.handle_request()

    thread = threading.Thread(target=later)
    thread.start()
    began = time.monotonic()
    serving.wait_until_up(port, 10)
    assert 0.2 < time.monotonic() - began < 5
    thread.join(10)


def test_silence_is_told_with_the_port() -> None:
    port = serving.free_port()
    with pytest.raises(RuntimeError, match=rf"port {port} did not answer within 0\.3 s"):
        serving.wait_until_up(port, 0.3)


def test_the_port_and_the_next_are_free() -> None:
    port = serving.free_port()
    for one in (port, port + 1):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", one))
