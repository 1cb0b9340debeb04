"""A client for a partner's GeoReport v2 server."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from anning.gateway.interfaces.web import OtherSystemError, ask
from anning.wire.open311.asked import LONGEST, MOST, Report
from anning.wire.open311.codec import FORMS, Form, decode
from anning.wire.open311.values import Fault, Open311Error, Receipt, Service
from anning.wire.open311.values import ServiceRequest as Request

SHORTEST = timedelta(minutes=2)
"""A stretch this short is not halved any more."""


@dataclass(frozen=True)
class Endpoint:
    """A partner's server: the address below which `services` and `requests` lie, our key, its jurisdiction."""

    url: str
    api_key: str = ""
    jurisdiction: str = ""
    form: Form = "xml"

    def services(self) -> list[Service]:
        """What one can ask of the partner. Raises as `requests`."""
        return decode(Service, self._get("services"), self.form)

    def requests(self, since: datetime, until: datetime) -> Iterator[Request]:
        """The partner's requests of a stretch of time, in pieces of ninety days, and smaller ones where many come in.

        Raises:
            OtherSystemError: the partner does not answer or refuses; says what it said.
            Open311Error: the answer is not what the standard says.
        """
        while since < until:
            end = min(since + LONGEST, until)
            yield from self._between(since, end)
            since = end

    def _between(self, since: datetime, end: datetime) -> list[Request]:
        """What lies between two times; a full answer may have left some out, and is asked for again in halves."""
        given = {"start_date": since.isoformat(timespec="seconds"), "end_date": end.isoformat(timespec="seconds")}
        found = decode(Request, self._get("requests", **given), self.form)
        middle = since + (end - since) / 2
        if len(found) < MOST or end - since < SHORTEST:
            return found
        return self._between(since, middle) + self._between(middle, end)

    def request(self, request_id: str) -> Request | None:
        """One request of the partner; None when it answers without it. Raises as `requests`."""
        found = decode(Request, self._get(f"requests/{quote(request_id, safe='')}"), self.form)
        return found[0] if found else None

    def send(self, report: Report, key: str) -> Receipt:
        """Make a request there; a partner that heeds `Idempotency-Key` keeps one per `key`. Raises as `requests`."""
        rows = [*report.form(), *self._own().items()]
        answer = self._asked("requests", data=urlencode(rows).encode(), headers={"Idempotency-Key": key})
        found = decode(Receipt, answer, self.form)
        if not found or not (found[0].request_id or found[0].token):
            raise Open311Error(f"{self.url} took the request and gave neither an id nor a token for it")
        return found[0]

    def _own(self) -> dict[str, str]:
        given = {"api_key": self.api_key, "jurisdiction_id": self.jurisdiction}
        return {name: value for name, value in given.items() if value}

    def _get(self, path: str, **given: str) -> bytes:
        query = urlencode({**self._own(), **given})
        return self._asked(path, f"?{query}" if query else "")

    def _asked(
        self, path: str, query: str = "", *, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        try:
            accept = {"Accept": FORMS[self.form].partition(";")[0]}
            return ask(f"{self.url.rstrip('/')}/{path}.{self.form}{query}", data=data, headers=accept | (headers or {}))
        except OtherSystemError as error:
            raise OtherSystemError(f"{error}{self._why(error.body)}", error.status, error.body) from error

    def _why(self, body: bytes) -> str:
        """What the partner said was wrong, where it said it as the standard does."""
        try:
            faults = decode(Fault, body, self.form)
        except Open311Error:
            return ""
        return "".join(f": {fault.description}" for fault in faults)
