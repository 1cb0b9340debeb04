"""What is wrong with a city folder: all of it at once, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong: in which file, which record or line, which field, what stood there, and why it cannot be."""

    file: str
    record: str
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.record}" if self.record else self.file
        value = f" {self.value!r}" if self.value else ""
        return f"{place}: {self.field}{value} {self.reason}"


class CityError(ValueError):
    """A city folder that cannot be loaded; `faults` holds everything found wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"the city folder has {len(faults)} fault(s), nothing was loaded:\n{lines}")
