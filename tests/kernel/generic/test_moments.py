"""Times as the API takes them: in UTC whatever their offset, the city's where they have none, within sane years."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from anning.kernel.generic.api.schemas import CityMoment, Moment

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-04T02:00:00Z", "2026-03-04T20:00:00+18:00", "2026-03-03T08:00:00-18:00"])
@pytest.mark.parametrize("kind", [Moment, CityMoment])
def test_every_offset_is_taken_to_utc(kind, text: str) -> None:
    taken = TypeAdapter(kind).validate_python(text)
    assert (taken, taken.utcoffset().total_seconds()) == (AT, 0)


def test_one_without_an_offset_is_the_citys() -> None:
    assert TypeAdapter(CityMoment).validate_python("2026-03-04T10:00:00") == AT
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python("2026-03-04T10:00:00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+18:00", "1899-12-31T00:00:00", "9999-12-31T23:59:59-18:00"])
def test_years_nobody_means_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="1900 to 2200"):
        TypeAdapter(CityMoment).validate_python(text)
