"""Files: judged by their bytes, pictures without metadata, kept once, seen only in scope."""

import io

import pytest
from PIL import Image

from anning.kernel.work import media
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Attachment
from anning.kernel.work.selectors.files import attachment, content
from anning.kernel.work.services import files
from tests.factories import AWAY, HOME, incident, viewer


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), exif: bool = True) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    data = Image.Exif()
    if exif:
        data[0x0112] = 6
        data[0x010F] = "SecretCamera"
        data.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, kind, exif=data) if kind != "PNG" else image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (b"%PDF-1.7 ...", "application/pdf"),
        ("报警记录".encode(), "text/plain"),
    ],
)
def test_the_bytes_say_what_a_file_is(data: bytes, kind: str) -> None:
    assert media.media_type(data) == kind


@pytest.mark.parametrize("data", [b"MZ\x90\x00", b"<html><script>", b"\x7fELF\0", b"PK\x03\x04\0", b"  <svg/>"])
def test_what_is_not_on_the_list_is_refused(data: bytes) -> None:
    with pytest.raises(media.UnfitFileError, match="not taken"):
        media.media_type(data)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_pictures_lose_camera_and_place_and_stand_upright(kind: str) -> None:
    before = picture(kind)
    assert b"SecretCamera" in before
    after = media.without_metadata(before, media.media_type(before))
    assert b"SecretCamera" not in after
    with Image.open(io.BytesIO(after)) as clean:
        assert clean.size == (20, 40)
        assert not dict(clean.getexif())


def test_damaged_and_enormous_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(media.UnfitFileError, match="cannot be read"):
        media.without_metadata(picture()[:200], "image/jpeg")
    monkeypatch.setattr(media, "MOST_PIXELS", 100)
    with pytest.raises(media.UnfitFileError, match="pixels"):
        media.without_metadata(picture(), "image/jpeg")


@pytest.mark.django_db
class TestKeeping:
    """Attaching to items."""

    @pytest.fixture(autouse=True)
    def store(self, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.core.files.storage import FileSystemStorage

        place = FileSystemStorage(location=tmp_path)
        monkeypatch.setattr(files, "default_storage", place)
        monkeypatch.setattr("anning.kernel.work.selectors.files.default_storage", place)

    def test_a_file_is_kept_once_and_read_back(self) -> None:
        item = incident()
        first = files.attach(viewer(), item.number, "../../现场.exe", picture())
        second = files.attach(viewer(), item.number, "again.jpg", picture())
        assert first == second
        assert (first.name, first.media_type) == ("现场.jpg", "image/jpeg")
        with content(attachment(viewer(), item.number, first.sha256)) as stream:
            assert media.media_type(stream.read()) == "image/jpeg"
        item.refresh_from_db()
        assert item.version == 2

    def test_another_county_sees_neither_item_nor_file(self) -> None:
        item = incident(area_code=HOME)
        kept = files.attach(viewer(), item.number, "a.jpg", picture())
        stranger = viewer("dispatcher", AWAY)
        with pytest.raises(NotVisibleError):
            attachment(stranger, item.number, kept.sha256)
        with pytest.raises(NotVisibleError):
            files.attach(stranger, item.number, "b.jpg", picture())

    @pytest.mark.parametrize(("data", "said"), [(b"", "empty|空"), (b"MZ\0", "not taken|不"), (b"x" * 2_000_001, "MB")])
    def test_what_cannot_be_kept_is_refused_with_the_reason(self, data: bytes, said: str, settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
        with pytest.raises(RefusedError, match=said):
            files.attach(viewer(), incident().number, "x", data)
        assert not Attachment.objects.exists()

    def test_a_full_disk_leaves_no_row(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(files.default_storage, "save", full)
        with pytest.raises(RefusedError, match="No space left"):
            files.attach(viewer(), incident().number, "a.jpg", picture())
        assert not Attachment.objects.exists()
