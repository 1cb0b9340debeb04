"""Where the published data sets lie: `shared/data`, in the folder that holds the checkout."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = "the published data sets are absent: put them in ../shared/data beside the checkout"
