"""The only kind of field that may hold personal data."""

from typing import TYPE_CHECKING, Any

from django.db import models

from anning.kernel.people.crypto import seal

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class Sealed:
    """An encrypted value as read from the database. It does not open itself: `people.services.read` does."""

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self.token)


class PersonalField(_Binary):
    """Text about a person, encrypted at rest, with the purpose it is kept for.

    Assign a plain string to write; what is read back is a `Sealed`. How long it is kept stands with the row
    (`Contact.keep_until`).
    """

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        kwargs.setdefault("default", b"")
        kwargs["editable"] = False
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The field as migrations write it."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: Any, *_: Any) -> Sealed:
        """What the row holds, still sealed."""
        return Sealed(bytes(value or b""))

    def get_prep_value(self, value: Any) -> Any:
        """The bytes to store: a plain string is sealed, a `Sealed` goes back as it is."""
        if isinstance(value, Sealed):
            return value.token
        if isinstance(value, str):
            return seal(value) if value else b""
        return super().get_prep_value(value)
