"""A place as PIDF-LO (RFC 4119, RFC 5491): the XML that EIDO carries as text. A point, or a circle in metres."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element, SubElement, tostring

from anning.wire.eido.values import EidoError
from anning.wire.xml import XmlError, local, read

PIDF = "urn:ietf:params:xml:ns:pidf"
GEOPRIV = "urn:ietf:params:xml:ns:pidf:geopriv10"
GML = "http://www.opengis.net/gml"
SHAPES = "http://www.opengis.net/pidflo/1.0"
METRE = "urn:ogc:def:uom:EPSG::9001"
WGS84 = "urn:ogc:def:crs:EPSG::4326"


def write_place(entity: str, lon: float, lat: float, radius_m: float | None) -> str:
    """The document of a point, latitude first as EPSG 4326 has it, or of a circle."""
    root = Element(f"{{{PIDF}}}presence", entity=f"pres:{entity}")
    holder: Element = SubElement(root, f"{{{PIDF}}}tuple", id="place")
    for name in ("status", "geopriv", "location-info"):
        holder = SubElement(holder, f"{{{PIDF if name == 'status' else GEOPRIV}}}{name}")
    shape = SubElement(holder, f"{{{SHAPES}}}Circle" if radius_m else f"{{{GML}}}Point", srsName=WGS84)
    SubElement(shape, f"{{{GML}}}pos").text = f"{lat!r} {lon!r}"
    if radius_m:
        SubElement(shape, f"{{{SHAPES}}}radius", uom=METRE).text = repr(float(radius_m))
    return tostring(root, encoding="unicode")


def read_place(text: str) -> tuple[float, float, float | None] | None:
    """Longitude, latitude and radius in metres of the first point in a document; None when it holds none.

    Raises:
        EidoError: the text is no XML, or its numbers are none.
    """
    try:
        root = read(text.encode(), "locationByValue")
    except XmlError as error:
        raise EidoError(str(error)) from error
    for shape in root.iter():
        held = {local(child): (child.text or "") for child in shape}
        if "pos" in held:
            return _numbers(held["pos"], held.get("radius", ""))
    return None


def _numbers(pos: str, radius: str) -> tuple[float, float, float | None]:
    try:
        lat, lon = (float(part) for part in pos.split()[:2])
        reach = float(radius) if radius.strip() else None
    except ValueError:
        raise EidoError(f"locationByValue: {pos!r} is no point: latitude and longitude were expected") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180) or not (reach is None or (math.isfinite(reach) and reach >= 0)):
        raise EidoError(f"locationByValue: {pos!r} lies outside the earth's degrees")
    return lon, lat, reach
