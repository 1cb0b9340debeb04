"""The files of an item: keep one, fetch one."""

from django.http import FileResponse, HttpRequest
from ninja import File, Router, Status
from ninja.files import UploadedFile

from anning.kernel.contract.kinds import Kind
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import FileOut, file_out
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.selectors.files import attachment, content
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.files import attach, too_large


def add(routes: Router, kind: Kind) -> None:
    """Give a kind's routes its two operations on files."""

    @routes.post("/{number}/files", response={201: FileOut, **PROBLEMS}, operation_id=f"attach_{kind.code}")
    def attach_file(request: HttpRequest, number: str, file: File[UploadedFile]) -> Status[FileOut]:
        """Keep a file with the item; the same content twice is kept once."""
        seer = asking(request)
        find(seer, number, kind=kind.code)
        refusal = too_large(file.size or 0)
        if refusal:
            raise RefusedError(refusal)
        return Status(201, file_out(attach(seer, number, file.name or "", file.read())))

    @routes.get("/{number}/files/{sha256}", response={200: None, **PROBLEMS}, operation_id=f"file_{kind.code}")
    def get_file(request: HttpRequest, number: str, sha256: str) -> FileResponse:
        """The bytes of a file of the item."""
        seer = asking(request)
        find(seer, number, kind=kind.code)
        kept = attachment(seer, number, sha256)
        return FileResponse(content(kept), as_attachment=True, filename=kept.name, content_type=kept.media_type)
