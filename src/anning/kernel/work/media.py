"""What a file is, judged by its bytes, and pictures without what cameras write into them; pure."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
"""A larger picture is refused before it is unpacked (a decompression bomb)."""
_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"ftypM4A", 4, "audio/mp4"),
    (b"ftyp", 4, "video/mp4"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"WAVE", 8, "audio/wav"),
)
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "text/plain": ".txt",
}


class UnfitFileError(ValueError):
    """A file that is not taken; the message says why."""


def media_type(data: bytes) -> str:
    """The type the bytes are of. Raises `UnfitFileError` for anything not on the list of kinds taken."""
    for signature, at, kind in _SIGNATURES:
        if data[at : at + len(signature)] == signature:
            return kind
    if b"\0" not in data and data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if data.lstrip()[:1] != b"<":
                return "text/plain"
    raise UnfitFileError("this kind of file is not taken: send JPEG, PNG, WebP, PDF, MP4, audio or plain text")


def without_metadata(data: bytes, kind: str) -> bytes:
    """A picture encoded anew, upright, without position, camera or comments.

    Raises:
        UnfitFileError: the picture is damaged or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[IMAGES[kind]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise UnfitFileError(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels")
                return _encoded(ImageOps.exif_transpose(picture), kind)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        if isinstance(error, UnfitFileError):
            raise
        raise UnfitFileError(f"the picture cannot be read: {error}") from error


def _encoded(picture: Image.Image, kind: str) -> bytes:
    bare = picture.convert("RGB") if kind == "image/jpeg" else picture.convert("RGBA" if "A" in picture.mode else "RGB")
    clean = Image.frombytes(bare.mode, bare.size, bare.tobytes())
    out = io.BytesIO()
    clean.save(out, IMAGES[kind], quality=88)
    return out.getvalue()
