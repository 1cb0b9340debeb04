"""Keeping replays to be compared, and throwing them away; both leave a trace."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.domains.calls.models import Scenario
from anning.domains.calls.selectors.planning import lab
from anning.domains.calls.selectors.planning.asked import AskedReplay
from anning.domains.calls.selectors.planning.figures import figures
from anning.domains.calls.selectors.planning.scenarios import areas_of, scenario
from anning.domains.calls.selectors.tasks import user_of
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import fingerprint, record
from anning.kernel.audit.transactions import writing
from anning.kernel.work.errors import RefusedError

MOST_OF_ONE = 100
"""Scenarios one person may keep."""


def keep(viewer: Viewer, name: str, asked: AskedReplay, now: datetime | None = None) -> Scenario:
    """Run a replay and keep what was asked for and what came out.

    Raises:
        RefusedError: it has no name, there is nothing to replay, or the person keeps too many already.
    """
    user = user_of(viewer)
    called = name.strip()[:80]
    if not called:
        raise RefusedError(_("Give the scenario a name."))
    if user.scenarios.count() >= MOST_OF_ONE:
        raise RefusedError(_("You keep %(most)s scenarios already: delete some first.") % {"most": MOST_OF_ONE})
    found = lab.run(viewer, asked)
    if isinstance(found, lab.Trouble):
        raise RefusedError(_("There is nothing to keep: this replay has no result."))
    result: dict[str, Any] = figures(found)
    for side in ("today", "proposed"):
        del result[side]["workloads"]
    with writing():
        kept = Scenario.objects.create(
            name=called,
            query=urlencode(asked.query()),
            result=result,
            areas=areas_of(viewer),
            made_by=user,
            made_at=now or timezone.now(),
        )
        body = {"query": fingerprint({"query": kept.query}), "incidents": result["incidents"]}
        record(viewer, "calls.scenario.keep", f"scenario:{kept.pk}", body)
    return kept


def delete(viewer: Viewer, pk: int) -> None:
    """Throw a scenario away: one's own only.

    Raises:
        NotVisibleError: there is none such for the viewer.
        RefusedError: somebody else made it.
    """
    with writing():
        found = scenario(viewer, pk)
        if found.made_by_id != viewer.user_id:
            raise RefusedError(_("Only who made a scenario may delete it."))
        found.delete()
        record(viewer, "calls.scenario.delete", f"scenario:{pk}", {"made_at": found.made_at.isoformat()})


def exported(one: Scenario) -> dict[str, Any]:
    """What is told of a scenario outside; nothing personal."""
    return {
        "id": one.pk,
        "name": one.name,
        "query": one.query,
        "made_at": one.made_at.isoformat(),
        "made_by": one.made_by.username,
        "areas": one.areas,
        "result": one.result,
    }
