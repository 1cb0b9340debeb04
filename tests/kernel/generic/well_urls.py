"""The API of the kind that is only declared, as the project would have it: it is mounted when modules are loaded."""

from django.urls import path

from anning.kernel.generic.api import errors, kinds
from anning.kernel.generic.api.auth import AUTH
from anning.project.api import Api
from anning.project.faults import explain
from tests.pages import WELL

api = Api(title="Wells", urls_namespace="wells", auth=AUTH, docs_url=None)
errors.install(api, explain)
api.add_router("/work/well", kinds.router(WELL))
urlpatterns = [path("api/v1/", api.urls)]
