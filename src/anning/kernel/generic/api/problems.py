"""What any operation may answer when it was not carried out."""

from typing import Any

from anning.kernel.generic.api.schemas import Conflict, Problem

PROBLEMS: dict[Any, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 503: Problem}
MOVES: dict[Any, Any] = {**PROBLEMS, 409: Conflict}
