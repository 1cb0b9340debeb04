"""The bare POST that intake is measured beside: same server, same middleware, two rows, one transaction."""

import json

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks.bare.models import First, Second


@csrf_exempt
def post(request: HttpRequest) -> JsonResponse:
    """Write two rows and answer with their ids."""
    text = json.loads(request.body)["narrative"][:200]
    with transaction.atomic():
        first = First.objects.create(text=text)
        second = Second.objects.create(first=first, text=text)
    return JsonResponse({"first": first.pk, "second": second.pk}, status=201)
