"""The OASIS schema of CAP 1.2, where it is at hand: `CAP-v1.2.xsd` beside the published data sets, or named by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import xmlschema

from tests.engines.published import FOLDER

NAME = "CAP-v1.2.xsd"
PLACES = [Path(os.environ.get("ANNING_TEST_CAP_SCHEMA", "")), FOLDER / "cap" / NAME]
FOUND = next((path for path in PLACES if path.is_file()), None)
ABSENT = (
    f"the OASIS schema of CAP 1.2 is absent: take {NAME} from docs.oasis-open.org/emergency/cap/v1.2/, put it into "
    "../shared/data/cap or name it in ANNING_TEST_CAP_SCHEMA"
)
needs_schema = pytest.mark.skipif(FOUND is None, reason=ABSENT)


def schema() -> xmlschema.XMLSchema:
    """The schema, made ready."""
    assert FOUND is not None
    return xmlschema.XMLSchema(str(FOUND))
