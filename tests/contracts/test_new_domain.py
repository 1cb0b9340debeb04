"""A second domain, made of one folder and one setting, gets everything with nothing else touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = """
from django.db import models
from anning.kernel.work.models import Item

class Hazard(models.Model):
    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="hazard")
    depth_m = models.FloatField("depth, m", default=0)
"""
MODULE = """
from anning.kernel.contract.kinds import DEFAULT_MAY, Field, Kind
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import COMMAND
from anning.kernel.contract.states import State, StateTable, Transition

HAZARD = Kind(
    code="hazard", title="hazard", plural="hazards", prefix="YH", may=DEFAULT_MAY,
    table=StateTable(
        states=(State("open", "open", tone="new"), State("mended", "mended", tone="done", final=True)),
        transitions=(Transition(("open",), "mend", "mended", "Mended", COMMAND, needs_reason=True),),
    ),
    detail="waters.Hazard", fields=(Field("depth_m", "depth, m"),),
)
MODULE = Module(code="waters", title="Waters", kinds=(HAZARD,))
"""
JOURNEY = """
import json
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", run_syncdb=True, verbosity=0)
settings.ALLOWED_HOSTS = ["*"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.org.models import Agency, Membership, User
from anning.kernel.org.services import make_token
from anning.kernel.search.services import index
from anning.kernel.work.models import Item
from waters.models import Hazard
police = Agency.objects.create(code="p", name="p", kind="police")
def signed(name, role, area):
    user = User.objects.create_user(name, title=name)
    Membership.objects.create(user=user, agency=police, role=role, area_code=area)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, make_token(None, user, "t")
home, token = signed("home", "supervisor", "330203")
away, other = signed("away", "supervisor", "330225")
def api(client, method, path, key, **body):
    signed = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    if method == "get":
        return client.get("/api/v1" + path, **signed)
    return client.post("/api/v1" + path, json.dumps(body), content_type="application/json", **signed)
everywhere, city = signed("city", "supervisor", "")
made = api(Client(), "post", "/work/hazard", city, title="deep quarry", fields={"depth_m": 12.5})
assert made.status_code == 201, made.content
number = made.json()["number"]
Item.objects.update(area_code="330203001")
assert number.startswith("YH") and Hazard.objects.get().depth_m == 12.5
seen = {
    "list": home.get("/work/hazard/").content.decode(),
    "detail": home.get(f"/work/hazard/{number}").content.decode(),
    "history": home.get(f"/work/hazard/{number}/history").content.decode(),
}
assert all("deep quarry" in page for page in (seen["list"], seen["detail"])), seen
assert "12.5" in seen["detail"] and number in seen["history"]
index()
assert "deep quarry" in home.get("/work/hazard/?q=quarry").content.decode()
assert "deep quarry" not in away.get("/work/hazard/?q=quarry").content.decode()
assert "deep quarry" not in away.get("/work/hazard/").content.decode()
for path in (f"/work/hazard/{number}", f"/work/hazard/{number}/history"):
    assert away.get(path).status_code == 404, path
assert api(Client(), "get", f"/work/hazard/{number}", other).status_code == 404
assert api(Client(), "post", f"/work/hazard/{number}/act/mend", other, reason="x").status_code == 404
assert api(Client(), "post", f"/work/hazard/{number}/act/mend", token, version=1).status_code == 422
stale = api(Client(), "post", f"/work/hazard/{number}/act/mend", token, version=9, reason="fenced")
assert stale.status_code == 409
done = api(Client(), "post", f"/work/hazard/{number}/act/mend", token, version=1, reason="fenced")
assert done.status_code == 200 and done.json()["state"] == "mended", done.content
export = b"".join(home.get("/work/hazard/export.csv").streaming_content).decode()
assert "deep quarry" in export
assert "deep quarry" not in b"".join(away.get("/work/hazard/export.csv").streaming_content).decode()
assert number in [item["number"] for item in api(Client(), "get", "/work/hazard", token).json()["items"]]
assert api(Client(), "get", "/work/hazard", other).json()["items"] == []
trail = Entry.objects.filter(subject=f"work.item:{Item.objects.get().pk}")
assert {"open", "mend"} <= set(trail.values_list("action", flat=True))
assert not list(verify())
print("whole")
"""


@pytest.mark.static
def test_one_folder_and_one_setting_make_a_domain(tmp_path: Path) -> None:
    package = tmp_path / "waters"
    package.mkdir()
    for name, text in (("__init__.py", ""), ("models.py", MODELS), ("module.py", MODULE)):
        (package / name).write_text(text)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "DJANGO_SETTINGS_MODULE": "anning.project.settings",
        "ANNING_DOMAINS": "anning.domains.calls,waters",
        "ANNING_DATABASE_URL": f"sqlite:///{tmp_path}/domain.sqlite3",
        "ANNING_DATA_DIR": str(tmp_path / "data"),
    }
    done = subprocess.run([sys.executable, "-c", JOURNEY], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split()[-1] == "whole"
