"""Entries for the tests of the trail."""

from datetime import timedelta

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.services import record
from tests.factories import NOW

ROWS = 12


def write(count: int = ROWS) -> None:
    """`count` entries with Chinese text, some at whole seconds and some not, inside the caller's transaction."""
    for number in range(count):
        body = {"number": number, "text": "改派 Ⅱ"}
        moment = NOW + timedelta(seconds=number, microseconds=1234 * (number % 3))
        record(SYSTEM, "test", f"work.item:{number}", body, purpose="a test", at=moment)
