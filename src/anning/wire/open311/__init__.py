"""Open311 GeoReport v2: services, their questions, requests, tokens and errors, as XML and as JSON, both ways.

Source: the GeoReport v2 specification of the Open311 community (https://wiki.open311.org/GeoReport_v2).
"""
