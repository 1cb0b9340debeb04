"""A client of GeoReport v2 written from the public specification alone: it knows nothing of this platform.

Usage: script.py BASE_URL API_KEY JURISDICTION LAT LONG. It makes a request for the first service, finds it by its id
and among all requests, and prints what it was told, one line of JSON for each step.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET


def fetch(url, fields=None):
    """The root of the XML answer, whatever its status."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:
            return answer.status, ET.fromstring(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, ET.fromstring(error.read())


def main(base, key, jurisdiction, lat, long):
    """Create, find, follow; then be refused."""
    own = {"jurisdiction_id": jurisdiction, "api_key": key}
    _, services = fetch(f"{base}/services.xml?jurisdiction_id={jurisdiction}")
    service = services.find("service")
    code = service.findtext("service_code")
    print(json.dumps({"service": code, "type": service.findtext("type")}))
    sent = {**own, "service_code": code, "lat": lat, "long": long, "description": "A lamp is out", "phone": "111111111"}
    status, made = fetch(f"{base}/requests.xml", sent)
    number = made.findtext("request/service_request_id")
    print(json.dumps({"made": number, "status": status}))
    query = urllib.parse.urlencode(own)
    _, one = fetch(f"{base}/requests/{number}.xml?{query}")
    print(json.dumps({"found": {child.tag: child.text for child in one.find("request")}}))
    _, listed = fetch(f"{base}/requests.xml?{query}&status=open&service_code={code}")
    print(json.dumps({"listed": [row.findtext("service_request_id") for row in listed.iter("request")]}))
    status, refused = fetch(f"{base}/requests.xml", {**own, "lat": lat, "long": long})
    print(json.dumps({"refused": status, "code": refused.findtext("error/code")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
