"""Everything that writes agencies, units, users and duty."""

from anning.kernel.org.services.duty import (
    DutyError,
    end_duty,
    mark_briefed,
    report_position,
    set_unit_status,
    start_duty,
)
from anning.kernel.org.services.signin import record_sign_in
from anning.kernel.org.services.users import make_token, set_password, user_named

__all__ = [
    "DutyError",
    "end_duty",
    "make_token",
    "mark_briefed",
    "record_sign_in",
    "report_position",
    "set_password",
    "set_unit_status",
    "start_duty",
    "user_named",
]
