"""A second domain, made of one folder and one setting as the guide tells it, gets everything with nothing else touched.

`new_domain_journey` says what everything is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "new-domain.md"
RUN = "import django; django.setup(); from tests.contracts.new_domain_journey import main; main()"
FILE = re.compile(r"^```python\n# waters/(\w+\.py)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def folder(at: Path) -> Path:
    """The guide's domain, written as it stands there."""
    package = at / "waters"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for name, text in FILE.findall(GUIDE.read_text("utf-8")):
        (package / name).write_text(text)
    return package


def journey(at: Path, domains: str) -> subprocess.CompletedProcess[str]:
    """Install the domains by the one setting and walk through the new one."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(at), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "anning.project.settings",
        "ANNING_DOMAINS": domains,
        "ANNING_DATABASE_URL": f"sqlite:///{at}/domain.sqlite3",
        "ANNING_DATA_DIR": str(at / "data"),
    }
    command = [sys.executable, "-W", "ignore", "-c", RUN]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.static
def test_the_guides_domain_is_two_small_files(tmp_path: Path) -> None:
    written = {path.name: path.read_text() for path in folder(tmp_path).iterdir()}
    assert set(written) == {"__init__.py", "models.py", "module.py"}
    assert sum(text.count("\n") for text in written.values()) < 50


@pytest.mark.static
@pytest.mark.parametrize("beside", ["anning.domains.calls,", ""], ids=["beside calls", "alone"])
def test_one_folder_and_one_setting_make_a_domain(tmp_path: Path, beside: str) -> None:
    folder(tmp_path)
    done = journey(tmp_path, f"{beside}waters")
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split()[-1] == "whole"
