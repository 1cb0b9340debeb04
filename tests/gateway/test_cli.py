"""The command line: counts that add up, faults in one line with what to do, help without a database."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError
from typer.testing import CliRunner

from anning.domains.calls.models import Call
from anning.gateway import cli
from anning.gateway.cli import faults
from anning.kernel.places.models import City
from anning.kernel.work.models import Link
from tests.gateway.conftest import written

ROW = "40.0883549,-75.3821004,EMS: FALL VICTIM,2016-01-15 12:01,UPPER MERION,DEKALB PIKE"


def run(*words: str | Path) -> tuple[str, str]:
    """What a command printed; it must have ended well."""
    done = CliRunner().invoke(cli.build(), [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def last_json(text: str) -> dict[str, int]:
    return json.loads(text.strip().splitlines()[-1])


def ends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    """The exit code and the error line of the whole program."""
    monkeypatch.setattr(sys, "argv", ["anning", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), capsys.readouterr().err


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    lines = [ROW, ROW, ROW.replace("EMS: FALL VICTIM", "Fire: ODD THING"), ROW.replace("40.08", "x")]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.django_db
def test_an_import_prints_its_counts_last(log: Path) -> None:
    out, err = run("import", "calls", log, "--json")
    assert last_json(out) == {"read": 4, "imported": 3, "duplicates": 0, "rejected": 1}
    assert "us.fire.odd-thing (Odd thing)" in out
    assert "1 rejected rows with their reasons are in" in err
    assert last_json(run("import", "calls", log, "--json")[0])["duplicates"] == 3


@pytest.mark.django_db
def test_rejects_go_where_asked_and_come_back_mended(log: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    run("import", "calls", log, "--rejects", kept)
    kept.write_text(kept.read_text(encoding="utf-8-sig").replace("x83549", "40.1"), encoding="utf-8")
    out, _err = run("import", "calls", kept, "--json")
    assert last_json(out) == {"read": 1, "imported": 1, "duplicates": 0, "rejected": 0}
    assert Call.objects.filter(lat=40.1).count() == 1


@pytest.mark.django_db
def test_proposals_over_the_log_are_made_once(log: Path) -> None:
    run("import", "calls", log)
    out, _err = run("calls", "propose", "--json")
    assert last_json(out)["proposed"] == Link.objects.count() > 0
    assert last_json(run("calls", "propose", "--json")[0])["proposed"] == 0


@pytest.mark.django_db
def test_a_city_is_checked_loaded_and_filled(tmp_path: Path) -> None:
    folder = written(tmp_path / "city")
    assert "can be loaded: 4 areas" in run("city", "check", folder)[0]
    assert not City.objects.exists()
    assert last_json(run("city", "load", folder, "--json")[0])["areas"] == 4
    made = ("city", "generate", folder, "--from", "2026-03-02", "--to", "2026-03-02", "--json")
    first = last_json(run(*made)[0])
    assert first["read"] == first["imported"] == Call.objects.count() > 0
    assert last_json(run(*made)[0])["duplicates"] == first["read"]


@pytest.mark.django_db
def test_a_city_is_drafted_from_a_log(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "".join(f"40.{n},-75.{n * n % 97},EMS: FALL VICTIM,2016-01-15 12:01,TOWN,A\n" for n in range(10, 40))
    )
    out, _err = run("city", "draft", path, "--to", tmp_path / "town", "--name", "镇", "--json")
    assert last_json(out) == {"read": 30, "areas": 1, "categories": 3}
    assert "can be loaded: 2 areas" in run("city", "check", tmp_path / "town")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "calls", "nowhere.csv"), "nowhere.csv: there is no such file"),
        (("import", "calls", "{log}", "--mapping", "none"), "'none' is neither a ready mapping"),
        (("city", "load", "nowhere"), "nowhere: is no city folder"),
        (("city", "generate", "{city}", "--from", "2026-01-02", "--to", "2026-01-01"), "lies before the first"),
        (("city", "generate", "{city}", "--from", "x", "--to", "2026-01-01"), "Invalid isoformat string: 'x'"),
    ],
)
def test_a_fault_is_one_line_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    log: Path,
    words: tuple[str, ...],
    message: str,
) -> None:
    named = [word.format(log=log, city=written(tmp_path / "city")) for word in words]
    code, said = ends(monkeypatch, capsys, *named)
    assert code == 1
    assert said.startswith("anning: ")
    assert message in said
    assert "Traceback" not in said


def test_wrong_usage_is_exit_code_two(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(monkeypatch, capsys, "import", "nothing")[0] == 2
    assert ends(monkeypatch, capsys, "city", "generate", "x")[0] == 2


def test_debug_shows_the_whole_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["anning", "city", "load", "nowhere", "--debug"])
    with pytest.raises(FileNotFoundError, match="is no city folder"):
        cli.main()


def test_a_fault_of_the_platform_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise KeyError("oops")

    monkeypatch.setattr(cli, "_run", broken)
    monkeypatch.setattr(sys, "argv", ["anning", "check"])
    with pytest.raises(KeyError, match="oops"):
        cli.main()


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", stopped)
    assert ends(monkeypatch, capsys, "check") == (130, "anning: stopped\n")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("no such table: work_item", "run `anning migrate`"),
        ('relation "work_item" does not exist', "run `anning migrate`"),
        ("database or disk is full", "make room"),
        ("attempt to write a readonly database", "is read-only"),
        ("cannot execute INSERT in a read-only transaction", "is read-only"),
        ("database is locked", "busy too long"),
        ("unable to open database file", "cannot be opened"),
        ('connection failed: FATAL:  database "x" does not exist', "is not there"),
        ('FATAL:  password authentication failed for user "u"', "refuses the password"),
        ("file is not a database", "is damaged"),
        ("connection refused", "cannot be reached"),
    ],
)
def test_a_fault_of_the_database_says_what_to_do(monkeypatch: pytest.MonkeyPatch, text: str, advice: str) -> None:
    monkeypatch.setenv("ANNING_DATABASE_URL", "postgresql://u:secret@host/x")
    said = faults.explain(OperationalError(text))
    assert advice in said
    assert "postgresql://u:…@host/x" in said
    assert "secret" not in said


def test_an_error_of_the_system_names_the_file() -> None:
    assert faults.explain(PermissionError(13, "Permission denied", "/x")) == "/x: permission denied"
    assert faults.explain(OSError("plain")) == "plain"
    assert faults.explain(ValueError()) == "ValueError"


def test_help_needs_neither_database_nor_django() -> None:
    own = {**os.environ, "ANNING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "anning.gateway.cli", "--help"],
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "import" in done.stdout
    assert "city" in done.stdout
    assert re.search(r"\|\s+typer\b", done.stderr), "the list of imports is not as expected"
    assert not re.search(r"\|\s+django\b", done.stderr)
