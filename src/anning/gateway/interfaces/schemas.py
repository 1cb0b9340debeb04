"""What the operations of the interfaces take and give."""

from datetime import datetime

from ninja import Field, Schema


class CalledOffIn(Schema):
    """Why a warning is called off, in both languages."""

    text: str = Field(min_length=1, max_length=2000)
    text_en: str = Field(min_length=1, max_length=2000)


class WarnedIn(CalledOffIn):
    """What the public is told; `area_code` (the incident's when empty) or a circle around the incident is warned."""

    event: str = Field(min_length=1, max_length=80)
    event_en: str = Field(min_length=1, max_length=120)
    expires_at: datetime
    area_code: str = Field("", max_length=20)
    radius_m: float | None = Field(None, gt=0, le=100_000)
    category: str = Field("Safety", max_length=20)
    urgency: str = Field("Immediate", max_length=20)
    severity: str = Field("Severe", max_length=20)
    certainty: str = Field("Observed", max_length=20)


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
