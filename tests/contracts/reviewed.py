"""What the charter's rules find and a person found right, each with the reason. A find not listed fails the test."""

_PLACE = "names a place, an organisation or a thing, not a person"
_POST = "the service number or post of staff, shown with what they did; no personal name is kept of them"

JUDGING: dict[str, str] = {
    "org.ApiToken.label": "what the holder calls the key",
}
RECOGNISING: dict[str, str] = {}
UNSEALED: dict[str, str] = {
    "calls.Category.name": _PLACE,
    "calls.Category.name_en": _PLACE,
    "calls.Protocol.name": _PLACE,
    "calls.Protocol.name_en": _PLACE,
    "calls.Call.address": "where the event is, as the caller said it; not where the caller lives",
    "calls.Incident.address": "where the event is",
    "calls.Matter.address": "where the matter is",
    "org.Agency.name": _PLACE,
    "org.Agency.name_en": _PLACE,
    "org.Capability.name": _PLACE,
    "org.Capability.name_en": _PLACE,
    "places.Area.name": _PLACE,
    "places.Area.name_en": _PLACE,
    "places.Site.name": _PLACE,
    "places.Site.name_en": _PLACE,
    "places.Site.address": _PLACE,
    "places.PlaceName.name": _PLACE,
    "places.PlaceName.name_en": _PLACE,
    "places.City.name": _PLACE,
    "places.City.name_en": _PLACE,
    "work.Attachment.name": "the file's name without its ending; deleted with the file (work.services.retention)",
    "importing.Run.file_name": "the name of an imported file",
    "calls.Scenario.name": "what a planner calls a replay that was kept; goes with it",
}
FREE_TEXT: dict[str, str] = {
    "audit.Entry.body": "codes, ids and fingerprints; words people wrote stay out of the trail",
    "calls.Protocol.tree": "the questions of a protocol",
    "calls.Call.flags": "codes from a fixed list",
    "calls.Incident.capabilities": "codes of capabilities",
    "calls.Incident.flags": "codes from a fixed list",
    "calls.Scenario.areas": "codes of areas",
    "calls.Scenario.query": "codes, days and numbers of the form",
    "calls.Scenario.result": "figures of a replay",
    "org.Membership.kinds": "codes of kinds of work",
    "places.City.base_map": "the drawn base map",
    "work.Event.agencies": "ids",
    "work.Event.units": "ids",
    "work.Link.reasons": "distances, times and categories of two events",
    "importing.Run.error": "why a run stopped",
    "interfaces.PublicAlert.text": "what the public was told, published as it stands",
    "interfaces.PublicAlert.text_en": "the same in English",
    "interfaces.Subscription.kinds": "codes of kinds of work",
    "interfaces.Delivery.body": "what a row of the desk shows but for its title; deleted after thirty days",
    "importing.Reject.faults": "field and reason; the value is sealed with the row",
}
WORDS: dict[str, str] = {
    "calls.Call.narrative": "what the caller said",
    "calls.Call.answers": "codes of a protocol's answers, deleted with the narrative",
    "calls.Matter.outcome": "how a matter was settled, deleted with the narrative",
    "work.Item.title": "what names the work: the narrative's first line, what is asked of an agency, a correction",
    "work.Change.reason": "why something was done",
    "work.Change.data": "codes, and what people wrote or corrected",
    "work.Attachment.name": "how a file was called",
    "work.Event.body": "what a row of the desk shows, for a day",
}
"""Where what people wrote stands in plain while it is kept: each is ended by a retention. `test_charter_words` puts
words in and looks through every table before and after; a field not listed here, or one not ended, fails it."""
COPIED: dict[str, str] = {
    "audit.Entry.body": "made by the platform, not copied: see FREE_TEXT",
    "work.Event.body": "made by the platform, not copied: see WORDS",
    "work.Change.data": "made by the platform, not copied: see WORDS",
    "interfaces.Delivery.body": "made by the platform, not copied: see FREE_TEXT",
}
OTHER_APPS: dict[str, str] = {
    "auth": "groups and permissions of Django, not used: access is membership",
    "contenttypes": "names of models",
    "sessions": "a signed-in browser; ends after twelve hours, deleted by the next purge",
    "account": "e-mail addresses of the sign-in package; the platform has no page to enter one",
    "mfa": "second factors of staff: a secret or a passkey, no biometric leaves the device",
    "socialaccount": "the city's own identity provider: the id it knows a member of staff by",
    "axes": "tries to sign in, with their network address, to lock out guessing; ended by org.services.tries",
}
