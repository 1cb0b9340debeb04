"""Regenerate every lock: `requirements/*.txt` (needs uv) and `package-lock.json` (needs npm).

Locks hold exact versions and hashes for every platform and for Python 3.11 and newer, and no host name: where
packages come from is the installing machine's affair.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS: dict[str, list[str]] = {
    "run": ["pyproject.toml", "--group", "build"],
    "dev": ["pyproject.toml", "--group", "build", "--group", "dev", "--constraints", "requirements/run.txt"],
    "node": ["--group", "pyproject.toml:node"],
}
COMPILE = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
BARE = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]


def lock_python(upgrade: bool) -> None:
    """Compile `requirements/*.txt`; keep the versions already locked unless `upgrade`."""
    for name, sources in SETS.items():
        target = f"requirements/{name}.txt"
        extra = ["--upgrade"] if upgrade else []
        subprocess.run([*COMPILE, *BARE, *extra, *sources, "--output-file", target], cwd=ROOT, check=True)


def without_addresses(value: Any) -> Any:
    """Return a lock's JSON without download addresses and funding links."""
    if isinstance(value, dict):
        dropped = {"resolved", "funding"}
        return {key: without_addresses(item) for key, item in value.items() if key not in dropped}
    return value


def lock_modules() -> None:
    """Bring `package-lock.json` in line with `package.json`, then take every address out of it."""
    subprocess.run(["npm", "install", "--package-lock-only", "--ignore-scripts"], cwd=ROOT, check=True)
    path = ROOT / "package-lock.json"
    lock = without_addresses(json.loads(path.read_text()))
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def main(arguments: list[str]) -> int:
    """Regenerate the locks; `--upgrade` takes the newest versions that pyproject.toml allows."""
    try:
        lock_python("--upgrade" in arguments)
        lock_modules()
    except FileNotFoundError as error:
        print(f"lock: {error.filename} is not on the path; make lock needs uv and npm", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"lock: {' '.join(error.cmd[:4])} … failed with exit code {error.returncode}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
