"""Exports as downloads, sent while they are read."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.timezone import localtime

from anning.kernel.generic.export import FORMATS, Rows
from anning.kernel.work.errors import NotVisibleError


def stream(name: str, form: str, rows: Rows, columns: list[str]) -> StreamingHttpResponse:
    """The rows as a download called `name` in a format of `export.FORMATS`. Raises `NotVisibleError` for others."""
    if form not in FORMATS:
        raise NotVisibleError(form)
    write, media_type = FORMATS[form]
    stamp = f"{localtime(timezone.now()):%Y%m%d-%H%M}"
    answer = StreamingHttpResponse(_in_lumps(write(rows, columns)), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _in_lumps(pieces: Iterator[str], size: int = 65_536) -> Iterator[str]:
    """Small pieces joined: a chunk a line would cost more than the line."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held)
            held, length = [], 0
    yield "".join(held)
