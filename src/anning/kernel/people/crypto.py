"""Encryption of personal fields with rotating keys (Fernet: AES-128-CBC with HMAC-SHA-256)."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealedFieldError(ValueError):
    """A personal field cannot be opened with any of the keys this installation holds."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(plain: str) -> bytes:
    """`plain` encrypted with the newest key."""
    return _box(tuple(settings.PERSONAL_KEYS)).encrypt(plain.encode())


def unseal(sealed: bytes) -> str:
    """The text in `sealed`. Raises `SealedFieldError` when no key opens it."""
    try:
        return _box(tuple(settings.PERSONAL_KEYS)).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise SealedFieldError(
            "a personal field was sealed with a key that ANNING_PERSONAL_KEYS no longer lists: add the old key back"
        ) from error


def reseal(sealed: bytes) -> bytes:
    """`sealed` encrypted anew with the newest key. Raises `SealedFieldError` when no key opens it."""
    try:
        return _box(tuple(settings.PERSONAL_KEYS)).rotate(bytes(sealed))
    except InvalidToken as error:
        raise SealedFieldError("a personal field cannot be re-encrypted: its key is not listed") from error
