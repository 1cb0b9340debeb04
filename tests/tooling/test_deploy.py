"""What is shipped for operators fits what the code serves."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENING = {
    "User": "anning",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes",
    "UMask": "0077",
    "StateDirectory": "anning",
}

pytestmark = pytest.mark.static


def settings(path: Path) -> dict[str, list[str]]:
    """The settings of a unit file, continued lines joined; each name may be given more than once."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().replace("\\\n", " ").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value.strip())
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_confined(path: Path) -> None:
    found = settings(path)
    assert {name: found[name][-1] for name in HARDENING} == HARDENING
    assert found["EnvironmentFile"] == ["/etc/anning/anning.env"]


def test_the_units_are_those_the_target_wants() -> None:
    wanted = settings(DEPLOY / "systemd" / "anning.target")["Wants"][0].split()
    assert wanted == ["anning-web.service", "anning-events.service", "anning-worker.service"]
    assert {path.name for path in UNITS} == {*wanted, "anning-prepare.service", "anning-backup.service"}
    for name in wanted:
        assert settings(DEPLOY / "systemd" / name)["Requires"] == ["anning-prepare.service"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").glob("anning*.*"):
        text = path.read_text().replace("/opt/anning/.venv/bin/python", "/bin/true")
        (tmp_path / path.name).write_text(re.sub(r"/opt/anning/\.venv/bin/[\w-]+", "/bin/true", text))
    names = [path.name for path in tmp_path.iterdir() if path.suffix in (".service", ".timer", ".target")]
    command = ["systemd-analyze", "verify", *names]
    env = {"SYSTEMD_UNIT_PATH": f"{tmp_path}:/lib/systemd/system:/usr/lib/systemd/system", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "anning" in line]
    assert ours == []


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())


def test_every_served_module_exists() -> None:
    texts = [path.read_text() for path in UNITS] + [(DEPLOY / "container" / "compose.yaml").read_text()]
    targets = {target for text in texts for target in re.findall(r"anning[\w.]+(?=:application)", text)}
    assert targets == {"anning.project.wsgi", "anning.gateway.live.asgi"}
    assert all(importlib.util.find_spec(target) for target in targets)


def test_every_command_named_exists() -> None:
    texts = "\n".join(path.read_text() for path in UNITS) + (DEPLOY / "README.md").read_text()
    named = set(re.findall(r"bin/anning (\w+)", texts))
    assert {"migrate", "worker", "backup"} <= named
    for name in sorted(named):
        command = [sys.executable, "-m", "anning.gateway.cli", name, "--help"]
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0, name


def test_settings_named_for_operators_exist() -> None:
    from anning.project.config import Config

    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    ours = {"ANNING_SITE", "ANNING_DB_PASSWORD"}  # compose's own, not the program's
    named = set(re.findall(r"\bANNING_[A-Z_]+[A-Z]\b", text)) - ours
    assert len(named) > 5
    assert {name.removeprefix("ANNING_").lower() for name in named} <= set(Config.model_fields)


@pytest.mark.parametrize("name", ["prepare", "web", "events", "worker"])
def test_containers_run_confined(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service, "only the proxy is reached from outside"


def test_compose_holds_no_secret() -> None:
    text = (DEPLOY / "container" / "compose.yaml").read_text()
    for name in ("ANNING_DB_PASSWORD", "ANNING_SECRET_KEY", "ANNING_PERSONAL_KEYS"):
        assert re.search(rf"\${{{name}:\?", text), f"{name} must be asked for"


def test_the_proxies_let_events_through_at_once() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    events = nginx.partition("location = /events {")[2].partition("}")[0]
    assert "proxy_buffering off" in events
    assert "gzip off" in events
    assert nginx.count("{") == nginx.count("}")
    assert "flush_interval -1" in (DEPLOY / "proxy" / "Caddyfile").read_text()


def test_ports_agree() -> None:
    web = settings(DEPLOY / "systemd" / "anning-web.service")["ExecStart"][0]
    events = settings(DEPLOY / "systemd" / "anning-events.service")["ExecStart"][0]
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    for unit, upstream in ((web, "anning_pages"), (events, "anning_events")):
        port = re.search(r"--port (\d+)", unit)
        assert port is not None
        assert f"upstream {upstream} {{\n    server 127.0.0.1:{port[1]};" in nginx
