"""A live server in the test's own process, over the test's own database; its data commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections

from anning.project.wsgi import application


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _closing(environ, start_response):
    """The application, whose database connection ends with the answer: each has a thread of its own."""
    try:
        return list(application(environ, start_response))
    finally:
        connections.close_all()


@contextmanager
def serving() -> Iterator[str]:
    """The address of the platform, served on a free port."""
    server = make_server("127.0.0.1", 0, _closing, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
