"""What the operations of the interfaces take and give."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from anning.kernel.generic.api.schemas import Code, Moment, Text

Words = Annotated[Text, StringConstraints(min_length=1, max_length=2000)]


class CalledOffIn(Schema):
    """Why a warning is called off, in both languages."""

    text: Words
    text_en: Words


class WarnedIn(CalledOffIn):
    """What the public is told; `area_code` (the incident's when empty) or a circle around the incident is warned."""

    event: Annotated[Text, StringConstraints(min_length=1, max_length=80)]
    event_en: Annotated[Text, StringConstraints(min_length=1, max_length=120)]
    expires_at: Moment
    area_code: Code = ""
    radius_m: float | None = Field(None, gt=0, le=100_000, allow_inf_nan=False)
    category: Code = "Safety"
    urgency: Code = "Immediate"
    severity: Code = "Severe"
    certainty: Code = "Observed"


class WarningOut(Schema):
    """A warning as it was published."""

    identifier: str
    message: str
    sent_at: datetime
    expires_at: datetime
    event: str
    event_en: str
    text: str
    text_en: str
    area_code: str
    radius_m: float | None
    exercise: bool
    issued_by: str
